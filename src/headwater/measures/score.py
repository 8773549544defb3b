"""Scale score: the mean of the items' means, unrounded.

A group's score is made of its items' released totals and of nothing else, so a scale never says more than its items.
(A mean of persons' own scores would: against the items it singles out the few who skipped one.) With nothing skipped
the two are equal. The standard error comes from persons' scores, which carry how the items move together.
"""

from __future__ import annotations

import numpy as np

from headwater.measures.measure import Estimates, Measure, code_ends, t_interval
from headwater.vocab import FloatArray


def estimate(item_means: FloatArray, n: FloatArray, spread: FloatArray, effective: FloatArray) -> Estimates:
    """Return scale scores in scale points.

    item_means: float64[G, J], means of the scale's items in its own direction. n: float64[G], people with a score.
    spread: float64[G], variance of persons' scores. effective: float64[G], effective n. t interval, df = n - 1.
    """
    value = item_means.mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.where(n > 1, np.sqrt(spread / effective), np.nan)
    low, high = t_interval(value, se, n)
    return Estimates(n, value, se, low, high, spread, effective)


MEASURE = Measure(
    key="score",
    label="Score",
    unit="points",
    ends=code_ends,
    minimum_effect=lambda low, high: 0.05 * (high - low),
    estimate=None,
    source="mean of item means; t interval on persons' scores",
)
