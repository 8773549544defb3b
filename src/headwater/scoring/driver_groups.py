"""For which groups drivers may be worked out: shown in the ScoreBook, safe by complete answers, and large enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.crossing import gate_crossing_cuts
from headwater.privacy.cuts import gate_cuts
from headwater.privacy.gate import gate_columns
from headwater.vocab import CUT_UNIT_MINIMUM, Cut, IntArray, Panel, ScoreBook, UnitTree
from headwater.vocab.scorebook import BoolArray

FEWEST_TEAMS = 10
"""Fewer teams than these cannot be resampled: a range from them promises more than it holds."""

MOST_CUT_GROUPS = 400
"""Levels of cuts are worked out for the largest groups, at most so many."""


@dataclass(frozen=True)
class AnalysedGroup:
    """One group: a unit with all below it, of everybody or of one level of a cut. level_number: -1 for everybody."""

    unit: int
    cut: int = -1
    level: int = -1


def fewest_people(drivers: int) -> int:
    """Return how many complete answers carry drivers of one's own: 50, and 5 for every driver."""
    return max(50, 5 * drivers)


def showing(book: ScoreBook, subjects: Sequence[str]) -> Callable[[Panel], BoolArray]:
    """Return what tells in which of its rows a panel shows every one of some subjects."""
    columns = [number for number, column in enumerate(book.columns) if column.subject in subjects]
    return lambda panel: np.asarray(panel.shown[:, columns].all(axis=1))


def safe_units(book: ScoreBook, shown: Callable[[Panel], BoolArray], complete: IntArray) -> BoolArray:
    """Return bool[U], units that the book shows and that are safe by their complete answers.

    complete: int64[U], people of a unit (not below it) who answered all of it. What is left of a unit beyond the shown
    ones below it then has complete answers of nobody or of k people and more.
    """
    published = shown(book.everybody)
    safe: BoolArray = gate_columns(book.tree, published, complete[:, None], book.study.k)[:, 0]
    return safe


def large_enough(
    tree: UnitTree, complete: IntArray, fewest: int, teams_needed: int = FEWEST_TEAMS
) -> tuple[BoolArray, IntArray, IntArray]:
    """Return bool[U] units whose subtrees hold enough people and teams, with both counts."""
    people = subtree_sums(tree, complete)
    teams = subtree_sums(tree, (complete > 0).astype(np.int64))
    return (people >= fewest) & (teams >= teams_needed), people, teams


def cut_groups(
    book: ScoreBook,
    shown: Callable[[Panel], BoolArray],
    cuts: Sequence[Cut],
    unit: NDArray[np.int32],
    levels: Sequence[NDArray[np.int16]],
    safe: BoolArray,
    fewest: int,
    teams_needed: int = FEWEST_TEAMS,
) -> list[AnalysedGroup]:
    """Return the levels of cuts that may be worked out, the largest first.

    unit: int32[R], leaf row of every complete answer; levels: by cut, int16[R], place among its levels, -1 unknown.
    The cells of all cuts are gated as one system on the complete answers, as the ScoreBook gates its own, and only
    those are kept that the ScoreBook shows as well: a part of a safe set is safe.
    """
    tree, k = book.tree, book.study.k
    if not cuts or not len(unit):
        return []
    whole = np.bincount(unit, minlength=len(tree)).astype(np.int64)
    wide = safe & (subtree_sums(tree, whole) >= CUT_UNIT_MINIMUM)
    own = [_by_level(unit, part, len(tree), len(cut.levels)) for cut, part in zip(cuts, levels, strict=True)]
    start = [np.zeros(counts.shape, bool) for counts in own]
    for cut, counts, cells in zip(cuts, own, start, strict=True):
        for level, name in enumerate(cut.levels):
            panel = book.panel_of.get((cut.key, name))
            if panel is not None:
                cells[panel.rows, level] = shown(panel)
                cells[:, level] &= large_enough(tree, counts[:, level], fewest, teams_needed)[0]
    if len(cuts) == 1:
        chosen = [gate_cuts(tree, own[0], wide, k, unknown=whole - own[0].sum(axis=1), start=start[0])]
    else:
        cells_of, place = np.unique(np.column_stack([unit, *levels]), axis=0, return_inverse=True)
        people = np.bincount(place.reshape(-1), minlength=len(cells_of)).astype(np.int64)
        sizes = [len(cut.levels) for cut in cuts]
        rows = cells_of[:, 0].astype(np.int64)
        chosen = gate_crossing_cuts(tree, rows, cells_of[:, 1:], people, sizes, wide, k, start=start)
    found: list[tuple[int, AnalysedGroup]] = []
    for number, (counts, cells) in enumerate(zip(own, chosen, strict=True)):
        below = subtree_sums(tree, counts)
        for row, level in np.argwhere(cells).tolist():
            found.append((int(below[row, level]), AnalysedGroup(row, number, level)))
    found.sort(key=lambda pair: (-pair[0], pair[1].unit, pair[1].cut, pair[1].level))
    return [group for _, group in found[:MOST_CUT_GROUPS]]


def _by_level(unit: NDArray[np.int32], level: NDArray[np.int16], units: int, levels: int) -> IntArray:
    known = level >= 0
    flat = unit[known].astype(np.int64) * levels + level[known]
    counted: IntArray = np.bincount(flat, minlength=units * levels).reshape(units, levels).astype(np.int64)
    return counted
