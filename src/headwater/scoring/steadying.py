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


def between_variance(
    value: FloatArray, variance: FloatArray, above: NDArray[np.int64], usable: NDArray[np.bool_]
) -> float:
    """Return the variance of true values between siblings, by moments within families.

    value, variance: float64[U], group values and their sampling variances. above: int64[U], the unit each is compared
    with. usable: bool[U]. Within every family of siblings the weighted sum of squared deviations from the family's mean
    is compared with what sampling alone would give (DerSimonian and Laird 1986, pooled over families); never below 0.
    """
    rows = np.flatnonzero(usable & (above >= 0) & (variance > 0) & ~np.isnan(value))
    if rows.size < 2:
        return 0.0
    families, family = np.unique(above[rows], return_inverse=True)
    weight = 1.0 / variance[rows]
    count = len(families)
    total = np.bincount(family, weight, count)
    squares = np.bincount(family, weight**2, count)
    mean = np.bincount(family, weight * value[rows], count) / total
    spread = float((weight * (value[rows] - mean[family]) ** 2).sum())
    scale = float((total - squares / total).sum())
    if scale <= 0:
        return 0.0
    return max(0.0, (spread - (rows.size - count)) / scale)


def steady_normal(
    value: FloatArray, variance: FloatArray, target: FloatArray, target_variance: FloatArray, tau2: float
) -> Steadied:
    """Shrink toward `target` with weight B = tau2 / (tau2 + variance) on the unit's own value.

    All float64[U]; variances in the measure's unit squared. Posterior variance: B variance + (1 - B)^2 target variance.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(tau2 + variance > 0, tau2 / (tau2 + variance), 1.0)
    weight = np.where(np.isnan(target), 1.0, weight)
    goal = np.where(np.isnan(target), value, target)
    steadied = weight * value + (1 - weight) * goal
    spread = np.sqrt(weight * variance + (1 - weight) ** 2 * np.nan_to_num(target_variance))
    return Steadied(steadied, steadied - NORMAL_95 * spread, steadied + NORMAL_95 * spread)


def steady_share(share: FloatArray, effective: FloatArray, target: FloatArray, tau2: float) -> Steadied:
    """Shrink shares 0..1 by the beta-binomial: prior Beta(target M, (1 - target) M).

    M = target (1 - target) / tau2 - 1, the prior's weight in answers (method of moments, Kleinman 1973). All
    float64[U]. Without variation between units (tau2 of 0) the prior is worth 10,000 answers.
    """
    goal = np.clip(np.where(np.isnan(target), share, target), 1e-4, 1 - 1e-4)
    room = goal * (1 - goal)
    prior = np.clip(room / tau2 - 1, 1.0, 1e4) if tau2 > 0 else np.full_like(goal, 1e4)
    prior = np.where(np.isnan(target), 1e-6, prior)
    a = goal * prior + share * effective
    b = (1 - goal) * prior + (1 - share) * effective
    total = a + b
    mean = a / total
    spread = np.sqrt(mean * (1 - mean) / (total + 1))
    low, high = np.clip(mean - NORMAL_95 * spread, 0, 1), np.clip(mean + NORMAL_95 * spread, 0, 1)
    few = np.flatnonzero((total < EXACT_BETA_BELOW) & ~np.isnan(mean))
    low[few] = special.betaincinv(a[few], b[few], 0.025)
    high[few] = special.betaincinv(a[few], b[few], 0.975)
    return Steadied(mean, low, high)
