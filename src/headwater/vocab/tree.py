"""The organisation as arrays: units in preorder, so that every subtree is a slice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Int32Array = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the organisation: a team with a leader and, perhaps, units below it."""

    id: str
    name: str
    leader: str
    parent: str
    depth: int


@dataclass(frozen=True)
class UnitTree:
    """Units numbered in preorder: unit u and all units below it are the slice u : u + size[u].

    ids, names, leaders: tuples of length U. `leaders` holds the leader's person id or name, "" when vacant.
    parent: int32[U], index of the unit above, -1 for the root, which is unit 0.
    size: int32[U], units in the subtree, itself included. depth: int32[U], 0 for the root.
    `numbering` in `headwater.org` makes one; a tree made by hand is checked here.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    leaders: tuple[str, ...]
    parent: Int32Array
    size: Int32Array
    depth: Int32Array

    def __post_init__(self) -> None:
        """Check that the arrays are a preorder."""
        count = len(self.ids)
        if count == 0:
            raise ValueError("a unit tree needs at least one unit")
        if not (len(self.names) == len(self.leaders) == len(self.parent) == len(self.size) == len(self.depth) == count):
            raise ValueError("the arrays of a unit tree differ in length")
        if self.parent[0] != -1 or self.size[0] != count:
            raise ValueError("unit 0 must be the root and span all units")
        below = np.arange(1, count)
        parents = self.parent[1:]
        if np.any(parents < 0) or np.any(parents >= below):
            raise ValueError("every unit but the root must follow its parent")
        if np.any(below + self.size[1:] > parents + self.size[parents]):
            raise ValueError("a subtree reaches beyond its parent's")

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.ids)

    @cached_property
    def index_of(self) -> dict[str, int]:
        """Preorder number by unit id."""
        return {unit: number for number, unit in enumerate(self.ids)}

    def unit(self, number: int) -> Unit:
        """Return one unit as a record."""
        above = int(self.parent[number])
        return Unit(
            self.ids[number],
            self.names[number],
            self.leaders[number],
            "" if above < 0 else self.ids[above],
            int(self.depth[number]),
        )

    def subtree(self, number: int) -> slice:
        """Return the slice of a unit and all units below it."""
        return slice(number, number + int(self.size[number]))

    def children(self, number: int) -> list[int]:
        """Return the units directly below, in order."""
        found, child, end = [], number + 1, number + int(self.size[number])
        while child < end:
            found.append(child)
            child += int(self.size[child])
        return found

    def ancestors(self, number: int) -> Iterator[int]:
        """Yield the units above, nearest first."""
        above = int(self.parent[number])
        while above >= 0:
            yield above
            above = int(self.parent[above])

    def path(self, number: int) -> tuple[int, ...]:
        """Return the units from the root down to this one, itself included."""
        return (*reversed(tuple(self.ancestors(number))), number)

    def is_within(self, number: int, ancestor: int) -> bool:
        """Whether a unit is the ancestor or lies below it."""
        return ancestor <= number < ancestor + int(self.size[ancestor])
