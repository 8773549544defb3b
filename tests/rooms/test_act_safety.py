"""Safety: cases decided once, clocks that count hours, health data that only some read, rates, the log and meetings."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from tests.rooms.conftest import Cast, bring_in, organisation_csv, signed_in, unit

from headwater.formats.osha import read_osha
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.logic.receipts import new_code
from headwater.rooms.act.logic.recordable import QUESTIONS
from headwater.rooms.act.models import (
    CaseClock,
    CaseHealth,
    Establishment,
    HealthLook,
    HoursWorked,
    Incident,
    InjuryCase,
    MeetingDecision,
    SafetyMeeting,
)
from headwater.rooms.act.safety import cases, clocks, health, hours, meetings, slots
from headwater.rooms.act.safety.cases import Decision, add_spell, begin_case, decide_case, place_case
from headwater.rooms.act.safety.establishments import Said, keep_establishment
from headwater.rooms.act.safety.log_forms import log_sheet, year_book
from headwater.rooms.act.safety.places import establishment_of
from headwater.rooms.act.safety.refusals import DecidedMeanwhileError, SafetyRefusedError
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.people.models import Person, User

pytestmark = pytest.mark.django_db

NO = dict.fromkeys(QUESTIONS, "no") | {"work_related": "yes", "new_case": "yes"}
AWAY = Decision(NO | {"days_away": "yes"}, is_recordable=True, outcome="days_away", illness="injury")
SAID = Said(
    name="Works, Akron", street="1 Mill Lane", city="Akron", state="OH", zip="04430", naics="332710", most_people=30,
    authority="us-osha", zone="America/New_York",
)  # fmt: skip
HEALTH = {
    "description": "Cut on the left hand", "place": "Hall 2", "birth_date": "1980-05-06", "hire_date": "2015-01-02",
    "sex": "F", "emergency_room": "yes", "in_patient": "no", "time_of_event": "09:40", "before": "Trimming sheet",
    "happened": "The guard was up", "injury": "Five stitches", "substance": "Sheet metal",
}  # fmt: skip


def injury(by: User, key: str = "north1-t", back: int = 3, person: str = "") -> Incident:
    now = timezone.now()
    report = Report(
        kind="injury",
        what="A hand was cut.",
        happened_date=timezone.localdate(now) - timedelta(days=back),
        clock=time(9, 40),
        unit=unit(key),
        place="Hall 2",
        injured=Person.objects.get(key=person) if person else None,
    )
    return report_incident(
        report=report, code=new_code(), actor=by, now=now - timedelta(days=back) + timedelta(hours=1)
    )


@dataclass(frozen=True)
class Kept:
    case: InjuryCase
    officer: User


@pytest.fixture
def kept(cast: Cast) -> Kept:
    """A recordable case of the employee, in the log of an establishment."""
    now = timezone.now()
    keep_establishment(unit=unit("all"), said=SAID, actor=cast.safety_officer, now=now)
    made = begin_case(incident_id=injury(cast.top_leader, person="north1a").pk, actor=cast.safety_officer, now=now)
    made = decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=cast.safety_officer, now=now)
    return Kept(made, cast.safety_officer)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


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


def fill_hours(officer: User, keys: tuple[str, ...] = ("north1-t", "south1-t"), skip: int = 0) -> int:
    year = timezone.localdate().year - 1
    for key in keys:
        for month in range(1, 13 - skip):
            hours.enter_hours(
                unit=unit(key), year=year, month=month, hours=Decimal(5_000), people=Decimal(30), actor=officer,
                now=timezone.now(),
            )  # fmt: skip
    return year


def test_rates_have_their_interval_their_industry_and_their_flags(cast: Cast) -> None:
    officer, now = cast.safety_officer, timezone.now()
    year = fill_hours(officer, skip=2)
    for _number in range(3):
        made = begin_case(incident_id=injury(cast.top_leader).pk, actor=officer, now=now)
        place_case(
            case_id=made.pk, unit=unit("north1-t"), person=None, job_title="", happened_date=date(year, 3, 4),
            actor=officer, now=now,
        )  # fmt: skip
        decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=officer, now=now)
    client = signed_in(officer)
    assert client.post("/act/safety/industry/", {"doing": "shipped", "name": "Hospitals, 2021"}).status_code == 302
    page = text(client.get(f"/act/safety/?year={year}"))
    assert "Works has 3 recordable cases" in page
    assert "That is 6.0 in 200,000 hours" in page
    assert "from 1.2 to 17.5 is likely" in page
    assert "Too close to call against Hospitals, 2021." in page
    assert "Hours are missing for 2 months." in page
    assert "a rate says little" in page
    south = text(signed_in(cast.top_leader).get(f"/act/safety/?year={year}&unit=south-d"))
    assert "has no recordable case" in south
    none = text(client.get(f"/act/safety/?year={year}&unit=north2-t"))
    assert "no hours worked are kept" in none
    book = load_workbook(io.BytesIO(client.get(f"/act/safety/rates.xlsx?year={year}").content))
    assert book.active["G6"].value == '=IF($B6>0,IF(E6=0,0,CHIINV(0.975,2*E6)/2*200000/$B6),"")'
    cached = load_workbook(io.BytesIO(client.get(f"/act/safety/rates.xlsx?year={year}").content), data_only=True)
    assert [round(cached.active[f"{column}6"].value, 2) for column in "EFGH"] == [3, 6.0, 1.24, 17.53]
    rows = client.get(f"/act/safety/rates.csv?year={year}").content.decode("utf-8-sig").splitlines()
    assert rows[1].split(",")[8:12] == ["3", "6.0", "1.2373", "17.5345"]


def test_a_dissolved_unit_keeps_its_cases_and_hours_in_the_whole(cast: Cast) -> None:
    officer, now = cast.safety_officer, timezone.now()
    year = fill_hours(officer)
    made = begin_case(incident_id=injury(cast.top_leader).pk, actor=officer, now=now)
    place_case(
        case_id=made.pk, unit=unit("north1-t"), person=None, job_title="", happened_date=date(year, 3, 4),
        actor=officer, now=now,
    )  # fmt: skip
    decide_case(case_id=made.pk, seen=0, decision=AWAY, actor=officer, now=now)
    gone = tuple(f"north1{who}" for who in ("", *"abcd"))
    bring_in(organisation_csv(without=gone), cast.administrator, at=now)
    assert not unit("north1-t").is_open
    page = text(signed_in(officer).get(f"/act/safety/?year={year}"))
    assert "Works has one recordable case" in page
    assert "120,000" in page
    assert signed_in(officer).get(f"/act/safety/cases/{made.pk}/").status_code == 200


def test_an_establishment_outlives_its_unit_and_moves(cast: Cast, kept: Kept) -> None:
    officer, now, place = kept.officer, timezone.now(), Establishment.objects.get()
    path = f"/act/safety/establishments/{place.pk}/"
    given = {**asdict(SAID), "unit": "north1-t", "name": "Works, Canton"}
    assert signed_in(officer).post(path, given).status_code == 302
    place.refresh_from_db()
    assert (place.unit, place.name) == (unit("north1-t"), "Works, Canton")
    gone = tuple(f"north1{who}" for who in ("", *"abcd"))
    bring_in(organisation_csv(without=gone), cast.administrator, at=now)
    old = unit("north1-t")
    assert not old.is_open
    assert establishment_of(old) == place
    assert establishment_of(unit("south1-t")) is None
    assert "Its unit was dissolved" in text(signed_in(officer).get("/act/safety/establishments/"))
    other = unit("north2-t")
    hours.enter_hours(unit=other, year=2025, month=1, hours=Decimal(70), people=Decimal(1), actor=officer, now=now)
    hours.enter_hours(unit=old, year=2025, month=1, hours=Decimal(90), people=Decimal(1), actor=officer, now=now)
    assert year_book(establishment=place, year=2025, today=timezone.localdate(now)).hours == 90
    with pytest.raises(SafetyRefusedError, match="has this name"):
        keep_establishment(unit=unit("south-d"), said=replace(SAID, name="Works, Canton"), actor=officer, now=now)


def test_hours_come_from_a_file_after_a_dry_run(cast: Cast) -> None:
    client = signed_in(cast.safety_officer)

    def upload(content: str) -> Any:
        file = SimpleUploadedFile("hours.csv", content.encode())
        return client.post("/act/safety/hours/", {"doing": "file", "file": file}, follow=True)

    bad = upload("unit,month,hours,people\nnorth1-t,2025-13,5,1\nnowhere,2025-01,5,1\nnorth1-t,2025-02,5000,1\n")
    assert "This file cannot be used as it is" in text(bad)
    for words in ("'2025-13' cannot be read", "there is no unit 'nowhere'", "More hours than a month has"):
        assert words in text(bad)
    good = upload("unit,month,hours,people\nnorth1-t,2025-01,600.5,4\nnorth1-t,2025-02,610,4\n")
    assert "It would add 2, replace 0" in text(good)
    path = good.redirect_chain[-1][0]
    assert not HoursWorked.objects.exists()
    for _time in range(2):
        assert client.post(path, {"decision": "apply"}).status_code == 302
    assert HoursWorked.objects.count() == 2
    assert "leave 2 as they are" in text(
        upload("unit,month,hours,people\nnorth1-t,2025-01,600.5,4\nnorth1-t,2025-02,610,4\n")
    )
    given = {"doing": "one", "unit": "north1-t", "month": "2025-03", "hours": "10", "people": "0"}
    assert "Hours without people" in text(client.post("/act/safety/hours/", given))


def test_forms_and_uploads_are_made_of_the_log(cast: Cast, kept: Kept) -> None:
    officer, now, year = kept.officer, timezone.now(), kept.case.happened_date.year
    client, place = signed_in(officer), Establishment.objects.get()
    path = f"/act/safety/establishments/{place.pk}/{year}/"
    assert "below 1" in text(client.get(f"{path}form-300a.csv"))
    assert "lacks job_title" in text(client.get(f"{path}cases.csv"))
    hours.enter_hours(
        unit=unit("north1-t"), year=year, month=1, hours=Decimal(3_000), people=Decimal(25), actor=officer, now=now
    )
    day = kept.case.happened_date
    person = Person.objects.get(key="north1a")
    place_case(
        case_id=kept.case.pk, unit=unit("north1-t"), person=person, job_title="Fitter", happened_date=day,
        actor=officer, now=now,
    )  # fmt: skip
    add_spell(case_id=kept.case.pk, kind="away", from_date=day, until_date=None, actor=officer, now=now)
    health.write_health(case_id=kept.case.pk, values=HEALTH, actor=officer, now=now)
    summary = read_osha(client.get(f"{path}form-300a.csv").content).require().summaries[0]
    assert (summary.total_dafw_cases, summary.total_injuries, summary.size) == (1, 1, "21")
    found = read_osha(client.get(f"{path}cases.csv").content).require().cases[0]
    assert (found.case_number, found.incident_description) == (kept.case.label, "Cut on the left hand")
    assert b"Per north1a" not in client.get(f"{path}cases.csv").content
    for name in ("form-300.pdf", "form-300a.pdf"):
        assert client.get(path + name).content.startswith(b"%PDF")
    assert client.get(f"/act/safety/cases/{kept.case.pk}/form-301.pdf").content.startswith(b"%PDF")
    assert set(HealthLook.objects.values_list("purpose", flat=True)) >= {"log", "upload", "report", "written"}
    assert signed_in(cast.top_leader).get(f"{path}form-300.pdf").status_code == 403


def test_a_file_from_outside_is_checked_and_not_kept(cast: Cast) -> None:
    client = signed_in(cast.safety_officer)
    file = SimpleUploadedFile(
        "theirs.csv", b"establishment_name,ein,company_name,street_address,city,state\nA,1,B,C,D,XX\n"
    )
    answer = client.post("/act/safety/check/", {"file": file})
    assert answer.status_code == 422
    assert "no state or territory" in text(answer)
    assert signed_in(cast.analyst).get("/act/safety/check/").status_code == 403


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
