"""Tree by cut: which levels of a cut may be shown in which units, beside the units' totals.

What is known: the totals of all published units, and the shown cells (unit, level). Take residuals: atoms of the
published tree, and, level by level, regions (a shown cell less the next shown cells of that level below it). Each
respondent lies in one atom and one region, or in the ground where nothing of the level is shown. So all that is known
are the row and column totals of one bipartite graph, and the exact test of `dicuts` applies.

Small tables are solved exactly: the most cells that can be shown, by integer programming with one constraint a
directed cut found ("not all of these cells"). Large ones start from the largest safe set of each level and withhold
the smallest cell of each cut until no cut is left; the result is safe, and near the largest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.dicuts import find_dicuts
from headwater.privacy.gate import contract, gate_columns
from headwater.privacy.potentials import settle
from headwater.vocab import CUT_UNIT_MINIMUM, UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

EXACT_CELLS = 120
"""Tables of at most this many candidate cells are solved exactly."""

_EXACT_ROUNDS = 200


def gate_cuts(
    tree: UnitTree,
    own_cells: IntArray,
    published: BoolArray,
    k: int,
    *,
    unknown: IntArray | None = None,
    unit_minimum: int = CUT_UNIT_MINIMUM,
    exact_cells: int = EXACT_CELLS,
    start: BoolArray | None = None,
) -> BoolArray:
    """Choose the cells of one cut that are shown.

    own_cells: int64[U, L], respondents directly in each unit by level. unknown: int64[U], respondents whose level is
    not known; they count in totals and are never shown. published: bool[U], units whose totals are shown, safe by
    `gate_tree` on the same respondents. unit_minimum: cuts are used only in units of at least this many responses.
    start: bool[U, L], cells already chosen, as by respondents for one question: no other cell is shown, and cells are
    only taken away where these counts are not safe. Cells of units that are not published or of fewer than k are not
    shown, whatever `start` says.

    Returns bool[U, L]. No group of 1 to k - 1 respondents can be computed from the published totals and the shown
    cells together. Raises ValueError when the published totals alone are unsafe.
    """
    table = CutTable(tree, own_cells, published, k, unknown, unit_minimum)
    shown = np.zeros(own_cells.shape, bool)
    if start is not None:
        shown[table.nodes] = table.withhold(start[table.nodes] & table.candidates)
    elif table.candidates.any():
        exact = table.show_most() if table.candidates.sum() <= exact_cells else None
        chosen = table.show_many() if exact is None else exact
        shown[table.nodes] = chosen
    return shown


def is_safe_cut(
    tree: UnitTree,
    own_cells: IntArray,
    published: BoolArray,
    shown: BoolArray,
    k: int,
    *,
    unknown: IntArray | None = None,
) -> bool:
    """Whether nothing small follows from the published totals and the shown cells (within published units)."""
    table = CutTable(tree, own_cells, published, k, unknown, 0)
    if np.any(shown & ~np.asarray(published)[:, None]):
        raise ValueError("a cell is shown in a unit that is not published")
    return not table.certificates(shown[table.nodes])


class CutTable:
    """One cut contracted to the published units: P units, L levels."""

    def __init__(
        self,
        tree: UnitTree,
        own_cells: IntArray,
        published: BoolArray,
        k: int,
        unknown: IntArray | None,
        unit_minimum: int,
    ) -> None:
        rest = np.zeros(len(tree), np.int64) if unknown is None else np.asarray(unknown, np.int64)
        cells = np.column_stack([own_cells, rest]).astype(np.int64)
        if np.any(cells < 0) or len(cells) != len(tree):
            raise ValueError("counts of a cut must be at least 0, one row a unit")
        self.tree, self.k = tree, k
        self.nodes = np.flatnonzero(published)
        sums = subtree_sums(tree, cells)
        self.totals = sums[self.nodes, :-1]
        self.parent, atoms = contract(tree, np.asarray(published, bool), sums)
        rows, places = np.nonzero(atoms)
        self._cells = rows, places, atoms[rows, places]
        held = atoms.sum(axis=1)
        if np.any((held > 0) & (held < k)):
            raise ValueError("the published totals alone give a small group away; gate the tree first")
        big = sums[self.nodes].sum(axis=1) >= unit_minimum
        self.candidates = big[:, None] & (self.totals >= k)
        self.own_cells, self.published = own_cells, np.asarray(published, bool)
        depth = tree.depth[self.nodes]
        self._below = [
            np.flatnonzero((depth == level) & (self.parent >= 0)) for level in range(1, int(depth.max(initial=0)) + 1)
        ]

    def regions(self, shown: BoolArray) -> IntArray:
        """For each unit and level the nearest shown cell at or above it: int64[P, L], -1 where there is none."""
        region = np.where(shown, np.arange(len(self.nodes))[:, None], -1)
        for nodes in self._below:  # parents come first
            region[nodes] = np.where(shown[nodes], region[nodes], region[self.parent[nodes]])
        return region

    def certificates(self, shown: BoolArray) -> list[IntArray]:
        """Sets of shown cells (flat positions) that together give a small group away; empty exactly when safe."""
        count, levels = shown.shape
        region = self.regions(shown)
        ground = count * levels
        column = np.column_stack([region * levels + np.arange(levels), np.full(count, ground)])
        column[:, :-1][region < 0] = ground
        rows, places, held = self._cells
        # Regions are numbered first, then atoms, then what is known to be 0 at once: the ground.
        edges = np.stack([ground + 1 + rows, column[rows, places]])
        whole = ground + 1 + count
        edges[edges == ground] = whole
        left = settle(edges, held, whole, self.k)
        if len(left.people) == 0:
            return []
        # A settled atom stands with the ground: nothing of fewer than k people parts it from what is not shown.
        row_of = np.append(left.groups[0], whole)
        column_of = np.append(left.groups[1], whole)
        people = np.append(left.people, self.k)
        ids, compact = np.unique(column_of, return_inverse=True)
        compact = compact.ravel().astype(np.int64)
        row_number = np.unique(row_of, return_inverse=True)[1].ravel().astype(np.int64)
        # Of each shown cell: what its region is joined with, and the region it would fall to.
        cells = np.flatnonzero(shown)
        node, level = np.divmod(cells, levels)
        above = np.where(self.parent[node] >= 0, region[np.maximum(self.parent[node], 0), level], -1)
        own = left.joined[cells]
        beyond = left.joined[np.where(above >= 0, above * levels + level, whole)]
        inside = np.zeros(whole + 1, bool)
        found = []
        for cut in find_dicuts(row_number, compact, people, int(compact[-1]), self.k):
            inside[:] = False
            inside[ids[cut.columns]] = True
            found.append(cells[inside[own] != inside[beyond]])
        return found

    def show_many(self) -> BoolArray:
        """A safe set near the largest: each level's own largest safe set, less the smallest cell of every cut left."""
        base = self.published.copy()
        base[self.nodes] &= self.candidates.any(axis=1)
        shown = gate_columns(self.tree, base, np.asarray(self.own_cells, np.int64), self.k)[self.nodes]
        shown &= self.candidates
        return self.withhold(shown)

    def withhold(self, shown: BoolArray) -> BoolArray:
        """Take away the cell of fewest people of each certificate until there is none."""
        shown, sizes = shown.copy(), self.totals.ravel()
        flat = shown.reshape(-1)
        while found := self.certificates(shown):
            for cells in found:
                if flat[cells].all():
                    flat[cells[np.argmin(sizes[cells])]] = False
        return shown

    def show_most(self) -> BoolArray | None:
        """The most cells that can be shown, or None when the integer programme does not settle in time."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        places = np.flatnonzero(self.candidates)
        position = np.full(self.candidates.size, -1)
        position[places] = np.arange(len(places))
        people = self.totals.ravel()[places].astype(float)
        worth = 1 + people / (2 * people.sum() + 1)
        known: list[IntArray] = []
        shown = self.candidates.copy()
        for _ in range(_EXACT_ROUNDS):
            found = self.certificates(shown)
            if not found:
                return np.asarray(shown, bool)
            known += [position[cells] for cells in found]
            lengths = [len(cells) for cells in known]
            matrix = csr_array(
                (np.ones(sum(lengths)), (np.repeat(np.arange(len(known)), lengths), np.concatenate(known))),
                shape=(len(known), len(places)),
            )
            limits = LinearConstraint(matrix, ub=np.array(lengths) - 1.0)
            solved = milp(-worth, constraints=limits, integrality=np.ones(len(places)), bounds=Bounds(0, 1))
            if solved.x is None or solved.status != 0:
                return None
            shown = np.zeros(self.candidates.shape, bool)
            shown.reshape(-1)[places] = solved.x > 0.5
        return None
