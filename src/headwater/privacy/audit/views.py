"""A panel laid out over all units, with what follows from the tree alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.releases import ReleaseColumn, ReleaseTable
from headwater.vocab import Panel

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CLOSE = 1e-6
"""Numbers nearer than this are one number: sums of ten thousand doubles stay well within it."""


def nearest_above(parent: NDArray[np.int32], shown: BoolArray) -> IntArray:
    """Return int64 in the shape of `shown` ([U] or [U, C]): the nearest shown unit strictly above, -1 for none.

    By pointer jumping: every unit asks its parent, and whoever is told "not shown" asks one further up.
    """
    flat = shown.reshape(len(parent), -1)
    above = np.repeat(parent.astype(np.int64)[:, None], flat.shape[1], axis=1)
    columns = np.broadcast_to(np.arange(flat.shape[1]), above.shape)
    asking = (above >= 0) & ~flat[np.maximum(above, 0), columns]
    while asking.any():
        above[asking] = parent[above[asking]]
        asking &= above >= 0
        asking[asking] = ~flat[above[asking], columns[asking]]
    return above.reshape(shown.shape)


def less_parts(whole: NDArray[Any], parts: NDArray[Any], shown: BoolArray, above: IntArray) -> NDArray[Any]:
    """Return every shown unit's `whole` less the `parts` of the shown units next below: [U, C], 0 where not shown."""
    left = np.where(shown, whole, 0)
    units, columns = np.nonzero(shown & (above >= 0))
    np.subtract.at(left, (above[units, columns], columns), parts[units, columns])
    return left


@dataclass(frozen=True)
class View:
    """One panel over all U units of its table: grids [U, C]."""

    table: ReleaseTable
    panel: Panel

    @property
    def place(self) -> str:
        """The release, and the level of the cut."""
        return f"{self.table.title}{f', {self.panel.cut}: {self.panel.level}' if self.panel.cut else ''}"

    @property
    def columns(self) -> tuple[ReleaseColumn, ...]:
        """The columns."""
        return self.table.columns

    def spread(self, grid: NDArray[Any], empty: Any) -> NDArray[Any]:
        """Lay rows of the panel out over all units."""
        rows, count = self.panel.rows, len(self.table.unit_ids)
        if len(rows) == count:
            return grid
        whole = np.full((count, *grid.shape[1:]), empty, grid.dtype)
        whole[rows] = grid
        return whole

    def grid(self, name: str) -> FloatArray:
        """One of the panel's fields, NaN where there is nothing."""
        return self.spread(self.panel.fields[name], np.nan)

    @cached_property
    def shown(self) -> BoolArray:
        """bool[U, C]."""
        return self.spread(self.panel.shown, False)

    @cached_property
    def n(self) -> IntArray:
        """int64[U], respondents, 0 where not said."""
        return self.spread(self.panel.n, 0)

    @cached_property
    def count(self) -> IntArray:
        """int64[U, C], people said to be behind a number."""
        return self.spread(self.panel.n_answered, 0)

    @cached_property
    def bound(self) -> NDArray[np.int8]:
        """int8[U, C]."""
        return self.spread(self.panel.bound, 0)

    @cached_property
    def value(self) -> FloatArray:
        """float64[U, C]."""
        return self.grid("value")

    @cached_property
    def exact(self) -> BoolArray:
        """bool[U, C], cells shown as they are, not as a limit."""
        exact: BoolArray = self.shown & (self.bound == 0) & ~np.isnan(self.value)
        return exact

    @cached_property
    def answered_for_sure(self) -> BoolArray:
        """bool[U, C]: the count is that of the answers. Where it equals the respondents it may stand in for fewer."""
        sure: BoolArray = self.shown & (self.count < self.n[:, None])
        return sure

    @cached_property
    def above(self) -> IntArray:
        """int64[U, C], nearest shown unit above in the same column."""
        return self.above_by(self.shown)

    @cached_property
    def low(self) -> FloatArray:
        """float64[C], lowest value of every column."""
        return np.array([column.low for column in self.columns])

    @cached_property
    def high(self) -> FloatArray:
        """float64[C], highest value of every column."""
        return np.array([column.high for column in self.columns])

    @cached_property
    def items(self) -> BoolArray:
        """bool[C], columns that are items."""
        return np.array([column.kind == "item" for column in self.columns], bool)

    def above_by(self, shown: BoolArray) -> IntArray:
        """Nearest unit above within a pattern [U, C]; columns that share a pattern are worked out once."""
        patterns, which = np.unique(np.packbits(shown, axis=0), axis=1, return_inverse=True)
        first = np.array([int(np.flatnonzero(which.ravel() == number)[0]) for number in range(patterns.shape[1])], int)
        return nearest_above(self.table.parent, shown[:, first])[:, which.ravel()]

    def unit(self, number: int | np.integer[Any]) -> str:
        """A unit's id."""
        return self.table.unit_ids[int(number)]


def views_of(tables: tuple[ReleaseTable, ...]) -> Iterator[View]:
    """Yield every panel of every table."""
    for table in tables:
        for panel in table.panels:
            yield View(table, panel)
