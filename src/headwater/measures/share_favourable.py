"""Percent favourable of a scale: the mean of its items' percents, unrounded."""

from __future__ import annotations

import numpy as np

from headwater.measures.measure import NORMAL_95, Estimates, Measure, percent_ends
from headwater.vocab import FloatArray


def estimate(
    item_percents: FloatArray, item_spreads: FloatArray, n: FloatArray, effective: FloatArray, mean_correlation: float
) -> Estimates:
    """Return percents 0..100.

    item_percents, item_spreads: float64[G, J], percent and variance of one answer for each item. n: float64[G], people.
    mean_correlation: the items' average correlation in the whole wave, 0..1; the variance of a mean of J items is
    taken as (mean spread) * (1 + (J - 1) r) / J. Normal interval, cut at 0 and 100.
    """
    items = item_percents.shape[1]
    value = item_percents.mean(axis=1)
    spread = item_spreads.mean(axis=1) * (1 + (items - 1) * mean_correlation) / items
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(spread / effective)
    low, high = np.clip(value - NORMAL_95 * se, 0, 100), np.clip(value + NORMAL_95 * se, 0, 100)
    return Estimates(n, value, se, low, high, spread, effective)


MEASURE = Measure(
    key="score_favourable",
    label="Percent favourable",
    unit="percent",
    ends=percent_ends,
    minimum_effect=lambda _low, _high: 2.0,
    estimate=None,
    source="unrounded mean of the items' percents, as the US Federal Employee Viewpoint Survey indexes are made",
)
