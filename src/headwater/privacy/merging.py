"""The dynamic programme behind the tree gate: tables of best weights by uncovered count, merged pair by pair.

A table of a node has k + 1 states: state s < k says that exactly s of the people in its subtree are covered by no
published unit of the subtree, state k that k or more are. Tables of siblings merge by a saturating max-plus
convolution. It is associative, so siblings merge in pairs and a level of the tree takes log2(siblings) rounds of
array arithmetic, for all parents and all columns at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of pairwise merging: rows `left` and `right` give rows `merged`; rows `single` move to `moved`."""

    left: IntArray
    right: IntArray
    merged: IntArray
    single: IntArray
    moved: IntArray
    rows: int


@dataclass(frozen=True, slots=True)
class Level:
    """All parents of one depth: their nodes, and the order of (own table, closed tables of children) beneath them.

    parents: nodes of the level that have children. members: node number of each row before merging; the first row of
    each parent is the parent itself (its own people), the others are its children.
    """

    parents: IntArray
    members: IntArray
    is_parent: BoolArray
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class MergePlan:
    """The order of all merges of a forest. It depends on the shape alone, so that columns share it.

    parent: int64[N], -1 for roots, parents before children. by_depth: node numbers at each depth.
    levels: deepest parents first.
    """

    parent: IntArray
    by_depth: tuple[IntArray, ...]
    levels: tuple[Level, ...]


def plan_merges(parent: IntArray) -> MergePlan:
    """Plan the merges of a forest given as parents (int64[N], -1 for roots, every parent before its children)."""
    count = len(parent)
    depth = np.zeros(count, np.int64)
    for node in range(count):  # plain Python: one look-up a node
        above = parent[node]
        if above >= 0:
            depth[node] = depth[above] + 1
    order = np.argsort(depth, kind="stable")
    starts = np.searchsorted(depth[order], np.arange(int(depth.max(initial=0)) + 2))
    by_depth = tuple(order[starts[d] : starts[d + 1]] for d in range(len(starts) - 1))
    levels = []
    for below in reversed(by_depth[1:]):
        parents = np.unique(parent[below])
        owners = np.concatenate([parents, parent[below]])
        members = np.concatenate([parents, below])
        is_parent = np.arange(len(members)) < len(parents)
        sequence = np.argsort(owners, kind="stable")
        levels.append(Level(parents, members[sequence], is_parent[sequence], _plan_rounds(owners[sequence])))
    return MergePlan(parent, by_depth, tuple(levels))


def _plan_rounds(owners: IntArray) -> tuple[Round, ...]:
    rounds = []
    while len(owners) and np.any(owners[1:] == owners[:-1]):
        first = np.r_[True, owners[1:] != owners[:-1]]
        place = np.arange(len(owners))
        within = place - np.maximum.accumulate(np.where(first, place, 0))
        starts_pair = (within % 2 == 0) & np.r_[owners[1:] == owners[:-1], False]
        ends_pair = np.r_[False, starts_pair[:-1]]
        kept = np.flatnonzero(~ends_pair)
        paired = starts_pair[kept]
        target = np.arange(len(kept))
        left = kept[paired]
        rounds.append(Round(left, left + 1, target[paired], kept[~paired], target[~paired], len(kept)))
        owners = owners[kept]
    return tuple(rounds)


def _merge(left: FloatArray, right: FloatArray) -> tuple[FloatArray, NDArray[np.int16]]:
    """Merge tables [k + 1, rows, C]; return the best weights and the code left_state * (k + 1) + right_state."""
    states = left.shape[0]
    k = states - 1
    best = np.full(left.shape, -np.inf)
    codes = np.zeros(left.shape, np.int16)
    suffix, suffix_state = right.copy(), np.empty(right.shape, np.int16)
    suffix_state[k] = k
    for b in range(k - 1, -1, -1):
        later = suffix[b + 1] > right[b]
        suffix[b] = np.where(later, suffix[b + 1], right[b])
        suffix_state[b] = np.where(later, suffix_state[b + 1], b)
    for a in range(states):
        here = left[a]
        if not np.any(here > -np.inf):
            continue
        if a < k:
            sums = here + right[: k - a]
            better = sums > best[a:k]
            np.copyto(best[a:k], sums, where=better)
            pair = (a * states + np.arange(k - a, dtype=np.int16))[:, None, None]
            np.copyto(codes[a:k], pair, where=better)
        total = here + suffix[k - a]
        better = total > best[k]
        np.copyto(best[k], total, where=better)
        np.copyto(codes[k], a * states + suffix_state[k - a], where=better)
    return best, codes


def best_safe_set(plan: MergePlan, own: IntArray, weight: FloatArray, k: int, *, force_roots: bool) -> BoolArray:
    """Find the heaviest set of nodes whose residuals are all 0 or at least k.

    own: int64[N, C], people of a node that are in none of its children. weight: float64[N, C], non-negative; nodes of
    weight 0 are never chosen. force_roots: choose every root whose subtree holds at least k.
    Returns bool[N, C]. Ties are broken by a fixed order, so equal inputs give equal sets.
    """
    nodes, columns = own.shape
    states = k + 1
    tables = np.full((states, nodes, columns), -np.inf)
    np.put_along_axis(tables, np.minimum(own, k)[None], 0.0, axis=0)
    origin = np.full((nodes, columns), -1, np.int8)
    traces: list[list[NDArray[np.int16]]] = []
    merged = np.zeros(nodes, bool)
    for level, closing in zip(plan.levels, reversed(plan.by_depth[1:]), strict=True):
        _close(tables, origin, closing, weight)
        rows = tables[:, level.members]
        codes_of_level = []
        for step in level.rounds:
            fresh = np.empty((states, step.rows, columns))
            fresh[:, step.merged], codes = _merge(rows[:, step.left], rows[:, step.right])
            fresh[:, step.moved] = rows[:, step.single]
            codes_of_level.append(codes)
            rows = fresh
        tables[:, level.parents] = rows
        merged[level.parents] = True
        traces.append(codes_of_level)
    roots = plan.by_depth[0]
    state = np.zeros((nodes, columns), np.int64)
    chosen = np.zeros((nodes, columns), bool)
    open_roots = tables[:, roots].copy()
    _close(tables, origin, roots, weight)
    if force_roots:
        can = (np.maximum(open_roots[0], open_roots[k]) > -np.inf) & (weight[roots] > 0)
        can &= origin[roots] >= 0
        state[roots] = np.where(can, 0, np.argmax(tables[:, roots], axis=0))
    else:
        state[roots] = np.argmax(tables[:, roots], axis=0)
    _open(state, chosen, origin, roots, k)
    for level, closing, codes_of_level in zip(reversed(plan.levels), plan.by_depth[1:], reversed(traces), strict=True):
        rows_state = state[level.parents]
        for step, codes in zip(reversed(level.rounds), reversed(codes_of_level), strict=True):
            before = np.empty((len(step.left) * 2 + len(step.single), columns), np.int64)
            before[step.single] = rows_state[step.moved]
            code = np.take_along_axis(codes, rows_state[step.merged][None], axis=0)[0]
            before[step.left], before[step.right] = code // states, code % states
            rows_state = before
        below = ~level.is_parent
        state[level.members[below]] = rows_state[below]
        _open(state, chosen, origin, closing, k)
    return chosen


def _close(tables: FloatArray, origin: NDArray[np.int8], nodes: IntArray, weight: FloatArray) -> None:
    """Add to each node's table the choice of publishing it: from state 0 or k, leaving nobody uncovered."""
    k = tables.shape[0] - 1
    whole, rest = tables[0, nodes], tables[k, nodes]
    from_rest = rest > whole
    best = np.where(from_rest, rest, whole) + weight[nodes]
    publish = (weight[nodes] > 0) & (best > whole)
    tables[0, nodes] = np.where(publish, best, whole)
    origin[nodes] = np.where(publish, np.where(from_rest, 1, 0), -1)


def _open(state: IntArray, chosen: BoolArray, origin: NDArray[np.int8], nodes: IntArray, k: int) -> None:
    """Turn closed states into choices and the states that were open before the choice."""
    closed, source = state[nodes], origin[nodes]
    publish = (closed == 0) & (source >= 0)
    chosen[nodes] = publish
    state[nodes] = np.where(publish & (source == 1), k, closed)
