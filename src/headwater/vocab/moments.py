"""Moments: additive integer sums by leaf unit and cut. All later arithmetic starts here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.wide import IntArray, WideInts


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item to be counted: codes `low`..`high`; answers outside are not at rest."""

    key: str
    low: int
    high: int
    reverse: bool = False

    @property
    def points(self) -> int:
        """How many codes there are."""
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class PlannedScore:
    """A person's score: the mean of its answered items (reversed where they say so), or a ready-made column.

    With `items` empty the score is read from its own column at rest. Otherwise a response has the score when at
    least `min_answered` of the items are answered; it is floor(SCORE_ONE * sum / answered + 1/2), an integer, and
    exact whenever `answered` divides SCORE_ONE (every count up to 12).
    """

    key: str
    items: tuple[str, ...] = ()
    min_answered: int = 1


@dataclass(frozen=True)
class MomentPlan:
    """What one pass over a wave's answers shall sum."""

    items: tuple[PlannedItem, ...]
    scores: tuple[PlannedScore, ...] = ()
    cuts: tuple[str, ...] = ()
    crosses: bool = True
    """Whether cross-products of all pairs of scores are summed by leaf unit."""

    @cached_property
    def offsets(self) -> IntArray:
        """int64[I + 1]: item j's categories are columns offsets[j] : offsets[j + 1] of the counts."""
        return np.concatenate([[0], np.cumsum([item.points for item in self.items])]).astype(np.int64)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Pairs (a, b), a < b, of score positions, in the order of the cross-product columns."""
        count = len(self.scores)
        return tuple((a, b) for a in range(count) for b in range(a + 1, count))


@dataclass(frozen=True)
class ScoreSums:
    """Sums of persons' scores in units of 1 / SCORE_ONE, one row a cell, one column a score.

    n: int64[C, S] responses that have the score. total: int64[C, S]. squares: WideInts[C, S].
    Weighted, None when every weight is 1: w, w_total, w_squares (sums of w, w s, w s s) and
    w2, w2_total, w2_squares (sums of w w, w w s, w w s s), WideInts[C, S], weights in units of 1 / WEIGHT_ONE.
    """

    n: IntArray
    total: IntArray
    squares: WideInts
    w: WideInts | None = None
    w_total: WideInts | None = None
    w_squares: WideInts | None = None
    w2: WideInts | None = None
    w2_total: WideInts | None = None
    w2_squares: WideInts | None = None


@dataclass(frozen=True)
class CrossSums:
    """Unweighted cross-products of scores by leaf unit, over responses that have both scores of a pair.

    All have one row a unit of `Moments.units` and one column a pair of `MomentPlan.pairs`:
    n, total_a, total_b: int64[N, P]; squares_a, squares_b, product: WideInts[N, P].
    """

    n: IntArray
    total_a: IntArray
    total_b: IntArray
    squares_a: WideInts
    squares_b: WideInts
    product: WideInts


@dataclass(frozen=True)
class Moments:
    """Everything one pass over a wave's answers gives. Adding two Moments of one plan gives the moments of both.

    A cell is one combination of a leaf unit and one level of every planned cut that occurs in the answers.
    units: ids of leaf units with answers, sorted, length N. cell_unit: int32[C], position in `units`.
    cell_cuts: int16[C, len(plan.cuts)], position in `levels[cut]`, -1 where the cut is unknown.
    Cells are sorted by (unit, cuts). respondents: int64[C], responses in the cell.
    counts: int64[C, T], responses by item category; T = plan.offsets[-1].
    weights, weights_squared: WideInts[C, T], sums of w and w w by item category; None when every weight is 1.
    """

    study: str
    wave: str
    plan: MomentPlan
    units: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    cell_unit: NDArray[np.int32]
    cell_cuts: NDArray[np.int16]
    respondents: IntArray
    counts: IntArray
    scores: ScoreSums
    crosses: CrossSums | None = None
    weights: WideInts | None = None
    weights_squared: WideInts | None = None
    sources: tuple[str, ...] = field(default=())
    """Digests of the Parquet files summed, so that a file is never added twice."""

    @property
    def weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return self.weights is not None
