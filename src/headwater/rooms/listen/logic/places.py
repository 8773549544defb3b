"""Places that hide: what an anonymous answer may carry, so that at least k invited people share it.

An answer carries a unit and at most two cuts. Whoever knows the organisation can count who was invited from there, so
the promise is kept at launch, not at release. A unit with fewer than k invited people of its own lends them to the unit
above, again and again. Those of whom there are too few even at the top are not asked. Then, inside each place, a cut
that would be shared by fewer than k is left out of the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.vocab import IntArray, UnitTree

UNKNOWN = -1
"""A cut that an answer does not carry."""

Levels = tuple[int, ...]


@dataclass(frozen=True)
class Hidden:
    """What each person's answer will carry. unit: int64[P], preorder number, -1 for those who cannot be asked.

    cuts: int64[P, C], positions in the levels, -1 where the answer does not carry the cut.
    """

    unit: IntArray
    cuts: IntArray


def hide(tree: UnitTree, unit: IntArray, cuts: IntArray, k: int) -> Hidden:
    """Return places that at least k of the people given share.

    unit: int64[P], each person's own unit. cuts: int64[P, C], positions in the levels, -1 for none.
    """
    shared = shared_units(tree, np.bincount(unit, minlength=len(tree)).astype(np.int64), k)
    placed = np.where(unit >= 0, shared[unit], -1)
    carried = cuts.copy()
    for place in np.unique(placed[placed >= 0]).tolist():
        members = np.flatnonzero(placed == place)
        carried[members] = _coarsened(cuts[members], k)
    carried[placed < 0] = UNKNOWN
    return Hidden(placed, carried)


def shared_units(tree: UnitTree, asked: IntArray, k: int) -> IntArray:
    """Return int64[U]: in which unit the answers of a unit's own people are counted, -1 where they cannot be asked.

    asked: int64[U], people of each unit itself.
    """
    held = asked.copy()
    goes = np.arange(len(tree), dtype=np.int64)
    for number in range(len(tree) - 1, 0, -1):
        if 0 < held[number] < k:
            above = int(tree.parent[number])
            held[above] += held[number]
            held[number] = 0
            goes[number] = above
    for number in range(1, len(tree)):
        # preorder: what is above was followed to its end before
        if goes[number] != number:
            goes[number] = goes[goes[number]]
    if held[0] < k:
        goes[goes == 0] = -1
    return goes


def _coarsened(cuts: IntArray, k: int) -> IntArray:
    """Leave cuts out within one place until every combination left is shared by k.

    First both cuts are tried, then the first alone, then none. Those with none must be k as well: the smallest of the
    other groups joins them until they are.
    """
    count, width = cuts.shape
    signature: list[Levels] = [tuple(row) for row in cuts.tolist()]
    for kept in range(width, -1, -1):
        groups = Counter(signature)
        for person in range(count):
            if groups[signature[person]] < k and _known(signature[person]) > kept - 1:
                signature[person] = (*signature[person][: max(kept - 1, 0)], *([UNKNOWN] * (width - max(kept - 1, 0))))
    groups = Counter(signature)
    while any(size < k for size in groups.values()) and len(groups) > 1:
        bare = (UNKNOWN,) * width
        smallest = min((group for group in groups if group != bare), key=lambda group: (groups[group], group))
        signature = [bare if one == smallest else one for one in signature]
        groups = Counter(signature)
    return np.array(signature, np.int64).reshape(count, width)


def _known(levels: Levels) -> int:
    """The number of leading cuts until the last one that is known."""
    return max((place + 1 for place, level in enumerate(levels) if level != UNKNOWN), default=0)


@dataclass(frozen=True)
class Combination:
    """One combination of cut levels. people: invited who have it. carried: of them, whose answers will carry it."""

    levels: Mapping[str, str]
    people: int
    carried: int

    @property
    def is_too_small(self) -> bool:
        """Whether nobody's answer can carry it."""
        return self.people > 0 and self.carried == 0


def combinations_of(keys: Sequence[str], levels: Sequence[Sequence[str]], cuts: IntArray, hidden: Hidden) -> tuple[
    Combination, ...
]:  # fmt: skip
    """Return every combination that somebody invited has, in the order of the levels.

    cuts: int64[P, C], what people have; hidden: what their answers carry. People without a level are left out.
    """
    whole = (cuts >= 0).all(axis=1) & (hidden.unit >= 0)
    people = Counter(map(tuple, cuts[whole].tolist()))
    carried = Counter(map(tuple, hidden.cuts[whole & (hidden.cuts == cuts).all(axis=1)].tolist()))
    return tuple(
        Combination(
            {key: names[level] for key, names, level in zip(keys, levels, combination, strict=True)},
            people[combination],
            carried[combination],
        )
        for combination in sorted(people)
    )
