"""The gate on a tree: the largest set of units whose totals can all be shown and let nothing small be derived.

A unit's residual is its count less the counts of its maximal published units below. Residuals of published units are
disjoint groups of people (atoms), and every linear combination of published totals is a union of atoms or no group's
total at all. So when every residual is 0 or at least k, no group of 1 to k - 1 people can be derived, whatever is
added to or taken from whatever. `gate_tree` finds the largest such set exactly; nothing is heuristic.

Source: complementary suppression on a hierarchy, after Fischetti and Salazar (2001), Management Science 47(7), here
with the exact criterion of the linear span, which on a tree a dynamic programme solves in O(units * k**2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.merging import best_safe_set, plan_merges
from headwater.vocab import UnitTree

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_COLUMNS_AT_ONCE = 16
"""Columns solved together: enough to amortise array calls, few enough to stay in cache."""


def gate_tree(tree: UnitTree, own: IntArray, k: int, *, weights: FloatArray | None = None) -> BoolArray:
    """Choose the units whose totals are shown.

    tree: the units, length U. own: int64[U], people who answered directly in a unit; units with units below may have
    some. k: the smallest group that may be derived. weights: float64[U], at least 0, what showing a unit is worth, by
    default 1 each with ties in favour of the units of more people. A unit of weight 0 is not shown.

    Returns bool[U]: the heaviest set in which every shown unit's residual is 0 or at least k and, when at least k
    people answered in all, the root is shown. A unit in which nobody answered is never shown; it reveals nothing.
    Raises ValueError when k is below 1, a count or weight is negative, or the lengths differ.
    """
    _check(tree, own, k)
    totals = subtree_sums(tree, own)
    if weights is None:
        worth = _counting_weights(totals[:, None])[:, 0]
    else:
        worth = np.asarray(weights, np.float64)
        if worth.shape != own.shape or not np.all(worth >= 0):
            raise ValueError("weights must be one number of at least 0 a unit")
    candidates = totals >= k
    shown = np.zeros(len(tree), bool)
    nodes = np.flatnonzero(candidates)
    if len(nodes) == 0:
        return shown
    parent, residual = contract(tree, candidates, totals)
    shown[nodes] = best_safe_set(plan_merges(parent), residual[:, None], worth[nodes, None], k, force_roots=True)[:, 0]
    return shown


def gate_columns(tree: UnitTree, published: BoolArray, answered_own: IntArray, k: int) -> BoolArray:
    """Refine the shown units for each column by who answered that column.

    published: bool[U], the units shown at all. answered_own: int64[U, C], people of each unit who answered each item,
    scale or other column.

    Returns bool[U, C], within `published`: for every column the largest set in which every residual of answers is 0
    or at least k, the top published unit among them whenever at least k answered. Cells nobody answered are not shown.
    Columns whose answers already fit the published set are recognised without solving.
    """
    answered = np.asarray(answered_own, np.int64)
    _check(tree, answered, k)
    published = np.asarray(published, bool)
    shown = np.zeros(answered.shape, bool)
    nodes = np.flatnonzero(published)
    if len(nodes) == 0 or answered.shape[1] == 0:
        return shown
    totals = subtree_sums(tree, answered)
    parent, residual = contract(tree, published, totals)
    shown[nodes] = totals[nodes] > 0
    rough = np.flatnonzero(((residual > 0) & (residual < k)).any(axis=0))
    if len(rough) == 0:
        return shown
    plan = plan_merges(parent)
    for start in range(0, len(rough), _COLUMNS_AT_ONCE):
        columns = rough[start : start + _COLUMNS_AT_ONCE]
        own, weight = residual[:, columns], _counting_weights(totals[nodes][:, columns])
        shown[np.ix_(nodes, columns)] = best_safe_set(plan, own, weight, k, force_roots=True)
    return shown


def shown_counts(
    tree: UnitTree, shown: BoolArray, respondents_own: IntArray, answered_own: IntArray, k: int
) -> IntArray:
    """Give the count shown beside each released number: who answered, or who took part where that tells on a few.

    The people who skipped a question are a group like any other: counts are exact only where every residual of skips,
    over all cells shown with their exact count, is 0 or at least k. Elsewhere the unit's respondents stand in.

    shown: bool[U, C]. respondents_own: int64[U]. answered_own: int64[U, C], at most the respondents.
    Returns int64[U, C], 0 where not shown.
    """
    skipped_own = respondents_own[:, None] - answered_own
    if np.any(skipped_own < 0):
        raise ValueError("more answers than respondents in a unit")
    respondents, answered = subtree_sums(tree, respondents_own), subtree_sums(tree, answered_own)
    exact = np.zeros(shown.shape, bool)
    patterns, which = np.unique(shown, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        columns = np.flatnonzero(which.ravel() == number)
        exact[:, columns] = gate_columns(tree, patterns[:, number], skipped_own[:, columns], k)
    counts: IntArray = np.where(shown, np.where(exact, answered, respondents[:, None]), 0)
    return counts


def is_safe(tree: UnitTree, shown: BoolArray, own: IntArray, k: int) -> bool:
    """Whether every residual of the shown units is 0 or at least k. shown: bool[U]; own: int64[U]."""
    nodes = np.flatnonzero(shown)
    if len(nodes) == 0:
        return True
    _, residual = contract(tree, np.asarray(shown, bool), subtree_sums(tree, own))
    return bool(np.all((residual == 0) | (residual >= k)))


def nearest_shown_above(tree: UnitTree, shown: BoolArray) -> NDArray[np.int32]:
    """Find each unit's nearest shown unit strictly above it: int32[U] or int32[U, C] as `shown`, -1 for none."""
    above = np.full(shown.shape, -1, np.int32)
    for depth in range(1, int(tree.depth.max()) + 1):
        units = np.flatnonzero(tree.depth == depth)
        parents = tree.parent[units]
        here = parents if shown.ndim == 1 else parents[:, None]
        above[units] = np.where(shown[parents], here, above[parents])
    return above


def contract(tree: UnitTree, kept: BoolArray, totals: IntArray) -> tuple[IntArray, IntArray]:
    """Contract the tree to the kept units.

    kept: bool[U], K of them true. totals: int64[U] or int64[U, C], sums over whole subtrees. Returns the parent of each
    kept unit among the kept (int64[K], -1 for none) and its residual (int64[K] or [K, C]): its total less the
    totals of the kept units next below.
    """
    nodes = np.flatnonzero(kept)
    number = np.full(len(tree) + 1, -1, np.int64)
    number[nodes] = np.arange(len(nodes))
    parent = number[nearest_shown_above(tree, kept)[nodes]]
    residual = totals[nodes].copy()
    has = np.flatnonzero(parent >= 0)
    np.subtract.at(residual, parent[has], totals[nodes[has]])
    return parent, residual


def _counting_weights(totals: IntArray) -> FloatArray:
    """One a unit, plus a share of it by its people so small that all shares of a column together stay below one."""
    whole = totals.sum(axis=0, keepdims=True) + 1
    weights: FloatArray = np.where(totals > 0, whole + totals, 0).astype(np.float64)
    return weights


def _check(tree: UnitTree, own: IntArray, k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    if len(own) != len(tree):
        raise ValueError(f"{len(own)} counts for {len(tree)} units")
    if np.any(own < 0):
        raise ValueError("a unit has a negative count")
