"""Differences of two means or two shares, cell by cell on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from headwater.stats._arrays import FloatArray, floats, level, plain
from headwater.stats.intervals import checked_shares, proportion_interval

__all__ = ["Difference", "cohen_d", "mean_difference", "proportion_difference"]


@dataclass(frozen=True)
class Difference:
    """First less second. All fields have the broadcast shape of the inputs."""

    estimate: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    statistic: FloatArray  # t or z
    df: FloatArray  # infinite for z
    p_value: FloatArray  # two-sided


def mean_difference(
    mean1: npt.ArrayLike,
    sd1: npt.ArrayLike,
    n1: npt.ArrayLike,
    mean2: npt.ArrayLike,
    sd2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Difference:
    """Welch's difference of two independent means from their summaries (Welch 1947).

    sd: divisor n - 1. A cell in which either n is below 2, or both sd are 0, has no standard error: NaN.
    For a unit against the rest of its parent pass the rest's own mean, sd and n, not the parent's.
    Raises ValueError for a negative sd or n.
    """
    tail = level(confidence)
    m1, s1, k1, m2, s2, k2 = np.broadcast_arrays(
        *(floats(a, "mean, sd and n") for a in (mean1, sd1, n1, mean2, sd2, n2))
    )
    if (s1 < 0).any() or (s2 < 0).any() or (k1 < 0).any() or (k2 < 0).any():
        raise ValueError("sd and n must not be negative; pass standard deviations and counts")
    k1, k2 = np.where(k1 >= 2, k1, np.nan), np.where(k2 >= 2, k2, np.nan)
    v1, v2 = s1**2 / k1, s2**2 / k2
    variance = np.where(v1 + v2 > 0, v1 + v2, np.nan)
    df = variance**2 / (v1**2 / (k1 - 1) + v2**2 / (k2 - 1))
    estimate, se = m1 - m2, np.sqrt(variance)
    t = estimate / se
    half = special.stdtrit(df, 1 - tail) * se
    p = 2 * special.stdtr(df, -np.abs(t))
    return Difference(*(plain(a) for a in (estimate, se, estimate - half, estimate + half, t, df, p)))


def cohen_d(
    mean1: npt.ArrayLike,
    sd1: npt.ArrayLike,
    n1: npt.ArrayLike,
    mean2: npt.ArrayLike,
    sd2: npt.ArrayLike,
    n2: npt.ArrayLike,
) -> FloatArray:
    """First mean less second in pooled standard deviations (Cohen 1988), cell by cell; NaN where there is no spread.

    Raises ValueError for a negative sd or n.
    """
    m1, s1, k1, m2, s2, k2 = np.broadcast_arrays(
        *(floats(a, "mean, sd and n") for a in (mean1, sd1, n1, mean2, sd2, n2))
    )
    if (s1 < 0).any() or (s2 < 0).any() or (k1 < 0).any() or (k2 < 0).any():
        raise ValueError("sd and n must not be negative; pass standard deviations and counts")
    df = k1 + k2 - 2
    pooled = ((k1 - 1) * s1**2 + (k2 - 1) * s2**2) / np.where((df > 0) & (k1 > 0) & (k2 > 0), df, np.nan)
    return plain(np.asarray((m1 - m2) / np.sqrt(np.where(pooled > 0, pooled, np.nan))))


def proportion_difference(
    successes1: npt.ArrayLike,
    n1: npt.ArrayLike,
    successes2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Difference:
    """Difference of two independent shares with Newcombe's interval from two Wilson intervals (1998, method 10).

    se is the unpooled Wald one, for combining; statistic and p_value are the pooled z test without correction.
    Raises ValueError for negative counts or successes above n.
    """
    x1, k1 = checked_shares(successes1, n1)
    x2, k2 = checked_shares(successes2, n2)
    first = proportion_interval(x1, k1, confidence=confidence)
    second = proportion_interval(x2, k2, confidence=confidence)
    p1, p2 = first.estimate, second.estimate
    estimate = p1 - p2
    lower = estimate - np.hypot(p1 - first.lower, second.upper - p2)
    upper = estimate + np.hypot(first.upper - p1, p2 - second.lower)
    se = np.sqrt(p1 * (1 - p1) / k1 + p2 * (1 - p2) / k2)
    pooled = (x1 + x2) / (k1 + k2)
    spread = pooled * (1 - pooled) * (1 / k1 + 1 / k2)
    z = estimate / np.sqrt(np.where(spread > 0, spread, np.nan))
    # Everyone or nobody in both groups: no difference and nothing to test against.
    z = np.where(spread == 0, 0.0, z)
    p = 2 * special.ndtr(-np.abs(z))
    df = np.where(np.isnan(z), np.nan, np.inf)
    return Difference(*(plain(np.asarray(a)) for a in (estimate, se, lower, upper, z, df, p)))
