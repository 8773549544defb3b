"""The released numbers of one score over waves, and the units that something done in one of them is compared with.

A comparison is chosen from waves before the start alone: units that stood where this one stood, as large, of the same
kind, that share no answers with it or with each other and had nothing of the sort begun. The whole pool is put in
order, nearest first; who falls away later is followed by the next, so nothing is left to choose once data have come.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FloatArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MATCHED = 8
"""Units that one is compared with, the nearest of the pool."""
FEWEST_MATCHED = 4
FEWEST_POOL = 6
"""Fewer units tell too little of how far units move by themselves."""
ENOUGH_POOL = 10
"""Where levels below stand in, the first level with so many is taken."""
WANTED_POOL = 24
"""Below this, units of the same kind but of another size come in."""
MOST_POOL = 120
MOST_BEFORE = 4
"""Waves before the start that are looked at, the latest."""
SIZE_RATIO = 4.0
"""Units within this ratio of answers come first."""

Reason = Literal["", "not_shown_before", "too_few"]


@dataclass(frozen=True)
class EffectPanel:
    """One score of U units over W waves, as released; NaN where nothing exact was shown.

    units: keys in preorder of one tree; waves: keys, oldest first. value, se, n: float64[U, W]. size: int64[U], units
    in the subtree, so unit u holds rows u to u + size - 1. depth: int64[U]. Raises ValueError for unlike shapes.
    """

    units: tuple[str, ...]
    waves: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    n: FloatArray
    size: IntArray
    depth: IntArray

    def __post_init__(self) -> None:
        """Check that the arrays belong together."""
        shape = (len(self.units), len(self.waves))
        if not (self.value.shape == self.se.shape == self.n.shape == shape):
            raise ValueError(f"value, se and n must have shape {shape}")
        if self.size.shape != shape[:1] or self.depth.shape != shape[:1]:
            raise ValueError("size and depth must have one value a unit")

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row by unit."""
        return {unit: row for row, unit in enumerate(self.units)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        """Column by wave."""
        return {wave: column for column, wave in enumerate(self.waves)}

    @cached_property
    def branch(self) -> IntArray:
        """int64[U], the unit directly below the root that holds each, the root being its own."""
        found = np.zeros(len(self.units), np.int64)
        for row in np.flatnonzero(self.depth == 1).tolist():
            found[row : row + int(self.size[row])] = row
        return found

    def overlaps(self, row: int) -> BoolArray:
        """bool[U], units that share answers with one: itself, all below it and all above it."""
        rows = np.arange(len(self.units))
        below = (rows >= row) & (rows < row + self.size[row])
        above = (rows <= row) & (rows + self.size > row)
        return np.asarray(below | above)

    def disturbed(self, row: int, acting: AbstractSet[str]) -> BoolArray:
        """bool[U], units that share answers with one in which something ran, for a comparison with `row`.

        What ran in a unit that holds `row` too is left: it reached both, or stands beside the check as what else
        happened.
        """
        found = np.zeros(len(self.units), np.bool_)
        for other in acting:
            at = self.row_of.get(other)
            if at is not None and not at <= row < at + self.size[at]:
                found |= self.overlaps(at)
        return found


@dataclass(frozen=True)
class Comparison:
    """Units to compare one with, chosen from waves before its start.

    before: those waves, oldest first, the last being the base. pool: units in order, nearest first; the first MATCHED
    that can still be used are the comparison, all of them tell how far units move by themselves. reason: why there is
    none, with an empty pool.
    """

    unit: str
    before: tuple[str, ...]
    pool: tuple[str, ...]
    reason: Reason = ""

    @property
    def matched(self) -> tuple[str, ...]:
        """The nearest, as they were chosen."""
        return self.pool[:MATCHED]


def choose_comparison(
    panel: EffectPanel, unit: str, before: Sequence[str], acting: AbstractSet[str] = frozenset()
) -> Comparison:
    """Choose the units that one is compared with.

    before: waves that closed before the start, oldest first; the last MOST_BEFORE count. acting: units in which
    something with a forecast of this score ran in these waves or began with it: they are left out with all that share
    answers with them. Raises KeyError for a unit or wave that the panel lacks.
    """
    waves = tuple(before)[-MOST_BEFORE:]
    row = panel.row_of[unit]
    columns = [panel.column_of[wave] for wave in waves]
    if not columns or not np.isfinite(panel.value[row, columns[-1]]) or not np.isfinite(panel.se[row, columns[-1]]):
        return Comparison(unit, waves, (), "not_shown_before")
    open_to = np.isfinite(panel.value[:, columns[-1]]) & np.isfinite(panel.se[:, columns[-1]]) & ~panel.overlaps(row)
    open_to &= ~panel.disturbed(row, acting)
    pool = _apart(panel, row, open_to, columns[-1])
    if len(pool) < FEWEST_POOL:
        return Comparison(unit, waves, (), "too_few")
    far = distances(panel, np.array([row, *pool]), columns)[0, 1:]
    order = sorted(range(len(pool)), key=lambda place: (float(far[place]), pool[place]))
    return Comparison(unit, waves, tuple(panel.units[pool[place]] for place in order))


def distances(panel: EffectPanel, rows: IntArray, columns: Sequence[int]) -> FloatArray:
    """float64[R, R], how unlike units are: levels of the waves, the last counting double, size, and place in the tree.

    Each part is in standard deviations of these units. A wave in which one of two was not shown counts as one of them.
    """
    total = np.zeros((len(rows), len(rows)))
    for place, column in enumerate(columns):
        values = panel.value[rows, column]
        spread = float(np.nanstd(values)) if np.isfinite(values).sum() > 1 else 0.0
        gap = np.square((values[:, None] - values[None, :]) / spread) if spread > 0 else np.zeros_like(total)
        total += np.where(np.isnan(gap), 1.0, gap) * (2.0 if place == len(columns) - 1 else 1.0)
    size = np.log(np.maximum(panel.n[rows, columns[-1]], 1.0))
    spread = max(float(size.std()), 0.25)
    total += 0.5 * np.square((size[:, None] - size[None, :]) / spread)
    depth = panel.depth[rows].astype(np.float64)
    return np.asarray(total + 0.25 * np.square(depth[:, None] - depth[None, :]))


def _apart(panel: EffectPanel, row: int, open_to: BoolArray, base: int) -> list[int]:
    """Rows of the pool, none sharing answers with another: units of its kind, first those of its size.

    Where there are too few of its kind, as for one of five divisions, the levels below stand in, the first that has
    enough: smaller units move more by themselves, so that the interval comes out rather too wide.
    """
    is_leaf = panel.size == 1
    alike = is_leaf == is_leaf[row]
    size = np.log(np.maximum(panel.n[:, base], 1.0))
    gap = np.abs(size - size[row])
    near = gap <= np.log(SIZE_RATIO)
    order = sorted(np.flatnonzero(open_to).tolist(), key=lambda one: (float(gap[one]), one))
    pool = _taken(panel, [(alike & near, MOST_POOL), (alike, WANTED_POOL)], order)
    if len(pool) >= FEWEST_POOL:
        return pool
    for level in range(int(panel.depth[row]) + 1, int(panel.depth.max()) + 1):
        below = _taken(panel, [(panel.depth == level, MOST_POOL), (is_leaf & (panel.depth < level), MOST_POOL)], order)
        pool = max(pool, below, key=len)
        if len(pool) >= ENOUGH_POOL:
            break
    return pool


def _taken(panel: EffectPanel, groups: Sequence[tuple[BoolArray, int]], order: Sequence[int]) -> list[int]:
    """Take rows in order, group by group while there are fewer than each wants, none sharing answers with another."""
    taken: list[int] = []
    shut = np.zeros(len(panel.units), np.bool_)
    for group, enough in groups:
        for one in order if len(taken) < enough else ():
            if group[one] and not shut[one] and len(taken) < MOST_POOL:
                taken.append(one)
                shut |= panel.overlaps(one)
    return taken
