"""The monthly mirror: asked safely, shown to its leader alone, with an exercise that was done or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, bring_in, signed_in, unit
from tests.rooms.study_cast import answer, asked, enlarge, large_csv, planned
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.engage.active_role import mirror_demo
from headwater.rooms.engage.active_role.mirror import ask_team, is_new_to, mirror_of, next_date
from headwater.rooms.engage.active_role.services import RoleRefusedError
from headwater.rooms.engage.logic.mirror import CLARITY, LETTING_GO, QUESTIONS, SUPPORT
from headwater.rooms.engage.models import MirrorExercise
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.learn.start_services import StartRefusedError
from headwater.rooms.learn.working_out import work_out_findings
from headwater.rooms.listen.drawing import contacted_too_often, kept_free
from headwater.rooms.listen.models import Invitation, ListenSettings, Wave
from headwater.rooms.listen.studies import StudyRefusedError
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import Person, Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

NOW = datetime.fromisoformat("2026-03-03T09:00:00+00:00")
TEAM = "d0t0-t"


@pytest.fixture
def leader(cast: Cast) -> User:
    """Who leads a team of twelve."""
    enlarge(cast.administrator)
    return leader_of(TEAM, cast.administrator)


def sent(leader: User, *, now: datetime = NOW, own: int = 4) -> Wave:
    assert leader.person is not None
    values = dict.fromkeys(QUESTIONS, own)
    return ask_team(unit=unit(TEAM), person=leader.person, own=values, actor=leader, now=now)


def answered(wave: Wave, codes: dict[str, int], *, most: int = 12) -> Wave:
    advance_waves(now=wave.opens_at)
    for place, invitation in enumerate(asked(wave)[:most]):
        given = {key: min(5, code + place % 2) for key, code in codes.items()}
        answer(wave, invitation, at=wave.opens_at + timedelta(hours=3), answers=given)
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def text_at(user: User, path: str, now: datetime) -> str:
    with patch.object(timezone, "now", return_value=now):
        found = signed_in(user).get(path)
    assert found.status_code == 200, path
    return found.content.decode()


def page_of() -> str:
    return f"/engage/role/mirror/{unit(TEAM).pk}/"


LOW_SUPPORT = {CLARITY: 4, SUPPORT: 1, LETTING_GO: 4}


def test_a_leader_answers_first_then_the_team_and_practises_what_stands_lowest(cast: Cast, leader: User) -> None:
    client, path = signed_in(leader), page_of()
    assert client.get("/engage/role/mirror/")["Location"] == path
    assert "I settle problems with other units for my team." in client.get(path).content.decode()
    half = client.post(path, {CLARITY: "4"}, follow=True).content.decode()
    assert "Answer every line for yourself first" in half
    assert Invitation.objects.count() == 0
    assert AloneStudy.objects.count() == 0
    assert "Your answers are locked" in client.post(path, dict.fromkeys(QUESTIONS, "4"), follow=True).content.decode()
    client.post(path, dict.fromkeys(QUESTIONS, "1"))
    assert AloneRound.objects.get().own == dict.fromkeys(QUESTIONS, 4)
    wave = Wave.objects.get(study=AloneStudy.objects.get().study)
    assert Invitation.objects.filter(wave=wave).count() == 12
    assert "is not shown" in client.get(path).content.decode()
    answered(wave, LOW_SUPPORT)
    text = client.get(path).content.decode()
    assert "In some of this you see yourself higher than your people do, in some lower." in text
    assert "12 people answered" in text
    assert "It stands clearly lowest of the three." in text
    assert "Move one stone" in text
    client.post(f"{path}exercise/", {"done": "yes"})
    assert MirrorExercise.objects.get().is_done
    assert "You said: done." in client.get(path).content.decode()
    client.post(f"{path}exercise/", {"done": "no"})
    assert not MirrorExercise.objects.get().is_done


def test_a_month_later_it_is_asked_again_and_only_real_change_is_said(cast: Cast, leader: User) -> None:
    first = answered(sent(leader), LOW_SUPPORT)
    signed_in(leader).post(f"{page_of()}exercise/", {"done": "yes"})
    due = datetime.combine(next_date(first), datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=8)
    assert sent(leader, now=due - timedelta(days=1)) == first
    assert "A month is over" not in text_at(leader, "/", due - timedelta(days=1))
    assert "A month is over: the three questions again" in text_at(leader, "/", due)
    assert "A month is over: you first again" in text_at(leader, page_of(), due)
    second = answered(sent(leader, now=due, own=2), {CLARITY: 4, SUPPORT: 4, LETTING_GO: 4})
    assert second.order == 2
    text = text_at(leader, page_of(), due + timedelta(days=15))
    assert "Month by month" in text
    assert text.count("Support: Clearly higher") == 1
    assert "Clarity: Clearly" not in text
    assert "Move one stone, done" in text
    assert AloneRound.objects.get(wave=first).own == dict.fromkeys(QUESTIONS, 4)
    later = datetime.combine(next_date(second), datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=8)
    answered(sent(leader, now=later), {CLARITY: 4, SUPPORT: 4, LETTING_GO: 4})
    assert "no change that is real" in text_at(leader, page_of(), later + timedelta(days=15))


def test_who_joined_since_is_asked_and_who_no_longer_leads_asks_nobody(cast: Cast, leader: User) -> None:
    first = answered(sent(leader), LOW_SUPPORT)
    mover = Person.objects.filter(unit=unit("d0t1-t")).order_by("key")[0]
    Person.objects.filter(pk=mover.pk).update(unit=unit(TEAM))
    due = datetime.combine(next_date(first), datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=8)
    second = sent(leader, now=due)
    assert Invitation.objects.filter(wave=second, person=mover).exists()
    answered(second, LOW_SUPPORT)
    Unit.objects.filter(pk=unit(TEAM).pk).update(leader=mover)
    with pytest.raises(RoleRefusedError, match="do not lead"):
        sent(leader, now=due + timedelta(days=40))


def test_below_k_there_is_no_number_but_a_talk(cast: Cast, leader: User) -> None:
    answered(sent(leader), LOW_SUPPORT, most=4)
    text = signed_in(leader).get(page_of()).content.decode()
    assert "Too few answered to show anything safely" in text
    assert "A talk, in three questions" in text
    assert "Chosen by your own lowest answer." in text
    assert "people answered" not in text
    assert 'class="chart' not in text
    Person.objects.filter(pk__in=[one.pk for one in Person.objects.filter(unit=unit(TEAM))[:8]]).update(email="")
    text = text_at(leader, page_of(), NOW + timedelta(days=60))
    assert "Lock my answers" not in text


def test_a_small_team_gets_a_guide_and_is_never_asked(cast: Cast, leader: User) -> None:
    Person.objects.filter(pk__in=[one.pk for one in Person.objects.filter(unit=unit(TEAM))[:8]]).update(email="")
    text = signed_in(leader).get(page_of()).content.decode()
    assert "Too few people for numbers, enough for a talk" in text
    assert 'type="radio"' not in text
    with pytest.raises(StartRefusedError, match="at least 5"):
        sent(leader)
    assert AloneStudy.objects.count() == 0


def test_nobody_but_its_leader_opens_it(cast: Cast, leader: User) -> None:
    wave = answered(sent(leader), LOW_SUPPORT)
    alone = AloneStudy.objects.get()
    above, beside = leader_of("d0-d", cast.administrator), leader_of("d0t1-t", cast.administrator)
    refused = [cast.administrator, cast.experience_lead, cast.analyst, cast.privacy_officer, cast.top_leader]
    refused += [cast.employee, cast.outsider, above, beside]
    assert Client().get(page_of()).status_code == 302
    for user in refused:
        client = signed_in(user)
        assert client.get(page_of()).status_code == 403, user
        assert client.post(page_of(), dict.fromkeys(QUESTIONS, "3")).status_code == 403
        assert client.post(f"{page_of()}exercise/", {"done": "yes"}).status_code == 403
        assert client.get(f"/learn/start/{alone.pk}/").status_code == 403
        assert client.get(f"/learn/waves/{wave.pk}/0/").status_code in (403, 404)
        for path in ("/", "/learn/", "/listen/", "/learn/start/", "/engage/role/all/"):
            found = client.get(path)
            assert found.status_code != 200 or "Three questions about being led" not in found.content.decode(), path
    mine = signed_in(leader)
    assert mine.get(f"/learn/start/{alone.pk}/")["Location"] == page_of()
    assert mine.post(f"/learn/start/{alone.pk}/act/", {"what": "share"}).status_code == 404
    assert "Three questions" not in mine.get("/learn/start/").content.decode()
    assert not MirrorExercise.objects.exists()


def test_the_message_leads_to_the_mirror_and_the_trail_holds_no_answer(cast: Cast, leader: User) -> None:
    wave = answered(sent(leader), LOW_SUPPORT)
    work_out_findings(wave_id=str(wave.pk), now=wave.late_until)
    told = [job for job in Job.objects.filter(name="send_mail") if page_of() in job.arguments["text"]]
    assert [job.arguments["to"] for job in told] == [leader.email]
    signed_in(leader).post(f"{page_of()}exercise/", {"done": "yes"})
    (entry,) = AuditEntry.objects.filter(action="mirror.exercise_said")
    assert entry.subject == str(wave.study_id)


def test_it_is_offered_to_who_took_a_unit_over_and_to_nobody_who_always_led_it(cast: Cast, leader: User) -> None:
    assert leader.person is not None
    assert not is_new_to(unit(TEAM), leader.person, now=NOW)
    assert "You took over" not in text_at(leader, "/", NOW)
    changed = large_csv().decode().replace("d0t0p0,Per d0t0p0,d0t0,", "d0t0,Tom d0t0,d0t0p0,")
    lines = [one for one in changed.splitlines() if not one.startswith("d0t0,Tom d0t0,d0,")]
    lines.append("d0t0p0,Per d0t0p0,d0,d0-d,Division 0,d0t0p0@example.org,en,,")
    taken = "\n".join(lines).replace(",d0t0,d0t0-t,", ",d0t0p0,d0t0-t,").encode() + b"\n"
    assert bring_in(taken, cast.administrator, reason="a new leader").state == "applied"
    fresh = leader_of(TEAM, cast.administrator)
    assert fresh.person is not None
    assert fresh.person.key == "d0t0p0"
    assert is_new_to(unit(TEAM), fresh.person, now=NOW)
    assert "You took over" in text_at(fresh, "/", NOW)
    assert not is_new_to(unit(TEAM), fresh.person, now=NOW + timedelta(days=400))


def test_a_leaders_own_asking_leaves_room_for_studies_of_all_and_nobody_is_asked_past_the_cap(
    cast: Cast, leader: User
) -> None:
    cap = ListenSettings(cap_contacts=2, cap_days=90)
    first = sent(leader)
    advance_waves(now=first.opens_at)
    at = NOW + timedelta(days=1)
    assert kept_free(first.study, cap, now=at) == 1
    assert len(contacted_too_often(cap, now=at, free=1)) == 12
    assert contacted_too_often(cap, now=at) == set()
    for number in (1, 2):
        of_all = planned(cast.experience_lead)
        shift = NOW + timedelta(days=20 * number) - of_all.opens_at
        until = {"closes_at": of_all.closes_at + shift, "late_until": of_all.late_until + shift}
        Wave.objects.filter(pk=of_all.pk).update(opens_at=of_all.opens_at + shift, **until)
        assert kept_free(of_all.study, cap, now=at) == 0
    assert kept_free(first.study, cap, now=at) == 2
    assert kept_free(first.study, cap, now=NOW + timedelta(days=30)) == 1


def test_with_a_cap_of_one_a_leader_asks_nobody_on_their_own(leader: User) -> None:
    ListenSettings.objects.update_or_create(pk=1, defaults={"cap_contacts": 1, "cap_days": 90})
    with pytest.raises((StartRefusedError, StudyRefusedError)):
        sent(leader)
    assert not Invitation.objects.exists()


def test_erasing_takes_the_exercises_and_what_the_leader_said(cast: Cast, leader: User) -> None:
    answered(sent(leader), LOW_SUPPORT)
    signed_in(leader).post(f"{page_of()}exercise/", {"done": "yes"})
    assert leader.person is not None
    files = {one.name: one.content for one in export_everywhere(person=str(leader.person_id), now=NOW)}
    assert b"one-stone" in next(content for name, content in files.items() if name.endswith("active-role.json"))
    erase_everywhere(person=str(leader.person_id), actor="t", now=NOW)
    assert not MirrorExercise.objects.exists()
    assert AloneRound.objects.get().own == {}
    assert mirror_of(leader.person, unit(TEAM)) is not None


def test_the_demonstration_has_one_with_two_askings_and_builds_it_once(cast: Cast, leader: User) -> None:
    User.objects.filter(pk=leader.pk).update(email="team.leader@demo.example")
    later = NOW + timedelta(days=200)
    for _time in range(2):
        assert list(mirror_demo.build_demo(people=400, seed=1, now=later)) == []
    waves = list(Wave.objects.order_by("order"))
    assert [wave.state for wave in waves] == ["released", "released"]
    assert MirrorExercise.objects.get().wave == waves[0]
    text = text_at(User.objects.get(pk=leader.pk), page_of(), later)
    assert "Month by month" in text
    assert "Letting go: Clearly higher" in text
    Person.objects.filter(unit=unit("d0t1-t")).update(email="")
    User.objects.filter(pk=leader.pk).update(email="somebody@example.org")
    assert list(mirror_demo.build_demo(people=400, seed=1, now=later)) == []
