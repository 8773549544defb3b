"""The variance of one answer within units, among the people of each level of each cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.scoring.cutting import CrossedCells
from headwater.scoring.estimating import FEWEST_FOR_POOLING, Estimator
from headwater.stats.compiling import run
from headwater.vocab import FloatArray, IntArray

Counts = NDArray[np.int32]

_MEASURES = ("mean", "favourable")
"""Measures of an item whose spread follows from its points and its favourable answers."""


@dataclass(frozen=True)
class Within:
    """What the variances are worked out from, by cell of respondents, laid out once for all cuts.

    items: positions of the items whose points and favourable answers alone are asked for. people, points, squares,
    liked: int32[C, len(items)], of the cell. columns: columns of the book that need more than these.
    """

    estimator: Estimator
    crossed: CrossedCells
    items: tuple[int, ...]
    people: Counts
    points: Counts
    squares: Counts
    liked: Counts
    columns: tuple[int, ...]

    @classmethod
    def of(cls, estimator: Estimator, crossed: CrossedCells) -> Within:
        """Lay out the cells' own sums."""
        specification, sums = estimator.specification, crossed.sums
        plain: dict[int, None] = {}
        others = []
        for number, column in enumerate(specification.columns):
            if column.role == "item" and column.measure in _MEASURES and sums.w is None:
                plain[specification.item_position[column.subject]] = None
            elif not specification.parts_of(column):
                others.append(number)
        grids: list[list[Counts]] = [[], [], [], []]
        for item in plain:
            first, last = int(estimator.offsets[item]), int(estimator.offsets[item + 1])
            counts, worth = sums.counts[:, first:last], np.arange(last - first)
            head = specification.items[item]
            codes = np.arange(head.low, head.high + 1)[:: -1 if head.reverse else 1]
            for grid, weight in zip(
                grids, (worth * 0 + 1, worth, worth**2, codes >= head.favourable_from), strict=True
            ):
                grid.append((counts @ weight.astype(np.int64)).astype(np.int32))
        empty: Counts = np.zeros((len(sums.respondents), 0), np.int32)
        laid: list[Counts] = [np.stack(grid, axis=1) if grid else empty for grid in grids]
        return cls(estimator, crossed, tuple(plain), laid[0], laid[1], laid[2], laid[3], tuple(others))

    def by_level(self, cut: int) -> FloatArray:
        """Return the variance of one answer within units for each level of a cut: float64[L, columns of the book].

        Pooled over units by their degrees of freedom, as `pooled_spread`; NaN below FEWEST_FOR_POOLING of them. A
        percent favourable of a scale has none of its own.
        """
        from scipy.sparse import csr_array

        crossed, specification = self.crossed, self.estimator.specification
        levels = len(crossed.cuts[cut].levels)
        known = np.flatnonzero(crossed.place[:, cut] >= 0)
        code = crossed.unit[known] * levels + crossed.place[known, cut]
        _, group = np.unique(code, return_inverse=True)
        group = group.ravel()
        several = np.bincount(group, crossed.sums.respondents[known]) > 1  # one person has no variance
        kept = several[group]
        rows = known[kept]
        kinds, place = np.unique(code[kept], return_inverse=True)
        place, level = place.ravel(), kinds % levels
        shape = (len(kinds), len(crossed.unit))
        gather = csr_array((np.ones(len(rows), np.int32), (place, rows)), shape=shape)
        pooled = np.full((levels, len(specification.columns)), np.nan)

        def pool(column: int | list[int], freedom: FloatArray, squares: FloatArray) -> None:
            with np.errstate(invalid="ignore", divide="ignore"):
                pooled[:, column] = np.where(freedom >= FEWEST_FOR_POOLING, squares / freedom, np.nan)

        sums = [gather @ grid for grid in (self.people, self.points, self.squares, self.liked)]
        summed: dict[str, FloatArray] = {name: np.zeros((levels, len(self.items))) for name in ("n", *_MEASURES)}
        run(_add_spreads, *sums, level, *summed.values(), size=sums[0].size)
        at = {item: number for number, item in enumerate(self.items)}
        for measure in _MEASURES:
            pairs = [
                (number, at[specification.item_position[column.subject]])
                for number, column in enumerate(specification.columns)
                if column.role == "item" and column.measure == measure and number not in self.columns
            ]
            if pairs:
                numbers, items = [number for number, _ in pairs], [item for _, item in pairs]
                pool(numbers, summed["n"][:, items], summed[measure][:, items])
        cells = (crossed.sums if self.columns else crossed.sums.scores_only()).sum_by(rows, place, len(kinds))
        for number in self.columns:
            estimates = self.estimator.column(cells, specification.columns[number])
            pool(number, *_by_freedom(estimates.n, estimates.spread, level, levels))
        for number, column in enumerate(specification.columns):
            if specification.parts_of(column) and column.measure != "score_favourable":
                n, _, spread_of, _ = cells.score_moments(specification.scale_position[column.subject])
                pool(number, *_by_freedom(n, spread_of, level, levels))
        return pooled


def _add_spreads(people, points, squares, liked, level, n, mean, favourable):  # type: ignore[no-untyped-def]
    """Add up degrees of freedom, and the spread times them, by level. A loop for `compiling.run`.

    people, points, squares, liked: int[K, I], of a unit's people of a level. level: int64[K]. n, mean, favourable:
    float64[L, I], written: freedom, and spreads of the mean and of the percent favourable.
    """
    for kind in range(len(level)):
        to = level[kind]
        for item in range(people.shape[1]):
            here = float(people[kind, item])
            freedom, some, total = max(here - 1.0, 0.0), max(here, 1.0), float(points[kind, item])
            share = liked[kind, item] / some
            n[to, item] += freedom
            mean[to, item] += max(squares[kind, item] - total * total / some, 0.0)
            favourable[to, item] += freedom * 1e4 * share * (1.0 - share)


def _by_freedom(n: FloatArray, spread: FloatArray, level: IntArray, levels: int) -> tuple[FloatArray, FloatArray]:
    """Return degrees of freedom, and the spread times them, summed by level: float64[L] each."""
    freedom = np.where(np.isnan(spread), 0.0, np.maximum(n - 1, 0))
    by_level = (np.bincount(level, values, levels) for values in (freedom, freedom * np.nan_to_num(spread)))
    total, squares = (values.astype(np.float64) for values in by_level)
    return total, squares
