"""Old answers under a new organisation: only unions of what was already released."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Recut:
    """Which units of a new tree can show an old wave, and from what.

    shown: bool[V], units of the new tree. parts: for every shown unit, the old published units whose totals to add (1)
    and to take away (-1).
    """

    shown: BoolArray
    parts: dict[int, dict[int, int]]


def recut(
    old: UnitTree, published: BoolArray, respondents_own: IntArray, new: UnitTree, new_unit_of: IntArray
) -> Recut:
    """Map a wave released on one tree to another tree.

    old, published (bool[U]), respondents_own (int64[U]): the tree of the release, its shown units, and who answered in
    each unit itself. new_unit_of: int64[U], the number of the new unit each old unit's answers belong to, -1 for none.

    A new unit is shown when it is a union of released atoms: every atom lies wholly in it or wholly outside. Its
    total is then a sum of released totals, and showing it tells nothing new, whatever k is.
    """
    holder = np.where(published, np.arange(len(old)), -1)
    for depth in range(1, int(old.depth.max()) + 1):
        units = np.flatnonzero((old.depth == depth) & ~np.asarray(published, bool))
        holder[units] = holder[old.parent[units]]
    split = np.zeros(len(new), bool)
    inside: dict[int, list[int]] = {}
    members: dict[int, list[int]] = {}
    for unit in np.flatnonzero(respondents_own > 0).tolist():
        members.setdefault(int(holder[unit]), []).append(int(new_unit_of[unit]))
    for atom, places in members.items():
        homes = [place for place in places if place >= 0]
        whole = len(homes) == len(places) and atom >= 0
        low, high = min(homes, default=-1), max(homes, default=-1)
        for place in set(homes):
            here = place
            while here >= 0 and not (whole and here <= low and high < here + int(new.size[here])):
                split[here] = True
                here = int(new.parent[here])
        if whole:
            for above in (low, *new.ancestors(low)):
                if high < above + int(new.size[above]) and above <= low:
                    inside.setdefault(above, []).append(atom)
    shown = np.zeros(len(new), bool)
    parts: dict[int, dict[int, int]] = {}
    for unit, atoms in inside.items():
        if split[unit]:
            continue
        shown[unit] = True
        weights: dict[int, int] = {}
        for atom in atoms:
            weights[atom] = weights.get(atom, 0) + 1
            for below in _next_published(old, published, atom):
                weights[below] = weights.get(below, 0) - 1
        parts[unit] = {part: weight for part, weight in sorted(weights.items()) if weight}
    return Recut(shown, parts)


def _next_published(tree: UnitTree, published: BoolArray, unit: int) -> list[int]:
    """Maximal published units strictly below."""
    found, place, end = [], unit + 1, unit + int(tree.size[unit])
    while place < end:
        if published[place]:
            found.append(place)
            place += int(tree.size[place])
        else:
            place += 1
    return found
