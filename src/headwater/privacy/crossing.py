"""Several cuts of the same respondents, each shown one way, tested as one system.

One-way tables of two cuts can meet where each alone is safe: when all of one level are also of a level of the other
cut, the difference of the two cells is a group. With D cuts every respondent lies in one atom of the tree and in D
regions (see `cuts`), so the graph of one cut becomes a hypergraph and the directed-cut test no longer applies.

Most atoms and regions are settled by `potentials`. Those left fall into parts that share no respondents; a small group
contains one within a part, so each part is a small linear system, whose span is searched exactly.

The search pays for two cuts, whose cells are many people each. From the third cut on nearly everybody is a cell of
their own, and the search grows without end. Those cuts are shown where `bases` proves that they add nothing small to
what the first two and the tree tell; so a further cut never takes anything from the first two.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.bases import FurtherCells, FurtherCuts
from headwater.privacy.cuts import CutTable, gate_cuts
from headwater.privacy.gate import nearest_shown_above
from headwater.privacy.potentials import OpenCells, settle
from headwater.privacy.spans import Echelon, Exposure
from headwater.vocab import CUT_UNIT_MINIMUM, UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_AT_ONCE = 200
"""Groups looked for in one part before cells are withheld and the system is built again."""

BUDGET = 50_000
"""Steps of the search of one part. A part not proven safe in as many loses its cells of the last cut."""

SEARCHED_CUTS = 2
"""So many cuts, the first declared, are searched exactly."""

FEW_CELLS = 60
"""So few cells of respondents are searched exactly for any number of cuts."""

SHARE_ANSWERED = 0.95
"""Questions are judged together, on those who answered all, while these are such a share of each one's answerers."""


class SeveralCuts:
    """Several cuts of the same respondents, gated together: by respondents, then by who answered each question.

    cell_unit: int[C], unit number of each cell of respondents. cell_cuts: int[C, D], its level in each cut, -1 unknown.
    respondents: int64[C]. levels: how many levels each cut has. published: bool[U], safe by `gate_tree`.
    """

    def __init__(
        self,
        tree: UnitTree,
        cell_unit: NDArray[np.integer],
        cell_cuts: NDArray[np.integer],
        respondents: IntArray,
        levels: Sequence[int],
        published: BoolArray,
        k: int,
        *,
        unit_minimum: int = CUT_UNIT_MINIMUM,
    ) -> None:
        self.tree, self.levels, self.k, self.unit_minimum = tree, list(levels), k, unit_minimum
        self.unit, self.cuts = np.asarray(cell_unit, np.int64), np.asarray(cell_cuts)
        self.respondents, self.published = np.asarray(respondents, np.int64), np.asarray(published, bool)
        exact = len(self.levels) <= SEARCHED_CUTS or len(self.unit) <= FEW_CELLS
        self.searched = len(self.levels) if exact else SEARCHED_CUTS
        self._further: FurtherCuts | None = None
        cells = np.column_stack([self.unit, self.cuts[:, : self.searched]])
        self._cells, place = np.unique(cells, axis=0, return_inverse=True)
        self._place = place.ravel()

    def choose(self) -> list[BoolArray]:
        """Choose the cells that are shown by respondents: one bool[U, levels[d]] a cut, safe together."""
        first = self._search(self.respondents, self.published, None, self.unit_minimum)
        return first if self.searched == len(self.levels) else [*first, *self._beyond(first).choose()]

    def keep(
        self, answered: IntArray, base: BoolArray, start: Sequence[BoolArray], *, unit_minimum: int = 0
    ) -> list[list[BoolArray]]:
        """Return by question which of some cells are safe for those who answered it.

        answered: int64[C, Q]. base: bool[U, Q], units whose totals of answers are shown, within `published`. start: one
        bool[U, levels[d]] a cut; no other cell is shown. Of the searched cuts, cells are only taken away where these
        counts are not safe, and `start` need not be safe.
        """
        columns = range(answered.shape[1])
        same: dict[bytes, list[int]] = {}
        for number in columns:
            same.setdefault(answered[:, number].tobytes() + base[:, number].tobytes(), []).append(number)
        found: list[list[BoolArray]] = [[] for _ in columns]
        early, late = start[: self.searched], start[self.searched :]
        groups = _together(answered, [numbers[0] for numbers in same.values()]) if late else []
        # The classes work outside the interpreter's lock, beside the search.
        with ThreadPoolExecutor(max_workers=min(max(len(groups), 1), os.cpu_count() or 1, 4)) as pool:
            further = self._beyond(early) if late else None
            kept = [pool.submit(further.keep, answered[:, group], base[:, group], late) for group in groups if further]
            for numbers in same.values():
                people, units = answered[:, numbers[0]], base[:, numbers[0]]
                first = self._search(people, units, early, unit_minimum)
                for number in numbers:
                    found[number] = list(first)
            group_of = {number: place for place, group in enumerate(groups) for number in group}
            for numbers in same.values():
                for number in numbers if late else ():
                    found[number] += kept[group_of[numbers[0]]].result()
        return found

    def _beyond(self, first: Sequence[BoolArray]) -> FurtherCuts:
        """The cuts that are not searched, beside what may be shown of those that are."""
        if self._further is None:
            early, late = self.cuts[:, : self.searched], self.cuts[:, self.searched :]
            cells = FurtherCells(self.unit, early, late, self.respondents)
            sizes = self.levels[self.searched :]
            self._further = FurtherCuts(
                self.tree, cells, sizes, self.published, self.k, first, unit_minimum=self.unit_minimum
            )
        return self._further

    def _search(
        self, people: IntArray, published: BoolArray, start: Sequence[BoolArray] | None, unit_minimum: int
    ) -> list[BoolArray]:
        merged = np.bincount(self._place, people, len(self._cells)).astype(np.int64)
        unit, cuts, sizes = self._cells[:, 0], self._cells[:, 1:], self.levels[: self.searched]
        return _search_cuts(self.tree, unit, cuts, merged, sizes, published, self.k, unit_minimum, start)


def _together(answered: IntArray, questions: Sequence[int]) -> list[list[int]]:
    """Group questions that mostly the same people answered."""
    groups: list[list[int]] = []
    fewest = np.zeros(0, np.int64)
    least = 0
    for number in questions:
        people = answered[:, number]
        joint = np.minimum(fewest, people) if groups else people
        if groups and joint.sum() >= SHARE_ANSWERED * max(least, int(people.sum())):
            groups[-1].append(number)
            fewest, least = joint, max(least, int(people.sum()))
        else:
            groups.append([number])
            fewest, least = people, int(people.sum())
    return groups


def gate_crossing_cuts(
    tree: UnitTree,
    cell_unit: NDArray[np.integer],
    cell_cuts: NDArray[np.integer],
    respondents: IntArray,
    levels: Sequence[int],
    published: BoolArray,
    k: int,
    *,
    unit_minimum: int = CUT_UNIT_MINIMUM,
    start: Sequence[BoolArray] | None = None,
) -> list[BoolArray]:
    """Choose the cells of several cuts that are shown, safe together.

    cell_unit: int[C], unit number of each cell of respondents. cell_cuts: int[C, D], its level in each cut, -1 unknown.
    respondents: int64[C]. levels: how many levels each cut has. published: bool[U], safe by `gate_tree`.
    start: one bool[U, levels[d]] a cut, cells already chosen, as by respondents for one question: no other cell is
    shown, and cells are only taken away where these counts are not safe. It need not be safe itself.

    Returns one bool[U, levels[d]] a cut. Cuts declared first keep their cells first: within a cut that gives a group
    away together with another, the cell of fewest respondents of the last cut involved is withheld.
    """
    several = SeveralCuts(tree, cell_unit, cell_cuts, respondents, levels, published, k, unit_minimum=unit_minimum)
    if start is None:
        return several.choose()
    people, base = np.asarray(respondents, np.int64)[:, None], np.asarray(published, bool)[:, None]
    return several.keep(people, base, start, unit_minimum=unit_minimum)[0]


def _search_cuts(
    tree: UnitTree,
    cell_unit: NDArray[np.integer],
    cell_cuts: NDArray[np.integer],
    respondents: IntArray,
    levels: Sequence[int],
    published: BoolArray,
    k: int,
    unit_minimum: int,
    start: Sequence[BoolArray] | None,
) -> list[BoolArray]:
    """Choose cells as `gate_crossing_cuts`, all by exact search."""
    tables, shown = [], []
    for cut, count in enumerate(levels):
        place = np.asarray(cell_unit, np.int64) * (count + 1) + np.where(
            cell_cuts[:, cut] < 0, count, cell_cuts[:, cut]
        )
        own = np.bincount(place, respondents, len(tree) * (count + 1)).astype(np.int64).reshape(len(tree), count + 1)
        table = CutTable(tree, own[:, :-1], published, k, own[:, -1], unit_minimum)
        tables.append(table)
        if start is None:
            chosen = gate_cuts(tree, own[:, :-1], published, k, unknown=own[:, -1], unit_minimum=unit_minimum)
            shown.append(chosen[table.nodes])
        else:
            shown.append(start[cut][table.nodes] & table.candidates)
    if any(part.any() for part in shown):
        _Crossing(tree, cell_unit, cell_cuts, respondents, published, tables, k).withhold(shown)
    results = []
    for table, part in zip(tables, shown, strict=True):
        whole = np.zeros((len(tree), part.shape[1]), bool)
        whole[table.nodes] = part
        results.append(whole)
    return results


class _Crossing:
    """Cells of respondents over the atoms of a tree, and the cuts they lie in.

    Cells of all cuts are in one row, `flat`: by cut, published unit and level. starts: int64[D + 1], where each begins.
    """

    def __init__(
        self,
        tree: UnitTree,
        cell_unit: NDArray[np.integer],
        cell_cuts: NDArray[np.integer],
        respondents: IntArray,
        published: BoolArray,
        tables: list[CutTable],
        k: int,
    ) -> None:
        published = np.asarray(published, bool)
        number = np.full(len(tree) + 1, -1, np.int64)
        number[tables[0].nodes] = np.arange(len(tables[0].nodes))
        unit = np.where(published, np.arange(len(tree)), nearest_shown_above(tree, published))
        atoms = number[unit][cell_unit]
        seen = (atoms >= 0) & (respondents > 0)
        self.atoms, self.cuts, self.people = atoms[seen], np.asarray(cell_cuts)[seen], respondents[seen]
        self.tables, self.k = tables, k
        self.starts = np.concatenate([[0], np.cumsum([table.totals.size for table in tables])]).astype(np.int64)
        self.totals = np.concatenate([table.totals.ravel() for table in tables])

    def withhold(self, shown: list[BoolArray]) -> None:
        """Take cells out of `shown`, in place, until the whole system is safe."""
        flat = np.concatenate([part.ravel() for part in shown])
        known: _KnownParts = {}  # from one round to the next most parts stay as they are
        while blamed := _Released(self, flat).blamed_cells(self.k, known):
            for blame in blamed:
                self._take_away(blame, flat)
        for cut, part in enumerate(shown):
            part[:] = self.part(flat, cut)

    def part(self, flat: BoolArray, cut: int) -> BoolArray:
        """One cut of a row of all cells: bool[P, L]."""
        return flat[self.starts[cut] : self.starts[cut + 1]].reshape(self.tables[cut].totals.shape)

    def _take_away(self, blame: _Blame, flat: BoolArray) -> None:
        """Withhold one of the cells to blame, unless one of them is already; all of one cut where nothing is proven."""
        if flat[blame.cells].all():
            cut = np.searchsorted(self.starts, blame.cells, side="right")
            cells = blame.cells[cut == cut.max()]
            flat[cells[np.argmin(self.totals[cells])] if blame.proven else cells] = False


@dataclass(frozen=True)
class _Blame:
    """Shown cells that give a small group away together, or, when not proven, that may."""

    cells: IntArray
    proven: bool


_KnownParts = dict[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]], list[Exposure]]
"""By the people of a part's cells and the cells of its groups, the small groups found in it."""


class _Released:
    """Shown cells of several cuts, and the open part of the system they make with the atoms.

    Groups are numbered: atoms first, then the regions of the shown cells. cells: int64[S], the shown cells. own,
    above: int64[S], the group of each cell's region and of the region it lies in, the last number for the ground.
    """

    def __init__(self, system: _Crossing, flat: BoolArray) -> None:
        self.cells = np.flatnonzero(flat)
        atoms = len(system.tables[0].nodes)
        count = atoms + len(self.cells)
        self.own = np.arange(atoms, count)
        number_of = np.cumsum(flat) - 1
        columns, above = [system.atoms], []
        for cut, table in enumerate(system.tables):
            part = system.part(flat, cut)
            levels = np.arange(part.shape[1])
            node = table.regions(part)
            groups = np.full((len(part), part.shape[1] + 1), count)  # the last column: level unknown
            numbers = number_of[system.starts[cut] + node * part.shape[1] + levels] if part.size else node
            groups[:, :-1] = np.where(node < 0, count, atoms + numbers)
            columns.append(groups[system.atoms, system.cuts[:, cut]])
            rows, places = np.nonzero(part)
            higher = table.parent[rows]
            above.append(np.where(higher < 0, count, groups[higher, places]))
        self.above = np.concatenate(above)
        self.open = settle(np.stack(columns).astype(np.int64), system.people, count, system.k)

    def blamed_cells(self, k: int, known: _KnownParts) -> list[_Blame]:
        """Sets of shown cells that each give a small group away; [] exactly when what is shown is safe.

        known: what parts searched before came to; those searched now are added.
        """
        blamed = []
        for part in open_parts(self.open):
            names, members = open_members(self.open.groups[:, part], self.open.count)
            people = self.open.people[part].tolist()
            key = (tuple(people), tuple(map(tuple, members)))
            if key not in known:
                echelon = Echelon(people, k)
                for row in sorted(range(len(names)), key=lambda row: len(members[row])):  # small first: short rows
                    echelon.add(row, members[row])
                known[key] = echelon.find_exposures(_AT_ONCE, BUDGET)
            blamed += [self._blame(exposure, names) for exposure in known[key]]
        return blamed

    def _blame(self, exposure: Exposure, names: IntArray) -> _Blame:
        """Find the shown cells whose total takes part: their region's potential is not that of the region above."""
        if not exposure.proven:
            return _Blame(self.cells[np.isin(self.open.joined[self.own], names)], proven=False)
        potential = np.zeros(self.open.count + 1, np.int64)
        potential[names[list(exposure.rows)]] = exposure.factors
        potential = potential[self.open.joined]
        return _Blame(self.cells[potential[self.own] != potential[self.above]], proven=True)


def open_members(groups: IntArray, count: int) -> tuple[IntArray, list[list[int]]]:
    """Open groups of some cells, and the cells in each. groups: int64[W, M]."""
    kinds, cells = np.nonzero(groups < count)
    names, row = np.unique(groups[kinds, cells], return_inverse=True)
    sorted_cells = cells[np.argsort(row.ravel(), kind="stable")].tolist()
    ends = np.cumsum(np.bincount(row.ravel())).tolist()
    return names, [sorted_cells[first:last] for first, last in pairwise([0, *ends])]


def open_parts(left: OpenCells) -> list[IntArray]:
    """Cells, by place, that are connected by open groups."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    kinds, cells = np.nonzero(left.groups < left.count)
    if len(cells) == 0:
        return []
    height = len(left.people)
    size = height + left.count
    graph = coo_array((np.ones(len(cells), np.int8), (cells, height + left.groups[kinds, cells])), shape=(size, size))
    part = connected_components(graph, directed=False)[1][:height]
    order = np.argsort(part, kind="stable")
    return [np.asarray(members) for members in np.split(order, np.flatnonzero(np.diff(part[order])) + 1)]
