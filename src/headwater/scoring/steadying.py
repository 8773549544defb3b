"""Steadying small units: each is shrunk toward the nearest shown unit above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from headwater.measures.measure import NORMAL_95
from headwater.vocab import FloatArray

EXACT_BETA_BELOW = 200.0
"""Beta quantiles are exact below this total count; above it the normal approximation is within 0.1 percent."""


@dataclass(frozen=True)
class Steadied:
    """float64[U]: steadied values with 95% intervals that cover on average over units."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Between:
    """Variance of true values between siblings.

    tau2: the estimate by moments, by which values are steadied; 0 where siblings differ no more than by chance.
    expected: its mean given what the data say, never 0, from which ranges are made; infinite where nothing is known.
    """

    tau2: float | FloatArray
    expected: float | FloatArray

    def of(self, rows: NDArray[np.int64]) -> Between:
        """Return what holds for each of some rows, given the part that each is of."""
        return Between(np.asarray(self.tau2)[rows], np.asarray(self.expected)[rows])

    def scaled(self, factor: float) -> Between:
        """Return the same for values times the square root of `factor`."""
        return Between(self.tau2 * factor, self.expected * factor)


def between_variance(
    value: FloatArray, variance: FloatArray, above: NDArray[np.int64], usable: NDArray[np.bool_]
) -> Between:
    """Return the variance of true values between siblings, by moments within families. See `between_variances`."""
    found = between_variances(value, variance, above, usable, np.zeros(len(value), np.int64), 1)
    return Between(float(np.asarray(found.tau2)[0]), float(np.asarray(found.expected)[0]))


def between_variances(
    value: FloatArray,
    variance: FloatArray,
    above: NDArray[np.int64],
    usable: NDArray[np.bool_],
    part: NDArray[np.int64],
    parts: int,
) -> Between:
    """Return the variance of true values between siblings in each part, by moments within families: float64[parts].

    value, variance: float64[U], group values and their sampling variances. above: int64[U], the unit each is compared
    with. usable: bool[U]. part: int64[U], the part each is of; siblings share it. Within every family of siblings
    the weighted sum of squared deviations from the family's mean is compared with what sampling alone would give
    (DerSimonian and Laird 1986, pooled over families); never below 0. It is expected to be the mean of a normal of that
    estimate and its error cut off at 0: the posterior mean of a flat prior. The error is that of the quadratic form for
    normal values.
    """
    tau2, expected = np.zeros(parts), np.full(parts, np.inf)
    rows = np.flatnonzero(usable & (above >= 0) & (variance > 0) & ~np.isnan(value))
    if rows.size < 2:
        return Between(tau2, expected)
    families, first, family = np.unique(above[rows] * parts + part[rows], return_index=True, return_inverse=True)
    of, of_family = part[rows], part[rows[first]]
    weight = 1.0 / variance[rows]
    count = len(families)
    total = np.bincount(family, weight, count)
    squares = np.bincount(family, weight**2, count)
    mean = np.bincount(family, weight * value[rows], count) / total
    spread = np.bincount(of, weight * (value[rows] - mean[family]) ** 2, parts)
    scale = np.bincount(of_family, total - squares / total, parts)
    freedom = np.bincount(of, minlength=parts) - np.bincount(of_family, minlength=parts)
    # Families of one tell nothing, and rounding leaves a scale above 0 in them.
    told = (freedom > 0) & (scale > 0)
    scale = np.where(told, scale, 1.0)
    found = (spread - freedom) / scale
    between = np.where(told, np.maximum(found, 0.0), 0.0)
    whole = variance[rows] + between[of]
    twice = (weight * whole) ** 2 * (1 - 2 * weight / total[family])
    crossed = np.bincount(family, weight**2 * whole, count) / total
    error = np.bincount(of, twice, parts) + np.bincount(of_family, crossed**2, parts)
    error = np.where(told, np.sqrt(2 * np.where(told, error, 1.0)) / scale, 1.0)
    # Normal density over distribution at found / error, by logarithms: far below 0 both vanish.
    ratio = np.exp(-0.5 * (found / error) ** 2 - special.log_ndtr(found / error)) / np.sqrt(2 * np.pi)
    tau2[told] = between[told]
    expected[told] = np.maximum(found + error * ratio, between)[told]
    return Between(tau2, expected)


def steady_normal(
    value: FloatArray,
    variance: FloatArray,
    target: FloatArray,
    target_variance: FloatArray,
    between: Between,
    seen: FloatArray,
) -> Steadied:
    """Shrink toward `target` with weight B = tau2 / (tau2 + variance) on the unit's own value.

    All float64[U]; variances in the measure's unit squared. The interval's variance is that of `_error_variance`.
    seen: the variance of the unit's own value as its interval has it.
    """
    tau2 = between.tau2
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(tau2 + variance > 0, tau2 / (tau2 + variance), 1.0)
    weight = np.where(np.isnan(target), 1.0, weight)
    goal = np.where(np.isnan(target), value, target)
    steadied = weight * value + (1 - weight) * goal
    spread = np.sqrt(_error_variance(weight, seen, target_variance, between))
    return Steadied(steadied, steadied - NORMAL_95 * spread, steadied + NORMAL_95 * spread)


def steady_share(
    share: FloatArray,
    effective: FloatArray,
    target: FloatArray,
    target_variance: FloatArray,
    between: Between,
    seen: FloatArray | None = None,
) -> Steadied:
    """Shrink shares 0..1 by the beta-binomial: prior Beta(target M, (1 - target) M).

    M = target (1 - target) / tau2 - 1, the prior's weight in answers (method of moments, Kleinman 1973). All
    float64[U]. Without variation between units (tau2 of 0) the prior is worth 10,000 answers. The interval is that of
    the Beta with the posterior's mean and the variance of `_error_variance`, at least the posterior's own.
    seen: variances as in `steady_normal`, where they are more than those of drawing lots.
    """
    tau2 = between.tau2
    goal = np.clip(np.where(np.isnan(target), share, target), 1e-4, 1 - 1e-4)
    room = goal * (1 - goal)
    with np.errstate(divide="ignore"):
        prior = np.clip(room / tau2 - 1, 1.0, 1e4)
    prior = np.where(np.isnan(target), 1e-6, prior)
    weight = effective / (prior + effective)
    mean = weight * share + (1 - weight) * goal
    posterior = mean * (1 - mean) / (prior + effective + 1)
    own = room / np.maximum(effective, 1e-9)
    own = own if seen is None else np.fmax(own, seen)
    spread = np.sqrt(np.maximum(_error_variance(weight, own, target_variance, between), posterior))
    low, high = np.clip(mean - NORMAL_95 * spread, 0, 1), np.clip(mean + NORMAL_95 * spread, 0, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.maximum(mean * (1 - mean) / spread**2 - 1, 1e-6)
    few = np.flatnonzero((total < EXACT_BETA_BELOW) & ~np.isnan(mean))
    a, b = (mean * total)[few], ((1 - mean) * total)[few]
    low[few], high[few] = special.betaincinv(a, b, 0.025), special.betaincinv(a, b, 0.975)
    return Steadied(mean, low, high)


def _error_variance(
    weight: FloatArray, variance: FloatArray, target_variance: FloatArray, between: Between
) -> FloatArray:
    """Return the expected squared error of a steadied value, float64[U]; at most the variance of the unit's own.

    B^2 V + (1 - B)^2 expected tau2 + (1 - B^2) target variance. The first two are the error of the weight B for
    whatever tau2 is, linear in it (so its mean serves; Kass and Steffey 1989). A unit is a part of its target, so the
    two errors go together: (1 - B)^2 and twice B (1 - B).
    """
    with np.errstate(invalid="ignore"):
        unlike = np.where(weight < 1, (1 - weight) ** 2 * between.expected, 0.0)
    total = weight**2 * variance + unlike + (1 - weight**2) * np.nan_to_num(target_variance)
    capped: FloatArray = np.minimum(total, variance)
    return capped
