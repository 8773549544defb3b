"""The exact search for one cut beside the tree: two layers of residuals, units and levels, over the same people.

Every person lies in one residual of units (a unit less the shown units below it) and in at most one of levels. Whatever
is computed from the totals gives a person P(unit) - Q(level), with Q of 0 where no shown cell holds the person, and a
group that follows has 0 or 1 there for everybody. Lay an arrow from the unit to the level wherever somebody can be:
along an arrow the potential never rises, and falls by one at most. Potentials that must be equal are joined:

- round a cycle of arrows, since none rises;
- at both ends of an arrow that at least k people stand on: they cannot all be in the group;
- of two levels (or two units) that differ: on all that both have arrows with, everybody of one of them is in the group.
  If that is k or more for either, they do not differ.

What is joined is one, and the rules are used again. They hold for every group below k, so none is lost; mostly nothing
is left. What is left is searched by a mixed-integer programme, and its answers are checked in whole numbers. Counts are
the released ones; where somebody can be is what they leave possible.

One cut at a time is enough for one release whose top is shown. Levels of several cuts never say that nobody is in two
of them at once: whatever the totals, the people of a unit can be spread so that any two levels with people there share
somebody. So within a residual of units a group's 0 and 1 change with one cut at most; with two they would take three
values. Take the residuals in which they change with one chosen cut. The other cuts are constant there, and so is the
chosen one elsewhere; residuals of units are known, so constants can be added and taken away. What is left follows from
the chosen cut and the units, and is a part of the group. Whoever finds a small group with all cuts finds one with one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.audit.systems import PROVEN_NONE, Derivation, Searched

IntArray = NDArray[np.int64]

ROUNDS = 40
"""Times that bounds are narrowed, and that joining is tried again."""

MOST_TRIED_OUT = 8
"""Nodes of a part that is left up to which every potential is tried; beyond it goes to a solver."""

FURTHEST = 2
"""Largest potential tried in a part that is left. Nested layers never need more than 1."""


@dataclass(frozen=True)
class Arrows:
    """Where somebody can be: E arrows from a residual of units to one of levels, each pair once.

    unit, level: int64[E], the residuals, -1 for none. of_unit, of_level: int64[A], int64[R], the people of each.
    """

    unit: IntArray
    level: IntArray
    of_unit: IntArray
    of_level: IntArray


def search_layers(arrows: Arrows, k: int, *, seconds: float = 10.0, most: int = 5) -> Searched:
    """Search for groups of 1 to k - 1 people. Terms name family 0 (units) and 1 (levels).

    seconds: budget of all parts that are left. most: groups told of.
    """
    arrows, low, high = _bounded(arrows)
    units, levels = len(arrows.of_unit), len(arrows.of_level)
    # Nodes: units, then levels, then the one whose potential is 0.
    zero = units + levels
    start = np.where(arrows.unit >= 0, arrows.unit, zero)
    end = np.where(arrows.level >= 0, arrows.level + units, zero)
    joined = np.arange(zero + 1)
    for _ in range(ROUNDS):
        before = np.count_nonzero(np.bincount(joined))
        joined = _cycles(start, end, joined)
        joined = _join(joined, *_full(start, end, joined, low, high, arrows, k))
        for one, other in ((start, end), (end, start)):
            joined = _join(joined, *_unlike(one, other, joined, low, high, arrows, k))
        if np.count_nonzero(np.bincount(joined)) == before:
            break
    found, finished = _left(start, end, joined, low, arrows, k, seconds, most)
    return Searched(tuple(found), len(start), finished)


def _bounded(arrows: Arrows) -> tuple[Arrows, IntArray, IntArray]:
    """Narrow what can stand on every arrow by the counts at its ends; drop arrows on which nobody can stand."""
    far = np.int64(2**40)
    ends = [(arrows.unit, np.append(arrows.of_unit, far)), (arrows.level, np.append(arrows.of_level, far))]
    low = np.zeros(len(arrows.unit), np.int64)
    high = np.minimum(*(count[at] for at, count in ends))
    for _ in range(ROUNDS):
        before = int(low.sum() - high.sum())
        for at, count in ends:
            inside = at >= 0
            sums = [np.bincount(at[inside], side[inside], len(count)).astype(np.int64) for side in (low, high)]
            room = count[at] - (sums[0][at] - low)
            need = count[at] - (sums[1][at] - high)
            high = np.where(inside, np.clip(room, 0, high), high)
            low = np.where(inside, np.maximum(low, np.minimum(need, high)), low)
        if int(low.sum() - high.sum()) == before:
            break
    held = high > 0
    return Arrows(arrows.unit[held], arrows.level[held], arrows.of_unit, arrows.of_level), low[held], high[held]


def _join(joined: IntArray, one: IntArray, other: IntArray) -> IntArray:
    """Join nodes pair by pair: int64[N], a number each, equal for those joined."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(one):
        return joined
    size = int(joined.max()) + 1
    links = coo_array((np.ones(len(one), np.int8), (joined[one], joined[other])), shape=(size, size))
    number: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    return number[joined]


def _cycles(start: IntArray, end: IntArray, joined: IntArray) -> IntArray:
    """Join what lies on cycles of arrows."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = int(joined.max()) + 1
    links = coo_array((np.ones(len(start), np.int8), (joined[start], joined[end])), shape=(size, size))
    number: IntArray = connected_components(links, directed=True, connection="strong")[1].astype(np.int64)
    return number[joined]


def _side_counts(
    nodes: IntArray, joined: IntArray, low: IntArray, high: IntArray, arrows: Arrows
) -> tuple[IntArray, IntArray]:
    """People and the most there can be, by joined node, of those whose arrows begin (or end) there."""
    size = int(joined.max()) + 1
    count = np.concatenate([arrows.of_unit, arrows.of_level, [0]])
    real = np.flatnonzero(np.bincount(nodes))
    known = real[real < len(count) - 1]
    people = np.bincount(joined[known], count[known], size)
    # Nobody counted those at the node of 0: at least whoever must stand on its arrows.
    free = nodes == len(count) - 1
    people += np.bincount(joined[nodes[free]], low[free], size)
    return people.astype(np.int64), np.bincount(joined[nodes], high, size).astype(np.int64)


def _full(
    start: IntArray, end: IntArray, joined: IntArray, low: IntArray, high: IntArray, arrows: Arrows, k: int
) -> tuple[IntArray, IntArray]:
    """Ends of arrows on which at least k people stand, all arrows between the same joined nodes together."""
    from_, to = joined[start], joined[end]
    size = int(joined.max()) + 1
    pairs, which = np.unique(from_ * size + to, return_inverse=True)
    least = np.bincount(which, low).astype(np.int64)
    most = np.bincount(which, high).astype(np.int64)
    for nodes, at in ((start, pairs // size), (end, pairs % size)):
        people, all_high = _side_counts(nodes, joined, low, high, arrows)
        least = np.maximum(least, people[at] - (all_high[at] - most))
    first = np.zeros(len(pairs), np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    full = first[least >= k]
    return start[full], end[full]


def _unlike(
    one: IntArray, other: IntArray, joined: IntArray, low: IntArray, high: IntArray, arrows: Arrows, k: int
) -> tuple[IntArray, IntArray]:
    """Pairs of nodes on the side of `one` that cannot differ: k people of either stand on what they have in common."""
    size = int(joined.max()) + 1
    pairs, which = np.unique(joined[other] * size + joined[one], return_inverse=True)
    least = np.bincount(which, low).astype(np.int64)
    most = np.bincount(which, high).astype(np.int64)
    node, shared = pairs % size, pairs // size  # sorted by what they share
    people, all_high = _side_counts(one, joined, low, high, arrows)
    degree = np.bincount(shared, minlength=size)
    # Only neighbours in the order of their numbers are laid beside each other where very many share one node.
    first, second = _couples(shared, degree)
    ahead, behind = node[first], node[second]
    keys, group = np.unique(ahead * size + behind, return_inverse=True)
    kept = np.ones(len(keys), bool)
    for side, name in ((first, keys // size), (second, keys % size)):
        sum_low = np.bincount(group, least[side], len(keys))
        sum_high = np.bincount(group, most[side], len(keys))
        kept &= np.maximum(sum_low, people[name] - (all_high[name] - sum_high)) >= k
    sample = np.zeros(size, np.int64)
    sample[joined[::-1]] = np.arange(len(joined))[::-1]
    return sample[keys[kept] // size], sample[keys[kept] % size]


def _couples(shared: IntArray, degree: IntArray, widest: int = 12) -> tuple[IntArray, IntArray]:
    """Positions of pairs that share a node: all of them up to `widest` at one node, beyond that neighbours only.

    shared is sorted. Pairs that are passed over join nothing, which costs time and no leak.
    """
    position = np.arange(len(shared))
    found = []
    for step in range(1, widest):
        inside = position[: max(len(shared) - step, 0)]
        same = shared[inside] == shared[inside + step]
        same &= (step == 1) | (degree[shared[inside]] <= widest)
        found.append((inside[same], inside[same] + step))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _left(
    start: IntArray, end: IntArray, joined: IntArray, low: IntArray, arrows: Arrows, k: int, seconds: float, most: int
) -> tuple[list[Derivation], bool]:
    """Search the parts in which potentials may still differ. Second: whether all was searched."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size, zero = int(joined.max()) + 1, int(joined[-1])
    apart = joined[start] != joined[end]
    pairs, which = np.unique(joined[start[apart]] * size + joined[end[apart]], return_inverse=True)
    least = np.bincount(which, low[apart], len(pairs)).astype(np.int64)
    from_, to = pairs // size, pairs % size
    # What hangs together through the node of 0 alone is no part: its potential is fixed.
    inner = (from_ != zero) & (to != zero)
    links = coo_array((np.ones(int(inner.sum()), np.int8), (from_[inner], to[inner])), shape=(size, size))
    part = connected_components(links, directed=False)[1]
    of = np.where(from_ == zero, part[to], part[from_])
    weight = _weights(joined, arrows)
    until = time.monotonic() + seconds
    found: list[Derivation] = []
    finished = True
    for number in np.unique(of):
        inside = np.flatnonzero(of == number)
        nodes, ends = np.unique(np.concatenate([from_[inside], to[inside]]), return_inverse=True)
        patience = until - time.monotonic()
        if len(found) >= most:
            break
        if patience <= 0:
            return found, False
        fixed = np.flatnonzero(nodes == zero)
        part_left = _Part(ends[: len(inside)], ends[len(inside) :], weight[nodes], least[inside], fixed)
        if len(nodes) <= MOST_TRIED_OUT:
            groups, ended = _tried_out(part_left, k, most - len(found)), True
        else:
            groups, ended = _programme(part_left, k, patience, most - len(found))
        finished &= ended
        for potential, people in groups:
            by_node = np.zeros(size, np.int64)
            by_node[nodes] = potential
            found.append(_derived(by_node[joined], people, arrows))
    return found, finished


@dataclass(frozen=True)
class _Part:
    """Arrows between joined nodes that are left. weight: int64[N], people that one more of a potential adds.

    least: int64[E], who must stand on each. fixed: the node of 0, or none.
    """

    start: IntArray
    end: IntArray
    weight: IntArray
    least: IntArray
    fixed: IntArray


def _weights(joined: IntArray, arrows: Arrows) -> IntArray:
    """What one more of a joined node's potential adds to a group: people of its units less those of its levels."""
    count = np.concatenate([arrows.of_unit, -arrows.of_level, [0]])
    return np.bincount(joined, count, int(joined.max()) + 1).astype(np.int64)


def _tried_out(part: _Part, k: int, most: int) -> list[tuple[IntArray, int]]:
    """Try every potential of a small part; as `_programme`.

    A small group holds one whose potentials take two neighbouring values only (the part at or above one height), and
    one node's may be held at 0. So 0 and 1, and 0 and -1, are enough.
    """
    nodes = len(part.weight)
    rest = np.delete(np.arange(nodes), part.fixed if len(part.fixed) else [0])
    up = np.zeros((1 << len(rest), nodes), np.int64)
    up[:, rest] = (np.arange(1 << len(rest))[:, None] >> np.arange(len(rest))) & 1
    potential = np.concatenate([up, -up[1:]])
    falls = potential[:, part.start] - potential[:, part.end]
    people = potential @ part.weight
    group = (falls.min(axis=1) >= 0) & (falls.max(axis=1) <= 1) & (people > 0) & (people < k)
    group &= falls @ np.where(part.least >= k, 1, 0) == 0
    return [(potential[number], int(people[number])) for number in np.flatnonzero(group)[:most]]


def _programme(part: _Part, k: int, seconds: float, most: int) -> tuple[list[tuple[IntArray, int]], bool]:
    """Find potentials of a part whose group has 1 to k - 1 people: (potentials, people), and whether it finished."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    nodes, arrows = len(part.weight), len(part.start)
    rows = np.tile(np.arange(arrows), 2)
    signs, ends = np.repeat([1.0, -1.0], arrows), np.concatenate([part.start, part.end])
    falls = coo_array((signs, (rows, ends)), shape=(arrows, nodes)).tocsr()
    furthest = np.full(nodes, float(FURTHEST))
    furthest[part.fixed if len(part.fixed) else 0] = 0.0  # moving all potentials of a part alike changes no group
    constraints = [
        LinearConstraint(falls, np.zeros(arrows), np.where(part.least >= k, 0.0, 1.0)),
        LinearConstraint(part.weight[None, :].astype(float), 1 - 1e-6, k - 1 + 1e-6),
    ]
    found: list[tuple[IntArray, int]] = []
    until = time.monotonic() + seconds
    while len(found) < most:
        result = milp(
            np.zeros(nodes),
            constraints=constraints,
            integrality=np.ones(nodes),
            bounds=Bounds(-furthest, furthest),
            options={"time_limit": max(until - time.monotonic(), 0.1)},
        )
        if result.x is None:
            return found, result.status == PROVEN_NONE
        potential = np.round(result.x).astype(np.int64)
        fall = potential[part.start] - potential[part.end]
        people = int(potential @ part.weight)
        if fall.min() < 0 or fall.max() != 1 or not 0 < people < k:
            return found, False
        found.append((potential, people))
        # Not this group again, nor one that holds it.
        again = np.asarray(falls[np.flatnonzero(fall == 1)].sum(axis=0), np.float64).reshape(1, -1)
        constraints.append(LinearConstraint(again, -np.inf, int((fall == 1).sum()) - 1))
    return found, True


def _derived(potential: IntArray, people: int, arrows: Arrows) -> Derivation:
    units = len(arrows.of_unit)
    terms = [(Fraction(int(value)), 0, at) for at, value in enumerate(potential[:units].tolist()) if value]
    terms += [(Fraction(-int(value)), 1, at) for at, value in enumerate(potential[units:-1].tolist()) if value]
    return Derivation(people, tuple(sorted(terms, key=lambda term: (-term[0], term[1], term[2]))))
