"""A year of safety in the sample organisation: hours, the injuries its simulation drew, last week's meeting."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from django.utils.timezone import localdate

from headwater.rooms.act.incidents import duties
from headwater.rooms.act.incidents.demo import code_of
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.incidents.who import account_of, top_leader
from headwater.rooms.act.logic.incidents import FIX, MEET, REPEAT, TELL
from headwater.rooms.act.logic.recordable import QUESTIONS
from headwater.rooms.act.logic.safety_clocks import US_FEDERAL
from headwater.rooms.act.models import HoursWorked, Incident, InjuryCase, SafetyMeeting
from headwater.rooms.act.present_units import top_unit
from headwater.rooms.act.safety import cases, clocks, health, hours, meetings, rates
from headwater.rooms.act.safety.establishments import Said, keep_establishment
from headwater.rooms.people.models import Person, Unit, User

HOURS_A_MONTH = Decimal(153)
MOST_CASES = 8
QUARTER = timedelta(days=91)
FIRST_CODE = 100
"""Receipt codes of the incidents' own demonstration come before."""

WHAT = (
    ("A foot slipped on the wet step of the wash hall.", "Sprained left ankle, wet steel step", "injury"),
    ("A back gave way while a wheel was lifted by hand.", "Strain of the lower back, vehicle wheel", "injury"),
    ("A hand was cut on the edge of a floor plate.", "Cut on the right palm, steel floor plate", "injury"),
    (
        "The skin of both hands came up after the new cleaner.",
        "Rash on both hands, degreasing cleaner",
        "skin_disorder",
    ),
    ("Dust from the sanding of seats was breathed in.", "Irritated airways, seat foam dust", "respiratory"),
    ("A door fell shut on a finger.", "Crushed left index finger, cabinet door", "injury"),
)
OUTCOMES = {"days away": "days_away", "restricted": "restricted", "other": "other"}
CRITERIA = {"days_away": "days_away", "restricted": "restricted", "other": "beyond_first_aid"}


@dataclass(frozen=True)
class DemoCast:
    """Who acts in the demonstration."""

    officer: User
    leader: User
    reporter: User
    top: Unit


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build hours, an establishment, cases and two meetings; again changes nothing."""
    officer = User.objects.filter(email="safety.officer@demo.example").first()
    reporter = User.objects.filter(email="team.leader@demo.example").first()
    leader, top = account_of(top_leader()), top_unit()
    if officer is None or reporter is None or leader is None or top is None or HoursWorked.objects.exists():
        return []
    cast = DemoCast(officer, leader, reporter, top)
    _hours(cast, seed, now)
    _establishment(cast, people, now)
    rates.choose_shipped(name="Private industry, 2024", actor=officer, now=now)
    _injuries(cast, people, seed, now)
    _own_case(cast, now)
    _meetings(cast, now)
    return []


def _hours(cast: DemoCast, seed: int, now: datetime) -> None:
    """Hours from January of last year to last month, brought in as a file; one team's last month is missing."""
    today, drawn = localdate(now), random.Random(f"headwater:demo:hours:{seed}")
    months = [(today.year - 1, month) for month in range(1, 13)] + [(today.year, m) for m in range(1, today.month)]
    staffed = list(Unit.objects.filter(is_open=True, own_people__gt=0).order_by("number"))
    lines = ["unit,month,hours,people"]
    for unit in staffed:
        for month in months:
            if unit == staffed[-1] and month == months[-1]:
                continue
            share = Decimal(round(drawn.uniform(0.93, 1.04) - (0.06 if month[1] in (7, 8, 12) else 0), 3))
            worked = (HOURS_A_MONTH * unit.own_people * share).quantize(Decimal("0.5"))
            lines.append(f"{unit.key},{month[0]}-{month[1]:02d},{worked},{unit.own_people}")
    content = "\n".join(lines).encode() + b"\n"
    made = hours.check_file(content=content, file_name="hours.csv", actor=cast.officer, now=now)
    hours.apply_file(file_id=made.pk, actor=cast.officer, now=now)


def _establishment(cast: DemoCast, people: int, now: datetime) -> None:
    said = Said(
        name=cast.top.name[:100],
        company_name=cast.top.name[:100],
        ein="123456789",
        street="400 Harbor Street",
        city="Toledo",
        state="OH",
        zip="43604",
        naics="485111",
        industry="Mixed mode transit systems",
        most_people=people,
        authority=US_FEDERAL,
        zone="America/New_York",
    )
    keep_establishment(unit=cast.top, said=said, actor=cast.officer, now=now)


def _injuries(cast: DemoCast, people: int, seed: int, now: datetime) -> None:
    """The injuries that the simulation drew for the year, each reported, worked and decided when it happened."""
    from headwater.simulation.demonstration import QUARTERS, demonstration

    drawn = random.Random(f"headwater:demo:injuries:{seed}")
    units = {one.key: one for one in Unit.objects.filter(is_open=True)}
    found = [one for one in demonstration(people, seed).incidents if one.unit in units][-MOST_CASES:]
    for number, one in enumerate(found):
        start = now - QUARTER * (QUARTERS - one.wave)
        at = min(start + timedelta(days=drawn.randrange(80), hours=drawn.randrange(8)), now - timedelta(days=12))
        what, description, illness = WHAT[number % len(WHAT)]
        report = Report(
            kind="injury",
            what=what,
            happened_date=localdate(at),
            unit=units[one.unit],
            place="Depot",
            injured_words="a colleague",
        )
        code = code_of(seed, FIRST_CODE + number)
        incident = report_incident(report=report, code=code, actor=cast.reporter, now=at)
        _settle(incident, cast, at)
        who = Person.objects.filter(unit=units[one.unit], is_active=True).order_by("key").first()
        case = _decide(incident, cast, who, OUTCOMES[one.kind], one.days_away, description, illness, at)
        if not number:
            _hospital(case, cast, at)


def _hospital(case: InjuryCase, cast: DemoCast, at: datetime) -> None:
    """Somebody stayed in hospital: the authority was told in time."""
    later, knew = at + timedelta(days=3), case.known_at
    clock = clocks.start_clock(case_id=case.pk, event="inpatient", knew_at=knew, actor=cast.officer, now=later)
    told, words = knew + timedelta(hours=19), "Area office, report 4711"
    clocks.meet_clock(clock_id=clock.pk, done_at=told, reference=words, actor=cast.officer, now=later)


def _settle(incident: Incident, cast: DemoCast, at: datetime) -> None:
    """Keep what the leader owed, in short, and close."""
    duties.open_incident(incident_id=incident.pk, actor=cast.leader, now=at + timedelta(minutes=25))
    for key, excuse in (
        (MEET, "They asked not to be visited."),
        (REPEAT, "The task is done by licensed people only."),
        (FIX, "Fixed by the depot on the same day."),
        (TELL, "Told at the shift handover."),
    ):
        version = Incident.objects.get(pk=incident.pk).version
        later = at + timedelta(days=1)
        duties.excuse_duty(
            incident_id=incident.pk, key=key, excuse=excuse, version=version, actor=cast.leader, now=later
        )
    version = Incident.objects.get(pk=incident.pk).version
    duties.close_incident(incident_id=incident.pk, version=version, actor=cast.leader, now=at + timedelta(days=2))


def _decide(
    incident: Incident,
    cast: DemoCast,
    who: Person | None,
    outcome: str,
    away: int,
    description: str,
    illness: str,
    at: datetime,
) -> InjuryCase:
    later, day, officer = at + timedelta(days=3), incident.happened_date, cast.officer
    case = cases.begin_case(incident_id=incident.pk, actor=officer, now=later)
    assert case.unit is not None
    cases.place_case(
        case_id=case.pk, unit=case.unit, person=who, job_title="Operator", happened_date=day, actor=officer, now=later
    )
    answers = dict.fromkeys(QUESTIONS, "no") | {"work_related": "yes", "new_case": "yes", CRITERIA[outcome]: "yes"}
    decision = cases.Decision(answers, is_recordable=True, outcome=outcome, illness=illness)
    cases.decide_case(case_id=case.pk, seen=0, decision=decision, actor=officer, now=later)
    if outcome != "other":
        kind, length = ("away", away) if outcome == "days_away" else ("restricted", 4)
        first = day + timedelta(days=1)
        last = first + timedelta(days=length - 1)
        end = max(later, at + timedelta(days=length + 1))
        cases.add_spell(case_id=case.pk, kind=kind, from_date=first, until_date=last, actor=officer, now=end)
    health.write_health(case_id=case.pk, values=_health(description, day), actor=officer, now=later)
    return case


def _health(description: str, day: date) -> dict[str, str]:
    return {
        "description": description,
        "place": "Depot",
        "birth_date": "1984-05-17",
        "hire_date": "2019-03-04",
        "emergency_room": "yes",
        "in_patient": "no",
        "time_started": "06:00",
        "time_of_event": "09:40",
        "before": "Preparing a vehicle for the day.",
        "happened": "It happened while the vehicle stood in the hall.",
        "injury": description,
        "substance": description.rpartition(", ")[2],
    }


def _own_case(cast: DemoCast, now: datetime) -> None:
    """The injury of the incidents' demonstration becomes a case: first aid alone, so it is not recordable."""
    first = Incident.objects.filter(kind="injury", injured__isnull=False).order_by("reported_at").last()
    if first is None or InjuryCase.objects.filter(incident=first).exists():
        return
    later = first.reported_at + timedelta(days=2)
    case = cases.begin_case(incident_id=first.pk, actor=cast.officer, now=later)
    answers = dict.fromkeys(QUESTIONS, "no") | {"work_related": "yes", "new_case": "yes"}
    decision = cases.Decision(answers, is_recordable=False)
    cases.decide_case(case_id=case.pk, seen=0, decision=decision, actor=cast.officer, now=later)
    values = {"description": "Two bruised fingers of the left hand", "body_part": "Left hand"}
    health.write_health(case_id=case.pk, values=values, actor=cast.officer, now=later)


def _meetings(cast: DemoCast, now: datetime) -> None:
    """Last week's meeting was held with a decision that is still open; next week's is drafted."""
    monday = meetings.monday_of(localdate(now)) - meetings.WEEK
    held_at = now - timedelta(days=localdate(now).weekday() + 5)
    made = meetings.draft_meeting(week_date=monday, now=held_at - timedelta(days=6))
    if made.state == SafetyMeeting.State.HELD or cast.leader.person is None or cast.reporter.person is None:
        return
    for number, (text, days) in enumerate(
        (("Rails on every wet step before the winter.", 20), ("Ask the night shift.", 6))
    ):
        key = uuid5(NAMESPACE_URL, f"headwater:demo:safety:decision:{number}")
        owner = (cast.leader.person, cast.reporter.person)[number]
        due = localdate(now) + timedelta(days=days)
        meetings.add_decision(
            decision_id=key, meeting_id=made.pk, text=text, owner=owner, due_date=due, actor=cast.officer, now=held_at
        )
    present = [cast.leader.person, cast.reporter.person]
    notes = "Steps are wet where hoses are rolled up over them. The night shift was not asked yet."
    meetings.hold_meeting(meeting_id=made.pk, present=present, notes=notes, actor=cast.officer, now=held_at)
    meetings.draft_next_meeting(now=now)
