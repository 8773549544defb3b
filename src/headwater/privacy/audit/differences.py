"""Attacks by differences: rest, earlier wave and benchmark beside a number give back what was kept."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, BoolArray, FloatArray, IntArray, View
from headwater.vocab import FIELDS

SKIP_SHARE = 0.5
"""A count may stand in for answers down to this share of it."""

NEAR = 1e-5
"""How near a whole number a number of people has to come."""


def withheld_carries(evidence: Evidence) -> None:
    """Withheld cells that hold a number all the same: a difference, an interval, a steadied value, a count."""
    for view in evidence.fresh:
        panel = view.panel
        evidence.tried("withheld_carries", int((~panel.shown).sum()))
        for name in FIELDS:
            if name == "shrunken" or name.startswith("shrunken_"):
                continue  # `shrunken_value` looks at these.
            for row, column in zip(*np.nonzero(~panel.shown & ~np.isnan(panel.fields[name])), strict=True):
                unit, key = view.unit(row), view.columns[column].key
                how = f"{key} of {unit} is withheld, but its {name} is there: {panel.fields[name][row, column]:g}."
                evidence.found("withheld_carries", view.place, how, units=[unit], columns=[key])
        for row, column in zip(*np.nonzero(~panel.shown & (panel.n_answered != 0)), strict=True):
            unit, key = view.unit(row), view.columns[column].key
            how = f"{key} of {unit} is withheld, but its count is there: {panel.n_answered[row, column]}."
            evidence.found("withheld_carries", view.place, how, units=[unit], columns=[key])


def rest_difference(evidence: Evidence) -> None:
    """The rest of the larger group, with a unit's number, gives back the larger group's: withheld, or a limit."""
    for view in evidence.fresh:
        rest, value = view.grid("rest"), view.value
        difference = view.grid("rest_difference")
        rest = np.where(np.isnan(rest), value - difference, rest)
        told = view.shown & ~np.isnan(rest)
        evidence.tried("rest_difference", int(told.sum()))
        units, columns = np.nonzero(told)
        whole, above = _wholes(evidence, view, units, columns)
        for unit, column in zip(units[above < 0], columns[above < 0], strict=True):
            key = view.columns[column].key
            how = (
                f"{key} of {view.unit(unit)} is compared with a rest of {rest[unit, column]:g}, but no larger "
                "group shows this number: the rest and the unit together give the withheld number away."
            )
            evidence.found("rest_difference", view.place, how, units=[view.unit(unit)], columns=[key])
        limits = (view.bound[units, columns] != 0) | (whole.bound[above, columns] != 0)
        limits &= (above >= 0) & np.array([column.kind != "scale" for column in view.columns])[columns]
        units, columns, above = units[limits], columns[limits], above[limits]
        follows = _follow_from_limits(view, whole, units, above, columns, rest[units, columns])
        for unit, column, larger in zip(units[~follows], columns[~follows], above[~follows], strict=True):
            key = view.columns[column].key
            how = (
                f"{key}: {view.unit(unit)} shows {value[unit, column]:g} ({view.count[unit, column]} people), "
                f"{whole.unit(larger)} {whole.value[larger, column]:g} ({whole.count[larger, column]}), one of them "
                f"only as a limit; the rest of {rest[unit, column]:g} does not follow from these, so it gives "
                "back the number behind the limit."
            )
            evidence.found(
                "rest_difference",
                view.place,
                how,
                units=[view.unit(unit), whole.unit(larger)],
                columns=[key],
                people=int(view.count[unit, column]),
            )


def _wholes(evidence: Evidence, view: View, units: IntArray, columns: IntArray) -> tuple[View, IntArray]:
    """The panel whose group a rest is the rest of, and the row there of each cell, -1 where it shows nothing.

    It is the unit's own whole for a cut, the unit above for everybody.
    """
    if not view.panel.cut:
        return view, view.above[units, columns]
    whole = next(other for other in evidence.views if other.table is view.table and not other.panel.cut)
    own = whole.row_of[view.rows[units]]
    return whole, np.where((own >= 0) & whole.shown[own, columns], own, -1)


def _follow_from_limits(
    view: View, whole: View, units: IntArray, above: IntArray, columns: IntArray, rest: FloatArray
) -> BoolArray:
    """Whether whole counts exist for which the rest is what is left of the shown numbers, by cell.

    d_above * v_above - d_unit * v_unit = (d_above - d_unit) * rest, with counts up to those said.
    """
    mine, theirs = view.value[units, columns], whole.value[above, columns]
    low, high = view.low[columns], view.high[columns]
    slack = CLOSE * np.maximum(high - low, 1.0)
    said_mine, said_theirs = view.count[units, columns], whole.count[above, columns]
    clipped = np.minimum(rest - low, high - rest) <= slack  # It says no more.
    level = np.abs(theirs - rest) <= slack
    follows: BoolArray = np.where(level, np.abs(mine - rest) <= slack * said_theirs, False) | clipped
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(level, np.nan, (mine - rest) / (theirs - rest))
    least = np.maximum(view.table.k, (said_mine * SKIP_SHARE).astype(np.int64))
    fewer = 0
    asking = np.flatnonzero(~follows & ~level)
    while len(asking):
        people = said_mine[asking] - fewer
        asking, people = asking[people >= least[asking]], people[people >= least[asking]]
        needed = people * ratio[asking]
        whole_number = np.round(needed)
        fits = (np.abs(needed - whole_number) <= NEAR) & (people < whole_number)
        fits &= whole_number <= said_theirs[asking]
        follows[asking[fits]] = True
        asking = asking[~fits]
        fewer += 1
    return follows


def previous_difference(evidence: Evidence) -> None:
    """A change since the wave before gives back that wave's number, or this one's, where it was kept."""
    for view in evidence.fresh:
        change = view.grid("previous_difference")
        told = view.shown & ~np.isnan(change)
        evidence.tried("previous_difference", int(told.sum()))
        for unit, column in zip(*np.nonzero(told & (view.bound != 0)), strict=True):
            _tell_limit(
                evidence, view, int(unit), int(column), "previous_difference", "the change since the wave before"
            )
        earlier = evidence.before(view.table)
        if earlier is None:
            continue
        before = next((other for other in evidence.views if other.table is earlier and
                       (other.panel.cut, other.panel.level) == (view.panel.cut, view.panel.level)), None)  # fmt: skip
        numbers = {unit: number for number, unit in enumerate(earlier.unit_ids)}
        columns = {column.key: number for number, column in enumerate(earlier.columns)}
        there = np.array([numbers.get(view.unit(row), -1) for row in range(len(view.rows))], np.int64)
        known = np.zeros(told.shape, bool)
        if before is not None:
            place = np.array([columns.get(column.key, -1) for column in view.columns], np.int64)
            rows = np.where(there >= 0, before.row_of[there], -1)
            known[np.ix_(rows >= 0, place >= 0)] = before.exact[np.ix_(rows[rows >= 0], place[place >= 0])]
        # A unit that has another name there is passed over; the mapping is not released.
        for unit, column in zip(*np.nonzero(told & ~known & (there >= 0)[:, None]), strict=True):
            key = view.columns[column].key
            how = (
                f"{key} of {view.unit(unit)}: {view.value[unit, column]:g} less a change of {change[unit, column]:g} "
                f"is {view.value[unit, column] - change[unit, column]:g}, its number in {earlier.title}, "
                "which is kept there."
            )
            evidence.found("previous_difference", view.place, how, units=[view.unit(unit)], columns=[key])


def benchmark_difference(evidence: Evidence) -> None:
    """A difference from a benchmark, which is public, gives back the number behind a limit."""
    for view in evidence.fresh:
        told = view.shown & ~np.isnan(view.grid("benchmark_difference"))
        evidence.tried("benchmark_difference", int(told.sum()))
        for unit, column in zip(*np.nonzero(told & (view.bound != 0)), strict=True):
            _tell_limit(
                evidence, view, int(unit), int(column), "benchmark_difference", "the difference from a benchmark"
            )


def _tell_limit(evidence: Evidence, view: View, unit: int, column: int, field: str, what: str) -> None:
    key, size = view.columns[column].key, view.grid(field)[unit, column]
    how = (
        f"{key} of {view.unit(unit)} is shown as a limit ({view.value[unit, column]:g}), but {what}, {size:g}, is "
        "there: with the other side known it gives back the number behind the limit."
    )
    evidence.found(field, view.place, how, units=[view.unit(unit)], columns=[key], people=int(view.count[unit, column]))
