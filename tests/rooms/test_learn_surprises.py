"""No surprises: notes under a simulated clock, who sees them, and what they never say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.test_learn_pages import leader_of, released

from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import SurpriseCopy, SurpriseNote, SurpriseRules
from headwater.rooms.learn.surprise_services import (
    answer_note,
    change_rules,
    deliver_surprises,
    find_surprises,
    rules_in_force,
    see_note,
)
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, Unit, User

pytestmark = pytest.mark.usefixtures("own_folders")

__all__ = ["released"]

MONDAY = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sign(wave: Wave, key: str, kind: str = "drop", **changed: Any) -> dict[str, Any]:
    """What a book would have told: a drop of the first score of a unit."""
    column = book_of(wave).columns[0]
    return {
        "kind": kind,
        "unit": key,
        "measure": column.measure,
        "subject": column.subject,
        "now": 2.71,
        "change": -0.83,
        "low": -1.2,
        "high": -0.4,
        "sureness": 2,
        "against": "previous",
        **changed,
    }


def note(
    wave: Wave, key: str = "d0t0-t", kind: str = "drop", *, minutes: int = 10, at: datetime = MONDAY
) -> SurpriseNote:
    return SurpriseNote.objects.create(
        wave=wave, unit_key=key, kind=kind, signs=[sign(wave, key, kind)], minutes=minutes, clearness=3.0, noted_at=at
    )


def who(found: SurpriseNote, *, told: bool = True) -> list[tuple[str, str]]:
    copies = SurpriseCopy.objects.filter(note=found, started_at__isnull=not told).order_by("due_at", "reason")
    return [(copy.user.email, copy.reason) for copy in copies.select_related("user")]


def mails(to: str) -> list[str]:
    return [
        job.arguments["text"]
        for job in Job.objects.filter(name="send_mail", once_key__startswith="surprises:")
        if job.arguments["to"] == to
    ]


@pytest.fixture
def leaders(cast: Cast, released: Wave) -> dict[str, User]:
    """Accounts of a team's leader and of the leader above."""
    return {"team": leader_of("d0t0-t", cast.administrator), "above": leader_of("d0-d", cast.administrator)}


def test_the_leader_hears_first_for_48_hours_then_the_leader_above(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    made = note(released)
    assert deliver_surprises(now=MONDAY) == 1
    assert who(made) == [(leaders["team"].email, "responsible")]
    assert deliver_surprises(now=MONDAY + 47 * HOUR) == 0
    assert signed_in(leaders["above"]).get("/learn/surprises/").content.decode().count("note-card") == 0
    assert deliver_surprises(now=MONDAY + 48 * HOUR) == 1
    assert who(made) == [(leaders["team"].email, "responsible"), (leaders["above"].email, "above")]
    made.refresh_from_db()
    assert made.closed_at == MONDAY + 48 * HOUR
    text = signed_in(leaders["above"]).get("/learn/surprises/").content.decode()
    assert "heard first and has not answered yet" in text
    for hours in (48, 49, 500):
        assert deliver_surprises(now=MONDAY + hours * HOUR) == 0
    assert len(mails(leaders["team"].email)) == len(mails(leaders["above"].email)) == 1


def test_an_answer_goes_up_with_the_note_at_once(cast: Cast, released: Wave, leaders: dict[str, User]) -> None:
    made = note(released)
    deliver_surprises(now=MONDAY)
    copy = SurpriseCopy.objects.get(note=made)
    client = signed_in(leaders["team"])
    address = f"/learn/surprises/{copy.pk}/answer/"
    assert client.post(address, {"word": "   "}).status_code == 302
    assert SurpriseCopy.objects.get(pk=copy.pk).answered_at is None
    assert client.post(address, {"word": "We  look at the roster on Friday."}).status_code == 302
    assert client.post(address, {"word": "We look at the roster on Friday."}).status_code == 302
    assert AuditEntry.objects.filter(action="surprise.answered").count() == 1
    answered = SurpriseCopy.objects.get(pk=copy.pk)
    assert (answered.word, answered.seen_at) == ("We look at the roster on Friday.", answered.answered_at)
    SurpriseCopy.objects.filter(pk=copy.pk).update(answered_at=MONDAY + HOUR)
    assert deliver_surprises(now=MONDAY + HOUR) == 1
    text = signed_in(leaders["above"]).get("/learn/surprises/").content.decode()
    assert "We look at the roster on Friday." in text


def test_nobody_reads_marks_or_answers_the_note_of_another(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    note(released)
    deliver_surprises(now=MONDAY)
    copy = SurpriseCopy.objects.get()
    for user in (cast.outsider, leaders["above"], cast.experience_lead):
        for verb in ("seen", "answer"):
            assert signed_in(user).post(f"/learn/surprises/{copy.pk}/{verb}/", {"word": "mine"}).status_code == 404
    for path in ("/learn/surprises/", f"/learn/surprises/{copy.pk}/seen/"):
        assert Client().get(path).status_code == 302
    for user in (cast.outsider, cast.employee, cast.analyst):
        assert signed_in(user).get("/learn/surprises/").status_code == 403
    assert "Real drop" not in signed_in(leaders["above"]).get("/").content.decode()
    with pytest.raises(SurpriseCopy.DoesNotExist):
        answer_note(copy_id=copy.pk, word="mine", actor=cast.outsider, now=MONDAY)


def test_nothing_is_sent_in_quiet_hours_and_the_clock_begins_with_the_telling(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    friday_night = datetime(2026, 4, 3, 19, 0, tzinfo=UTC)
    made = note(released, at=friday_night)
    for hours in (0, 12, 36, 60):  # night, Saturday, Sunday, before eight on Monday
        assert deliver_surprises(now=friday_night + hours * HOUR) == 0
    assert mails(leaders["team"].email) == []
    assert signed_in(leaders["team"]).get("/learn/surprises/").content.decode().count("note-card") == 0
    monday = datetime(2026, 4, 6, 8, 0, tzinfo=UTC)
    assert deliver_surprises(now=monday) == 1
    assert deliver_surprises(now=monday + 47 * HOUR) == 0
    assert deliver_surprises(now=monday + 48 * HOUR) == 1
    assert [reason for _email, reason in who(made)] == ["responsible", "above"]


def test_conduct_is_seen_at_once_by_both_and_mail_waits_for_the_morning(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    change_rules(
        quiet_from=time(18), quiet_until=time(8), quiet_weekend=True, weekly_minutes=0, low_response=30,
        independent=cast.outsider, actor=cast.administrator, now=MONDAY,
    )  # fmt: skip
    night = MONDAY + 12 * HOUR
    made = note(released, kind="conduct", minutes=15, at=night)
    assert deliver_surprises(now=night) == 0
    copies = {copy.user_id: copy for copy in SurpriseCopy.objects.filter(note=made)}
    assert {copy.visible_at for copy in copies.values()} == {night}
    assert set(copies) == {leaders["team"].pk, cast.outsider.pk}
    assert mails(cast.outsider.email) == mails(leaders["team"].email) == []
    assert deliver_surprises(now=night + 12 * HOUR) == 2  # whatever the minutes of the week
    assert len(mails(cast.outsider.email)) == len(mails(leaders["team"].email)) == 1


def test_an_independent_person_reads_no_number_of_a_unit_they_may_not_see(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    SurpriseRules.objects.create(pk=1, independent=cast.outsider)
    note(released, kind="conduct", minutes=15)
    deliver_surprises(now=MONDAY)
    theirs = signed_in(cast.outsider).get("/learn/surprises/").content.decode()
    assert "A matter of conduct in Team d0t0" in theirs
    assert "The figures are for those who may see the results of this unit." in theirs
    assert "/learn/team/" not in theirs.replace('href="/learn/team/"', "")
    own = signed_in(leaders["team"]).get("/learn/surprises/").content.decode()
    assert "2.7" in own
    for figure in ("2.7", "0.8", "1.2"):
        assert figure not in theirs


def test_without_a_named_person_the_experience_leads_hear_of_conduct(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    made = note(released, kind="conduct", minutes=15)
    deliver_surprises(now=MONDAY)
    assert set(who(made)) == {(leaders["team"].email, "responsible"), (cast.experience_lead.email, "independent")}


def test_a_responsible_leader_is_never_their_own_independent_person(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    SurpriseRules.objects.create(pk=1, independent=leaders["team"])
    made = note(released, kind="conduct", minutes=15)
    deliver_surprises(now=MONDAY)
    assert set(who(made)) == {(leaders["team"].email, "responsible"), (cast.experience_lead.email, "independent")}


def test_what_exceeds_the_weekly_minutes_waits_for_monday_s_digest(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    SurpriseRules.objects.create(pk=1, weekly_minutes=15)
    first = note(released, minutes=10)
    second = note(released, kind="gap", minutes=10)
    SurpriseNote.objects.filter(pk=second.pk).update(clearness=1.0)  # the less clear of two waits
    third = note(released, kind="response", minutes=5)
    assert deliver_surprises(now=MONDAY) == 2
    held = SurpriseCopy.objects.get(note=second)
    assert (held.started_at, held.held_until) == (None, date(2026, 4, 6))
    assert "1 more" not in signed_in(leaders["team"]).get("/learn/surprises/").content.decode()
    assert "One more waits for the digest" in signed_in(leaders["team"]).get("/learn/surprises/").content.decode()
    assert deliver_surprises(now=MONDAY + 24 * HOUR) == 0
    assert who(first)
    assert who(third)
    next_monday = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
    deliver_surprises(now=next_monday)
    held.refresh_from_db()
    assert (held.started_at, held.is_digest) == (next_monday, True)
    deliver_surprises(now=next_monday + 48 * HOUR)
    assert SurpriseCopy.objects.filter(note=second, reason="above").exists()


def test_a_vacant_post_or_a_leader_who_left_sends_it_up_at_once_and_says_so(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    Unit.objects.filter(key="d0t0-t").update(leader=None)
    made = note(released)
    deliver_surprises(now=MONDAY)
    assert who(made) == [(leaders["above"].email, "vacant")]
    text = signed_in(leaders["above"]).get("/learn/surprises/").content.decode()
    assert "The post of its leader is vacant" in text
    deliver_surprises(now=MONDAY + 48 * HOUR)
    assert who(made)[-1] == (cast.top_leader.email, "above")
    Unit.objects.filter(key="d0t1-t").update(leader=leaders["team"].person)
    assert leaders["team"].person_id is not None
    Person.objects.filter(pk=leaders["team"].person_id).update(is_active=False)
    left = note(released, key="d0t1-t")
    deliver_surprises(now=MONDAY + 49 * HOUR)
    assert who(left) == [(leaders["above"].email, "vacant")]


def test_a_closed_unit_s_note_goes_to_the_nearest_leader_above_who_is_there(
    cast: Cast, released: Wave, leaders: dict[str, User]
) -> None:
    Unit.objects.filter(key="d0t0-t").update(is_open=False, number=None)
    made = note(released)
    deliver_surprises(now=MONDAY)
    assert who(made) == [(leaders["above"].email, "closed")]
    assert "The unit is no longer there" in signed_in(leaders["above"]).get("/learn/surprises/").content.decode()


def test_a_new_leader_is_told_too_and_the_clock_goes_on(cast: Cast, released: Wave, leaders: dict[str, User]) -> None:
    made = note(released)
    deliver_surprises(now=MONDAY)
    other = leader_of("d0t1-t", cast.administrator)
    Unit.objects.filter(key="d0t0-t").update(leader=other.person)
    deliver_surprises(now=MONDAY + 4 * HOUR)
    assert (other.email, "responsible") in who(made)
    deliver_surprises(now=MONDAY + 48 * HOUR)
    assert (leaders["above"].email, "above") in who(made)


def test_home_says_how_many_minutes_until_they_are_seen(cast: Cast, released: Wave, leaders: dict[str, User]) -> None:
    note(released)
    note(released, kind="response", minutes=5)
    deliver_surprises(now=MONDAY)
    team = signed_in(leaders["team"])
    assert "2 notes wait for you" in team.get("/").content.decode()
    for copy in SurpriseCopy.objects.filter(user=leaders["team"]):
        see_note(copy_id=copy.pk, actor=leaders["team"], now=MONDAY)
        see_note(copy_id=copy.pk, actor=leaders["team"], now=MONDAY)
    assert "notes wait for you" not in team.get("/").content.decode()
    assert AuditEntry.objects.filter(action="surprise.seen").count() == 2


def test_messages_name_neither_unit_nor_score(cast: Cast, released: Wave, leaders: dict[str, User]) -> None:
    note(released)
    deliver_surprises(now=MONDAY)
    (text,) = mails(leaders["team"].email)
    assert "It takes" in text or "That takes" in text
    for told in ("Team d0t0", "2.7", "0.8", "drop"):
        assert told not in text


def test_rules_are_changed_by_those_who_may_and_written_down(cast: Cast, released: Wave) -> None:
    address = "/learn/surprises/rules/"
    values = {
        "quiet_from": "20:00", "quiet_until": "07:30", "quiet_weekend": "on", "weekly_minutes": "20",
        "low_response": "40", "independent": "OUTSIDER@example.org",
    }  # fmt: skip
    for user in (cast.outsider, cast.analyst, cast.top_leader, cast.privacy_officer):
        assert signed_in(user).get(address).status_code == 403
        assert signed_in(user).post(address, values).status_code == 403
    lead = signed_in(cast.experience_lead)
    assert lead.get(address).status_code == 200
    assert lead.post(address, {**values, "independent": "nobody@example.org"}).status_code == 422
    assert lead.post(address, values).status_code == 302
    rules = rules_in_force()
    assert (rules.quiet_until, rules.weekly_minutes, rules.independent) == (time(7, 30), 20, cast.outsider)
    assert AuditEntry.objects.filter(action="surprise.ruled").count() == 1


def test_a_first_wave_makes_no_note_of_change_and_finding_twice_makes_nothing_twice(cast: Cast, released: Wave) -> None:
    made = find_surprises(wave_id=str(released.pk), now=MONDAY)
    kinds = set(SurpriseNote.objects.values_list("kind", flat=True))
    assert kinds <= {"conduct"}
    assert made == SurpriseNote.objects.count()
    assert find_surprises(wave_id=str(released.pk), now=MONDAY + HOUR) == 0


def test_what_a_person_answered_is_exported_and_erased(cast: Cast, released: Wave, leaders: dict[str, User]) -> None:
    from headwater.rooms.learn.surprise_slots import erase_words, export_words

    note(released)
    deliver_surprises(now=MONDAY)
    copy = SurpriseCopy.objects.get()
    answer_note(copy_id=copy.pk, word="A word of mine", actor=leaders["team"], now=MONDAY)
    person = str(leaders["team"].person_id)
    (file,) = export_words(person=person, now=MONDAY)
    assert b"A word of mine" in file.content
    assert [one.count for one in erase_words(person=person, actor="test", now=MONDAY)] == [1]
    assert [one.count for one in erase_words(person=person, actor="test", now=MONDAY)] == [0]
    assert SurpriseCopy.objects.get().word == ""
    assert unit("d0t0-t").leader is not None
