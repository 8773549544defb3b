"""What a unit's score would have been expected to be next, from its own past: the regression to the mean, worked out.

A unit's true score has a lasting part and a part that comes and goes; its released score has sampling error besides.
Covariances over waves are estimated from the pool by moments: A rho^lag between waves, and a part C of each wave alone,
with the sampling variance of the diagonal taken out. The expected next score is the best linear prediction from the
waves before (Robinson 1991, Statistical Science 6:15), each with errors of its own: a small unit that lay low is
expected to come back further. Given what was seen before, it does not matter that a unit was chosen because it was low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FloatArray

LEAST_OWN = 0.1
"""The part of its sampling variance that a unit's own variance never goes below."""
_MISSING = 1e12
_RHO = np.linspace(0.5, 1.0, 11)


PRIOR_FREEDOM = 10.0
"""How many answers' worth of the common spread of people is mixed into the spread of each unit's own."""


@dataclass(frozen=True)
class Baseline:
    """How units of a pool move. mean: float64[T], of each wave. lasting: A. rho: by how much it fades from wave to
    wave. own: C, may be below 0 where people answer alike in all waves.
    """

    mean: FloatArray
    lasting: float
    rho: float
    own: float


@dataclass(frozen=True)
class Expected:
    """What was expected of R units in the last wave from those before, float64[R] each, and how it came about.

    variance: of what is seen around `value`, sampling error of the last wave included. sampling: the part of it that
    sampling errors alone make. weights: float64[R, T - 1], of the waves before.
    """

    value: FloatArray
    variance: FloatArray
    sampling: FloatArray
    weights: FloatArray


def moderated(se: FloatArray, n: FloatArray) -> FloatArray:
    """Return standard errors whose spread of people leans on that of all units, float64[R, T].

    From a handful of answers a unit's spread is itself hardly known, and one that looks alike by chance would look sure
    (moderation of variances: Smyth 2004, Stat Appl Genet Mol Biol 3:3). n: answers behind each, NaN or 0 for none.
    """
    known = np.isfinite(se) & (n > 1)
    free = np.where(known, n - 1, 0.0)
    spread = np.where(known, np.where(known, se, 0.0) ** 2 * n, 0.0)
    if not known.any():
        return se
    common = float((free * spread).sum() / free.sum())
    mixed = (PRIOR_FREEDOM * common + free * spread) / (PRIOR_FREEDOM + free)
    return np.where(known, np.sqrt(mixed / np.where(known, n, 1.0)), se)


def fit_baseline(value: FloatArray, se: FloatArray) -> Baseline:
    """Estimate how units move. value, se: float64[N, T], NaN where not shown; each wave seen in two units at least.

    Raises ValueError for a wave seen in fewer.
    """
    seen = np.isfinite(value) & np.isfinite(se)
    if (seen.sum(axis=0) < 2).any():
        raise ValueError("each wave must be shown in at least two units of the pool")
    value = np.where(seen, value, np.nan)
    mean = np.nanmean(value, axis=0)
    gap = np.where(seen, value - mean, 0.0)
    total = float(np.mean([_covariance(gap, seen, t, t) - float((se[seen[:, t], t] ** 2).mean()) for t in _span(gap)]))
    pairs = [(s, t) for s in _span(gap) for t in range(s + 1, gap.shape[1]) if (seen[:, s] & seen[:, t]).sum() >= 2]
    if not pairs:
        return Baseline(mean, 0.0, 1.0, total)
    between = np.array([_covariance(gap, seen, s, t) for s, t in pairs])
    lag = np.array([t - s for s, t in pairs], np.float64)
    best, misfit = (0.0, 1.0), np.inf
    for rho in _RHO[::-1] if lag.max() > 1 else _RHO[-1:]:
        shape = rho**lag
        lasting = max(float(shape @ between / (shape @ shape)), 0.0)
        left = float(((between - lasting * shape) ** 2).sum())
        if left < misfit * (1 - 1e-9):
            best, misfit = (lasting, float(rho)), left
    return Baseline(mean, *best, total - best[0])


def expect(value: FloatArray, se: FloatArray, baseline: Baseline) -> Expected:
    """Return what is expected of each unit in the last wave. value, se: float64[R, T]; the last value is not looked at.

    The last column's errors count: a wave of few answers is known less well.
    """
    seen = np.isfinite(value[:, :-1]) & np.isfinite(se[:, :-1])
    error = np.where(seen, se[:, :-1], 0.0) ** 2
    own = np.where(seen, np.maximum(baseline.own + error, LEAST_OWN * error), _MISSING)
    own = np.maximum(own, 1e-12)
    waves = value.shape[1] - 1
    lags = np.abs(np.arange(waves)[:, None] - np.arange(waves)[None, :])
    signal = baseline.lasting * baseline.rho**lags
    ahead = baseline.lasting * baseline.rho ** (waves - np.arange(waves))
    matrix = signal[None] + np.einsum("rt,ts->rts", own, np.eye(waves))
    weights = np.linalg.solve(matrix, np.broadcast_to(ahead, (len(value), waves))[..., None])[..., 0]
    weights = np.where(seen, weights, 0.0)
    gap = np.where(seen, value[:, :-1] - baseline.mean[:-1], 0.0)
    last = se[:, -1] ** 2
    variance = baseline.lasting - weights @ ahead + np.maximum(baseline.own + last, LEAST_OWN * last)
    sampling = last + (weights**2 * error).sum(axis=1)
    return Expected(baseline.mean[-1] + (weights * gap).sum(axis=1), np.maximum(variance, sampling), sampling, weights)


def _covariance(gap: FloatArray, seen: NDArray[np.bool_], s: int, t: int) -> float:
    both = int((seen[:, s] & seen[:, t]).sum())
    return float(gap[:, s] @ gap[:, t]) / max(both - 1, 1)


def _span(gap: FloatArray) -> range:
    return range(gap.shape[1])
