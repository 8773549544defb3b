"""Potentials: which released groups can have a part in a small group at all, found without elimination.

Released groups are sums over cells, and a cell is a set of people in the same released groups. A combination of
released totals gives each group a coefficient, its potential, and each cell the sum of the potentials of its groups.
It makes a small group exactly when every cell has 0 or 1 and the cells at 1 hold 1 to k - 1 people. Two facts follow.

1. A cell in one group alone that holds k or more people has 0, and so has the potential of that group.
2. Two cells that differ in one group only differ by the difference of two potentials. Unless it is 0, one of the two
   has 1. So when many such pairs of cells differ by the same two groups, and the smaller cells of the pairs hold k or
   more people together, the two potentials are equal.

Groups of equal potentials are joined, cells of the same joined groups become one, and both facts are used again until
nothing changes. Most tables are settled this way in a few rounds of array arithmetic; only what stays open needs an
exact search. What is settled is certain: arithmetic is of whole numbers, and no small group is missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.potential_kernels import find_settled, join_pairs
from headwater.stats.compiling import run

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_PAIRS = 8
"""Each cell is paired with at most this many that differ in one group: a row of many levels stays linear."""


@dataclass(frozen=True)
class OpenCells:
    """What an exact search has still to look at.

    groups: int64[W, M], by cell its joined group of each kind, `count` where its potential is 0. people: int64[M].
    joined: int64[count + 1], by group the group that stands for it, `count` where its potential is 0.
    """

    groups: IntArray
    people: IntArray
    joined: IntArray

    @property
    def count(self) -> int:
        """How many groups there are, open or not."""
        return len(self.joined) - 1


def settle(groups: IntArray, people: IntArray, count: int, k: int) -> OpenCells:
    """Settle all potentials that must be 0 or equal in every combination that makes a group of 1 to k - 1 people.

    groups: int64[W, C], by cell its group of each of W kinds, numbered over all kinds from 0 to count - 1, and `count`
    where it is in none; every cell has a group of the first kind. Groups of one kind are disjoint. people: int64[C].

    Returns the cells that are left. Every small group of the span of all groups is one of the span of the joined
    groups over these cells; without cells there is none. Of a kind that covers groups of the first kind wholly, one
    group a part follows from the others; it is left out, with potential 0.
    """
    if not people.all():
        held = people > 0
        groups, people = groups[:, held], people[held]
    joined = np.arange(count + 1)
    joined[_spare(groups, people, count)] = count
    groups = joined[groups]
    while True:
        groups, people, joined = _settle_alone(groups, people, joined, k)
        groups, people = _merge_cells(groups, people)
        pairs = np.concatenate([_equal(groups, people, kind, k) for kind in range(1, len(groups))])
        if len(pairs) == 0:
            return OpenCells(groups, people, joined)
        step = _join(pairs, count)
        groups, joined = step[groups], step[joined]


def _settle_alone(groups: IntArray, people: IntArray, joined: IntArray, k: int) -> tuple[IntArray, IntArray, IntArray]:
    """Use the first fact until it says nothing more, and leave out cells in no group."""
    count = len(joined) - 1
    settled = run(find_settled, groups, people, count, k, size=groups.shape[1] + count)
    if settled.any():
        step = np.where(settled, count, np.arange(count + 1))
        groups, joined = step[groups], step[joined]
    still = np.zeros(len(people), bool)
    for column in groups:
        still |= column < count
    return (groups, people, joined) if still.all() else (groups[:, still], people[still], joined)


def _merge_cells(groups: IntArray, people: IntArray) -> tuple[IntArray, IntArray]:
    """Merge cells in the same groups."""
    codes = _codes(groups)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    if len(starts) == len(people):
        return groups, people
    return groups[:, order[starts]], np.add.reduceat(people[order], starts)


def _codes(groups: IntArray) -> IntArray:
    """Give each different cell a number of at least 0, in the order of its groups: int64[C]."""
    codes = np.zeros(groups.shape[1], np.int64)
    for column in groups:
        codes = _joint_codes(codes, column)
    return codes


def _joint_codes(codes: IntArray, column: IntArray) -> IntArray:
    """Give each different pair a number of at least 0, in order: int64[C]."""
    width = int(column.max(initial=0)) + 1
    if int(codes.max(initial=0)) + 1 > (1 << 62) // width:
        codes = np.unique(codes, return_inverse=True)[1].ravel().astype(np.int64)
    joint: IntArray = codes * width + column
    return joint


def _equal(groups: IntArray, people: IntArray, kind: int, k: int) -> IntArray:
    """Pairs of groups of a kind whose potentials are equal by the second fact: int64[M, 2]."""
    others = _codes(np.delete(groups, kind, axis=0))
    order = np.argsort(_joint_codes(others, groups[kind]))  # cells differ, so no two are equal
    others, names, people = others[order], groups[kind, order], people[order]
    firsts, seconds, smaller = [], [], []
    for shift in range(1, min(_PAIRS, len(order) - 1) + 1):
        same = np.flatnonzero(others[shift:] == others[:-shift])
        if len(same) == 0:
            break
        firsts.append(names[same])
        seconds.append(names[same + shift])
        smaller.append(np.minimum(people[same], people[same + shift]))
    if not firsts:
        return np.zeros((0, 2), np.int64)
    first, second = np.concatenate(firsts), np.concatenate(seconds)  # first < second within each pair
    width = int(second.max()) + 1
    pair, which = np.unique(first * width + second, return_inverse=True)
    strong = pair[np.bincount(which.ravel(), np.concatenate(smaller)) >= k]
    return np.column_stack([strong // width, strong % width])


def _join(pairs: IntArray, count: int) -> IntArray:
    """By group the largest number it is joined with, itself at least: int64[count + 1]; `count` has potential 0."""
    found: IntArray = run(join_pairs, pairs, count, size=len(pairs) + count)
    return found


def _spare(groups: IntArray, people: IntArray, count: int) -> IntArray:
    """Groups that follow from the others: one of each part of a kind that covers whole groups of the first kind.

    The groups of such a part add up to the groups of the first kind that it covers. The one of most people is named.
    """
    spare = [np.zeros(0, np.int64)]
    for kind in range(1, len(groups)):
        sizes = np.bincount(groups[kind], people, count + 1)
        names = np.flatnonzero(sizes)
        part = _join(groups[[0, kind]].T, count)
        names = names[part[names] != count]
        order = names[np.lexsort((-names, sizes[names]))]
        last = np.full(count + 1, -1, np.int64)
        last[part[order]] = order  # the last written stays: the one of most people
        spare.append(last[last >= 0])
    return np.concatenate(spare)
