"""Effects of several studies pooled by random effects: REML, Hartung and Knapp's interval, what the next may bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, check_confidence, same_length, vector

__all__ = ["PooledEffects", "pool_effects"]


@dataclass(frozen=True)
class PooledEffects:
    """Pooled effect of k studies.

    mean with its standard error and interval (Hartung and Knapp 2001, t on k - 1; the scale never below 1, as Rover,
    Knapp and Friede 2015 advise, unless `adjusted` is off). tau2: variance of the true effects. q with its p: whether
    effects differ beyond their errors. i2: percent of the variance of effects that is not error (Higgins 2002).
    predicted_low, predicted_high: where the true effect of a new study lies (t on k - 1; Partlett and Riley 2017).
    """

    k: int
    mean: float
    se: float
    lower: float
    upper: float
    tau2: float
    q: float
    q_p: float
    i2: float
    predicted_low: float
    predicted_high: float
    confidence: float


def pool_effects(effect: ArrayLike, se: ArrayLike, *, adjusted: bool = True, confidence: float = 0.95) -> PooledEffects:
    """Pool effects [k] with their standard errors [k]: tau2 by restricted maximum likelihood.

    adjusted: whether the interval is kept from being narrower than the plain one. Raises ValueError for fewer than two
    effects, a missing one, or a standard error that is not positive.
    """
    check_confidence(confidence)
    y, error = vector(effect, "effect"), vector(se, "se")
    same_length(effect=y, se=error)
    if len(y) < 2:
        raise ValueError("at least two effects are needed to pool")
    if not (np.isfinite(y).all() and np.isfinite(error).all() and (error > 0).all()):
        raise ValueError("every effect needs a value and a positive standard error")
    from scipy.special import chdtrc, stdtrit

    k, v = len(y), error**2
    tau2 = _reml(y, v)
    weight = 1 / (v + tau2)
    mean = float(weight @ y / weight.sum())
    scale = float(weight @ (y - mean) ** 2 / (k - 1))
    if adjusted:
        scale = max(scale, 1.0)
    variance = scale / float(weight.sum())
    fixed = 1 / v
    centre = float(fixed @ y / fixed.sum())
    q = float(fixed @ (y - centre) ** 2)
    typical = (k - 1) * float(fixed.sum()) / float(fixed.sum() ** 2 - fixed @ fixed)
    half = float(stdtrit(k - 1, (1 + confidence) / 2))
    ahead = half * np.sqrt(variance + tau2)
    return PooledEffects(
        k=k,
        mean=mean,
        se=float(np.sqrt(variance)),
        lower=mean - half * float(np.sqrt(variance)),
        upper=mean + half * float(np.sqrt(variance)),
        tau2=tau2,
        q=q,
        q_p=float(chdtrc(k - 1, q)),
        i2=100 * tau2 / (tau2 + typical),
        predicted_low=mean - float(ahead),
        predicted_high=mean + float(ahead),
        confidence=confidence,
    )


def _reml(y: FloatArray, v: FloatArray) -> float:
    """tau2 that maximises the restricted likelihood, from 0 up."""
    from scipy.optimize import minimize_scalar

    def cost(tau2: float) -> float:
        weight = 1 / (v + tau2)
        mean = weight @ y / weight.sum()
        return float(0.5 * (np.log(v + tau2).sum() + np.log(weight.sum()) + weight @ (y - mean) ** 2))

    top = float(y.var(ddof=1)) + float(v.max())
    # The likelihood may have several tops: look on a grid first, finer towards nought.
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 4.0, 60) * top])
    best = int(np.argmin([cost(one) for one in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if high <= 0:
        return 0.0
    found = minimize_scalar(cost, bounds=(float(low), float(high)), method="bounded", options={"xatol": 1e-12 * top})
    return 0.0 if cost(0.0) <= float(found.fun) else float(found.x)
