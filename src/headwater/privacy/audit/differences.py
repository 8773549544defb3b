"""Attacks by differences: rest, earlier wave and benchmark beside a number give back what was kept."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, View
from headwater.privacy.releases import ReleaseTable
from headwater.vocab import FIELDS

SKIP_SHARE = 0.5
"""A count may stand in for answers down to this share of it."""


def withheld_carries(evidence: Evidence) -> None:
    """Withheld cells that hold a number all the same: a difference, an interval, a steadied value, a count."""
    for view in evidence.views:
        panel = view.panel
        evidence.tried("withheld_carries", int((~panel.shown).sum()))
        for name in FIELDS:
            if name == "shrunken" or name.startswith("shrunken_"):
                continue  # `shrunken_value` looks at these.
            for row, column in zip(*np.nonzero(~panel.shown & ~np.isnan(panel.fields[name])), strict=True):
                unit, key = view.unit(int(panel.rows[row])), view.columns[column].key
                how = f"{key} of {unit} is withheld, but its {name} is there: {panel.fields[name][row, column]:g}."
                evidence.found("withheld_carries", view.place, how, units=[unit], columns=[key])
        for row, column in zip(*np.nonzero(~panel.shown & (panel.n_answered != 0)), strict=True):
            unit, key = view.unit(int(panel.rows[row])), view.columns[column].key
            how = f"{key} of {unit} is withheld, but its count is there: {panel.n_answered[row, column]}."
            evidence.found("withheld_carries", view.place, how, units=[unit], columns=[key])


def rest_difference(evidence: Evidence) -> None:
    """The rest of the larger group, with a unit's number, gives back the larger group's: withheld, or a limit."""
    for view in evidence.views:
        rest, value = view.grid("rest"), view.value
        difference = view.grid("rest_difference")
        rest = np.where(np.isnan(rest), value - difference, rest)
        told = view.shown & ~np.isnan(rest)
        evidence.tried("rest_difference", int(told.sum()))
        whole = _wholes(evidence, view)
        for unit, column in zip(*np.nonzero(told), strict=True):
            key = view.columns[column].key
            above = whole.above[unit, column] if whole is view else (unit if whole.shown[unit, column] else -1)
            if above < 0:
                how = (
                    f"{key} of {view.unit(unit)} is compared with a rest of {rest[unit, column]:g}, but no larger "
                    "group shows this number: the rest and the unit together give the withheld number away."
                )
                evidence.found("rest_difference", view.place, how, units=[view.unit(unit)], columns=[key])
                continue
            if view.columns[column].kind == "scale":
                continue
            limits = view.bound[unit, column] != 0 or whole.bound[above, column] != 0
            if limits and not _follows_from_limits(view, whole, int(unit), int(above), int(column), rest[unit, column]):
                how = (
                    f"{key}: {view.unit(unit)} shows {value[unit, column]:g} ({view.count[unit, column]} people), "
                    f"{view.unit(above)} {whole.value[above, column]:g} ({whole.count[above, column]}), one of them "
                    f"only as a limit; the rest of {rest[unit, column]:g} does not follow from these, so it gives "
                    "back the number behind the limit."
                )
                evidence.found(
                    "rest_difference",
                    view.place,
                    how,
                    units=[view.unit(unit), view.unit(above)],
                    columns=[key],
                    people=int(view.count[unit, column]),
                )


def _wholes(evidence: Evidence, view: View) -> View:
    """The panel whose group a rest is the rest of: the unit's own whole for a cut, the unit above for everybody."""
    if not view.panel.cut:
        return view
    return next(other for other in evidence.views if other.table is view.table and not other.panel.cut)


def _follows_from_limits(view: View, whole: View, unit: int, above: int, column: int, rest: float) -> bool:
    """Whether whole counts exist for which the rest is what is left of the shown numbers.

    d_above * v_above - d_unit * v_unit = (d_above - d_unit) * rest, with counts up to those said.
    """
    mine, theirs = view.value[unit, column], whole.value[above, column]
    width = view.high[column] - view.low[column]
    slack = CLOSE * max(width, 1.0)
    if min(rest - view.low[column], view.high[column] - rest) <= slack:
        return True  # Clipped to the range: it says no more.
    said_mine, said_theirs = int(view.count[unit, column]), int(whole.count[above, column])
    if abs(theirs - rest) <= slack:
        return bool(abs(mine - rest) <= slack * said_theirs)
    for people in range(said_mine, max(view.table.k, int(said_mine * SKIP_SHARE)) - 1, -1):
        needed = people * (mine - rest) / (theirs - rest)
        if abs(needed - round(needed)) <= 1e-5 and people < round(needed) <= said_theirs:
            return True
    return False


def previous_difference(evidence: Evidence) -> None:
    """A change since the wave before gives back that wave's number, or this one's, where it was kept."""
    by_wave: dict[tuple[str, str], ReleaseTable] = {(table.study, table.wave): table for table in evidence.tables}
    for view in evidence.views:
        change = view.grid("previous_difference")
        told = view.shown & ~np.isnan(change)
        evidence.tried("previous_difference", int(told.sum()))
        for unit, column in zip(*np.nonzero(told & (view.bound != 0)), strict=True):
            _tell_limit(
                evidence, view, int(unit), int(column), "previous_difference", "the change since the wave before"
            )
        earlier = by_wave.get((view.table.study, view.table.previous_wave))
        if earlier is None:
            continue
        before = next((other for other in evidence.views if other.table is earlier and
                       (other.panel.cut, other.panel.level) == (view.panel.cut, view.panel.level)), None)  # fmt: skip
        units = {unit: number for number, unit in enumerate(earlier.unit_ids)}
        columns = {column.key: number for number, column in enumerate(earlier.columns)}
        for unit, column in zip(*np.nonzero(told), strict=True):
            there, place = units.get(view.unit(unit), -1), columns.get(view.columns[column].key, -1)
            if there < 0:
                continue  # The unit has another name there; the mapping is not released.
            if before is not None and place >= 0 and before.exact[there, place]:
                continue
            key = view.columns[column].key
            how = (
                f"{key} of {view.unit(unit)}: {view.value[unit, column]:g} less a change of {change[unit, column]:g} "
                f"is {view.value[unit, column] - change[unit, column]:g}, its number in {earlier.title}, "
                "which is kept there."
            )
            evidence.found("previous_difference", view.place, how, units=[view.unit(unit)], columns=[key])


def benchmark_difference(evidence: Evidence) -> None:
    """A difference from a benchmark, which is public, gives back the number behind a limit."""
    for view in evidence.views:
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
