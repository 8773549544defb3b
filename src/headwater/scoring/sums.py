"""Sums over groups: own, whole subtree, and the rest of a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums, subtree_sums_wide
from headwater.stats.compiling import run
from headwater.vocab import FloatArray, IntArray, UnitTree, WideInts
from headwater.vocab.answers import SCORE_ONE, WEIGHT_ONE


@dataclass(frozen=True)
class GroupSums:
    """Integer sums of G groups: T item categories, S scores. See `Moments` for the units of each.

    respondents: int64[G]. counts: int64[G, T], narrower unsigned integers where `packed`. w, w2: WideInts[G, T] or
    None. score_n, score_total: int64[G, S]. score_squares and the weighted score sums: WideInts[G, S], the weighted
    ones None when every weight is 1.
    """

    respondents: IntArray
    counts: IntArray
    score_n: IntArray
    score_total: IntArray
    score_squares: WideInts
    w: WideInts | None = None
    w2: WideInts | None = None
    score_w: WideInts | None = None
    score_w_total: WideInts | None = None
    score_w_squares: WideInts | None = None
    score_w2: WideInts | None = None
    score_w2_total: WideInts | None = None
    score_w2_squares: WideInts | None = None

    def over_subtrees(self, tree: UnitTree) -> GroupSums:
        """Return the sums of every unit with all units below it."""

        def roll(value: Any) -> Any:
            return subtree_sums_wide(tree, value) if isinstance(value, WideInts) else subtree_sums(tree, value)

        return self._each(roll)

    def take(self, rows: NDArray[Any] | slice) -> GroupSums:
        """Return the sums of some groups."""
        return self._each(lambda value: value[rows])

    def sum_by(self, rows: IntArray, group: IntArray, groups: int) -> GroupSums:
        """Sum some rows by a larger group. rows, group: int64[R]; groups: how many there are."""
        from scipy.sparse import csr_array

        gather = csr_array((np.ones(len(rows), np.int64), (group, rows)), shape=(groups, len(self.respondents)))

        def add(value: Any) -> Any:
            if isinstance(value, WideInts):
                return WideInts(gather @ value.high, gather @ value.low).normalised()
            if value.dtype == np.int64:
                return gather @ value
            total = np.zeros((groups, value.shape[1]), np.int64)
            run(_add_rows, value, rows, group, total, size=len(rows) * value.shape[1])
            return total

        return self._each(add)

    def scores_only(self) -> GroupSums:
        """Return the sums without those of items."""
        return replace(self, counts=self.counts[:, :0], w=None, w2=None)

    def packed(self) -> GroupSums:
        """Return the same for many small groups: every array row after row, and counts as narrow as they may be.

        Sums of rows are quick on these. Cells of people in many cuts are nearly as many as people, and as integers of
        eight bytes their counts would take most of the memory of a wave.
        """

        def lay(value: Any) -> Any:
            if isinstance(value, WideInts):
                return WideInts(np.ascontiguousarray(value.high), np.ascontiguousarray(value.low))
            return np.ascontiguousarray(value)

        narrow = np.min_scalar_type(int(self.counts.max(initial=0)))
        return replace(self._each(lay), counts=np.ascontiguousarray(self.counts, narrow))

    def less(self, other: GroupSums) -> GroupSums:
        """Return what is left of each group when the other, a part of it, is taken out."""
        parts: dict[str, Any] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            parts[entry.name] = None if value is None else value - getattr(other, entry.name)
        return GroupSums(**parts)

    def without_parts(self, parent: IntArray) -> GroupSums:
        """Return what each group has beyond those next below it. parent: int64[G], the group above, -1 for none."""
        below = np.flatnonzero(parent >= 0)

        def left(values: IntArray) -> IntArray:
            rest = values.copy()
            np.subtract.at(rest, parent[below], values[below])
            return rest

        def change(value: Any) -> Any:
            return WideInts(left(value.high), left(value.low)) if isinstance(value, WideInts) else left(value)

        return self._each(change)

    def _each(self, change: Callable[[Any], Any]) -> GroupSums:
        parts: dict[str, Any] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            parts[entry.name] = None if value is None else change(value)
        return GroupSums(**parts)

    def item_weights(self, columns: slice) -> tuple[FloatArray | None, FloatArray | None]:
        """Return the float sums of weights and squared weights of an item's categories, or two Nones."""
        if self.w is None or self.w2 is None:
            return None, None
        return self.w[:, columns].to_float() / WEIGHT_ONE, self.w2[:, columns].to_float() / WEIGHT_ONE**2

    def score_moments(self, score: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return n, mean, variance of one person's score, and effective n of a score: float64[G] each, scale points.

        Weighted: the mean is sum(w s) / sum(w) and the effective n makes spread / effective the linearised variance.
        """
        n = self.score_n[:, score].astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.score_w is None:
                mean = self.score_total[:, score] / n / SCORE_ONE
                squares = self.score_squares[:, score].to_float() / SCORE_ONE**2
                spread = np.where(n > 1, np.maximum(squares - n * mean**2, 0) / (n - 1), np.nan)
                return n, np.where(n > 0, mean, np.nan), spread, n
            parts = [
                part[:, score].to_float()
                for part in (
                    self.score_w,
                    self.score_w_total,
                    self.score_w_squares,
                    self.score_w2,
                    self.score_w2_total,
                    self.score_w2_squares,
                )
                if part is not None
            ]
            w, wt, ws, w2, w2t, w2s = parts
            w, wt, ws = w / WEIGHT_ONE, wt / WEIGHT_ONE / SCORE_ONE, ws / WEIGHT_ONE / SCORE_ONE**2
            w2, w2t, w2s = (
                w2 / WEIGHT_ONE**2,
                w2t / WEIGHT_ONE**2 / SCORE_ONE,
                w2s / WEIGHT_ONE**2 / SCORE_ONE**2,
            )
            mean = wt / w
            correction = n / (n - 1)
            spread = np.where(n > 1, correction * np.maximum(ws / w - mean**2, 0), np.nan)
            variance = correction * np.maximum(w2s - 2 * mean * w2t + mean**2 * w2, 0) / w**2
            effective = np.where(variance > 0, spread / variance, w**2 / w2)
            return n, np.where(n > 0, mean, np.nan), spread, effective


def _add_rows(values, rows, group, total):  # type: ignore[no-untyped-def]
    """Add some rows of values [C, T] to those of total [G, T] that group [R] names. A loop for `compiling.run`."""
    for number in range(len(rows)):
        source, target = values[rows[number]], total[group[number]]
        for place in range(len(source)):
            target[place] += source[place]


def joined(parts: Sequence[GroupSums]) -> GroupSums:
    """Put the groups of several sums behind each other."""
    if len(parts) == 1:
        return parts[0]
    found: dict[str, Any] = {}
    for entry in fields(GroupSums):
        values = [getattr(part, entry.name) for part in parts]
        if values[0] is None:
            found[entry.name] = None
        elif isinstance(values[0], WideInts):
            high, low = ([getattr(value, half) for value in values] for half in ("high", "low"))
            found[entry.name] = WideInts(np.concatenate(high), np.concatenate(low))
        else:
            found[entry.name] = np.concatenate(values)
    return GroupSums(**found)
