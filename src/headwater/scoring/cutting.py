"""Cuts: which cells of units by level may be shown, and the panel of each level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.org import number_units
from headwater.privacy.crossing import SeveralCuts
from headwater.privacy.cuts import gate_cuts
from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.sums import GroupSums
from headwater.vocab import IntArray, UnitTree
from headwater.vocab.scorebook import BoolArray


@dataclass(frozen=True)
class CutLevels:
    """A cut and its levels, in order."""

    cut: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class CrossedCells:
    """Respondents by unit and by level of every cut at once; several cuts are gated as one system on these.

    unit: int64[C], preorder number. place: int[C, D], level in each cut, -1 unknown. sums: of each cell.
    """

    cuts: tuple[CutLevels, ...]
    unit: IntArray
    place: NDArray[np.integer]
    sums: GroupSums

    def by_unit_and_level(self, cut: int, people: IntArray, units: int) -> IntArray:
        """Sum people (int64[C]) by unit and level of a cut, the last column for those of no known level."""
        levels = len(self.cuts[cut].levels)
        column = np.where(self.place[:, cut] < 0, levels, self.place[:, cut])
        counted = np.bincount(self.unit * (levels + 1) + column, people, units * (levels + 1))
        return counted.reshape(units, levels + 1).astype(np.int64)


@dataclass(frozen=True)
class CutCells:
    """Cells of one cut. shown: bool[U, L] by respondents. nodes: int64[N], units that show any.

    questions: bool[L, N, Q], by who answered each.
    """

    shown: BoolArray
    nodes: IntArray
    questions: BoolArray


def choose_cells(
    tree: UnitTree, k: int, crossed: CrossedCells, answered: IntArray, published: BoolArray, base: BoolArray
) -> list[CutCells]:
    """Choose the cells of all cuts.

    answered: int64[C, Q], who answered each question, by cell. published: bool[U], units shown by respondents; base:
    bool[U, Q], by who answered each question.

    Respondents are gated first. Each question then keeps, of those cells, what is safe by its own answers: its tables
    are tested exactly as they are, those of several cuts as one system, and cells are withheld until no group is left
    that could be derived. Starting from the chosen cells and not from all of them loses nothing (no other cell could be
    shown) and mostly takes one test.
    """
    sizes = [len(cut.levels) for cut in crossed.cuts]
    people = crossed.sums.respondents
    questions = range(base.shape[1])
    if len(sizes) > 1:
        several = SeveralCuts(tree, crossed.unit, crossed.place, people, sizes, published, k)
        chosen = several.choose()
        kept = several.keep(answered, base, chosen)
    else:
        own = crossed.by_unit_and_level(0, people, len(tree))
        chosen = [gate_cuts(tree, own[:, :-1], published, k, unknown=own[:, -1])]
        known: dict[bytes, list[BoolArray]] = {}
        kept = []
        for question in questions:
            own = crossed.by_unit_and_level(0, answered[:, question], len(tree))
            units = base[:, question]
            key = own.tobytes() + units.tobytes()
            if key not in known:
                start = chosen[0]
                cells = gate_cuts(tree, own[:, :-1], units, k, unknown=own[:, -1], unit_minimum=0, start=start)
                known[key] = [cells]
            kept.append(known[key])
    found = []
    for cut, cells in enumerate(chosen):
        nodes = np.flatnonzero(cells.any(axis=1))
        grids = np.zeros((cells.shape[1], len(nodes), len(questions)), bool)
        for question in questions:
            grids[:, :, question] = (kept[question][cut][nodes] & cells[nodes]).T
        found.append(CutCells(cells, nodes, grids))
    return found


@dataclass(frozen=True)
class Branches:
    """The units of a tree that a cut uses, and the root, as a tree of their own. nodes: int64[N], their numbers.

    part_of: int64[U], the node that each unit is a part of, itself or the next above.
    """

    tree: UnitTree
    nodes: IntArray
    parent: IntArray
    part_of: IntArray

    def own_by_level(self, crossed: CrossedCells, cut: int) -> list[GroupSums]:
        """Return by level of a cut what each node has beyond the next ones below."""
        levels = len(crossed.cuts[cut].levels)
        known = np.flatnonzero(crossed.place[:, cut] >= 0)
        group = self.part_of[crossed.unit[known]] + crossed.place[known, cut] * np.int64(len(self.nodes))
        sums = crossed.sums.sum_by(known, group, levels * len(self.nodes))
        return [sums.take(slice(at * len(self.nodes), (at + 1) * len(self.nodes))) for at in range(levels)]

    def own(self, whole: GroupSums) -> GroupSums:
        """Return what each of these units has beyond the next ones below. whole: sums of all units' subtrees."""
        return whole.take(self.nodes).without_parts(self.parent)


def branches(tree: UnitTree, used: BoolArray) -> Branches:
    """Take the used units and the root out of a tree. used: bool[U]."""
    kept = used.copy()
    kept[0] = True
    nodes = np.flatnonzero(kept)
    number = np.full(len(tree) + 1, -1, np.int64)
    number[nodes] = np.arange(len(nodes))
    over = nearest_shown_above(tree, kept)
    parent = number[over[nodes]]
    part_of = number[np.where(kept, np.arange(len(tree)), over)]
    ids = [tree.ids[node] for node in nodes]
    small = number_units(ids, ["" if above < 0 else ids[above] for above in parent.tolist()])
    return Branches(small, nodes, parent, part_of)
