"""Mean of the codes, with a t interval; linearised when weighted."""

from __future__ import annotations

import numpy as np

from headwater.measures.measure import Categories, Estimates, Measure, code_ends, t_interval


def estimate(categories: Categories) -> Estimates:
    """Return weighted means, in scale points.

    The standard error of a weighted mean is Taylor-linearised with n / (n - 1) (Saerndal, Swensson and Wretman 1992,
    5.7); unweighted it is s / sqrt(n). df = n - 1.
    """
    n = categories.people
    weights = categories.weights
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(total > 0, weights @ categories.codes / total, np.nan)
        deviation = (categories.codes[None, :] - value[:, None]) ** 2
        if categories.w2 is None:
            spread = np.where(n > 1, (weights * deviation).sum(axis=1) / (n - 1), np.nan)
            se = np.sqrt(spread / n)
        else:
            correction = n / (n - 1)
            spread = np.where(n > 1, correction * (weights * deviation).sum(axis=1) / total, np.nan)
            se = np.where(n > 1, np.sqrt(correction * (categories.w2 * deviation).sum(axis=1)) / total, np.nan)
    low, high = t_interval(value, se, n)
    return Estimates(n, value, se, low, high, spread, categories.effective)


MEASURE = Measure(
    key="mean",
    label="Mean",
    unit="points",
    ends=code_ends,
    minimum_effect=lambda low, high: 0.05 * (high - low),
    estimate=estimate,
    source="t interval (Student 1908); linearised standard error when weighted",
)
