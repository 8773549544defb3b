"""Chooses one row a person: duplicates, rehires, two managers, leavers, contractors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from headwater.org.findings import Findings
from headwater.org.people import PersonRow

Contractors = Literal["include", "exclude"]


@dataclass(frozen=True)
class Cleaned:
    """One row a person. present: people who are counted. absent: positions that may still lead a unit.

    An absent row is a leaver, a vacancy or an excluded contractor; `named` tells whether the leader's name still stands
    (a contractor leads, somebody who left does not).
    """

    present: dict[str, PersonRow]
    absent: dict[str, PersonRow]
    named: frozenset[str]


def choose_rows(
    rows: Sequence[PersonRow], *, as_of: date | None, contractors: Contractors, findings: Findings
) -> Cleaned:
    """Choose one row a person id. Reports every choice that was not plain."""
    by_person: dict[str, list[PersonRow]] = {}
    for row in rows:
        if not row.person:
            findings.add(
                "no_id", "the row has no person id.", "Give every person an id.", row=row.row, severity="error"
            )
            continue
        by_person.setdefault(row.person, []).append(row)
    _warn_of_case(by_person, findings)
    present: dict[str, PersonRow] = {}
    absent: dict[str, PersonRow] = {}
    named = set()
    undated = 0
    for person, found in by_person.items():
        started = [row for row in found if as_of is None or row.start_date is None or row.start_date <= as_of]
        if not started:
            message = f"{person} starts on {found[0].start_date}; not counted yet."
            findings.add("future", message, row=found[0].row, severity="note")
            continue
        if as_of is None:
            undated += sum(row.end_date is not None and row.status == "active" for row in started)
        active = [row for row in started if _is_active(row, as_of)]
        chosen = _choose(person, active or started, findings, is_active=bool(active))
        if len(found) > 1 and len(started) > len(active) > 0:
            message = f"{person} was here before and came back; the row that is active counts."
            findings.add("rehire", message, row=chosen.row)
        if not active:
            absent[person] = chosen
        elif chosen.contractor and contractors == "exclude":
            absent[person] = chosen
            named.add(person)
        else:
            present[person] = chosen
    if undated:
        message = f"{undated:,} rows have an end date and are taken as ended, since no day was given."
        findings.add("undated", message, "Say as of which day the organisation is wanted.")
    excluded = len(named)
    if excluded:
        findings.add("contractors", f"{excluded:,} contractors are left out.", severity="note")
    return Cleaned(present, absent, frozenset(named))


def _is_active(row: PersonRow, as_of: date | None) -> bool:
    if row.status == "vacant":
        return False
    if as_of is None:
        return row.status == "active" and row.end_date is None
    if row.end_date is not None:
        return row.end_date >= as_of
    return row.status == "active"


def _choose(person: str, rows: list[PersonRow], findings: Findings, *, is_active: bool) -> PersonRow:
    first = rows[0]
    if len(rows) == 1:
        return _one_manager(first, findings)
    distinct = [first, *(row for row in rows[1:] if replace(row, row=first.row) != first)]
    numbers = ", ".join(str(row.row) for row in rows)
    if len(distinct) == 1:
        findings.add("duplicate", f"{person} stands in rows {numbers}, word for word; one is kept.", row=rows[1].row)
        return _one_manager(first, findings)
    main = [row for row in distinct if row.primary]
    latest = max((row.start_date or date.min for row in distinct), default=date.min)
    newest = [row for row in distinct if (row.start_date or date.min) == latest]
    chosen = main[0] if main else newest[0]
    why = "the primary row" if main else "the first row" if len(newest) > 1 else "the row that starts last"
    managers = {row.manager[:1] or row.path for row in distinct}
    if not is_active:
        return _one_manager(chosen, findings)
    if len(managers) > 1:
        placed = ", ".join(dict.fromkeys("/".join(row.path) or " ".join(row.manager[:1]) for row in distinct))
        message = f"{person} stands in rows {numbers} with two places ({placed}); {why} counts (row {chosen.row})."
        findings.add("two_managers", message, "Mark one row as primary, or end the other.", row=chosen.row)
    else:
        message = f"{person} stands in rows {numbers}, which differ; {why} counts (row {chosen.row})."
        findings.add("differing", message, "Keep one row a person.", row=chosen.row)
    return _one_manager(chosen, findings)


def _one_manager(row: PersonRow, findings: Findings) -> PersonRow:
    if len(row.manager) <= 1:
        return row
    message = f"{row.person} has the managers {', '.join(row.manager)}; the first counts."
    findings.add("two_managers", message, "Put the manager who leads day to day first.", row=row.row)
    return replace(row, manager=row.manager[:1])


def _warn_of_case(by_person: dict[str, list[PersonRow]], findings: Findings) -> None:
    seen: dict[str, str] = {}
    for person, rows in by_person.items():
        folded = person.casefold()
        if folded in seen:
            message = f"the ids {seen[folded]!r} and {person!r} differ in case only; they are taken as two people."
            findings.add("case", message, "Write one person's id one way.", row=rows[0].row)
        else:
            seen[folded] = person
