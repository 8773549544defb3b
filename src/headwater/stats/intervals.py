"""Intervals for shares, means, recommend scores and rates.

Every function works cell by cell on arrays that broadcast together, so a table of units by items is one call.
A cell with nothing to estimate from (n of 0, or n of 1 where a variance is needed, or NaN) gives NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from headwater.stats._arrays import FloatArray, floats, level, plain

__all__ = [
    "PROPORTION_METHODS",
    "Interval",
    "RecommendScore",
    "mean_interval",
    "poisson_interval",
    "proportion_interval",
    "recommend_counts",
    "recommend_score",
    "sample_mean_interval",
]


@dataclass(frozen=True)
class Interval:
    """A two-sided interval. All fields have the broadcast shape of the inputs."""

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class RecommendScore:
    """A recommend score in points from -100 to 100. All fields have the broadcast shape of the counts."""

    n: FloatArray
    estimate: FloatArray
    se_n: FloatArray  # divisor n
    se_nminus1: FloatArray  # divisor n - 1
    wald_lower: FloatArray
    wald_upper: FloatArray
    adjusted_estimate: FloatArray  # adjusted Wald AW(3, T)
    adjusted_lower: FloatArray
    adjusted_upper: FloatArray


def _wilson(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    z = special.ndtri(1 - tail)
    p = x / n
    centre = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    # At the edges rounding would leave the bound a hair off the estimate.
    lower = np.where(x == 0, 0.0, (centre - half) / scale)
    return lower, np.where(x == n, 1.0, (centre + half) / scale)


def _wilson_cc(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    z = special.ndtri(1 - tail)
    down, up = np.maximum(x - 0.5, 0) / n, np.minimum(x + 0.5, n) / n
    scale = 1 + z**2 / n

    def bound(p: FloatArray, sign: int) -> FloatArray:
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return np.asarray((p + z**2 / (2 * n) + sign * half) / scale)

    return np.where(x == 0, 0.0, bound(down, -1)), np.where(x == n, 1.0, bound(up, 1))


def _clopper_pearson(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    lower = np.where(x == 0, 0.0, special.betaincinv(np.maximum(x, 1e-300), n - x + 1, tail))
    upper = np.where(x == n, 1.0, special.betaincinv(x + 1, np.maximum(n - x, 1e-300), 1 - tail))
    return lower, upper


def _agresti_coull(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    z = special.ndtri(1 - tail)
    total = n + z**2
    p = (x + z**2 / 2) / total
    half = z * np.sqrt(p * (1 - p) / total)
    return np.maximum(p - half, 0), np.minimum(p + half, 1)


def _jeffreys(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    lower = np.where(x == 0, 0.0, special.betaincinv(x + 0.5, n - x + 0.5, tail))
    return lower, np.where(x == n, 1.0, special.betaincinv(x + 0.5, n - x + 0.5, 1 - tail))


def _wald(x: FloatArray, n: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    p = x / n
    half = special.ndtri(1 - tail) * np.sqrt(p * (1 - p) / n)
    return np.maximum(p - half, 0), np.minimum(p + half, 1)


PROPORTION_METHODS: dict[str, Callable[[FloatArray, FloatArray, float], tuple[FloatArray, FloatArray]]] = {
    "wilson": _wilson,
    "wilson_cc": _wilson_cc,
    "clopper_pearson": _clopper_pearson,
    "agresti_coull": _agresti_coull,
    "jeffreys": _jeffreys,
    "wald": _wald,
}


def checked_shares(successes: npt.ArrayLike, n: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Counts of successes and trials, broadcast together; trials of 0 become NaN."""
    x, size = np.broadcast_arrays(floats(successes, "successes"), floats(n, "n"))
    if (size < 0).any() or (x < 0).any():
        raise ValueError("successes and n must not be negative; check how they were counted")
    if (x > size).any():
        raise ValueError("successes exceed n in at least one cell; pass counts out of the same people")
    size = np.where(size == 0, np.nan, size)
    return np.where(np.isnan(size), np.nan, x), np.where(np.isnan(x), np.nan, size)


def proportion_interval(
    successes: npt.ArrayLike, n: npt.ArrayLike, *, method: str = "wilson", confidence: float = 0.95
) -> Interval:
    """Interval for a share.

    successes, n: counts (an effective n may have a fraction). Estimate and bounds are shares between 0 and 1.
    method: `wilson` (score, 1927; the default), `wilson_cc` (with continuity correction, Newcombe 1998 method 4),
    `clopper_pearson` (exact, 1934), `agresti_coull` (1998), `jeffreys` (Brown, Cai and DasGupta 2001, with the
    bound at 0 or 1 when nobody or everybody succeeds), `wald` (for comparison only).
    Raises ValueError for negative counts, successes above n, or an unknown method.
    """
    tail = level(confidence)
    if method not in PROPORTION_METHODS:
        raise ValueError(f"unknown method {method!r}; choose one of {', '.join(PROPORTION_METHODS)}")
    x, size = checked_shares(successes, n)
    lower, upper = PROPORTION_METHODS[method](x, size, tail)
    gone = np.isnan(x)
    lower, upper = np.where(gone, np.nan, lower), np.where(gone, np.nan, upper)
    return Interval(plain(x / size), plain(lower), plain(upper))


def mean_interval(mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Student t interval for a mean from its summary.

    mean, sd (divisor n - 1), n: arrays that broadcast. n below 2 gives NaN bounds.
    Raises ValueError for a negative sd or n.
    """
    tail = level(confidence)
    m, s, size = np.broadcast_arrays(floats(mean, "mean"), floats(sd, "sd"), floats(n, "n"))
    if (s < 0).any() or (size < 0).any():
        raise ValueError("sd and n must not be negative; pass a standard deviation and a count")
    enough = size >= 2
    safe = np.where(enough, size, 2.0)
    half = special.stdtrit(safe - 1, 1 - tail) * s / np.sqrt(safe)
    half = np.where(enough, half, np.nan)
    m = np.where(size > 0, m, np.nan)
    return Interval(plain(m), plain(m - half), plain(m + half))


def sample_mean_interval(values: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Student t interval for the mean of each column of `values`, shape (n,) or (n, k); NaN is left out."""
    array = floats(values, "values")
    if array.ndim not in (1, 2) or array.shape[0] == 0:
        raise ValueError("values: pass one row a respondent, at least one row")
    known = ~np.isnan(array)
    n = known.sum(axis=0).astype(np.float64)
    safe = np.where(n > 0, n, np.nan)
    mean = np.where(known, array, 0).sum(axis=0) / safe
    ss = np.where(known, (array - mean) ** 2, 0).sum(axis=0)
    sd = np.sqrt(ss / np.where(n > 1, n - 1, np.nan))
    return mean_interval(mean, sd, n, confidence=confidence)


def recommend_counts(
    ratings: npt.ArrayLike, *, promoter_from: float = 9, detractor_to: float = 6
) -> tuple[int, int, int]:
    """Promoters, passives and detractors among `ratings`; NaN is left out."""
    if promoter_from <= detractor_to:
        raise ValueError("promoter_from must be above detractor_to; the two groups may not overlap")
    array = floats(ratings, "ratings").ravel()
    array = array[~np.isnan(array)]
    promoters, detractors = int((array >= promoter_from).sum()), int((array <= detractor_to).sum())
    return promoters, int(array.size) - promoters - detractors, detractors


def recommend_score(
    promoters: npt.ArrayLike, passives: npt.ArrayLike, detractors: npt.ArrayLike, *, confidence: float = 0.95
) -> RecommendScore:
    """Recommend score (share of promoters less share of detractors, in points) with its intervals.

    The adjusted Wald interval AW(3, T) adds 3 answers, 3/4 to promoters and to detractors each and 6/4 to passives
    (Rocks 2016); it is the one to show, and is cut at -100 and 100. n of 0 gives NaN.
    Raises ValueError for negative counts.
    """
    z = special.ndtri(1 - level(confidence))
    top, middle, low = np.broadcast_arrays(
        floats(promoters, "promoters"), floats(passives, "passives"), floats(detractors, "detractors")
    )
    if (top < 0).any() or (middle < 0).any() or (low < 0).any():
        raise ValueError("promoters, passives and detractors must not be negative; pass counts of answers")
    total = top + middle + low
    n = np.where(total > 0, total, np.nan)
    score = (top - low) / n
    variance = np.maximum((top + low) / n - score**2, 0)
    se = np.sqrt(variance / n)
    se_small = np.sqrt(variance / np.where(n > 1, n - 1, np.nan))
    n3 = n + 3
    adjusted = (top - low) / n3
    half = z * np.sqrt(((top + low + 1.5) / n3 - adjusted**2) / n3)
    return RecommendScore(
        n=plain(np.asarray(total)),
        estimate=plain(100 * score),
        se_n=plain(100 * se),
        se_nminus1=plain(100 * se_small),
        wald_lower=plain(100 * (score - z * se)),
        wald_upper=plain(100 * (score + z * se)),
        adjusted_estimate=plain(100 * adjusted),
        adjusted_lower=plain(100 * np.maximum(adjusted - half, -1)),
        adjusted_upper=plain(100 * np.minimum(adjusted + half, 1)),
    )


def poisson_interval(
    cases: npt.ArrayLike, exposure: npt.ArrayLike, *, multiplier: float = 1.0, confidence: float = 0.95
) -> Interval:
    """Exact Poisson interval for a rate: cases * multiplier / exposure (Garwood 1936).

    For injury rates pass hours and a multiplier of 200,000 (TRIR, DART) or 1,000,000 (LTIFR).
    Raises ValueError for negative cases and for exposure of 0 or below: a rate without hours does not exist.
    """
    tail = level(confidence)
    x, hours = np.broadcast_arrays(floats(cases, "cases"), floats(exposure, "exposure"))
    if (x < 0).any():
        raise ValueError("cases must not be negative; pass a count")
    if (hours <= 0).any():
        raise ValueError("exposure must be above 0; leave out periods without hours worked")
    if multiplier <= 0:
        raise ValueError("multiplier must be above 0, such as 200000")
    unit = multiplier / hours
    lower = np.where(x == 0, 0.0, special.gammaincinv(np.maximum(x, 1e-300), tail))
    upper = special.gammaincinv(x + 1, 1 - tail)
    lower = np.where(np.isnan(x), np.nan, lower)
    return Interval(plain(x * unit), plain(lower * unit), plain(upper * unit))
