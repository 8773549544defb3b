"""Spreading visits fairly over units and shifts: blind spots, and who might go where next.

A cell is a unit and one of its shifts. The cell that waited longest comes first: one never visited before all others,
the larger team first. A leader gets cells of units they lead; whoever has fewest visits planned is given the next one.
The same input gives the same proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

BLIND_DAYS = 84
"""A cell not visited for longer, or never, is a blind spot: the twelve weeks over which reach is counted."""

REST_DAYS = 28
"""Whom a leader just visited is left to work; nothing is proposed there for four weeks."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit on a shift. staff: of the unit. leaders: keys of those who may go, nearest first."""

    unit: str
    shift: str
    staff: int
    leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """A visit that was made or is planned. is_made: False for one to come."""

    unit: str
    shift: str
    leader: str
    day: date
    is_made: bool


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as it stands. last: the last visit, None for never. next: the next one planned. visits: made in all."""

    cell: Cell
    last: date | None
    next: date | None
    visits: int
    is_blind: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A leader, and the cell they might visit next. last: when anybody last did, None for never."""

    leader: str
    unit: str
    shift: str
    last: date | None


def cells_of(cells: Iterable[Cell], visits: Iterable[Paid], *, today: date) -> tuple[CellView, ...]:
    """Return every cell with its visits, in the order given."""
    made: dict[tuple[str, str], list[date]] = {}
    planned: dict[tuple[str, str], list[date]] = {}
    for visit in visits:
        if visit.is_made:
            made.setdefault((visit.unit, visit.shift), []).append(visit.day)
        elif visit.day >= today:
            planned.setdefault((visit.unit, visit.shift), []).append(visit.day)
    found = []
    for cell in cells:
        days, ahead = made.get((cell.unit, cell.shift), []), planned.get((cell.unit, cell.shift), [])
        last = max(days, default=None)
        is_blind = last is None or (today - last).days > BLIND_DAYS
        found.append(CellView(cell, last, min(ahead, default=None), len(days), is_blind))
    return tuple(found)


def proposals(
    cells: Sequence[CellView],
    *,
    planned: Mapping[str, int],
    units_last: Mapping[str, date | None],
    today: date,
    most: int,
) -> tuple[Proposal, ...]:
    """Propose who goes where next.

    Cells with a visit planned, visited within four weeks, or without a leader are left out. planned: visits that each
    leader has ahead. units_last: when a unit was last visited on any shift: a unit nobody saw comes before another
    shift of one that was seen. One proposal a unit. most: proposals at most.
    """
    waiting = [
        one
        for one in cells
        if one.next is None and one.cell.leaders and (one.last is None or (today - one.last).days >= REST_DAYS)
    ]
    waiting.sort(
        key=lambda one: (
            _since(units_last.get(one.cell.unit)),
            _since(one.last),
            -one.cell.staff,
            one.cell.unit,
            one.cell.shift,
        )
    )
    busy = dict(planned)
    seen: set[str] = set()
    found: list[Proposal] = []
    for one in waiting:
        if one.cell.unit in seen or len(found) >= most:
            continue
        seen.add(one.cell.unit)
        order = {leader: place for place, leader in enumerate(one.cell.leaders)}
        leader = min(one.cell.leaders, key=lambda who: (busy.get(who, 0), order[who]))
        busy[leader] = busy.get(leader, 0) + 1
        found.append(Proposal(leader, one.cell.unit, one.cell.shift, one.last))
    return tuple(found)


def _since(day: date | None) -> date:
    return day if day is not None else date.min
