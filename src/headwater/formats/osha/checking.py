"""Rules that hold between cells, between rows, and between the two upload files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from headwater.formats.osha.cells import Value
from headwater.formats.osha.fields import (
    HOURS_OF_A_YEAR,
    MOST_DAYS,
    OUTCOME_CODES,
    OUTCOME_TOTALS,
    SIZE_ENDS,
    STATES,
    TYPE_TOTALS,
)
from headwater.formats.osha.rows import CaseRow, SummaryRow
from headwater.formats.problem_log import ProblemLog, shown
from headwater.vocab import Problem

Cells = Mapping[str, Value]
"""One row, by column; None where a cell is empty or wrong."""


def _numbers(cells: Cells, names: Iterable[str]) -> list[int] | None:
    found = [cells[name] for name in names]
    whole = [value for value in found if isinstance(value, int)]
    return whole if len(whole) == len(found) else None


def check_summary(cells: Cells, row: int, log: ProblemLog) -> None:
    """Check one establishment's year against itself."""
    state = cells["state"]
    if isinstance(state, str) and state.upper() not in STATES:
        log.add("state", f"{shown(state)} is no state or territory.", "Write its two letters.", row=row, column="state")
    street = cells["street_address"]
    if isinstance(street, str) and street.upper().replace(".", "").replace(" ", "").startswith("POBOX"):
        message = "this is a post box; the establishment's own street is asked for."
        log.add("box", message, "Write the street.", row=row, column="street_address", severity="warning")
    _check_totals(cells, row, log)
    _check_days(cells, row, log)
    _check_size(cells, row, log)


def _check_totals(cells: Cells, row: int, log: ProblemLog) -> None:
    outcomes, types = _numbers(cells, OUTCOME_TOTALS), _numbers(cells, TYPE_TOTALS)
    if outcomes is not None and types is not None and sum(outcomes) != sum(types):
        message = f"the outcomes sum to {sum(outcomes)} cases and the six types to {sum(types)}."
        log.add("sums", message, "Count every case once by outcome and once by type.", row=row)
    told, cases = cells["no_injuries_illnesses"], sum(outcomes or [0]) + sum(types or [0])
    column = "no_injuries_illnesses"
    if outcomes is None or types is None:
        return
    if told == "2" and cases:
        message = "2 says that there was no injury or illness, and cases are counted."
        log.add("none", message, "Write 1, or take the cases out.", row=row, column=column)
    if told == "1" and not cases:
        message = "1 says that there were injuries or illnesses, and no case is counted."
        log.add("some", message, "Write 2, or count the cases.", row=row, column=column)


def _check_days(cells: Cells, row: int, log: ProblemLog) -> None:
    pairs = (("total_dafw_cases", "total_dafw_days", "away"), ("total_djtr_cases", "total_djtr_days", "restricted"))
    every = _numbers(cells, OUTCOME_TOTALS)
    for cases_name, days_name, words in pairs:
        found = _numbers(cells, (cases_name, days_name))
        if found is None or every is None:
            continue
        cases, days = found
        if cases > days:
            message = f"{cases} cases have such days, and only {days} days are counted."
            log.add(days_name, message, "Every such case has at least one day.", row=row, column=days_name)
        # restricted days also come with cases whose worst outcome is days away; a death may have had either
        carrying = every[0] + every[1] + (every[2] if words == "restricted" else 0)
        if days > MOST_DAYS * carrying:
            message = f"{days:,} days are more than {MOST_DAYS} for each case that can have them ({carrying})."
            log.add(days_name, message, f"Count at most {MOST_DAYS} days a case.", row=row, column=days_name)


def _check_size(cells: Cells, row: int, log: ProblemLog) -> None:
    found = _numbers(cells, ("annual_average_employees", "total_hours_worked"))
    if found is None:
        return
    people, hours = found
    if hours >= people * HOURS_OF_A_YEAR:
        message = f"{hours:,} hours are {hours / people:,.0f} for each of {people:,} people: no year has so many."
        log.add("hours", message, "Check hours and people.", row=row, column="total_hours_worked")
    size = cells["size"]
    end = SIZE_ENDS[size][1] if isinstance(size, str) else None
    if end is not None and people > end:
        message = f"on average {people:,} people worked there; the size {size} ends at {end}."
        log.add("size", message, "The size goes by the most people at any time.", row=row, column="size")


def check_case(cells: Cells, row: int, log: ProblemLog, today: date | None) -> None:
    """Check one case against itself. today: no incident lies after it."""
    _check_case_days(cells, row, log)
    _check_dates(cells, row, log, today)
    unknown, at = cells["time_unknown"] == "1", cells["time_of_incident"]
    if unknown and at is not None:
        message = "a time stands here, and time_unknown says that it is not known."
        log.add("time", message, "Keep one of the two.", row=row, column="time_of_incident")
    if not unknown and at is None:
        message = "neither a time stands here nor does time_unknown say 1."
        log.add("time", message, "Write the time, or 1 in time_unknown.", row=row, column="time_of_incident")


def _check_case_days(cells: Cells, row: int, log: ProblemLog) -> None:
    outcome = cells["incident_outcome"]
    days = (cells["dafw_num_away"], cells["djtr_num_tr"])
    away, restricted = (value if isinstance(value, int) else 0 for value in days)
    if outcome == OUTCOME_CODES["days_away"] and not away:
        message = "the outcome is days away, and no day away is counted."
        log.add("away", message, "Count the days.", row=row, column="dafw_num_away")
    if outcome == OUTCOME_CODES["restricted"]:
        if not restricted:
            message = "the outcome is restricted work or transfer, and no such day is counted."
            log.add("restricted", message, "Count the days.", row=row, column="djtr_num_tr")
        if away:
            message = f"the outcome is restricted work or transfer, and {away} days away are counted."
            log.add("worse", message, "The outcome is the worst one: write 2.", row=row, column="incident_outcome")
    if outcome == OUTCOME_CODES["other"] and (away or restricted):
        message = "the outcome is another recordable case, and days are counted."
        log.add("worse", message, "Write 2 or 3, or take the days out.", row=row, column="incident_outcome")
    if away + restricted > MOST_DAYS:
        message = f"{away + restricted} days are counted; {MOST_DAYS} in all are enough."
        log.add("cap", message, row=row, column="djtr_num_tr", severity="warning")


def _check_dates(cells: Cells, row: int, log: ProblemLog, today: date | None) -> None:
    def day(name: str) -> date | None:
        value = cells[name]
        return value if isinstance(value, date) else None

    def refuse(column: str, message: str, remedy: str = "Correct the date.") -> None:
        log.add(f"date:{column}", message, remedy, row=row, column=column)

    at, born, hired, died = (day(f"date_of_{name}") for name in ("incident", "birth", "hire", "death"))
    year = cells["year_of_filing"]
    if at is not None and isinstance(year, int) and at.year != year:
        refuse("date_of_incident", f"{at.isoformat()} does not lie in {year}.", "A case belongs to the year it began.")
    if at is not None and today is not None and at > today:
        refuse("date_of_incident", f"{at.isoformat()} lies ahead.")
    if born is not None and at is not None and born >= at:
        refuse("date_of_birth", "the birth does not lie before the incident.")
    if hired is not None and at is not None and hired > at:
        refuse("date_of_hire", "the hire lies after the incident.")
    if born is not None and hired is not None and born >= hired:
        refuse("date_of_hire", "the hire does not lie after the birth.")
    is_death = cells["incident_outcome"] == OUTCOME_CODES["death"]
    if is_death and died is None:
        refuse("date_of_death", "the outcome is death, and no date of it stands here.", "Write the date.")
    if died is not None and not is_death:
        refuse("date_of_death", "a date of death stands here, and the outcome is another.", "Write 1 as outcome.")
    if died is not None and at is not None and died < at:
        refuse("date_of_death", "the death lies before the incident.")


def check_once(keys: Sequence[tuple[object, ...]], rows: Sequence[int], column: str, log: ProblemLog) -> None:
    """Refuse rows that say the same thing a second time. keys: one a row, folded; None parts are not compared."""
    first: dict[tuple[object, ...], int] = {}
    for key, row in zip(keys, rows, strict=True):
        if None in key:
            continue
        if key in first:
            message = f"the same stands here a second time; the first is in row {first[key]}."
            log.add("twice", message, "Keep one of them.", row=row, column=column)
        else:
            first[key] = row


def check_together(summaries: Sequence[SummaryRow], cases: Sequence[CaseRow]) -> tuple[Problem, ...]:
    """Check that the cases of a year are those that form 300A counts. Returns one problem for each that differs."""
    found: list[Problem] = []
    known = {(one.establishment_name.casefold(), one.year_filing_for) for one in summaries}
    for name, year in sorted({(one.establishment_name, one.year_of_filing) for one in cases}):
        if (name.casefold(), year) not in known:
            message = f"{shown(name)}, {year}: there are cases and no row of form 300A."
            found.append(Problem(message, "Give both files of the same establishments."))
    for summary in summaries:
        own = [
            one
            for one in cases
            if (one.establishment_name.casefold(), one.year_of_filing)
            == (summary.establishment_name.casefold(), summary.year_filing_for)
        ]
        for column, told, counted in _pairs(summary, own):
            if told != counted:
                place = f"{shown(summary.establishment_name)}, {summary.year_filing_for}"
                message = f"{place}: form 300A says {told} and the cases give {counted}."
                found.append(Problem(message, "Make the summary of the log as it stands.", column=column))
    return tuple(found)


def _pairs(summary: SummaryRow, cases: Sequence[CaseRow]) -> Iterable[tuple[str, int, int]]:
    outcomes = Counter(one.incident_outcome for one in cases)
    types = Counter(one.type_of_incident for one in cases)
    for place, column in enumerate(OUTCOME_TOTALS, 1):
        yield column, int(getattr(summary, column)), outcomes[str(place)]
    for place, column in enumerate(TYPE_TOTALS, 1):
        yield column, int(getattr(summary, column)), types[str(place)]
    yield "total_dafw_days", summary.total_dafw_days, sum(one.dafw_num_away or 0 for one in cases)
    yield "total_djtr_days", summary.total_djtr_days, sum(one.djtr_num_tr or 0 for one in cases)
