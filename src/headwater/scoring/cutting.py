"""Cuts: which cells of units by level may be shown, and the panel of each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from headwater.org import number_units
from headwater.privacy.alike import bound_extremes
from headwater.privacy.crossing import gate_crossing_cuts
from headwater.privacy.cuts import gate_cuts
from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.estimating import Estimator
from headwater.scoring.points import column_points
from headwater.scoring.sums import GroupSums
from headwater.vocab import Bound, IntArray, UnitTree
from headwater.vocab.scorebook import BoolArray

MANY_LEVELS = 5
"""From this many levels on, only single levels, pairs and all together are taken out of their unit as a test."""


@dataclass(frozen=True)
class CutSums:
    """Own sums of every unit by level of a cut. unknown: int64[U], respondents of no known level."""

    cut: str
    levels: tuple[str, ...]
    sums: tuple[GroupSums, ...]
    unknown: IntArray


@dataclass(frozen=True)
class CrossedCells:
    """Respondents by unit and by level of every cut at once; several cuts are gated as one system on these.

    unit: int64[C], preorder number. levels: int[C, D], level in each cut, -1 unknown. respondents: int64[C].
    answered: int64[C, Q], who answered each question.
    """

    unit: IntArray
    levels: NDArray[np.integer]
    respondents: IntArray
    answered: IntArray


@dataclass(frozen=True)
class CutCells:
    """Cells of one cut. shown: bool[U, L] by respondents. questions: by level bool[U, Q], by who answered each."""

    shown: BoolArray
    questions: tuple[BoolArray, ...]


def choose_cells(
    tree: UnitTree,
    k: int,
    cuts: Sequence[CutSums],
    crossed: CrossedCells | None,
    published: BoolArray,
    base: BoolArray,
    answered: Sequence[Sequence[IntArray]],
    answered_whole: IntArray,
) -> list[CutCells]:
    """Choose the cells of all cuts.

    published: bool[U], units shown by respondents; base: bool[U, Q], by who answered each question. answered: by cut
    and level, int64[U, Q]. answered_whole: int64[U, Q]. Raises ValueError for several cuts without their crossed cells.

    Respondents are gated first. Each question then keeps, of those cells, what is safe by its own answers: its tables
    are tested exactly as they are, those of several cuts as one system, and cells are withheld until no group is left
    that could be derived. Starting from the chosen cells and not from all of them loses nothing (no other cell could be
    shown) and mostly takes one test.
    """
    if len(cuts) > 1 and crossed is None:
        raise ValueError("several cuts are gated together; give the cells in which they cross")
    if len(cuts) > 1 and crossed is not None:
        sizes = [len(cut.levels) for cut in cuts]
        chosen = gate_crossing_cuts(tree, crossed.unit, crossed.levels, crossed.respondents, sizes, published, k)
    else:
        everyone = [np.column_stack([sums.respondents for sums in cut.sums]).astype(np.int64) for cut in cuts]
        chosen = [
            gate_cuts(tree, own, published, k, unknown=cut.unknown) for cut, own in zip(cuts, everyone, strict=True)
        ]
    questions = [[np.repeat(cells[:, [level]], base.shape[1], axis=1) for level in range(cells.shape[1])]
                 for cells in chosen]  # fmt: skip
    known: dict[bytes, list[BoolArray]] = {}
    for question in range(base.shape[1]):
        own = [np.column_stack([level[:, question] for level in levels]) for levels in answered]
        key = b"".join(part.tobytes() for part in (*own, answered_whole[:, question], base[:, question]))
        if key not in known:
            known[key] = _question_cells(
                tree, k, own, answered_whole[:, question], base[:, question], chosen, crossed, question
            )
        for cut, kept in enumerate(known[key]):
            for level, grid in enumerate(questions[cut]):
                grid[:, question] &= kept[:, level]
    return [CutCells(cells, tuple(grids)) for cells, grids in zip(chosen, questions, strict=True)]


def _question_cells(
    tree: UnitTree,
    k: int,
    own: Sequence[IntArray],
    whole: IntArray,
    base: BoolArray,
    chosen: Sequence[BoolArray],
    crossed: CrossedCells | None,
    question: int,
) -> list[BoolArray]:
    """Return for one question and every cut the chosen cells that are safe by its answers: bool[U, L]."""
    if len(own) > 1 and crossed is not None:
        sizes = [cells.shape[1] for cells in chosen]
        people = crossed.answered[:, question]
        return gate_crossing_cuts(
            tree, crossed.unit, crossed.levels, people, sizes, base, k, unit_minimum=0, start=chosen
        )
    return [
        gate_cuts(tree, counts, base, k, unknown=whole - counts.sum(axis=1), unit_minimum=0, start=cells)
        for counts, cells in zip(own, chosen, strict=True)
    ]


@dataclass(frozen=True)
class Branches:
    """The units of a tree that a cut uses, and the root, as a tree of their own. nodes: int64[N], their numbers."""

    tree: UnitTree
    nodes: IntArray
    parent: IntArray

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
    parent = number[nearest_shown_above(tree, kept)[nodes]]
    ids = [tree.ids[node] for node in nodes]
    return Branches(number_units(ids, ["" if above < 0 else ids[above] for above in parent.tolist()]), nodes, parent)


def unlike_beside_whole(
    estimator: Estimator,
    tree: UnitTree,
    whole: GroupSums,
    whole_exact: BoolArray,
    levels: Sequence[GroupSums],
    shown: Mapping[int, BoolArray],
    columns: Sequence[int],
) -> None:
    """Withhold, in place, level cells whose unit without them is a group that is all alike.

    A unit less its shown levels is a group whose sum follows from what is shown, and so is what is left of it beyond
    the units below. whole, levels: own sums of every unit, all and by level. whole_exact: bool[U, C], shown exactly.
    shown: by level, bool[U, C]. columns: those that stand on their own; the others go with their parts.
    """
    sizes = range(1, len(levels) + 1) if len(levels) < MANY_LEVELS else (1, 2, len(levels))
    limits = [_limits(estimator, level.over_subtrees(tree), columns) for level in levels]
    for size in sizes:
        for chosen in combinations(range(len(levels)), size):
            if any(level not in shown for level in chosen):
                continue
            known = whole_exact[:, columns].copy()
            for level in chosen:
                known &= shown[level][:, columns] & (limits[level][0] == Bound.EXACT)
            if not known.any():
                continue
            rest = whole
            for level in chosen:
                rest = rest.less(levels[level])
            exposed = _exposed(estimator, tree, rest, known, columns)
            if not exposed.any():
                continue
            people = np.stack([limits[level][1] for level in chosen])
            smallest = np.argmin(people, axis=0)
            for place, level in enumerate(chosen):
                cells = shown[level][:, columns]
                cells[exposed & (smallest == place)] = False
                shown[level][:, columns] = cells


def _limits(estimator: Estimator, sums: GroupSums, columns: Sequence[int]) -> tuple[NDArray[np.int8], IntArray]:
    """Return which groups are shown as limits, int8[G, C], and their people, int64[G, C]."""
    points = [column_points(estimator, sums, estimator.specification.columns[number]) for number in columns]
    return (
        np.column_stack([bound_extremes(part.people, part.points, part.steps) for part in points]),
        np.column_stack([part.people for part in points]),
    )


def _exposed(
    estimator: Estimator, tree: UnitTree, rest: GroupSums, known: BoolArray, columns: Sequence[int]
) -> BoolArray:
    """Return bool[U, C]: known cells of the rest that are all alike, or leave a group that is beyond those below."""
    exposed = np.zeros(known.shape, bool)
    subtree = rest.over_subtrees(tree)
    above = nearest_shown_above(tree, known)
    for place, number in enumerate(columns):
        points = column_points(estimator, subtree, estimator.specification.columns[number])
        at = known[:, place]
        units = np.flatnonzero(at)
        below = units[above[units, place] >= 0]
        held = [points.people.copy(), points.points.copy()]
        held += [] if points.squares is None else [points.squares.copy()]
        left = [values.copy() for values in held]
        for part, values in zip(left, held, strict=True):
            np.subtract.at(part, above[below, place], values[below])
        for people, total, *squares in (held, left):
            alike = bound_extremes(people, total, points.steps) != Bound.EXACT
            if squares:
                alike |= people * squares[0] == total * total
            exposed[:, place] |= at & (people > 0) & alike
    return exposed
