"""Estimates for small units that borrow strength: shrinkage of means and of shares toward a parent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import FloatArray, floats, level
from headwater.stats.intervals import checked_shares, proportion_interval

__all__ = ["BetaBinomial", "Shrunken", "beta_binomial", "shrink_means", "shrink_proportions"]

_MIN_RHO, _MAX_RHO = 1e-9, 1 - 1e-9


@dataclass(frozen=True)
class Shrunken:
    """Shrunken estimates; all fields have the broadcast shape of the inputs."""

    estimate: FloatArray
    weight: FloatArray  # of the unit's own figure, 0 to 1
    sd: FloatArray  # of the unit's true value given its data
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class BetaBinomial:
    """Shares that differ between units as Beta(a, b): mean a / (a + b), intraclass correlation 1 / (a + b + 1)."""

    mean: float
    rho: float  # 0 when units do not differ beyond chance
    log_likelihood: float
    shrunken: Shrunken  # fields of shape (n_units,)


def shrink_means(
    estimate: npt.ArrayLike,
    sampling_variance: npt.ArrayLike,
    parent_mean: npt.ArrayLike,
    between_variance: npt.ArrayLike,
    *,
    parent_variance: npt.ArrayLike = 0.0,
    confidence: float = 0.95,
) -> Shrunken:
    """Normal empirical Bayes: each unit's mean drawn toward its own parent's mean (Efron and Morris 1975).

    estimate, sampling_variance (squared standard error): of the unit; parent_mean, between_variance: of the parent and
    of the units within it; parent_variance: squared standard error of the parent's mean, taken as independent of the
    unit. Everything broadcasts. A unit without an estimate (NaN), or whose sampling variance is NaN, gets the
    parent's value with weight 0. Intervals cover on average over units, not for each one.
    Raises ValueError for negative variances.
    """
    tail = level(confidence)
    y, v, m, a, pv = np.broadcast_arrays(
        floats(estimate, "estimate"),
        floats(sampling_variance, "sampling_variance"),
        floats(parent_mean, "parent_mean"),
        floats(between_variance, "between_variance"),
        floats(parent_variance, "parent_variance"),
    )
    if (v < 0).any() or (a < 0).any() or (pv < 0).any():
        raise ValueError("variances must not be negative; set a negative estimate of a variance to 0")
    known = ~np.isnan(y) & ~np.isnan(v)
    total = np.where(known, a + v, np.inf)
    # Neither the unit nor the parent has any doubt left: keep the unit's own figure.
    weight = np.where(total > 0, a / np.where(total > 0, total, 1.0), 1.0)
    weight = np.where(known, weight, 0.0)
    value = m + weight * np.where(known, y - m, 0.0)
    sd = np.sqrt(a * (1 - weight) + (1 - weight) ** 2 * pv)
    half = special.ndtri(1 - tail) * sd
    return Shrunken(value, weight, sd, value - half, value + half)


def shrink_proportions(
    successes: npt.ArrayLike,
    n: npt.ArrayLike,
    parent_mean: npt.ArrayLike,
    rho: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Shrunken:
    """Beta-binomial shrinkage of each unit's share toward its parent's share, with equal-tailed beta intervals.

    parent_mean: strictly between 0 and 1; rho: intraclass correlation of answers within units, above 0 and below 1
    (see `beta_binomial`). Everything broadcasts; a unit with n of 0 gets its parent's share with weight 0.
    Raises ValueError for negative counts, successes above n, or a mean or rho outside its range.
    """
    tail = level(confidence)
    m, r = floats(parent_mean, "parent_mean"), floats(rho, "rho")
    if (m <= 0).any() or (m >= 1).any():
        raise ValueError("parent_mean must lie strictly between 0 and 1; a share at the edge leaves no room to differ")
    if (r <= 0).any() or (r >= 1).any():
        raise ValueError("rho must lie strictly between 0 and 1; units that do not differ need no shrinkage")
    x, size = checked_shares(successes, n)
    x, size, m, r = np.broadcast_arrays(np.nan_to_num(x), np.nan_to_num(size), m, r)
    prior = 1 / r - 1
    a, b = x + m * prior, size - x + (1 - m) * prior
    total = a + b
    value = a / total
    sd = np.sqrt(value * (1 - value) / (total + 1))
    lower, upper = special.betaincinv(a, b, tail), special.betaincinv(a, b, 1 - tail)
    return Shrunken(value, size / total, sd, lower, upper)


def _log_likelihood(x: FloatArray, n: FloatArray, mean: float, rho: float) -> FloatArray:
    prior = 1 / rho - 1
    a, b = mean * prior, (1 - mean) * prior
    terms = special.betaln(x + a, n - x + b) - special.betaln(a, b)
    return np.asarray(terms + _choose(x, n), dtype=np.float64)


def _choose(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1))


def beta_binomial(successes: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> BetaBinomial:
    """Fits mean share and intraclass correlation by maximum likelihood and shrinks every unit's share.

    successes, n: whole counts of shape (n_units,). Units with n of 0 do not enter the fit and get the mean. When units
    differ no more than chance, rho is 0 and every unit gets the common share with its Wilson interval.
    Raises ValueError for fewer than two units with answers, when everybody or nobody succeeds, or when no unit has
    two answers (then the correlation cannot be told), or answers hardly differ within any unit.
    """
    level(confidence)
    x, size = checked_shares(successes, n)
    if x.ndim != 1:
        raise ValueError("successes and n must be one-dimensional, one value a unit")
    used = ~np.isnan(x)
    k, m = x[used], size[used]
    if k.size < 2:
        raise ValueError("fewer than two units have answers; at least two are needed")
    if (m < 2).all():
        raise ValueError("no unit has two answers; how units differ cannot be told")
    if k.sum() == 0 or (k == m).all():
        raise ValueError("everybody or nobody succeeds; there is nothing to shrink")
    share = float(k.sum() / m.sum())

    # Thousands of small units share few distinct pairs of counts.
    pairs, times = np.unique(np.column_stack([k, m]), axis=0, return_counts=True)
    k1, m1 = pairs.T

    def cost(point: FloatArray) -> float:
        terms = _log_likelihood(k1, m1, float(special.expit(point[0])), float(special.expit(point[1])))
        return -float(times @ terms)

    edges = [(-30.0, 30.0), (float(special.logit(_MIN_RHO)), float(special.logit(_MAX_RHO)))]
    starts = [np.array([special.logit(share), special.logit(rho)]) for rho in (0.01, 0.1, 0.5)]
    options = {"xatol": 1e-9, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
    found = [optimize.minimize(cost, s, method="Nelder-Mead", bounds=edges, options=options) for s in starts]
    best = min(found, key=lambda result: float(result.fun))
    mean, rho = float(special.expit(best.x[0])), float(special.expit(best.x[1]))
    log_likelihood = -float(best.fun)
    if rho > 1 - 1e-6:
        raise ValueError("answers hardly differ within any unit; the correlation runs to 1 and nothing is shrunk")
    binomial = float((special.xlogy(k, share) + special.xlog1py(m - k, -share) + _choose(k, m)).sum())
    if binomial >= log_likelihood - 1e-7 or rho <= 1e-7:
        common = proportion_interval(k.sum(), m.sum(), confidence=confidence)
        one = np.ones(x.size)
        sd = np.sqrt(share * (1 - share) / m.sum())
        flat = Shrunken(share * one, 0 * one, sd * one, common.lower * one, common.upper * one)
        return BetaBinomial(share, 0.0, binomial, flat)
    shrunken = shrink_proportions(np.nan_to_num(x), np.nan_to_num(size), mean, rho, confidence=confidence)
    return BetaBinomial(mean, rho, log_likelihood, shrunken)
