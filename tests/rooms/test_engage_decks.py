"""Decks on a schedule: made of what is released and of what each may see, sent once, and refused to everybody else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.deck_cast import (
    NOTE,
    TITLE,
    asker,
    mails,
    receiver_of,
    receivers,
    sent,
    set_up,
    states,
    waking,
    written,
)
from tests.rooms.deck_checks import (
    check_a_view_that_names_a_part_they_may_not_see_is_not_made,
    check_the_sample_organisation_has_one_in_every_state,
    check_what_was_sent_stays_when_it_is_changed_and_who_is_taken_off_gets_no_more,
)
from tests.rooms.explorer_cast import released_in_two_divisions
from tests.rooms.overload_checks import fill_week

from headwater.rooms.engage.decks import sending, services, slots
from headwater.rooms.engage.decks.planning import plan_issues
from headwater.rooms.engage.decks.sending import make_issue, send_decks, send_issue
from headwater.rooms.engage.models import Ask, DeckFile, DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.house.models import AppendOnlyError, Job
from headwater.rooms.learn.models import SurpriseRules
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, RoleGrant, Unit, User

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave of two divisions, small enough to be quick."""
    return released_in_two_divisions(cast)


def slides(content: bytes) -> str:
    """All words on all slides."""
    with zipfile.ZipFile(io.BytesIO(content)) as deck:
        names = [name for name in deck.namelist() if re.match(r"ppt/slides/slide\d+\.xml", name)]
        return " ".join(" ".join(re.findall(r"<a:t>([^<]*)</a:t>", deck.read(name).decode())) for name in names)


def file_of(issue: DeckIssue) -> bytes:
    return bytes(DeckFile.objects.get(issue=issue).content)


def check_each_gets_what_they_may_see_and_nothing_of_the_rest(cast: Cast, wave: Wave) -> None:
    top, division = receivers(cast)
    made = set_up(cast, wave, top, division)
    assert send_decks(now=waking(wave)) == 2
    whole, part = (DeckIssue.objects.get(receiver=receiver_of(made, one)) for one in (top, division))
    assert (whole.unit, part.unit) == (Unit.objects.get(key="all"), Unit.objects.get(key="d0-d"))
    assert "Team d1t0" in slides(file_of(whole))
    assert "Team d0t0" in slides(file_of(part))
    assert "Team d1t0" not in slides(file_of(part))
    assert whole.inputs_hash == wave.outcome["inputs_hash"]
    text = mails(division)[0]["text"]
    assert TITLE in text
    assert NOTE in text
    assert f"/engage/decks/read/{part.pk}/" in text
    assert "Team" not in text
    assert not re.search(r"\d\.\d", re.sub(r"http\S+", "", text))
    ask = Ask.objects.get(source=f"deck:{part.pk}")
    assert (ask.minutes, ask.person) == (5, division.person)
    assert written(made) == ["decks.set_up", *["decks.receiver_added"] * 2, "decks.started", *["deck.due"] * 2,
                             *["deck.made", "deck.sent"] * 2]  # fmt: skip


def check_nothing_new_is_not_sent_and_the_page_says_so(cast: Cast, wave: Wave) -> None:
    made = set_up(cast, wave, cast.top_leader, rhythm="month", day=1, at=waking(wave))
    first = datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert [send_decks(now=first), send_decks(now=first), send_decks(now=first.replace(month=5, day=4))] == [1, 0, 0]
    assert states(made) == [("sent", ""), ("nothing", "same")]
    page = signed_in(cast.experience_lead).get(f"/engage/decks/{made.pk}/").content.decode()
    assert "Nothing new since the last one." in page
    assert "Nothing new since the last one: nothing is sent." in page
    assert len(mails(cast.top_leader)) == 1


def check_quiet_hours_hold_it_back(cast: Cast, wave: Wave) -> None:
    made = set_up(cast, wave, cast.top_leader)
    saturday = waking(wave) - timedelta(days=2)
    assert send_decks(now=saturday) == 0
    assert states(made) == [("due", "")]
    assert send_decks(now=waking(wave).replace(hour=7)) == 0
    assert DeckFile.objects.count() == 0
    assert send_decks(now=waking(wave).replace(hour=8)) == 1
    assert states(made) == [("sent", "")]


def check_a_full_week_waits_for_one_with_room(cast: Cast, wave: Wave) -> None:
    at = waking(wave)
    fill_week(cast.top_leader, at.date() + timedelta(days=sending.READ_DAYS))
    made = set_up(cast, wave, cast.top_leader)
    assert [send_decks(now=at), send_decks(now=at + timedelta(hours=2))] == [0, 0]
    assert states(made) == [("due", "week")]
    page = signed_in(cast.experience_lead).get(f"/engage/decks/{made.pk}/").content.decode()
    assert "Their week is full. It waits for one with room. Not before" in page
    assert send_decks(now=at + timedelta(days=7)) == 1


def check_power_pulled_between_the_steps_sends_once(cast: Cast, wave: Wave) -> None:
    made, at = set_up(cast, wave, cast.top_leader), waking(wave)
    assert plan_issues(now=at) == 1
    issue = DeckIssue.objects.get(receiver__schedule=made)
    assert make_issue(issue_id=issue.pk, now=at)
    kept = file_of(issue)
    # Here the power is pulled. What runs next, twice at once, goes on where it stood.
    later = at + timedelta(minutes=20)
    assert make_issue(issue_id=issue.pk, now=later)
    assert [send_issue(issue_id=issue.pk, now=later) for _ in range(2)] == [True, False]
    assert send_decks(now=later) == 0
    assert file_of(issue) == kept
    assert len(mails(cast.top_leader)) == 1
    assert [plan_issues(now=later), states(made)] == [0, [("sent", "")]]
    assert written(made).count("deck.made") == written(made).count("deck.sent") == 1


def check_what_fails_is_said_and_tried_again(cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    made, at = set_up(cast, wave, cast.top_leader), waking(wave)

    def refuses(**_values: Any) -> None:
        raise OSError("/srv/secret is full")

    with monkeypatch.context() as broken:
        broken.setattr(sending, "send_mail_later", refuses)
        assert send_decks(now=at) == 0
    issue = DeckIssue.objects.get(receiver__schedule=made)
    assert (issue.state, issue.reason, issue.fault, issue.attempts) == ("failed", "sending", "OSError", 1)
    assert not Ask.objects.filter(source=f"deck:{issue.pk}").exists()
    lead = signed_in(cast.experience_lead)
    page = lead.get(f"/engage/decks/{made.pk}/").content.decode()
    assert "It was made and could not be sent. OSError" in page
    assert "secret" not in page
    assert lead.post(f"/engage/decks/sent/{issue.pk}/retry/").status_code == 302
    assert send_decks(now=max(at, DeckIssue.objects.get(pk=issue.pk).not_before_at)) in (0, 1)
    DeckIssue.objects.filter(pk=issue.pk).update(not_before_at=at)
    send_decks(now=at + timedelta(hours=1))
    assert states(made) == [("sent", "")]
    assert len(mails(cast.top_leader)) == 1
    Job.objects.filter(once_key=f"deck:{issue.pk}").update(state=Job.State.FAILED, last_error="SMTPException: no such")
    assert "The mail could not be delivered: SMTPException" in lead.get(f"/engage/decks/{made.pk}/").content.decode()
    always = {"quiet_from": time(0), "quiet_until": time(0), "quiet_weekend": False}
    SurpriseRules.objects.update_or_create(pk=1, defaults=always)
    lead.post(f"/engage/decks/sent/{issue.pk}/retry/")
    assert len(mails(cast.top_leader)) == 2
    SurpriseRules.objects.update_or_create(pk=1, defaults={"quiet_from": time(18), "quiet_until": time(8)})
    with pytest.raises(services.DeckRefusedError, match="quiet hours"):
        services.retry_issue(
            issue_id=issue.pk, actor=cast.experience_lead, viewer=asker(cast.experience_lead), now=at.replace(hour=20)
        )


def check_who_may_not_see_it_any_more_gets_nothing(cast: Cast, wave: Wave) -> None:
    _top, division = receivers(cast)
    issue = sent(cast, wave, division)
    reader, made = signed_in(division), issue.receiver.schedule
    path = f"/engage/decks/read/{issue.pk}/"
    assert reader.get(path).status_code == 200
    Unit.objects.filter(key="d0-d").update(leader=Person.objects.get(key="d1"))
    assert reader.get(path).status_code == 403
    assert reader.get(f"{path}file/").status_code == 403
    services.send_now(
        schedule_id=made.pk, form_key=uuid4(), actor=cast.experience_lead, viewer=asker(cast.experience_lead),
        now=waking(wave) + timedelta(hours=1),
    )  # fmt: skip
    assert send_decks(now=waking(wave) + timedelta(hours=1)) == 0
    assert states(made)[-1] == ("dropped", "role")
    User.objects.filter(pk=division.pk).update(is_active=False)
    page = signed_in(cast.experience_lead).get(f"/engage/decks/{made.pk}/").content.decode()
    assert "They left, or their account is closed." in page


def check_a_receiver_declines_and_takes_it_up_again(cast: Cast, wave: Wave) -> None:
    issue = sent(cast, wave, cast.top_leader)
    made, mine = issue.receiver.schedule, issue.receiver
    link = re.search(r"http://127\.0\.0\.1:8000(/engage/decks/end/\S+)", mails(cast.top_leader)[0]["text"])
    assert link is not None
    assert link[1] in mails(cast.top_leader)[0]["headers"]["List-Unsubscribe"]
    nobody = Client(enforce_csrf_checks=True)
    assert "Send you no more of these?" in nobody.get(link[1]).content.decode()
    assert DeckReceiver.objects.get(pk=mine.pk).declined_at is None
    assert nobody.post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert nobody.get("/engage/decks/end/made-up/").status_code == 404
    assert Ask.objects.get(source=f"deck:{issue.pk}").cancelled_at is not None
    lead = {"actor": cast.experience_lead, "viewer": asker(cast.experience_lead), "now": waking(wave)}
    assert services.send_now(schedule_id=made.pk, form_key=uuid4(), **lead) == 0
    assert (
        "They asked not to be sent it."
        in signed_in(cast.experience_lead).get(f"/engage/decks/{made.pk}/").content.decode()
    )
    with pytest.raises(PermissionDenied):
        services.take_up(receiver_id=mine.pk, actor=cast.experience_lead, now=NOW)
    assert signed_in(cast.outsider).post(f"/engage/decks/mine/{mine.pk}/", {"do": "again"}).status_code == 403
    signed_in(cast.top_leader).post(f"/engage/decks/mine/{mine.pk}/", {"do": "again"})
    assert DeckReceiver.objects.get(pk=mine.pk).stands
    assert written(made)[-2:] == ["decks.declined", "decks.taken_up"]


def check_only_its_receiver_reads_it_and_it_never_changes(cast: Cast, wave: Wave) -> None:
    _top, division = receivers(cast)
    issue = sent(cast, wave, division)
    path = f"/engage/decks/read/{issue.pk}/"
    for other in (cast.outsider, cast.employee, cast.analyst, cast.experience_lead, cast.top_leader):
        assert signed_in(other).get(path).status_code == 403
        assert signed_in(other).get(f"{path}file/").status_code == 403
    assert Client().get(path).status_code == 302
    assert DeckIssue.objects.get(pk=issue.pk).opened_at is None
    reader = signed_in(division)
    page = reader.get(path).content.decode()
    assert issue.title in page
    assert issue.sha256[:12] in page
    answer = reader.get(f"{path}file/")
    assert answer.content == file_of(issue)
    seen = DeckIssue.objects.get(pk=issue.pk)
    assert seen.opened_at is not None
    assert seen.saved_at is not None
    assert Ask.objects.get(source=f"deck:{issue.pk}").done_at is not None
    kept = DeckFile.objects.get(issue=issue)
    with pytest.raises(AppendOnlyError):
        kept.save()
    DeckFile.objects.filter(issue=issue).update(content=b"other")
    assert reader.get(f"{path}file/").status_code == 302
    assert "does not fit its hash" in reader.get(path).content.decode()


def check_a_lead_sets_it_up_looks_and_starts_it(cast: Cast, wave: Wave) -> None:
    top, division = receivers(cast)
    lead = signed_in(cast.experience_lead)
    form = lead.get("/engage/decks/new/").content.decode()
    assert "leads Works" in form or "leads" in form
    key = re.search(r'name="made" value="([0-9a-f-]+)"', form)
    assert key is not None
    given: dict[str, Any] = {
        "made": key[1], "title": TITLE, "deck": "report", "study": "", "unit": "", "rhythm": "quarter",
        "after_days": "2", "day": "3", "language": "es", "form": "pdf", "minutes": "4", "note": "", "another": "",
        "receivers": [],
    }  # fmt: skip
    refused = lead.post("/engage/decks/new/", given)
    assert refused.status_code == 422
    assert "Choose the study whose results it shows." in refused.content.decode()
    assert "Choose who gets it." in refused.content.decode()
    given |= {"study": str(wave.study_id), "receivers": [str(top.pk)], "another": "d0@example.org"}
    for _again in range(2):
        assert lead.post("/engage/decks/new/", given)["Location"] == f"/engage/decks/{key[1]}/"
    made = DeckSchedule.objects.get()
    assert (made.rhythm, made.day, made.language, made.form, made.is_running) == ("quarter", 3, "es", "pdf", False)
    assert set(DeckReceiver.objects.values_list("user", flat=True)) == {top.pk, division.pk}
    page = lead.get(f"/engage/decks/{made.pk}/").content.decode()
    assert "Nothing goes out before you start it." in page
    assert "New to them." in page
    looked = lead.get(f"/engage/decks/preview/{receiver_of(made, division).pk}/")
    assert looked.content.startswith(b"%PDF")
    assert DeckIssue.objects.count() == DeckFile.objects.count() == 0
    for doing, running in (("start", True), ("pause", False), ("start", True), ("now", True), ("stop", False)):
        assert lead.post(f"/engage/decks/{made.pk}/act/", {"do": doing, "form_key": str(uuid4())}).status_code == 302
        assert DeckSchedule.objects.get().is_running is running
    assert states(made) == [("dropped", "stopped")] * 2
    assert lead.post(f"/engage/decks/{made.pk}/act/", {"do": "other"}).status_code == 404
    lead.post(f"/engage/decks/{made.pk}/act/", {"do": "start"})
    assert "It was stopped. Set up another one." in lead.get(f"/engage/decks/{made.pk}/").content.decode()


def check_a_view_of_the_explorer_by_its_link(cast: Cast, wave: Wave) -> None:
    lead = signed_in(cast.experience_lead)
    given = {
        "made": str(uuid4()), "title": TITLE, "deck": "link", "study": "", "unit": "", "rhythm": "release",
        "after_days": "0", "day": "1", "language": "", "form": "pptx", "minutes": "4", "another": "",
        "receivers": [str(cast.top_leader.pk)],
    }  # fmt: skip
    for link in ("https://headwater.example/learn/river/", "nothing", "/learn/explorer/compare/?then=x"):
        assert lead.post("/engage/decks/new/", {**given, "view_link": link}).status_code == 422
    link = f"https://headwater.example/learn/explorer/levels/?wave={wave.pk}&unit=d0-d&order=clear"
    assert lead.post("/engage/decks/new/", {**given, "view_link": link}).status_code == 302
    made = DeckSchedule.objects.get()
    assert (made.kind, made.study, made.unit, made.query) == (
        "levels", wave.study, Unit.objects.get(key="d0-d"), {"order": "clear"},
    )  # fmt: skip
    changed = lead.get(f"/engage/decks/{made.pk}/change/").content.decode()
    assert "/learn/explorer/levels/?order=clear" in changed
    assert lead.post(f"/engage/decks/{made.pk}/change/", {**given, "deck": "river"}).status_code == 302
    assert DeckSchedule.objects.get().kind == "river"
    # No River was worked out yet: nothing goes out, and the page says why.
    assert "Nothing of it is released yet." in lead.get(f"/engage/decks/{made.pk}/").content.decode()


def check_nobody_else_sets_decks_up_nor_gets_what_is_not_theirs(cast: Cast, wave: Wave) -> None:
    _top, division = receivers(cast)
    made = set_up(cast, wave, cast.top_leader)
    mine = receiver_of(made, cast.top_leader)
    paths = ("new/", f"{made.pk}/", f"{made.pk}/change/", f"preview/{mine.pk}/")
    for other in (cast.outsider, cast.employee, cast.analyst, cast.administrator, division):
        client = signed_in(other)
        assert {client.get(f"/engage/decks/{path}").status_code for path in paths} == {403}
        assert client.post(f"/engage/decks/{made.pk}/act/", {"do": "stop"}).status_code == 403
        assert client.get("/engage/decks/").status_code == 403
        with pytest.raises(PermissionDenied):
            services.stop_schedule(schedule_id=made.pk, actor=other, viewer=asker(other), now=NOW)
    assert signed_in(cast.top_leader).get("/engage/decks/").status_code == 200
    for nobody in (cast.employee, cast.outsider):
        with pytest.raises(services.DeckRefusedError, match="may see no results"):
            set_up(cast, wave, nobody)
    # Who leads one division is no receiver of the other's results.
    other_part = set_up(cast, wave, division, unit=Unit.objects.get(key="d1-d"))
    assert send_decks(now=waking(wave)) == 1
    assert states(other_part) == [("dropped", "unit")]
    RoleGrant.objects.filter(user=cast.experience_lead).update(unit=Unit.objects.get(key="d0-d"))
    assert signed_in(cast.experience_lead).get("/engage/decks/new/").status_code == 403


def check_it_speaks_the_language_of_its_receiver(cast: Cast, wave: Wave) -> None:
    _top, division = receivers(cast)
    Person.objects.filter(key="d0").update(language="es")
    issue = sent(cast, wave, division)
    assert issue.language == "es"
    mail = mails(division)[0]
    assert mail["subject"] == f"Una presentación para usted: {TITLE}"
    assert "Cómo se hizo" in slides(file_of(issue))
    fixed = sent(cast, wave, division, language="en", title="Another")
    assert fixed.language == "en"
    assert "How was this made" in slides(file_of(fixed))


def check_needs_export_and_erasing(cast: Cast, wave: Wave) -> None:
    issue = sent(cast, wave, cast.top_leader)
    home = signed_in(cast.top_leader)
    assert TITLE in home.get("/").content.decode()
    home.get(f"/engage/decks/read/{issue.pk}/")
    assert f"/engage/decks/read/{issue.pk}/" not in home.get("/").content.decode()
    person = str(cast.top_leader.person_id)
    files = {one.name: one.content.decode() for one in slots.export(person=person, now=NOW)}
    assert issue.sha256 in files["decks.json"]
    for expected in (1, 0):
        assert [one.count for one in slots.erase(person=person, actor="x", now=NOW)] == [expected]
    gone = DeckIssue.objects.get(pk=issue.pk)
    assert (gone.opened_at, gone.receiver.stands, DeckFile.objects.count()) == (None, False, 0)
    assert slots.FILES_KEPT.apply(NOW, NOW) == 0


CHECKS: tuple[Callable[[Cast, Wave], None], ...] = (
    check_each_gets_what_they_may_see_and_nothing_of_the_rest,
    check_nothing_new_is_not_sent_and_the_page_says_so,
    check_quiet_hours_hold_it_back,
    check_a_full_week_waits_for_one_with_room,
    check_power_pulled_between_the_steps_sends_once,
    check_who_may_not_see_it_any_more_gets_nothing,
    check_a_receiver_declines_and_takes_it_up_again,
    check_only_its_receiver_reads_it_and_it_never_changes,
    check_a_lead_sets_it_up_looks_and_starts_it,
    check_a_view_of_the_explorer_by_its_link,
    check_nobody_else_sets_decks_up_nor_gets_what_is_not_theirs,
    check_it_speaks_the_language_of_its_receiver,
    check_needs_export_and_erasing,
    check_a_view_that_names_a_part_they_may_not_see_is_not_made,
    check_what_was_sent_stays_when_it_is_changed_and_who_is_taken_off_gets_no_more,
    check_the_sample_organisation_has_one_in_every_state,
)


def test_decks_from_setting_up_to_the_end(cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    for check in CHECKS:
        with transaction.atomic():
            check(cast, wave)
            transaction.set_rollback(True)
    check_what_fails_is_said_and_tried_again(cast, wave, monkeypatch)
