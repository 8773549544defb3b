"""Moments laid out on a unit tree: what each unit has itself, in preorder, ready for sums over subtrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine.adding import map_arrays
from headwater.org import subtree_sums
from headwater.vocab import CrossSums, InputError, IntArray, Moments, ScoreSums, UnitTree, WideInts


@dataclass(frozen=True)
class UnitMoments:
    """Moments by unit of a tree, one row a unit in preorder, zero where nobody answered.

    respondents: int64[U]. counts: int64[U, T] by item category. scores: rows are units, columns the plan's scores.
    weights, weights_squared: WideInts[U, T], None when every weight is 1. crosses: rows are units, columns the plan's
    pairs; None when not planned, and for the levels of a cut.
    """

    respondents: IntArray
    counts: IntArray
    scores: ScoreSums
    crosses: CrossSums | None = None
    weights: WideInts | None = None
    weights_squared: WideInts | None = None

    @property
    def weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return self.weights is not None


def unit_totals(moments: Moments, tree: UnitTree) -> UnitMoments:
    """Return what each unit of a tree has itself, all cuts together.

    Raises InputError naming the units that have answers but are not in the tree: they need a mapping first.
    """
    numbers = _numbers(moments, tree)
    return _laid_out(moments, numbers, np.arange(len(moments.cell_unit)), len(tree), crosses=True)


def cut_totals(moments: Moments, tree: UnitTree, cut: str) -> dict[str, UnitMoments]:
    """Return what each unit has itself, for each level of one cut, in the order of the levels.

    Responses whose level is unknown are in none of them. Raises InputError as `unit_totals`, and when the moments were
    not planned with that cut.
    """
    if cut not in moments.plan.cuts:
        raise InputError(f"the moments were summed without the cut {cut!r}")
    numbers = _numbers(moments, tree)
    codes = moments.cell_cuts[:, moments.plan.cuts.index(cut)]
    found: dict[str, UnitMoments] = {}
    for code, level in enumerate(moments.levels[cut]):
        found[level] = _laid_out(moments, numbers, np.flatnonzero(codes == code), len(tree), crosses=False)
    return found


def roll_up(tree: UnitTree, own: UnitMoments) -> UnitMoments:
    """Sum over every subtree at once: row u of the result is the unit and all units below it, exactly."""
    summed = _map_moments(own, partial(subtree_sums, tree))
    return (
        summed if own.crosses is None else _with_crosses(summed, map_arrays(own.crosses, partial(subtree_sums, tree)))
    )


def _numbers(moments: Moments, tree: UnitTree) -> NDArray[np.int64]:
    """Preorder number of each of the moments' units."""
    index: Mapping[str, int] = tree.index_of
    unknown = [unit for unit in moments.units if unit not in index]
    if unknown:
        some = ", ".join(repr(unit) for unit in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise InputError(f"there are answers in units that the organisation does not have: {some}{more}")
    return np.array([index[unit] for unit in moments.units], np.int64)


def _laid_out(
    moments: Moments, numbers: NDArray[np.int64], cells: NDArray[np.int64], units: int, *, crosses: bool
) -> UnitMoments:
    """Sum chosen cells by unit and place the sums. Cells are sorted by unit."""
    unit_of = moments.cell_unit[cells]
    starts = np.flatnonzero(np.diff(unit_of, prepend=-1))
    places = numbers[unit_of[starts]]

    def by_cell(array: IntArray) -> IntArray:
        found = np.zeros((units, *array.shape[1:]), np.int64)
        if len(cells):
            found[places] = np.add.reduceat(array[cells], starts, axis=0)
        return found

    def by_unit(array: IntArray) -> IntArray:
        found = np.zeros((units, *array.shape[1:]), np.int64)
        found[numbers] = array
        return found

    own = UnitMoments(
        moments.respondents, moments.counts, moments.scores, None, moments.weights, moments.weights_squared
    )
    laid = _map_moments(own, by_cell)
    if not crosses or moments.crosses is None:
        return laid
    return _with_crosses(laid, map_arrays(moments.crosses, by_unit))


def _map_moments(own: UnitMoments, change: Any) -> UnitMoments:
    def wide(values: WideInts | None) -> WideInts | None:
        return None if values is None else WideInts(change(values.high), change(values.low)).normalised()

    return UnitMoments(
        respondents=change(own.respondents),
        counts=change(own.counts),
        scores=map_arrays(own.scores, change),
        weights=wide(own.weights),
        weights_squared=wide(own.weights_squared),
    )


def _with_crosses(own: UnitMoments, crosses: CrossSums) -> UnitMoments:
    return UnitMoments(own.respondents, own.counts, own.scores, crosses, own.weights, own.weights_squared)
