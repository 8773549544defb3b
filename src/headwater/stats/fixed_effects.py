"""The part all linear mixed models share: coefficients, their tests, and the search over variance ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import BoolArray, FloatArray, matrix, vector

__all__ = ["Contrast", "FixedEffects", "linear_contrast"]


@dataclass(frozen=True)
class FixedEffects:
    """Coefficients with Satterthwaite t tests; p coefficients, the intercept first."""

    names: tuple[str, ...]
    coef: FloatArray  # (p,)
    se: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)
    df: FloatArray  # (p,), Satterthwaite
    t: FloatArray  # (p,)
    p_value: FloatArray  # (p,), two-sided


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of coefficients with its Wald test."""

    estimate: float
    se: float
    z: float
    p_value: float


@dataclass(frozen=True)
class Products:
    """Cross-products weighted by the inverse of V(theta), residual variance 1, and log |V|."""

    xx: FloatArray
    xy: FloatArray
    yy: float
    logdet: float


Weighing = Callable[[FloatArray], Products]


@dataclass(frozen=True)
class Design:
    """Predictors made orthonormal, and the response less its least-squares fit, so that products keep their digits."""

    x: FloatArray  # (n, p) orthonormal
    y: FloatArray  # (n,)
    turn: FloatArray  # (p, p), original coefficients = turn @ ours + ols
    ols: FloatArray  # (p,)
    logdet: float  # log |X'X| of the original predictors
    names: tuple[str, ...]


def linear_contrast(effects: FixedEffects, weights: npt.ArrayLike) -> Contrast:
    """Weighted sum of coefficients, its standard error, Wald z and two-sided normal p.

    weights: (p,), one a coefficient with the intercept first. The contextual effect of a predictor entered as group
    mean and as deviation from it is +1 on the mean and -1 on the deviation.
    Raises ValueError for the wrong number of weights or all zeros.
    """
    w = vector(weights, "weights")
    if w.shape != effects.coef.shape:
        raise ValueError(f"{w.size} weights for {effects.coef.size} coefficients {effects.names}; pass one each")
    if not w.any():
        raise ValueError("all weights are 0; give at least one coefficient a weight")
    estimate, se = float(w @ effects.coef), float(np.sqrt(w @ effects.covariance @ w))
    z = estimate / se
    return Contrast(estimate, se, z, float(2 * special.ndtr(-abs(z))))


def complete_rows(
    response: npt.ArrayLike, predictors: npt.ArrayLike | None, known: Sequence[BoolArray], extra: FloatArray | None
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Response, predictors (n, k) and which rows are complete in all parts."""
    y = vector(response, "response")
    x = np.empty((y.size, 0)) if predictors is None else matrix(predictors, "predictors", min_columns=0)
    keep = ~np.isnan(y)
    for name, part in (("predictors", x), ("slopes", extra)):
        if part is None:
            continue
        if part.shape[0] != y.size:
            raise ValueError(f"{name} has {part.shape[0]} rows, response {y.size}; align their rows")
        keep &= ~np.isnan(part).any(axis=1)
    for labels in known:
        if labels.size != y.size:
            raise ValueError(f"groups has {labels.size} rows, response {y.size}; align their rows")
        keep &= labels
    if not keep.any():
        raise ValueError("no row is complete in response, predictors and groups")
    return y[keep], x[keep], keep


def design(y: FloatArray, x: FloatArray, names: Sequence[str] | None) -> Design:
    """Adds the intercept and orthonormalises."""
    labels = [f"x{i + 1}" for i in range(x.shape[1])] if names is None else list(names)
    if len(labels) != x.shape[1]:
        raise ValueError(f"{len(labels)} names for {x.shape[1]} predictors; pass one each, without the intercept")
    full = np.column_stack([np.ones(y.size), x])
    if y.size <= full.shape[1]:
        raise ValueError(f"{y.size} complete rows are too few for {full.shape[1]} coefficients; use fewer predictors")
    q, r = np.linalg.qr(full)
    scale = np.sqrt((full**2).sum(axis=0))
    if (np.abs(np.diag(r)) <= 1e-9 * scale).any():
        raise ValueError("a predictor is constant or repeats others; leave it out")
    start = q.T @ y
    residual = y - q @ start
    if float((residual**2).sum()) <= 1e-20 * max(float((y**2).sum()), 1e-300):
        raise ValueError("the predictors explain the response exactly; there is no variance to divide")
    turn = np.linalg.inv(r)
    logdet = 2 * float(np.log(np.abs(np.diag(r))).sum())
    return Design(
        np.asarray(q, dtype=np.float64),
        np.asarray(residual, dtype=np.float64),
        np.asarray(turn, dtype=np.float64),
        np.asarray(turn @ start, dtype=np.float64),
        logdet,
        ("(Intercept)", *labels),
    )


@dataclass(frozen=True)
class Solution:
    """What one theta gives: ours (orthonormal) coefficients, residual variance and criterion."""

    theta: FloatArray
    beta: FloatArray
    xx: FloatArray
    rss: float
    sigma2: float
    criterion: float
    logdets: float


def solve(weighing: Weighing, d: Design, theta: FloatArray, reml: bool) -> Solution:
    """Coefficients and residual variance profiled out at theta; criterion is -2 log-likelihood."""
    products = weighing(theta)
    beta = np.linalg.solve(products.xx, products.xy)
    rss = products.yy - float(products.xy @ beta)
    n, p = d.x.shape
    df = n - p if reml else n
    logdets = products.logdet
    if reml:
        logdets += float(np.linalg.slogdet(products.xx)[1]) + d.logdet
    sigma2 = rss / df
    criterion = df * (1 + np.log(2 * np.pi * sigma2)) + logdets
    return Solution(theta, np.asarray(beta, dtype=np.float64), products.xx, rss, sigma2, float(criterion), logdets)


def search(weighing: Weighing, d: Design, starts: Sequence[FloatArray], reml: bool, floor: FloatArray) -> Solution:
    """The theta of lowest criterion, by quasi-Newton from several starts with central differences."""

    def cost(theta: FloatArray) -> float:
        return solve(weighing, d, np.asarray(theta, dtype=np.float64), reml).criterion

    bounds = [(low if np.isfinite(low) else None, None) for low in floor]
    best: FloatArray | None = None
    value = np.inf
    for start in starts:
        found = optimize.minimize(
            cost, start, method="L-BFGS-B", jac="3-point", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-8}
        )
        polished = optimize.minimize(
            cost,
            found.x,
            method="Nelder-Mead",
            bounds=bounds,
            options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 400 * len(start), "initial_simplex": _simplex(found.x)},
        )
        if polished.fun < value:
            best, value = np.asarray(polished.x, dtype=np.float64), float(polished.fun)
    if best is None:
        raise ValueError("the model does not converge; centre the predictors or drop the random slopes")
    for i, low in enumerate(floor):
        edge = best.copy()
        edge[i] = 0.0
        # A variance that vanishes is reported as 0, not as a tiny number the search stopped at.
        if low == 0 and best[i] < 1e-3 and cost(edge) <= value + 1e-9:
            best, value = edge, cost(edge)
    return solve(weighing, d, best, reml)


def _simplex(centre: FloatArray) -> FloatArray:
    step = 1e-4 * np.maximum(np.abs(centre), 0.1)
    return np.asarray(np.vstack([centre, centre + np.diag(step)]), dtype=np.float64)


def effects(weighing: Weighing, d: Design, solution: Solution, reml: bool) -> FixedEffects:
    """Coefficients on the original predictors and their Satterthwaite tests (Giesbrecht and Burns 1985; lmerTest)."""
    coef = d.ols + d.turn @ solution.beta
    covariance = solution.sigma2 * d.turn @ np.linalg.inv(solution.xx) @ d.turn.T
    se = np.sqrt(np.diag(covariance))
    df = _satterthwaite(weighing, d, solution, reml)
    t = coef / se
    p = 2 * special.stdtr(df, -np.abs(t))
    parts = (coef, se, covariance, df, t, p)
    return FixedEffects(d.names, *(np.asarray(part, dtype=np.float64) for part in parts))


def _satterthwaite(weighing: Weighing, d: Design, solution: Solution, reml: bool) -> FloatArray:
    n, p = d.x.shape
    size = n - p if reml else n
    point = np.append(solution.theta, 0.5 * np.log(solution.sigma2))
    k = point.size

    def look(at: FloatArray) -> tuple[float, FloatArray]:
        part = solve(weighing, d, at[:-1], reml)
        sigma2 = float(np.exp(2 * at[-1]))
        deviance = size * np.log(2 * np.pi * sigma2) + part.logdets + part.rss / sigma2
        variances = sigma2 * np.diag(d.turn @ np.linalg.inv(part.xx) @ d.turn.T)
        return float(deviance), np.asarray(variances, dtype=np.float64)

    step = 1e-3 * np.maximum(np.abs(point), 0.05)
    step[-1] = 1e-3
    gradient = np.empty((p, k))
    hessian = np.empty((k, k))
    centre, variance = look(point)
    unit = np.diag(step)
    for i in range(k):
        up, down = look(point + unit[i]), look(point - unit[i])
        gradient[:, i] = (up[1] - down[1]) / (2 * step[i])
        hessian[i, i] = (up[0] - 2 * centre + down[0]) / step[i] ** 2
        for j in range(i):
            corners = [look(point + a * unit[i] + b * unit[j])[0] for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            mixed = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step[i] * step[j])
            hessian[i, j] = hessian[j, i] = mixed
    values, vectors = np.linalg.eigh(hessian)
    # Directions without curvature (a variance on its boundary) carry no information on the variances.
    inverse = np.where(values > 1e-6 * values[-1], 1 / np.where(values > 0, values, 1), 0)
    spread = 2 * (vectors * inverse) @ vectors.T
    var_of_var = np.einsum("ij,jk,ik->i", gradient, spread, gradient)
    return np.asarray(2 * variance**2 / np.maximum(var_of_var, 1e-300), dtype=np.float64)
