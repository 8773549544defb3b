"""The log, its summary, the report of a case and the two upload files, made of an establishment's year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.formats.osha import OUTCOME_CODES, TYPE_CODES, CaseRow, OshaFile, SummaryRow, check_rows, size_code
from headwater.rooms.act.logic.day_counts import (
    CountedCase,
    DayCount,
    Spell,
    SpellKind,
    YearSums,
    count_days,
    sum_year,
)
from headwater.rooms.act.logic.injury_rates import HoursRow, UnitRates, months_between, unit_rates
from headwater.rooms.act.logic.injury_rates import Span as RateSpan
from headwater.rooms.act.models import (
    CaseSpell,
    Establishment,
    EstablishmentYear,
    HealthLook,
    HoursWorked,
    InjuryCase,
)
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.health import read_health
from headwater.rooms.act.safety.places import Placing, held_by
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import Problem

if TYPE_CHECKING:
    from headwater.reports.renderers.safety_forms import FormPlace, LogSheet, ReportSheet, SummarySheet

LETTERS = {"death": "G", "days_away": "H", "restricted": "I", "other": "J"}


@dataclass(frozen=True)
class YearBook:
    """An establishment's year: its recordable cases with their days, and the hours that were worked."""

    establishment: Establishment
    year: int
    said: EstablishmentYear | None
    cases: tuple[tuple[InjuryCase, DayCount], ...]
    sums: YearSums
    worked: UnitRates

    @property
    def people(self) -> int:
        """Employees on average in the year, rounded up: whoever worked part of a year counts."""
        return int(-(-self.worked.people // 1))

    @property
    def hours(self) -> int:
        """Hours worked in the year, rounded."""
        return round(self.worked.hours)


def year_book(*, establishment: Establishment, year: int, today: date) -> YearBook:
    """Return an establishment's year as its records stand."""
    found = InjuryCase.objects.filter(establishment=establishment, year=year, is_recordable=True)
    listed = list(found.select_related("person", "incident").order_by("number"))
    days = days_of_all(listed, today)
    cases = tuple((one, days[one.pk]) for one in listed)
    counted = [CountedCase(one.outcome, one.illness, count.away, count.restricted) for one, count in cases]
    said = EstablishmentYear.objects.filter(establishment=establishment, year=year).first()
    return YearBook(establishment, year, said, cases, sum_year(counted), _worked(establishment, year))


def days_of(case: InjuryCase, today: date) -> DayCount:
    """Return the days of a case that count until a day."""
    return days_of_all([case], today)[case.pk]


def days_of_all(cases: Sequence[InjuryCase], today: date) -> dict[UUID, DayCount]:
    """Return the days of cases that count until a day, by case."""
    spells: dict[UUID, list[Spell]] = {one.pk: [] for one in cases}
    for one in CaseSpell.objects.filter(case__in=list(spells)):
        kind: SpellKind = "away" if one.kind == CaseSpell.Kind.AWAY else "restricted"
        spells[one.case_id].append(Spell(kind, one.from_date, one.until_date))
    return {one.pk: count_days(one.happened_date, spells[one.pk], today) for one in cases}


def log_sheet(*, book: YearBook, actor: User, now: datetime) -> LogSheet:
    """Return form 300 of a year. Every look at health data is kept. Raises PermissionDenied."""
    from headwater.reports.renderers.safety_forms import LogLine, LogSheet

    _require_health(book.establishment, actor, now)
    lines, lacking = [], 0
    for case, days in book.cases:
        health = read_health(case_id=case.pk, purpose=HealthLook.Purpose.LOG, actor=actor, now=now)
        forgotten = case.forgotten_at is not None
        lacking += not health.get("description") and not forgotten
        lines.append(
            LogLine(
                number=case.label,
                name="erased" if forgotten else "privacy case" if case.is_private else _name(case),
                job=case.job_title,
                day=case.happened_date.strftime("%m/%d/%Y"),
                where=health.get("place", "") or ("" if forgotten else case.incident.place),
                what="erased" if forgotten else health.get("description", ""),
                outcome=LETTERS[case.outcome],
                away=days.away,
                restricted=days.restricted,
                illness=int(TYPE_CODES[case.illness]),
            )
        )
    notes = [f"{lacking} of {len(lines)} cases have no description yet (F)."] if lacking else []
    if any(days.is_open for _case, days in book.cases):
        notes.append("Days of open cases are counted to the day this was made.")
    return LogSheet(place_of(book.establishment), book.year, tuple(lines), timezone.localdate(now), tuple(notes))


def summary_sheet(*, book: YearBook, now: datetime) -> SummarySheet:
    """Return form 300A of a year. It holds counts alone."""
    from headwater.reports.renderers.safety_forms import SummarySheet

    said, sums = book.said, book.sums
    told = {letter: sums.outcomes[outcome] for outcome, letter in LETTERS.items()}
    told |= {"K": sums.days_away, "L": sums.days_restricted}
    told |= {f"M{code}": sums.types[name] for name, code in TYPE_CODES.items()}
    notes = []
    if book.worked.missing_months:
        notes.append(f"Hours are missing for {len(book.worked.missing_months)} of 12 months.")
    if book.worked.gaps:
        units = len(book.worked.gaps)
        notes.append(f"Hours are missing in some months for {units} {'unit' if units == 1 else 'units'}.")
    certified = said.certified_date if said is not None else None
    return SummarySheet(
        place=place_of(book.establishment),
        year=book.year,
        sums=told,
        average_people=f"{book.people:,}",
        total_hours=f"{book.hours:,}",
        certified_by=said.certified_by if said is not None else "",
        certified_title=said.certified_title if said is not None else "",
        certified_phone=said.certified_phone if said is not None else "",
        certified_date=certified.strftime("%m/%d/%Y") if certified is not None else "",
        made_date=timezone.localdate(now),
        notes=tuple(notes),
    )


def report_sheet(*, case_id: UUID, actor: User, now: datetime) -> ReportSheet:
    """Return form 301 of a case; that somebody looked is kept.

    Raises InjuryCase.DoesNotExist, PermissionDenied, SafetyRefusedError for a case that stands in no log.
    """
    from headwater.reports.renderers.safety_forms import ReportSheet

    related = ("person", "incident", "establishment", "unit")
    case = InjuryCase.objects.select_related(*related).get(pk=case_id)
    if case.establishment is None or case.number is None:
        raise SafetyRefusedError(_("This case stands in no log. Decide it, and name its establishment."))
    health = read_health(case_id=case.pk, purpose=HealthLook.Purpose.REPORT, actor=actor, now=now)
    named = "privacy case" if case.is_private else _name(case)
    unknown = health.get("time_unknown") == "yes"
    answers = {
        "1": "erased" if case.forgotten_at is not None else named,
        "2": health.get("address", ""),
        "3": _us(health.get("birth_date", "")),
        "4": _us(health.get("hire_date", "")),
        "5": {"M": "male", "F": "female"}.get(health.get("sex", ""), ""),
        "6": health.get("doctor", ""),
        "7": health.get("facility", ""),
        "8": health.get("emergency_room", ""),
        "9": health.get("in_patient", ""),
        "10": case.label,
        "11": case.happened_date.strftime("%m/%d/%Y"),
        "12": health.get("time_started", ""),
        "13": "cannot be determined" if unknown else health.get("time_of_event", ""),
        "14": health.get("before", ""),
        "15": health.get("happened", ""),
        "16": health.get("injury", ""),
        "17": health.get("substance", ""),
        "18": _us(health.get("death_date", "")),
    }
    by = actor.name or actor.email
    return ReportSheet(place_of(case.establishment), case.label, answers, by, timezone.localdate(now))


def summary_row(book: YearBook) -> SummaryRow:
    """Return the row of form 300A for the upload."""
    place, sums = book.establishment, book.sums
    return SummaryRow(
        establishment_name=place.name,
        ein=place.ein,
        company_name=place.company_name,
        street_address=place.street,
        city=place.city,
        state=place.state,
        zip=place.zip,
        naics_code=place.naics,
        industry_description=place.industry,
        size=size_code(place.most_people),
        establishment_type=place.kind,
        year_filing_for=book.year,
        annual_average_employees=book.people,
        total_hours_worked=book.hours,
        no_injuries_illnesses="1" if sums.cases else "2",
        total_deaths=sums.outcomes["death"],
        total_dafw_cases=sums.outcomes["days_away"],
        total_djtr_cases=sums.outcomes["restricted"],
        total_other_cases=sums.outcomes["other"],
        total_dafw_days=sums.days_away,
        total_djtr_days=sums.days_restricted,
        total_injuries=sums.types["injury"],
        total_skin_disorders=sums.types["skin_disorder"],
        total_respiratory_conditions=sums.types["respiratory"],
        total_poisonings=sums.types["poisoning"],
        total_hearing_loss=sums.types["hearing_loss"],
        total_other_illnesses=sums.types["other_illness"],
        change_reason=book.said.change_reason if book.said is not None else "",
    )


def check_summaries(books: list[YearBook]) -> OshaFile:
    """Return the upload of form 300A of some establishments as it would be read, with all that is wrong."""
    return check_rows([summary_row(book) for book in books], name="form-300a.csv")


def case_rows(*, book: YearBook, actor: User, now: datetime) -> tuple[list[CaseRow], list[Problem]]:
    """Return the rows of the case upload, and what keeps cases out of it. Every look is kept.

    Raises PermissionDenied.
    """
    _require_health(book.establishment, actor, now)
    rows, problems = [], []
    for case, days in book.cases:
        if case.forgotten_at is not None:
            problems.append(Problem(f"case {case.label} was erased and cannot be told in detail.", file="cases"))
            continue
        health = read_health(case_id=case.pk, purpose=HealthLook.Purpose.UPLOAD, actor=actor, now=now)
        lacking = _lacking(case, health)
        if lacking:
            message = f"case {case.label} lacks {', '.join(lacking)}."
            problems.append(Problem(message, "Fill them in on the page of its health data.", file="cases"))
            continue
        rows.append(_case_row(book, case, days, health))
    return rows, problems


NEEDED = (
    "description",
    "birth_date",
    "hire_date",
    "emergency_room",
    "in_patient",
    "before",
    "happened",
    "injury",
    "substance",
)


def _lacking(case: InjuryCase, health: dict[str, str]) -> list[str]:
    found = [name for name in NEEDED if not health.get(name)]
    if not case.job_title:
        found.insert(0, "job_title")
    if not (health.get("place") or case.incident.place):
        found.append("place")
    if health.get("time_unknown") != "yes" and not health.get("time_of_event"):
        found.append("time_of_event")
    if case.outcome == "death" and not health.get("death_date"):
        found.append("death_date")
    return found


def _case_row(book: YearBook, case: InjuryCase, days: DayCount, health: dict[str, str]) -> CaseRow:
    unknown = health.get("time_unknown") == "yes"
    death = health.get("death_date", "") if case.outcome == "death" else ""
    return CaseRow(
        establishment_name=book.establishment.name,
        year_of_filing=book.year,
        case_number=case.label,
        job_title=case.job_title,
        date_of_incident=case.happened_date,
        incident_location=health.get("place") or case.incident.place,
        incident_description=health["description"],
        incident_outcome=OUTCOME_CODES[case.outcome],
        dafw_num_away=days.away or None,
        djtr_num_tr=days.restricted or None,
        type_of_incident=TYPE_CODES[case.illness],
        date_of_birth=date.fromisoformat(health["birth_date"]),
        date_of_hire=date.fromisoformat(health["hire_date"]),
        sex=health.get("sex", ""),
        treatment_facility_type="1" if health["emergency_room"] == "yes" else "0",
        treatment_in_patient="1" if health["in_patient"] == "yes" else "0",
        time_started_work=_time(health.get("time_started", "")),
        time_of_incident=None if unknown else _time(health.get("time_of_event", "")),
        time_unknown="1" if unknown else "",
        nar_before_incident=health["before"],
        nar_what_happened=health["happened"],
        nar_injury_illness=health["injury"],
        nar_object_substance=health["substance"],
        date_of_death=date.fromisoformat(death) if death else None,
    )


def place_of(place: Establishment) -> FormPlace:
    """Return an establishment as forms name it."""
    from headwater.reports.renderers.safety_forms import FormPlace

    told = (place.company_name, place.street, place.city, place.state, place.zip, place.naics, place.industry)
    return FormPlace(place.name, *told)


def _worked(establishment: Establishment, year: int) -> UnitRates:
    """The hours of an establishment's units: those below it that no other establishment holds, as they stand today."""
    placing = Placing()
    placing.learn(Unit.objects.filter(is_open=True).exclude(number=None))
    holder = held_by(placing)
    units: dict[UUID, int] = {}
    found = []
    for row in HoursWorked.objects.filter(year=year).select_related("unit"):
        if holder(row.unit) == establishment.pk:
            place = units.setdefault(row.unit_id, len(units))
            found.append(HoursRow(place, (row.year, row.month), float(row.hours), float(row.people)))
    return unit_rates(RateSpan(0, len(units)), months_between((year, 1), (year, 12)), found, ())


def _require_health(place: Establishment, actor: User, now: datetime) -> None:
    if not may(viewer_of(actor, today=timezone.localdate(now)), "safety.health", place.unit):
        raise PermissionDenied


def _name(case: InjuryCase) -> str:
    return str(case.person) if case.person is not None else case.incident.injured_words


def _us(text: str) -> str:
    return date.fromisoformat(text).strftime("%m/%d/%Y") if text else ""


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
