"""Many released totals at once, of any origin: which of them together give a small group away.

Totals are sorted into kinds. Within a kind any two are disjoint or one lies in the other, as the units of one tree or
the cells of one cut do, so each cell has one innermost total of each kind. What a total holds beyond those inside it is
its region, and all that is known are the sums of regions. `potentials` settles nearly all of them by array arithmetic;
what stays open falls into parts that share nobody, and the span of each part is searched exactly.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.crossing import open_members, open_parts
from headwater.privacy.potentials import OpenCells, settle
from headwater.privacy.spans import Echelon, Exposure
from headwater.privacy.totals import RESPONDENTS, Cells, Places, Release

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_OPEN = 2_000
"""Cells of one open part that are searched. A larger part is not proven safe."""

BUDGET = 50_000
"""Steps of the search of one part."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """Totals that give a group of 1 to k - 1 people away together, or, when not proven, that may."""

    totals: tuple[int, ...]
    proven: bool = True


class JointTotals:
    """The totals over one set of cells, sorted into kinds.

    Equal totals are one group. group_of: by total its group.
    """

    def __init__(self, totals: Sequence[IntArray], alike: Sequence[Hashable], cells: int) -> None:
        """Take the totals, each the numbers of its cells. alike: by total, what those of one tree or cut share."""
        self.group_of = np.zeros(len(totals), np.int64)
        self.members: list[list[int]] = []
        self._inner: list[IntArray] = []
        ups: list[int] = []
        depths: list[int] = []
        marks = np.random.default_rng(20_260_101).integers(0, 2**63, (2, cells), np.uint64)
        seen: dict[tuple[int, ...], int] = {}
        batch = {name: number for number, name in enumerate(dict.fromkeys(alike))}
        for number in sorted(range(len(totals)), key=lambda number: (batch[alike[number]], -len(totals[number]))):
            row = totals[number]
            key = (len(row), *marks[:, row].sum(axis=1, dtype=np.uint64).tolist())
            if key in seen:
                self.group_of[number] = seen[key]
                self.members[seen[key]].append(number)
                continue
            group = seen[key] = len(self.members)
            self.group_of[number] = group
            self.members.append([number])
            inner, above = self._kind_for(row, cells)
            ups.append(above)
            depths.append(0 if above < 0 else depths[above] + 1)
            inner[row] = group
        self.count = len(self.members)
        self._up = np.array([*(self.count if above < 0 else above for above in ups), self.count], np.int64)
        depth = np.array(depths, np.int64)
        self._levels = [np.flatnonzero(depth == level) for level in range(int(depth.max(initial=0)) + 1)]
        if not self._inner:
            self._inner.append(np.full(cells, -1, np.int64))
        if len(self._inner) == 1:  # a second kind in which nobody is: `settle` compares kinds
            self._inner.append(np.full(cells, -1, np.int64))

    def _kind_for(self, row: IntArray, cells: int) -> tuple[IntArray, int]:
        """Find the first kind in which a total lies wholly inside one other or outside all, and that other (-1)."""
        if len(row) == 0:
            return np.zeros(cells, np.int64), -1
        for inner in self._inner:
            here = inner[row]
            if (here == here[0]).all():
                return inner, int(here[0])
        self._inner.append(np.full(cells, -1, np.int64))
        return self._inner[-1], -1

    def exposed(self, present: BoolArray, people: IntArray, k: int, most: int) -> list[Exposed]:
        """Find up to `most` small groups of the span of the present totals; [] exactly when there is none.

        present: bool[T]. people: int64[C]. A part too large to search is one entry, not proven.
        """
        held = np.zeros(self.count + 1, bool)
        held[self.group_of[present]] = True
        near = np.where(held, np.arange(self.count + 1), self.count)
        for groups in self._levels:
            absent = groups[~held[groups]]
            near[absent] = near[self._up[absent]]
        kinds = np.stack([near[inner] for inner in self._inner])  # -1 takes the last: no group
        left = settle(kinds, np.asarray(people, np.int64), self.count, k)
        found: list[Exposed] = []
        for part in open_parts(left):
            names, members = open_members(left.groups[:, part], left.count)
            if len(part) > MOST_OPEN:
                found.append(self._blame(left, names, None, held, near, present))
            else:
                echelon = Echelon(left.people[part].tolist(), k)
                for row in sorted(range(len(names)), key=lambda row: len(members[row])):  # small first: short rows
                    echelon.add(row, members[row])
                found += [
                    self._blame(left, names, exposure if exposure.proven else None, held, near, present)
                    for exposure in echelon.find_exposures(most - len(found), BUDGET)
                ]
            if len(found) >= most:
                break
        return found

    def _blame(
        self,
        left: OpenCells,
        names: IntArray,
        exposure: Exposure | None,
        held: BoolArray,
        near: IntArray,
        present: BoolArray,
    ) -> Exposed:
        """Find the totals that take part: the potential of their region is not that of the region around it."""
        potential = np.zeros(left.count + 1, np.int64)
        potential[names] = np.arange(1, len(names) + 1)
        if exposure is not None:
            potential[names] = 0
            potential[names[list(exposure.rows)]] = exposure.factors
        potential = potential[left.joined]
        part = held & (potential != potential[near[self._up]])
        groups = np.flatnonzero(part[: self.count]).tolist()
        first = (next(total for total in self.members[group] if present[total]) for group in groups)
        return Exposed(tuple(sorted(first)), proven=exposure is not None)


class ReleasedSystem:
    """The totals of earlier releases and of a proposed one over the same cells, numbered in this order.

    rows: the cells of each total. before: how many totals are of earlier releases.
    """

    def __init__(self, earlier: Sequence[Release], proposed: Release, cells: Cells, k: int) -> None:
        """Place all totals. Raises ValueError when the cells lack an attribute or a family that one depends on."""
        self.releases, self.cells, self.k = [*earlier, proposed], cells, k
        self.families = sorted({family for release in self.releases for family in release.families})
        missing = [family for family in self.families if family not in cells.people]
        if missing:
            raise ValueError(f"no counts for {', '.join(missing)}")
        places = Places(cells)
        self.rows = [places.of(total) for release in self.releases for total in release.totals]
        alike = [
            (number, *sorted(total.where)) for number, release in enumerate(self.releases) for total in release.totals
        ]
        self.before = len(self.rows) - len(proposed.totals)
        self.joint = JointTotals(self.rows, alike, places.count)

    def exposed(self, family: str, withheld: set[int], most: int) -> list[Exposed]:
        """Find small groups of a family. withheld: positions among the proposed totals that are left out."""
        present = np.concatenate([release.has(family) for release in self.releases]).astype(bool)
        present[[self.before + number for number in withheld]] = False
        return self.joint.exposed(present, self.cells.unknown(family), self.k, most)

    def alike(self) -> list[tuple[str, ...]]:
        """Put families together that have the same totals and the same people: they share every verdict."""
        groups: dict[bytes, list[str]] = {}
        for family in self.families:
            shown = np.concatenate([release.has(family) for release in self.releases])
            groups.setdefault(shown.tobytes() + self.cells.unknown(family).tobytes(), []).append(family)
        return [tuple(sorted(group, key=lambda family: family != RESPONDENTS)) for group in groups.values()]

    def label(self, row: int) -> tuple[str, str]:
        """Return the name of the release that a total belongs to, and its own."""
        for release in self.releases:
            if row < len(release.totals):
                return release.name, release.totals[row].label
            row -= len(release.totals)
        raise IndexError(row)
