"""Preorder numbering of units, and sums over every subtree at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import UnitTree, WideInts

Number = TypeVar("Number", np.int64, np.float64)


def number_units(
    ids: Sequence[str],
    parents: Sequence[str | None],
    names: Sequence[str] | None = None,
    leaders: Sequence[str] | None = None,
) -> UnitTree:
    """Number units in preorder, siblings in the order given.

    ids: unit ids, unique. parents: the id of the unit above, None or "" for the one root. names default to the ids,
    leaders to vacant. Runs in O(units). Raises ValueError when ids repeat, a parent is unknown, there is not exactly
    one root, or units form a cycle; loaders in `headwater.org` check these first and name the rows.
    """
    count = len(ids)
    position = {unit: number for number, unit in enumerate(ids)}
    if len(position) != count:
        raise ValueError("unit ids repeat")
    below: list[list[int]] = [[] for _ in range(count)]
    roots = []
    for number, above in enumerate(parents):
        if not above:
            roots.append(number)
        elif above in position:
            below[position[above]].append(number)
        else:
            raise ValueError(f"unit {ids[number]!r} lies under {above!r}, which is not a unit")
    if len(roots) != 1:
        raise ValueError(f"an organisation has one top unit; this one has {len(roots)}")

    order: list[int] = []
    parent = np.full(count, -1, np.int32)
    depth = np.zeros(count, np.int32)
    size = np.ones(count, np.int32)
    stack: list[tuple[int, int, int]] = [(roots[0], -1, 0)]
    while stack:
        number, above_number, level = stack.pop()
        place = len(order)
        order.append(number)
        parent[place], depth[place] = above_number, level
        stack.extend((child, place, level + 1) for child in reversed(below[number]))
    if len(order) != count:
        reached = set(order)
        lost = next(unit for number, unit in enumerate(ids) if number not in reached)
        raise ValueError(f"unit {lost!r} lies in a cycle: it is above itself")
    for place in range(count - 1, 0, -1):
        size[parent[place]] += size[place]
    return UnitTree(
        ids=tuple(ids[number] for number in order),
        names=tuple((names or ids)[number] for number in order),
        leaders=tuple(leaders[number] if leaders is not None else "" for number in order),
        parent=parent,
        size=size,
        depth=depth,
    )


def subtree_sums(tree: UnitTree, own: NDArray[Number]) -> NDArray[Number]:
    """Sum over every subtree by two look-ups in a prefix sum.

    own: [U] or [U, ...], what each unit has itself, in preorder. Returns the same shape: what the unit and all units
    below it have together. Integers stay exact.
    """
    prefix = np.zeros((own.shape[0] + 1, *own.shape[1:]), own.dtype)
    np.cumsum(own, axis=0, out=prefix[1:])
    start = np.arange(own.shape[0])
    sums: NDArray[Number] = prefix[start + tree.size] - prefix[start]
    return sums


def subtree_sums_wide(tree: UnitTree, own: WideInts) -> WideInts:
    """As `subtree_sums`, for integers wider than 64 bits."""
    return WideInts(subtree_sums(tree, own.high), subtree_sums(tree, own.low)).normalised()
