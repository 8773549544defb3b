"""Rows of dots with their ranges, and rows of a sheet, as several views of the explorer use them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from headwater.reports.builders.findings import axis_label, ticks_of
from headwater.reports.charts.numerals import plain
from headwater.reports.document import DotIntervals, DotRow, Flag, WithheldNote
from headwater.reports.wording import decimals_of, flag_of
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.sheets import Cell
from headwater.vocab import Bound, Column, Difference, Released, ScoreBook, Withheld


def dot_of(
    label: str,
    found: Released | Withheld,
    column: Column,
    *,
    difference: Difference | None,
    note: WithheldNote | None = None,
    steadied: bool = True,
    rest: float | None = None,
) -> DotRow:
    """Return one row of dots. steadied: the dot is the steadied score, a ring the group's own answers."""
    if isinstance(found, Withheld):
        return DotRow(label, None, withheld=note or WithheldNote(label, reason=words.withheld_reason()))
    exact = found.bound is Bound.EXACT
    decimals = decimals_of(column)
    value, low, high = found.value, found.low, found.high
    if steadied:
        value, low, high = found.shrunken, found.shrunken_low, found.shrunken_high
    return DotRow(
        label=label,
        value=value,
        low=_real(low) if exact else None,
        high=_real(high) if exact else None,
        rest=rest,
        own=_real(found.value) if exact and steadied else None,
        n=found.n,
        flag=_flag(difference, column),
        value_text=words.bounded(plain(value, decimals), found.bound),
        range_text=words.range_words(low, high, decimals) if exact else "",
        difference=words.difference_words(difference, column),
        words=words.sure_words(difference, column),
    )


def dots_of(
    title: str, rows: Sequence[DotRow], column: Column, *, rest_label: str = "", steadied: bool = True
) -> DotIntervals:
    """Return rows of dots on the axis of a score. Its description says every row in words; its title heads the rows."""
    told = [f"{row.label}: {row.value_text or words.withheld_reason()}" for row in rows]
    return DotIntervals(
        title=title,
        description="; ".join(told) + ".",
        rows=tuple(rows),
        low=column.low,
        high=column.high,
        ticks=ticks_of(column.low, column.high),
        axis_label=_axis(column),
        value_label=_("Steadied score") if steadied else _("Own answers"),
        rest_label=rest_label,
        own_label=_("The group's own answers") if steadied and any(row.own is not None for row in rows) else "",
        decimals=decimals_of(column),
        steadied=steadied,
    )


def _flag(difference: Difference | None, column: Column) -> Flag:
    """Drawn full where it stands clear, whichever way: an analyst's view asks nothing of anybody."""
    found = flag_of(difference, column)
    return "strong" if found == "needs" else found


def _axis(column: Column) -> str:
    if column.unit == "percent":
        return axis_label(column)
    said = {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    if column.higher_is_better:
        return _("%(low)s to %(high)s, higher is better") % said
    return _("%(low)s to %(high)s, lower is better") % said


def unit_header() -> list[str]:
    """Return the head of a sheet whose rows are `unit_cells`."""
    return [
        _("Answers"),
        _("Own answers"),
        _("Low"),
        _("High"),
        _("Limit"),
        _("Steadied"),
        _("Steadied, low"),
        _("Steadied, high"),
    ]


def unit_cells(found: Released | Withheld) -> list[Cell]:
    """Return one released number as cells; the one reason where it is withheld."""
    if isinstance(found, Withheld):
        return [None, words.withheld_reason(), None, None, None, None, None, None]
    limit = {Bound.AT_LEAST: _("at least"), Bound.AT_MOST: _("at most")}.get(found.bound)
    exact = found.bound is Bound.EXACT
    return [
        found.n,
        _rounded(found.value),
        _rounded(found.low) if exact else None,
        _rounded(found.high) if exact else None,
        limit,
        _rounded(found.shrunken),
        _rounded(found.shrunken_low) if exact else None,
        _rounded(found.shrunken_high) if exact else None,
    ]


def difference_header() -> list[str]:
    """Return the head of a sheet whose rows are `difference_cells`."""
    return [_("Difference"), _("Difference, low"), _("Difference, high"), _("p, adjusted"), _("In words")]


def difference_cells(difference: Difference | None, column: Column) -> list[Cell]:
    """Return a difference as cells."""
    if difference is None:
        return [None, None, None, None, None]
    parts = (difference.value, difference.low, difference.high)
    p = _p(difference.p_adjusted)
    return [*(_rounded(part) for part in parts), p, words.sure_words(difference, column)]


def name_below(book: ScoreBook, row: int) -> str:
    """Return a unit's name with the unit above it, where there is one."""
    above = int(book.tree.parent[row])
    return book.tree.names[row] if above < 0 else f"{book.tree.names[row]} ({book.tree.names[above]})"


def _p(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.2g}")


def _real(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)
