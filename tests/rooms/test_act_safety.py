"""Safety: cases decided once, clocks that count hours, health data that only some read, and meetings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.safety_cast import AWAY, HEALTH, NO, Kept, injury, kept, text

from headwater.rooms.act.models import (
    CaseClock,
    CaseHealth,
    Establishment,
    HealthLook,
    Incident,
    InjuryCase,
    MeetingDecision,
    SafetyMeeting,
)
from headwater.rooms.act.safety import cases, clocks, health, meetings, slots
from headwater.rooms.act.safety.cases import Decision, add_spell, begin_case, decide_case
from headwater.rooms.act.safety.log_forms import log_sheet, year_book
from headwater.rooms.act.safety.refusals import DecidedMeanwhileError, SafetyRefusedError
from headwater.rooms.house.slots import erase_everywhere, export_everywhere

__all__ = ["kept"]
pytestmark = pytest.mark.django_db


def test_pages_open_to_whom_they_concern(cast: Cast, kept: Kept) -> None:
    case = f"/act/safety/cases/{kept.case.pk}/"
    for path in ("/act/safety/cases/", case, f"{case}health/", "/act/safety/hours/", "/act/safety/rules/"):
        assert signed_in(cast.safety_officer).get(path).status_code == 200, path
        for user in (cast.outsider, cast.employee, cast.top_leader, cast.analyst, cast.experience_lead):
            assert signed_in(user).get(path).status_code in (403, 404), (path, user.email)
    for user, status in ((cast.outsider, 403), (cast.analyst, 200), (cast.north_leader, 200)):
        assert signed_in(user).get("/act/safety/").status_code == status
    for user, status in ((cast.outsider, 403), (cast.analyst, 403), (cast.north_leader, 200)):
        assert signed_in(user).get("/act/safety/meetings/").status_code == status
    assert signed_in(cast.north_leader).get("/act/safety/?unit=south-d").status_code == 404
    assert signed_in(cast.employee).get("/act/safety/").url == "/act/safety/own/"  # type: ignore[attr-defined]


def test_two_people_decide_at_once_and_one_is_told(cast: Cast, kept: Kept) -> None:
    now, officer = timezone.now(), kept.officer
    assert (kept.case.label, kept.case.version) == (f"{kept.case.happened_date.year}-001", 1)
    again = decide_case(case_id=kept.case.pk, seen=0, decision=AWAY, actor=officer, now=now)
    assert again.version == 1
    other = Decision(NO | {"restricted": "yes"}, is_recordable=True, outcome="restricted", illness="injury")
    with pytest.raises(DecidedMeanwhileError):
        decide_case(case_id=kept.case.pk, seen=0, decision=other, actor=officer, now=now)
    assert InjuryCase.objects.get().outcome == "days_away"
    path = f"/act/safety/cases/{kept.case.pk}/"
    given = {**other.answers, "doing": "decide", "seen": "0", "is_recordable": "yes", "outcome": "restricted"}
    answer = signed_in(officer).post(path, {**given, "illness": "injury"})
    assert answer.status_code == 422
    assert "Somebody else decided" in text(answer)
    assert decide_case(case_id=kept.case.pk, seen=1, decision=other, actor=officer, now=now).number == 1


def test_the_path_helps_and_a_person_decides_with_a_reason(cast: Cast) -> None:
    now, officer = timezone.now(), cast.safety_officer
    made = begin_case(incident_id=injury(cast.employee).pk, actor=officer, now=now)
    assert begin_case(incident_id=made.incident_id, actor=officer, now=now).pk == made.pk
    client, path = signed_in(officer), f"/act/safety/cases/{made.pk}/"
    shown = text(client.post(path, {**NO, "beyond_first_aid": "yes", "days_away": "", "doing": "path"}))
    assert "This leads to: recordable, other recordable case." in shown
    assert "Still open, and it could change this: days away from work." in shown
    with pytest.raises(SafetyRefusedError, match="Say why"):
        decide_case(case_id=made.pk, seen=0, decision=Decision(AWAY.answers, False), actor=officer, now=now)
    with pytest.raises(SafetyRefusedError, match="outcome and one of the six"):
        decide_case(case_id=made.pk, seen=0, decision=Decision(AWAY.answers, True), actor=officer, now=now)
    otherwise = Decision(AWAY.answers, False, despite="The doctor took it back.")
    found = decide_case(case_id=made.pk, seen=0, decision=otherwise, actor=officer, now=now)
    assert (found.despite, found.outcome, found.number) == ("The doctor took it back.", "", None)
    assert CaseClock.objects.get(case=made).not_owed != ""
    with pytest.raises(PermissionDenied):
        begin_case(incident_id=injury(cast.employee).pk, actor=cast.top_leader, now=now)
    page = text(signed_in(officer).get(f"/act/incidents/{made.incident_id}/"))
    assert f'href="{path}"' in page
    assert "Open the case" not in text(signed_in(cast.top_leader).get(f"/act/incidents/{made.incident_id}/"))
    near = injury(cast.employee)
    Incident.objects.filter(pk=near.pk).update(kind="near_miss")
    with pytest.raises(SafetyRefusedError, match="Only an injury"):
        begin_case(incident_id=near.pk, actor=officer, now=now)


def test_a_clock_counts_from_when_it_was_known_and_says_late_plainly(cast: Cast, kept: Kept) -> None:
    officer, now = kept.officer, timezone.now()
    knew = kept.case.incident.reported_at + timedelta(hours=2)
    for _time in range(2):
        clock = clocks.start_clock(case_id=kept.case.pk, event="inpatient", knew_at=knew, actor=officer, now=now)
    assert clock.due_at - knew == timedelta(hours=24)
    assert clock.zone == "America/New_York"
    home = text(signed_in(officer).get("/"))
    assert "Stay in hospital as an in-patient: late by" in home
    assert "Stay in hospital as an in-patient: late by" in text(signed_in(cast.top_leader).get("/"))
    for moment, words in ((now + timedelta(hours=1), "to come"), (knew - timedelta(days=9), "before it happened")):
        with pytest.raises(SafetyRefusedError, match=words):
            clocks.start_clock(case_id=kept.case.pk, event="eye", knew_at=moment, actor=officer, now=now)
    with pytest.raises(SafetyRefusedError, match="before you knew"):
        clocks.meet_clock(clock_id=clock.pk, done_at=knew - timedelta(hours=1), reference="x", actor=officer, now=now)
    path = f"/act/safety/cases/{kept.case.pk}/"
    local = timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")
    shown = signed_in(officer).post(path, {"doing": f"met:{clock.pk}", "done_at": local, "reference": ""})
    assert shown.status_code == 422
    clocks.meet_clock(clock_id=clock.pk, done_at=now, reference="Area office, 4711", actor=officer, now=now)
    hours_late = int((now - clock.due_at).total_seconds() // 3600)
    assert f"done {hours_late} h" in text(signed_in(officer).get(path))
    with pytest.raises(SafetyRefusedError, match="told already"):
        clocks.waive_clock(clock_id=clock.pk, why="x", actor=officer, now=now)


def test_rules_are_one_s_own_and_running_clocks_stay(cast: Cast, kept: Kept) -> None:
    officer, now = kept.officer, timezone.now()
    values: dict[str, Any] = {"how": "", "source": "State plan", "is_active": True, "actor": officer, "now": now}
    knew = kept.case.incident.reported_at
    first = clocks.start_clock(case_id=kept.case.pk, event="death", knew_at=knew, actor=officer, now=now)
    clocks.keep_rule(authority="us-osha", event="amputation", hours=8, days=None, **values)
    second = clocks.start_clock(case_id=kept.case.pk, event="amputation", knew_at=knew, actor=officer, now=now)
    assert first.due_at == second.due_at == knew + timedelta(hours=8)
    clocks.keep_rule(authority="us-osha", event="eye", hours=24, days=None, **{**values, "is_active": False})
    with pytest.raises(SafetyRefusedError, match="no rule"):
        clocks.start_clock(case_id=kept.case.pk, event="eye", knew_at=knew, actor=officer, now=now)
    with pytest.raises(SafetyRefusedError, match="hours or for days"):
        clocks.keep_rule(authority="x", event="eye", hours=24, days=1, **values)
    assert "as shipped" in text(signed_in(officer).get("/act/safety/rules/"))


def test_health_data_lie_encrypted_and_every_look_is_shown(cast: Cast, kept: Kept) -> None:
    officer, now, person = kept.officer, timezone.now(), cast.employee.person
    assert person is not None
    path = f"/act/safety/cases/{kept.case.pk}/health/"
    assert signed_in(officer).post(path, HEALTH).status_code == 302
    sealed = bytes(CaseHealth.objects.get().sealed or b"")
    assert b"stitches" not in sealed
    assert "Five stitches" in text(signed_in(officer).get(path))
    with pytest.raises(PermissionDenied):
        health.read_health(case_id=kept.case.pk, purpose="page", actor=cast.top_leader, now=now)
    assert "Five stitches" not in text(signed_in(officer).get(f"/act/safety/cases/{kept.case.pk}/"))
    own = text(signed_in(cast.employee).get("/act/safety/own/"))
    assert "Five stitches" in own
    assert "Safety: opened the page of your health data" in own
    assert "Your health data were opened" in text(signed_in(cast.employee).get("/"))
    assert "Five stitches" not in text(signed_in(cast.north_leader).get("/act/safety/own/"))
    file = next(one for one in export_everywhere(person=str(person.pk), now=now) if one.name.endswith("safety.json"))
    assert b"Five stitches" in file.content
    for _time in range(2):
        erase_everywhere(person=str(person.pk), actor="test", now=now)
    found = InjuryCase.objects.get()
    assert (found.person, found.outcome, found.number) == (None, "days_away", 1)
    assert CaseHealth.objects.get().sealed is None
    CaseHealth.objects.update(sealed=sealed)
    assert health.opened_health(found) == {}
    with pytest.raises(SafetyRefusedError, match="forgotten"):
        health.write_health(case_id=found.pk, values=HEALTH, actor=officer, now=now)


def test_names_go_five_years_after_the_end_of_the_year(cast: Cast, kept: Kept) -> None:
    health.write_health(case_id=kept.case.pk, values=HEALTH, actor=kept.officer, now=timezone.now())
    year = kept.case.happened_date.year
    for moment, count in ((datetime(year + 5, 12, 30), 0), (datetime(year + 6, 1, 3), 1)):  # noqa: DTZ001
        now = timezone.make_aware(moment)
        assert slots.CASES_KEPT.apply(now - timedelta(days=slots.FIVE_YEARS), now) == count
    assert health.opened_health(InjuryCase.objects.get()) == {}
    assert not HealthLook.objects.exists()


def test_days_count_on_and_are_not_counted_twice(cast: Cast, kept: Kept) -> None:
    officer, now, day = kept.officer, timezone.now(), kept.case.happened_date
    for _time in range(2):
        spell = add_spell(case_id=kept.case.pk, kind="away", from_date=day, until_date=None, actor=officer, now=now)
    page = text(signed_in(officer).get(f"/act/safety/cases/{kept.case.pk}/"))
    assert "counting on" in page
    with pytest.raises(SafetyRefusedError, match="counted already"):
        add_spell(case_id=kept.case.pk, kind="away", from_date=day, until_date=day, actor=officer, now=now)
    early = day - timedelta(days=1)
    with pytest.raises(SafetyRefusedError, match="day after"):
        add_spell(case_id=kept.case.pk, kind="restricted", from_date=early, until_date=day, actor=officer, now=now)
    cases.end_spell(spell_id=spell.pk, until_date=day + timedelta(days=2), actor=officer, now=now)
    assert '<b class="num">2</b> away' in text(signed_in(officer).get(f"/act/safety/cases/{kept.case.pk}/"))


def test_a_privacy_case_shows_no_name_and_keeps_no_reason(cast: Cast, kept: Kept) -> None:
    officer, now = kept.officer, timezone.now()
    private = Decision(AWAY.answers, True, "days_away", "injury", "mental")
    found = decide_case(case_id=kept.case.pk, seen=1, decision=private, actor=officer, now=now)
    assert found.is_private
    kept_so = Decision(AWAY.answers, True, "days_away", "poisoning", cases.KEPT)
    assert decide_case(case_id=kept.case.pk, seen=2, decision=kept_so, actor=officer, now=now).is_private
    asked = Decision(AWAY.answers, True, "days_away", "injury", "asked")
    with pytest.raises(SafetyRefusedError, match="illness only"):
        decide_case(case_id=kept.case.pk, seen=3, decision=asked, actor=officer, now=now)
    place, today = Establishment.objects.get(), timezone.localdate(now)
    book = year_book(establishment=place, year=found.happened_date.year, today=today)
    assert [line.name for line in log_sheet(book=book, actor=officer, now=now).lines] == ["privacy case"]


def test_a_meeting_is_made_of_the_records_and_carries_over(cast: Cast, kept: Kept) -> None:
    officer, now, owner = kept.officer, timezone.now(), cast.north_leader.person
    assert owner is not None
    for _time in range(2):
        meetings.draft_next_meeting(now=now)
    assert SafetyMeeting.objects.count() == 1
    client = signed_in(officer)
    path = client.post("/act/safety/meetings/").headers["Location"]
    this_week = SafetyMeeting.objects.order_by("week_date")[0]
    assert "injury" in text(client.get(path)).casefold()
    hidden = injury(cast.top_leader, key="south1-t", back=0)
    assert hidden.unit is not None
    seen = text(signed_in(cast.north_leader).get(path))
    assert "about units you do not lead" in seen
    assert "Team south1" not in seen
    key, due = str(uuid4()), (timezone.localdate(now) + timedelta(days=2)).isoformat()
    for _time in range(2):
        given = {"doing": "decide", "key": key, "text": "Guards on all saws.", "owner": "north", "due_date": due}
        assert client.post(path, given).status_code == 302
    assert MeetingDecision.objects.count() == 1
    assert client.post(path, {"doing": "hold", "present": "nobody here"}).status_code == 422
    assert signed_in(cast.north_leader).post(path, {"doing": "hold", "present": "north"}).status_code == 403
    for _time in range(2):
        assert client.post(path, {"doing": "hold", "present": "north\ntop", "notes": "Calm."}).status_code == 302
    held = text(client.get(path))
    assert "Lea North" in held
    assert "Ada Top" in held
    later = SafetyMeeting.objects.order_by("week_date").last()
    assert later is not None
    assert this_week.pk != later.pk
    next_path = f"/act/safety/meetings/{later.pk}/"
    assert "Guards on all saws." in text(client.get(next_path))
    assert "Guards on all saws." in text(signed_in(cast.north_leader).get("/"))
    answer = signed_in(cast.north_leader).post(next_path, {"doing": f"done:{key}", "words": "All eleven."})
    assert answer.status_code == 302
    assert "Guards on all saws." not in text(client.get(next_path))
