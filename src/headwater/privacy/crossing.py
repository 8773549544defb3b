"""Several cuts of the same respondents, each shown one way, tested as one system.

One-way tables of two cuts can meet where each alone is safe: when all of one level are also of a level of the other
cut, the difference of the two cells is a group. With D cuts every respondent lies in one atom of the tree and in D
regions (see `cuts`), so the graph of one cut becomes a hypergraph and the directed-cut test no longer applies.

Kinds of respondents (atom and regions) are the cells of one linear system, whose span is searched exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.cuts import CutTable, gate_cuts
from headwater.privacy.spans import Echelon
from headwater.vocab import CUT_UNIT_MINIMUM, UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_AT_ONCE = 200
"""Groups looked for before cells are withheld and the system is built again."""


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
) -> list[BoolArray]:
    """Choose the cells of several cuts that are shown, safe together.

    cell_unit: int[C], unit number of each cell of respondents. cell_cuts: int[C, D], its level in each cut, -1 unknown.
    respondents: int64[C]. levels: how many levels each cut has. published: bool[U], safe by `gate_tree`.

    Returns one bool[U, levels[d]] a cut. Cuts declared first keep their cells first: within a cut that gives a group
    away together with another, the cell of fewest respondents of the last cut involved is withheld.
    """
    tables, shown = [], []
    for cut, count in enumerate(levels):
        own = np.zeros((len(tree), count + 1), np.int64)
        np.add.at(own, (cell_unit, cell_cuts[:, cut]), respondents)  # -1 is the last column: unknown
        chosen = gate_cuts(tree, own[:, :-1], published, k, unknown=own[:, -1], unit_minimum=unit_minimum)
        table = CutTable(tree, own[:, :-1], published, k, own[:, -1], unit_minimum)
        tables.append(table)
        shown.append(chosen[table.nodes])
    if len(levels) > 1 and any(part.any() for part in shown):
        _withhold_together(tree, cell_unit, cell_cuts, respondents, published, tables, shown, k)
    results = []
    for table, part in zip(tables, shown, strict=True):
        whole = np.zeros((len(tree), part.shape[1]), bool)
        whole[table.nodes] = part
        results.append(whole)
    return results


def _withhold_together(
    tree: UnitTree,
    cell_unit: NDArray[np.integer],
    cell_cuts: NDArray[np.integer],
    respondents: IntArray,
    published: BoolArray,
    tables: list[CutTable],
    shown: list[BoolArray],
    k: int,
) -> None:
    """Take cells out of `shown`, in place, until the whole system is safe."""
    nodes = tables[0].nodes
    atom_of = np.full(len(tree), -1, np.int64)
    atom_of[nodes] = np.arange(len(nodes))
    for depth in range(1, int(tree.depth.max()) + 1):
        units = np.flatnonzero((tree.depth == depth) & ~np.asarray(published, bool))
        atom_of[units] = atom_of[tree.parent[units]]
    seen = (atom_of[cell_unit] >= 0) & (respondents > 0)
    atoms, cuts, people = atom_of[cell_unit][seen], cell_cuts[seen], respondents[seen]
    while True:
        region = np.empty(cuts.shape, np.int64)
        for cut, (table, part) in enumerate(zip(tables, shown, strict=True)):
            above = np.column_stack([table.regions(part), np.full(len(nodes), -1)])[atoms, cuts[:, cut]]
            region[:, cut] = np.where(above < 0, -1, above * part.shape[1] + cuts[:, cut])
        kinds, which = np.unique(np.column_stack([atoms, region]), axis=0, return_inverse=True)
        held = np.bincount(which.ravel(), people).astype(np.int64)
        blamed = _blamed_cells(kinds, held, shown, k)
        if not blamed:
            return
        for cells in blamed:
            if not cells:  # only an unproven search can blame no cell: give up the last cut still shown
                last = max(cut for cut, part in enumerate(shown) if part.any())
                shown[last][:] = False
            elif all(shown[cut].reshape(-1)[cell] for cut, cell in cells):
                last = max(cut for cut, _ in cells)
                cut, cell = min((pair for pair in cells if pair[0] == last), key=lambda pair: _size(tables, pair))
                shown[cut].reshape(-1)[cell] = False


def _size(tables: list[CutTable], cell: tuple[int, int]) -> tuple[int, int]:
    return int(tables[cell[0]].totals.reshape(-1)[cell[1]]), cell[1]


def _blamed_cells(kinds: IntArray, held: IntArray, shown: list[BoolArray], k: int) -> list[list[tuple[int, int]]]:
    """Lists of shown cells, as (cut, flat position), that each give a small group away; [] exactly when safe."""
    echelon = Echelon(held.tolist(), k)
    columns = [kinds[:, 0], *(kinds[:, 1 + cut] for cut in range(len(shown)))]
    owners: list[tuple[int, int]] = []
    groups = []
    for cut, column in enumerate(columns):
        order = np.argsort(column, kind="stable")
        names, starts = np.unique(column[order], return_index=True)
        for name, members in zip(names.tolist(), np.split(order, starts[1:]), strict=True):
            if name >= 0:
                groups.append((members.tolist(), (cut - 1, name)))
    for members, owner in sorted(groups, key=lambda group: len(group[0])):  # small first keeps the rows short
        echelon.add(len(owners), members)
        owners.append(owner)
    return [
        [owners[row] for row in exposure.rows if owners[row][0] >= 0] for exposure in echelon.find_exposures(_AT_ONCE)
    ]
