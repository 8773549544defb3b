"""The panels of all levels of all cuts, built at once: what each unit's level shows beside the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.alike import bound_extremes
from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.cutting import CrossedCells, CutCells, branches
from headwater.scoring.estimating import Estimator
from headwater.scoring.panel import Groups, Reference, Targets, build_panels
from headwater.scoring.points import column_points
from headwater.scoring.sums import GroupSums, joined
from headwater.scoring.withholding import columns_from_subjects, scales_with_items, unlike_each
from headwater.scoring.within import Within
from headwater.stats.threads import in_threads
from headwater.vocab import Bound, FloatArray, IntArray, Panel, UnitTree
from headwater.vocab.scorebook import BoolArray

MANY_LEVELS = 5
"""From this many levels on, only single levels, pairs and all together are taken out of their unit as a test."""

References = Callable[[str, str, NDArray[np.int32]], Mapping[str, Reference]]
"""What the rows of a level are compared with: cut, level, units."""


@dataclass(frozen=True)
class _Level:
    """One level of a cut. rows: int32[R], its units. sums: of their people of this level. shown: bool[R, C].

    above: int64[R], the row of the next unit above that shows the level, -1 for none. pooled: float64[C].
    """

    cut: str
    level: str
    rows: NDArray[np.int32]
    sums: GroupSums
    shown: BoolArray
    above: IntArray
    pooled: FloatArray


def cut_panels(
    estimator: Estimator,
    tree: UnitTree,
    crossed: CrossedCells,
    chosen: Sequence[CutCells],
    main: Panel,
    whole: GroupSums,
    references: References,
) -> list[Panel]:
    """Build one panel a level, of units that are large enough and whose cells the gate lets through.

    chosen: by cut. main: the panel of everybody. whole: sums of all units' subtrees.
    """
    used = [(cut, cells) for cut, cells in enumerate(chosen) if len(cells.nodes)]
    levels = _all_levels(estimator, tree, crossed, used, main, whole)
    if not levels:
        return []
    sizes = [len(level.rows) for level in levels]
    starts = np.cumsum(sizes) - sizes
    rows = np.concatenate([level.rows for level in levels])
    sums = joined([level.sums for level in levels])
    columns = len(estimator.specification.columns)
    groups = Groups(
        rows=rows,
        sums=sums,
        rest=whole.take(rows).less(sums),
        above=np.concatenate(
            [np.where(level.above >= 0, level.above + start, -1) for level, start in zip(levels, starts, strict=True)]
        ),
        shown=np.concatenate([level.shown for level in levels]),
        depth=tree.depth[rows],
        n=sums.respondents,
        n_answered=np.repeat(sums.respondents[:, None], columns, axis=1),
        part=np.repeat(np.arange(len(sizes)), sizes),
    )
    targets = Targets(
        value=main.fields["value"][rows],
        se=main.fields["se"][rows],
        low=main.fields["low"][rows],
        high=main.fields["high"][rows],
        n=main.n_answered[rows].astype(np.float64),
        bound=main.bound[rows],
    )
    heads = [(level.cut, level.level) for level in levels]
    pooled = np.stack([level.pooled for level in levels])
    of_level = [level.rows for level in levels]
    del levels, sums  # as much again as the panels, which are built next
    compared = _together(
        [references(cut, level, rows) for (cut, level), rows in zip(heads, of_level, strict=True)], sizes, columns
    )
    return build_panels(estimator, groups, pooled, heads, targets, compared)


def _all_levels(
    estimator: Estimator,
    tree: UnitTree,
    crossed: CrossedCells,
    used: Sequence[tuple[int, CutCells]],
    main: Panel,
    whole: GroupSums,
) -> list[_Level]:
    """Work out the shown levels of some cuts, several cuts at once."""
    within = Within.of(estimator, crossed)

    def of_cut(one: tuple[int, CutCells]) -> list[_Level]:
        return _levels(estimator, tree, crossed, within, *one, main, whole)

    return [level for found in in_threads(of_cut, used, size=len(crossed.unit)) for level in found]


def _levels(
    estimator: Estimator,
    tree: UnitTree,
    crossed: CrossedCells,
    within: Within,
    cut: int,
    cells: CutCells,
    main: Panel,
    whole: GroupSums,
) -> list[_Level]:
    """Work out for each shown level of a cut which numbers of which units stand."""
    specification = estimator.specification
    part = branches(tree, np.asarray(cells.shown.any(axis=1)))
    nodes = part.nodes
    numbers = np.flatnonzero(cells.shown.any(axis=0)).tolist()
    every = part.own_by_level(crossed, cut)
    own = [every[number] for number in numbers]
    place_of = np.searchsorted(nodes, cells.nodes)
    grids = []
    for number in numbers:
        grid = np.zeros((len(nodes), cells.questions.shape[2]), bool)
        grid[place_of] = cells.questions[number]
        grids.append(main.shown[nodes] & columns_from_subjects(specification, grid))
    shown = unlike_each(estimator, part.tree, own, grids)
    exact = main.shown[nodes] & (main.bound[nodes] == Bound.EXACT)
    alone = [number for number, column in enumerate(specification.columns) if not specification.parts_of(column)]
    unlike_beside_whole(estimator, part.tree, part.own(whole), exact, own, shown, alone, len(every))
    pooled = within.by_level(cut)
    found = []
    for number, sums, grid in zip(numbers, own, shown, strict=True):
        scales_with_items(specification, grid)
        rows = np.flatnonzero(cells.shown[:, number]).astype(np.int32)
        at = np.searchsorted(nodes, rows)
        above = nearest_shown_above(tree, cells.shown[:, number])[rows]
        found.append(
            _Level(
                cut=crossed.cuts[cut].cut,
                level=crossed.cuts[cut].levels[number],
                rows=rows,
                sums=sums.over_subtrees(part.tree).take(at),
                shown=grid[at],
                above=np.where(above >= 0, np.searchsorted(rows, np.maximum(above, 0)), -1).astype(np.int64),
                pooled=pooled[number],
            )
        )
    return found


def _together(
    references: Sequence[Mapping[str, Reference]], sizes: Sequence[int], columns: int
) -> dict[str, Reference]:
    """Put the references of several panels behind each other; nothing is known where a panel has none."""
    found = {}
    for kind in dict.fromkeys(kind for one in references for kind in one):
        parts: dict[str, list[FloatArray]] = {name: [] for name in ("value", "se", "low", "high", "n")}
        for one, size in zip(references, sizes, strict=True):
            for name, values in parts.items():
                empty = np.full((size, columns), 0.0 if name == "n" else np.nan)
                values.append(getattr(one[kind], name) if kind in one else empty)
        value, se, low, high, n = (np.concatenate(values) for values in parts.values())
        found[kind] = Reference(value, se, low, high, n)
    return found


def unlike_beside_whole(
    estimator: Estimator,
    tree: UnitTree,
    whole: GroupSums,
    whole_exact: BoolArray,
    levels: Sequence[GroupSums],
    shown: Sequence[BoolArray],
    columns: Sequence[int],
    of: int,
) -> None:
    """Withhold, in place, level cells whose unit without them is a group that is all alike.

    A unit less its shown levels is a group whose sum follows from what is shown, and so is what is left of it beyond
    the units below. whole, levels: own sums of every unit, all and by level. whole_exact: bool[U, C], shown exactly.
    shown: by level, bool[U, C]. columns: those that stand on their own; the others go with their parts. of: how many
    levels the cut has, shown or not.
    """
    everybody, *parts = _Points.of_each(estimator, tree, [whole, *levels], columns)
    exact = [part.bound == Bound.EXACT for part in parts]
    sizes = range(1, of + 1) if of < MANY_LEVELS else (1, 2, of)
    for size in sizes:
        for chosen in combinations(range(len(levels)), size):
            known = whole_exact[:, columns].copy()
            for level in chosen:
                known &= shown[level][:, columns] & exact[level]
            if not known.any():
                continue
            rest = everybody
            for level in chosen:
                rest = rest.less(parts[level])
            exposed = rest.exposed(tree, known)
            if not exposed.any():
                continue
            smallest = np.argmin(np.stack([parts[level].people for level in chosen]), axis=0)
            for place, level in enumerate(chosen):
                cells = shown[level][:, columns]
                cells[exposed & (smallest == place)] = False
                shown[level][:, columns] = cells


@dataclass(frozen=True)
class _Points:
    """Points of some columns over whole subtrees: int64[U, C]. steps: int64[C]. squared: bool[C], squares are known."""

    people: IntArray
    points: IntArray
    squares: IntArray
    steps: IntArray
    squared: BoolArray

    @classmethod
    def of_each(
        cls, estimator: Estimator, tree: UnitTree, own: Sequence[GroupSums], columns: Sequence[int]
    ) -> list[_Points]:
        """Lay out the points of several sets of groups' own people, all at once."""
        together, units = joined(own), len(tree)
        found = [column_points(estimator, together, estimator.specification.columns[number]) for number in columns]
        none = np.zeros(units * len(own), np.int64)

        def laid(grids: list[IntArray], place: int) -> IntArray:
            at = slice(place * units, (place + 1) * units)
            return subtree_sums(tree, np.stack([grid[at] for grid in grids], axis=1))

        steps = np.array([one.steps for one in found], np.int64)
        squared = np.array([one.squares is not None for one in found], bool)
        squares = [none if one.squares is None else one.squares for one in found]
        people, points = [one.people for one in found], [one.points for one in found]
        if not found:
            empty = np.zeros((units, 0), np.int64)
            return [cls(empty, empty, empty, steps, squared) for _ in own]
        return [
            cls(laid(people, place), laid(points, place), laid(squares, place), steps, squared)
            for place in range(len(own))
        ]

    @property
    def bound(self) -> NDArray[np.int8]:
        """int8[U, C], which are shown as limits."""
        return bound_extremes(self.people, self.points, self.steps)

    def less(self, other: _Points) -> _Points:
        """Return what is left without a part."""
        return _Points(
            self.people - other.people,
            self.points - other.points,
            self.squares - other.squares,
            self.steps,
            self.squared,
        )

    def exposed(self, tree: UnitTree, known: BoolArray) -> BoolArray:
        """Return bool[U, C]: known cells that are all alike, or leave a group that is beyond those below."""
        above = nearest_shown_above(tree, known)
        units, columns = np.nonzero(known & (above >= 0))
        exposed = np.zeros(known.shape, bool)
        grids = (self.people, self.points, self.squares)
        left = []
        for grid in grids:
            values = grid.copy()
            np.subtract.at(values, (above[units, columns], columns), grid[units, columns])
            left.append(values)
        for people, points, squares in (grids, left):
            alike = bound_extremes(people, points, self.steps) != Bound.EXACT
            alike |= self.squared & (people * squares == points * points)
            exposed |= known & (people > 0) & alike
        return exposed
