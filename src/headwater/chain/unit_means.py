"""A panel of units made from waves of moments: unit means of scores, each from at least k people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from headwater.org import subtree_sums
from headwater.vocab import IntArray, Moments, UnitPeriods, UnitTree
from headwater.vocab.answers import SCORE_ONE


def unit_means(waves: Sequence[Moments], tree: UnitTree, k: int, *, whole_subtrees: bool = False) -> UnitPeriods:
    """Return the mean of every score by unit and wave, NaN where fewer than k people have it.

    waves: moments of one study, in order. whole_subtrees: units with all below them; otherwise each unit's own people,
    so that no one is counted twice. Only chain estimates are made of these means; they are not released.
    """
    if not waves:
        raise ValueError("no waves to take means of")
    keys = [score.key for score in waves[0].plan.scores]
    shape = (len(tree), len(waves))
    values = {key: np.full(shape, np.nan) for key in keys}
    bases = {key: np.zeros(shape) for key in keys}
    for wave, moments in enumerate(waves):
        cell_unit = numbers_of(moments.units, tree.ids)[moments.cell_unit]
        known = cell_unit >= 0
        for score in moments.plan.scores:
            column = [other.key for other in moments.plan.scores].index(score.key)
            if score.key not in values:
                continue
            n, total = np.zeros(len(tree), np.int64), np.zeros(len(tree), np.int64)
            np.add.at(n, cell_unit[known], moments.scores.n[known, column])
            np.add.at(total, cell_unit[known], moments.scores.total[known, column])
            if whole_subtrees:
                n, total = subtree_sums(tree, n), subtree_sums(tree, total)
            enough = n >= k
            values[score.key][enough, wave] = total[enough] / n[enough] / SCORE_ONE
            bases[score.key][:, wave] = np.where(enough, n, 0)
    return UnitPeriods(tree.ids, tuple(moments.wave for moments in waves), values, bases)


@lru_cache(maxsize=32)
def numbers_of(units: tuple[str, ...], ids: tuple[str, ...]) -> IntArray:
    """Return the number of each unit among a tree's ids, -1 for none. Every link of every part asks for the same."""
    known = {unit: number for number, unit in enumerate(ids)}
    found = np.array([known.get(unit, -1) for unit in units], np.int64)
    found.flags.writeable = False
    return found


def side_by_side(first: UnitPeriods, second: UnitPeriods) -> UnitPeriods:
    """Join two tables of the same units: periods both have, figures of both.

    Raises ValueError when their units differ or a figure stands in both.
    """
    if first.units != second.units:
        raise ValueError("the two tables have different units; map them first")
    twice = set(first.values) & set(second.values)
    if twice:
        raise ValueError(f"both tables have {', '.join(sorted(twice))}")
    periods = tuple(period for period in first.periods if period in second.periods)
    if not periods:
        raise ValueError("the two tables share no period")
    a = [first.periods.index(period) for period in periods]
    b = [second.periods.index(period) for period in periods]
    return UnitPeriods(
        first.units,
        periods,
        {key: values[:, a] for key, values in first.values.items()}
        | {key: values[:, b] for key, values in second.values.items()},
        {key: values[:, a] for key, values in first.bases.items()}
        | {key: values[:, b] for key, values in second.bases.items()},
        {**first.names, **second.names},
        {**first.labels, **second.labels},
        "; ".join(source for source in (first.source, second.source) if source),
    )
