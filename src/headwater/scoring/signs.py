"""What a wave tells that somebody should hear of at once: real drops, falling answers, widening gaps, silence.

Everything is read from released books of two waves. A drop and a fall of the response rate are the books' own flags. A
widening gap is the difference of two released differences, tested over all units of a column at once. Silence is
counted, not estimated. Nothing here is a function of a number that was withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.scoring.comparing import Compared, Side, compare, flag
from headwater.scoring.levels import level_id
from headwater.vocab import Bound, Column, Difference, Estimate, FloatArray, ScoreBook, Sureness, UnitTree, Withheld

SignKind = Literal["drop", "response", "gap", "levels", "silence", "conduct"]

KINDS: tuple[SignKind, ...] = ("conduct", "drop", "gap", "levels", "response", "silence")
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing of one unit.

    measure, subject: the column; empty for response and silence. now: what stands now: the score, the gap, the percent
    that answered; NaN where nothing may be shown. change, low, high: since the wave before with its 95% range, for
    conduct without a change the difference from the rest; NaN where nothing is estimated. sureness: None where it is
    counted. against: what the change is measured against.
    """

    kind: SignKind
    unit: str
    measure: str
    subject: str
    now: float
    change: float
    low: float
    high: float
    sureness: Sureness | None
    against: Literal["previous", "rest", "limit", "shown"] = "previous"

    @property
    def clearness(self) -> float:
        """How far the change stands from nothing, in standard errors; 0 where nothing is estimated."""
        if not self.high > self.low:
            return 0.0
        return abs(self.change) / (self.high - self.low) * 2 * Z95


def signs_of(
    book: ScoreBook,
    before: ScoreBook | None,
    *,
    columns: Sequence[int],
    is_conduct: Callable[[Column], bool],
    low_response: float,
    levels: ScoreBook | None = None,
    levels_before: ScoreBook | None = None,
) -> tuple[Sign, ...]:
    """Return all signs of a wave, by unit in preorder, the clearest of a unit first.

    before: the book of the wave before, None where there is none or it is not the one compared with. columns: the
    scores looked at. is_conduct: whether a column is a matter of conduct; those are looked at whatever `columns` says.
    low_response: percent of those asked under which few answer. levels, levels_before: `level_book` of both waves.
    """
    if before is not None and before.wave.key != book.previous_wave:
        before = None
    found: list[Sign] = []
    conduct = [number for number, column in enumerate(book.columns) if column.unit == "points" and is_conduct(column)]
    for number in conduct:
        found += _conduct(book, number)
    for number in columns:
        if number not in conduct:
            found += _drops(book, number)
        if before is not None:
            found += _gaps(book, before, number)
            if levels is not None and levels_before is not None:
                found += _levels(book.tree, levels, levels_before, book.columns[number])
    for row in range(len(book.tree)):
        found += _answers(book, before, row, low_response)
    place = book.tree.index_of
    return tuple(sorted(found, key=lambda one: (place[one.unit], KINDS.index(one.kind), -one.clearness)))


def _worse(value: float, column: Column) -> bool:
    return (value < 0) if column.higher_is_better else (value > 0)


def _of(kind: SignKind, found: Estimate, difference: Difference, against: Literal["previous", "rest"]) -> Sign:
    parts = (difference.value, difference.low, difference.high, difference.sureness)
    return Sign(kind, found.unit, found.measure, found.subject, found.shrunken, *parts, against)


def _drops(book: ScoreBook, number: int) -> list[Sign]:
    column, panel = book.columns[number], book.everybody
    signs = []
    for place in np.flatnonzero(panel.sureness["previous"][:, number] > Sureness.TOO_CLOSE).tolist():
        found = book.at(int(panel.rows[place]), number)
        if isinstance(found, Withheld) or found.versus_previous is None:
            continue
        if _worse(found.versus_previous.value, column):
            signs.append(_of("drop", found, found.versus_previous, "previous"))
    return signs


def _conduct(book: ScoreBook, number: int) -> list[Sign]:
    """A matter of conduct that fell, or stands below the rest: each unit once, by what is clearer."""
    column, panel = book.columns[number], book.everybody
    flagged = (panel.sureness["previous"][:, number] > 0) | (panel.sureness["rest"][:, number] > 0)
    signs = []
    for place in np.flatnonzero(flagged).tolist():
        found = book.at(int(panel.rows[place]), number)
        if isinstance(found, Withheld):
            continue
        pairs: tuple[tuple[Difference | None, Literal["previous", "rest"]], ...] = (
            (found.versus_previous, "previous"),
            (found.versus_rest, "rest"),
        )
        worse = [
            _of("conduct", found, difference, against)
            for difference, against in pairs
            if difference is not None and difference.sureness > 0 and _worse(difference.value, column)
        ]
        if worse:
            signs.append(max(worse, key=lambda one: one.clearness))
    return signs


def _gaps(book: ScoreBook, before: ScoreBook, number: int) -> list[Sign]:
    """Gaps to the rest that are flagged now and grew: one family a column, over all units compared in both waves."""
    column = book.columns[number]
    other = before.column_of.get((column.measure, column.subject))
    if other is None or before.columns[other].low != column.low or before.columns[other].high != column.high:
        return []
    if not np.isfinite(book.everybody.fields["previous_difference"][:, number]).any():
        return []  # Its questions changed, so that it began anew.
    rows = np.array([before.tree.index_of.get(unit, -1) for unit in book.tree.ids])
    now = _gap_side(book, number)
    then = _taken(_gap_side(before, other), rows)
    grown = compare(now, then)
    _adjusted, sure = flag(grown, column.minimum_effect)
    flagged = book.everybody.sureness["rest"][:, number] > 0
    signs = []
    for row in np.flatnonzero(flagged & (sure > 0)).tolist():
        gap, change = float(now.value[row]), float(grown.difference[row])
        if _worse(gap, column) and _worse(change, column):
            signs.append(_grown("gap", book.tree.ids[row], column, gap, grown, row, Sureness(int(sure[row]))))
    return signs


def _gap_side(book: ScoreBook, number: int) -> Side:
    fields, panel = book.everybody.fields, book.everybody
    value, low, high = (fields[f"rest_{part}"][:, number] for part in ("difference", "low", "high"))
    exact = panel.bound[:, number] == Bound.EXACT
    value = np.where(exact & panel.shown[:, number], value, np.nan)
    return Side(value, (high - low) / (2 * Z95), low, high, panel.n_answered[:, number].astype(np.float64))


def _taken(side: Side, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Side:
    """Return a side in the order of other units; NaN where there is no such unit (-1)."""
    safe = np.maximum(rows, 0)

    def take(values: FloatArray) -> FloatArray:
        return np.where(rows >= 0, values[safe], np.nan)

    return Side(take(side.value), take(side.se), take(side.low), take(side.high), np.nan_to_num(take(side.n), nan=1.0))


def _levels(tree: UnitTree, levels: ScoreBook, before: ScoreBook, column: Column) -> list[Sign]:
    """Gaps between the top and the front line that grew to the front line's harm: one family a column."""
    key = (column.measure, column.subject)
    if key not in levels.column_of or key not in before.column_of:
        return []
    units = [
        unit
        for unit in tree.ids
        if level_id(unit, "front") in levels.tree.index_of and level_id(unit, "front") in before.tree.index_of
    ]
    if not units:
        return []
    now, then = (_level_gap(book, units, book.column_of[key]) for book in (levels, before))
    grown = compare(now, then)
    _adjusted, sure = flag(grown, column.minimum_effect)
    signs = []
    for at in np.flatnonzero(sure > 0).tolist():
        gap, change = float(now.value[at]), float(grown.difference[at])
        if _worse(gap, column) and _worse(change, column):
            signs.append(_grown("levels", units[at], column, gap, grown, at, Sureness(int(sure[at]))))
    return signs


def _level_gap(book: ScoreBook, units: Sequence[str], number: int) -> Side:
    """The front line less the top, as a side: float64[units]."""

    def side(level: str) -> Side:
        rows = np.array([book.tree.index_of[level_id(unit, level)] for unit in units])
        fields, panel = book.everybody.fields, book.everybody
        exact = panel.shown[rows, number] & (panel.bound[rows, number] == Bound.EXACT)
        value, se, low, high = (
            np.where(exact, fields[name][rows, number], np.nan) for name in ("value", "se", "low", "high")
        )
        return Side(value, se, low, high, np.maximum(panel.n_answered[rows, number], 1).astype(np.float64))

    front, top = side("front"), side("top")
    gap = compare(front, top)
    return Side(gap.difference, np.hypot(front.se, top.se), gap.low, gap.high, np.minimum(front.n, top.n))


def _grown(kind: SignKind, unit: str, column: Column, gap: float, grown: Compared, at: int, sureness: Sureness) -> Sign:
    parts = (float(grown.difference[at]), float(grown.low[at]), float(grown.high[at]))
    return Sign(kind, unit, column.measure, column.subject, gap, *parts, sureness)


def _answers(book: ScoreBook, before: ScoreBook | None, row: int, low_response: float) -> list[Sign]:
    """How many answer: a fall that is flagged, a rate that came under the limit, nothing to show where there was."""
    unit = book.tree.ids[row]
    nan = float("nan")
    if before is None or unit not in before.tree.index_of:
        return []
    then = before.tree.index_of[unit]
    now, was = book.response_rate(row), before.response_percent(then)
    if isinstance(now, Withheld):
        # A unit too small for a rate comes and goes for a neighbour's sake: that is no silence.
        had = before.everybody.shown[then].any() and (was is not None or before.response is None)
        is_silent = had and not book.everybody.shown[row].any()
        return [Sign("silence", unit, "", "", nan, nan, nan, nan, None, "shown")] if is_silent else []
    signs = []
    fall = now.versus_previous
    if fall is not None and fall.sureness > 0 and fall.value < 0:
        parts = (fall.value, fall.low, fall.high, fall.sureness)
        signs.append(Sign("response", unit, "", "", now.value, *parts))
    if was is not None and was >= low_response > now.value and now.bound is not Bound.AT_LEAST:
        signs.append(Sign("silence", unit, "", "", now.value, now.value - was, nan, nan, None, "limit"))
    return signs
