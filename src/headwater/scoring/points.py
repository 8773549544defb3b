"""Points: every column's answers as whole numbers from 0 to `steps`, for the gate against unanimity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.measures import MEASURES, Categories
from headwater.scoring.estimating import Estimator
from headwater.scoring.sums import GroupSums
from headwater.vocab import Column, IntArray
from headwater.vocab.answers import SCORE_ONE


@dataclass(frozen=True)
class Points:
    """One column's points. people, points: int64[G]. steps: the most a person can have. squares: int64[G] or None."""

    people: IntArray
    points: IntArray
    steps: int
    squares: IntArray | None


def column_points(estimator: Estimator, sums: GroupSums, column: Column) -> Points:
    """Return the points of an item's column or of a ready-made score. A scale of items has none of its own.

    A mean counts code less lowest code, a share counts 1 for favourable, a recommend score 0, 1 or 2. Reversed items
    are turned round. Squares are given where an error bar tells more than the value does: means, recommend scores.
    """
    specification = estimator.specification
    if column.role == "item":
        categories = estimator.categories(sums, specification.item_position[column.subject])
        return _item_points(categories, column.measure)
    number, scale = specification.scale_position[column.subject], specification.scale_of[column.subject]
    people = sums.score_n[:, number]
    low, high = round(scale.low * SCORE_ONE), round(scale.high * SCORE_ONE)
    points = sums.score_total[:, number] - people * low
    return Points(people, np.clip(points, 0, people * (high - low)), high - low, None)


def _item_points(categories: Categories, measure: str) -> Points:
    counts = np.rint(categories.n).astype(np.int64)
    if MEASURES[measure].unit == "points":
        worth = np.arange(counts.shape[1])
    elif measure == "recommend":
        worth = np.where(categories.codes >= 9, 2, np.where(categories.codes <= 6, 0, 1))
    elif measure == "csat":
        worth = (categories.codes >= categories.codes[-1] - 1).astype(np.int64)
    elif measure == "effort":
        worth = (categories.codes >= 5).astype(np.int64)
    else:
        worth = (categories.codes >= categories.favourable_from).astype(np.int64)
    squares = counts @ worth**2 if MEASURES[measure].unit in ("points", "score") else None
    return Points(counts.sum(axis=1), counts @ worth, int(worth.max()), squares)
