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
    if len(parent) == 0:
        return np.zeros(shown.shape, np.int64)
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
    cells = np.flatnonzero((shown & (above >= 0)).ravel())
    target = above.ravel()[cells] * shown.shape[1] + cells % max(shown.shape[1], 1)
    taken = np.bincount(target, np.broadcast_to(parts, shown.shape).ravel()[cells], left.size).reshape(left.shape)
    # Sums of counts stay far below 2**53, so they are whole.
    less: NDArray[Any] = left - taken.astype(left.dtype)
    return less


@dataclass(frozen=True)
class View:
    """One panel of a table: grids [R, C] over the units that it has rows for, numbered from 0 in their order.

    Units without a row show nothing, so they stand in no derivation; `parent` passes over them.
    """

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

    @property
    def rows(self) -> NDArray[np.int32]:
        """int32[R], the table's number of each unit."""
        return self.panel.rows

    def spread(self, grid: NDArray[Any], empty: Any) -> NDArray[Any]:
        """Lay rows of the panel out over all U units of the table."""
        rows, count = self.rows, len(self.table.unit_ids)
        if len(rows) == count:
            return grid
        whole = np.full((count, *grid.shape[1:]), empty, grid.dtype)
        whole[rows] = grid
        return whole

    @cached_property
    def row_of(self) -> IntArray:
        """int64[U], the row of each unit of the table, -1 where it has none."""
        return self.spread(np.arange(len(self.rows), dtype=np.int64), -1)

    @cached_property
    def parent(self) -> NDArray[np.int32]:
        """int32[R], the nearest unit above that has a row, -1 for none."""
        whole = self.table.parent
        if len(self.rows) == len(whole):
            return whole
        above = nearest_above(whole, self.row_of >= 0)[self.rows]
        return np.where(above >= 0, self.row_of[above], -1).astype(np.int32)

    def grid(self, name: str) -> FloatArray:
        """One of the panel's fields, NaN where there is nothing."""
        return self.panel.fields[name]

    @property
    def shown(self) -> BoolArray:
        """bool[R, C]."""
        return self.panel.shown

    @property
    def n(self) -> IntArray:
        """int64[R], respondents, 0 where not said."""
        return self.panel.n

    @property
    def count(self) -> IntArray:
        """int64[R, C], people said to be behind a number."""
        return self.panel.n_answered

    @property
    def bound(self) -> NDArray[np.int8]:
        """int8[R, C]."""
        return self.panel.bound

    @property
    def value(self) -> FloatArray:
        """float64[R, C]."""
        return self.panel.fields["value"]

    @cached_property
    def exact(self) -> BoolArray:
        """bool[R, C], cells shown as they are, not as a limit."""
        exact: BoolArray = self.shown & (self.bound == 0) & ~np.isnan(self.value)
        return exact

    @cached_property
    def answered_for_sure(self) -> BoolArray:
        """bool[R, C]: the count is that of the answers. Where it equals the respondents it may stand in for fewer."""
        sure: BoolArray = self.shown & (self.count < self.n[:, None])
        return sure

    @cached_property
    def worth(self) -> FloatArray:
        """float64[C]: what one whole point of an answer is worth."""
        return np.array([100.0 if column.unit in ("percent", "score") and column.high == 100 else 1.0
                         for column in self.columns])  # fmt: skip

    @cached_property
    def whole_sums(self) -> BoolArray:
        """bool[R, C]: whether value times count is a whole number of points (of people, for percents)."""
        with np.errstate(invalid="ignore"):
            sums = self.value / self.worth * self.count
        whole: BoolArray = np.abs(sums - np.round(sums)) <= CLOSE
        return whole & ~np.isnan(sums)

    @cached_property
    def questions(self) -> list[list[int]]:
        """The columns of each question."""
        found: dict[str, list[int]] = {}
        for number, column in enumerate(self.columns):
            if column.kind == "item":
                found.setdefault(column.subject, []).append(number)
        return list(found.values())

    @cached_property
    def told_counts(self) -> BoolArray:
        """bool[R, C]: the count is that of the answers for sure: it is fewer than the respondents, or no other fits.

        The respondents may stand in for fewer answers. Of n answers, a question's numbers have whole sums of points.
        Fewer answers fit the same numbers just when n and these sums have a common divisor: 6 of 12 is 50% of 10 people
        too.
        """
        fits, told = self.whole_sums, self.answered_for_sure.copy()
        sums = np.where(self.exact & fits, np.nan_to_num(self.value) / self.worth * self.count, 0.0)
        whole = np.abs(np.round(sums)).astype(np.int64)
        for numbers in self.questions:
            shared = np.gcd(np.gcd.reduce(whole[:, numbers], axis=1), self.count[:, numbers].max(axis=1))
            alone = (shared == 1) & ~(self.exact[:, numbers] & ~fits[:, numbers]).any(axis=1)
            told[:, numbers] |= alone[:, None] & self.shown[:, numbers]
        return told

    @cached_property
    def above(self) -> IntArray:
        """int64[R, C], nearest shown unit above in the same column."""
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
        """Nearest unit above within a pattern [R, C]; columns that share a pattern are worked out once."""
        patterns, which = np.unique(np.packbits(shown, axis=0), axis=1, return_inverse=True)
        first = np.array([int(np.flatnonzero(which.ravel() == number)[0]) for number in range(patterns.shape[1])], int)
        return nearest_above(self.parent, shown[:, first])[:, which.ravel()]

    def unit(self, number: int | np.integer[Any]) -> str:
        """The id of the unit of a row."""
        return self.table.unit_ids[int(self.rows[int(number)])]


def views_of(tables: tuple[ReleaseTable, ...]) -> Iterator[View]:
    """Yield every panel of every table."""
    for table in tables:
        for panel in table.panels:
            yield View(table, panel)
