"""Places that hide: what an anonymous answer may carry, so that at least k invited people share it.

An answer carries a unit and at most two cuts. Whoever knows the organisation can count who was invited from there, so
the promise is kept at launch, not at release. A unit with fewer than k invited people of its own lends them to the unit
above, again and again. Those of whom there are too few even at the top are not asked. Then, inside each place, a cut
that would be shared by fewer than k is left out of the answer.
"""

from __future__ import annotations

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
    carried = np.where((placed >= 0)[:, None], cuts, UNKNOWN)
    held = np.flatnonzero(placed >= 0)
    carried[held] = _coarsened(placed[held], carried[held], k)
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


def _coarsened(place: IntArray, cuts: IntArray, k: int) -> IntArray:
    """Leave cuts out until, within each place, every combination left is shared by k.

    place: int64[P], cuts: int64[P, C]. First all cuts are tried, then one fewer, until none is left. Those with none
    must be k as well: where they are fewer, the smallest of the other groups of their place joins them. Each of those
    is k already, so one is enough.
    """
    made = cuts.copy()
    width = made.shape[1]
    for kept in range(width, 0, -1):
        _rows, group, counts = _groups(place, made)
        lacks = (counts[group] < k) & (made[:, kept - 1 :] != UNKNOWN).any(axis=1)
        made[lacks, kept - 1 :] = UNKNOWN
    rows, group, counts = _groups(place, made)
    is_bare = (rows[:, 1:] == UNKNOWN).all(axis=1)
    waits = set(rows[is_bare & (counts < k), 0].tolist())
    joins: dict[int, int] = {}
    for one in np.lexsort([*rows.T[::-1], counts]).tolist():  # smallest group first, then in the order of the cuts
        where = int(rows[one, 0])
        if where in waits and not is_bare[one]:
            joins.setdefault(where, one)
    if joins:
        made[np.isin(group, list(joins.values()))] = UNKNOWN
    return made


def _groups(place: IntArray, cuts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the groups of place and cuts: int64[G, 1 + C] rows, int64[P] the group of each person, int64[G] counts."""
    columns = np.column_stack([place, cuts]).astype(np.int64)
    if not len(columns):
        return columns, np.zeros(0, np.int64), np.zeros(0, np.int64)
    # One number a row, as rows are slow to sort.
    spans = columns.max(axis=0) + 2
    code = np.zeros(len(columns), np.int64)
    for column, span in zip(columns.T, spans.tolist(), strict=True):
        code = code * span + (column + 1)
    _codes, first, group, counts = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    return columns[first], group.reshape(-1).astype(np.int64), counts.astype(np.int64)


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
    people = _counted(cuts[whole])
    carried = _counted(hidden.cuts[whole & (hidden.cuts == cuts).all(axis=1)])
    return tuple(
        Combination(
            {key: names[level] for key, names, level in zip(keys, levels, combination, strict=True)},
            people[combination],
            carried.get(combination, 0),
        )
        for combination in sorted(people)
    )


def _counted(cuts: IntArray) -> dict[Levels, int]:
    """How many people have each combination."""
    rows, _group, counts = _groups(np.zeros(len(cuts), np.int64), cuts)
    return {tuple(row[1:]): count for row, count in zip(rows.tolist(), counts.tolist(), strict=True)}
