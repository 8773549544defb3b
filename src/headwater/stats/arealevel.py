"""Fay-Herriot area-level model: unit means with known sampling variances, and predictors of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from headwater.stats._arrays import FloatArray, matrix, vector

__all__ = ["FayHerriot", "fay_herriot"]


@dataclass(frozen=True)
class FayHerriot:
    """y_i = x_i beta + u_i + e_i, var(u) = variance, var(e_i) known. p predictors with the intercept first."""

    method: str
    variance: float  # between units, 0 on the boundary
    coef: FloatArray  # (p,)
    se: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)
    fitted: FloatArray  # (n_units,), x_i beta
    weight: FloatArray  # (n_units,), of the unit's own figure: variance / (variance + sampling variance)
    eblup: FloatArray  # (n_units,), shrunken estimate
    mse: FloatArray  # (n_units,), Prasad-Rao mean squared error, with the uncertainty of the variance
    log_likelihood: float  # full likelihood at the estimates


@dataclass(frozen=True)
class _Solved:
    weights: FloatArray
    information: FloatArray
    coef: FloatArray
    residual: FloatArray


def _solve(y: FloatArray, x: FloatArray, d: FloatArray, variance: float) -> _Solved:
    w = 1 / (variance + d)
    information = x.T @ (w[:, None] * x)
    coef = np.asarray(np.linalg.solve(information, x.T @ (w * y)), dtype=np.float64)
    return _Solved(w, information, coef, y - x @ coef)


def _score(y: FloatArray, x: FloatArray, d: FloatArray, variance: float, method: str) -> float:
    """Estimating function of the between variance; its root is the estimate, negative at 0 means the boundary."""
    s = _solve(y, x, d, variance)
    w, r = s.weights, s.residual
    if method == "FH":
        return float((w * r**2).sum() - (y.size - x.shape[1]))
    quadratic = float((w**2 * r**2).sum())
    trace = float(w.sum())
    if method == "REML":
        trace -= float(np.trace(np.linalg.solve(s.information, x.T @ ((w**2)[:, None] * x))))
    return quadratic - trace


def _criterion(y: FloatArray, x: FloatArray, d: FloatArray, variance: float, reml: bool) -> float:
    s = _solve(y, x, d, variance)
    value = float(-np.log(s.weights).sum() + (s.weights * s.residual**2).sum())
    if reml:
        value += float(np.linalg.slogdet(s.information)[1])
    return value


def _estimate(y: FloatArray, x: FloatArray, d: FloatArray, method: str) -> float:
    spread = float(np.var(y - x @ np.linalg.lstsq(x, y, rcond=None)[0])) + float(d.max())
    grid = np.concatenate([[0.0], spread * np.geomspace(1e-8, 1e3, 120)])
    scores = np.array([_score(y, x, d, float(a), method) for a in grid])
    # The FH function falls steadily; a likelihood may have several stationary points, so take the lowest.
    turns = np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0))
    roots = [
        float(
            optimize.brentq(lambda a: _score(y, x, d, a, method), grid[i], grid[i + 1], xtol=1e-15 * spread, rtol=1e-14)
        )
        for i in turns
    ]
    if not roots:
        return 0.0
    if method == "FH":
        return roots[0]
    reml = method == "REML"
    return min([0.0, *roots], key=lambda a: _criterion(y, x, d, a, reml))


def _mean_squared_error(solved: _Solved, x: FloatArray, d: FloatArray, a: float, method: str) -> FloatArray:
    w = solved.weights
    share = d * w
    inverse = np.linalg.inv(solved.information)
    g1 = a * d * w
    g2 = share**2 * np.einsum("ij,jk,ik->i", x, inverse, x)
    if method == "FH":
        var_a = 2 * d.size / float(w.sum()) ** 2
        bias = 2 * (d.size * float((w**2).sum()) - float(w.sum()) ** 2) / float(w.sum()) ** 3
    else:
        var_a = 2 / float((w**2).sum())
        trace = float(np.trace(inverse @ (x.T @ ((w**2)[:, None] * x))))
        bias = -trace / float((w**2).sum()) if method == "ML" else 0.0
    g3 = d**2 * w**3 * var_a
    return np.asarray(g1 + g2 + 2 * g3 - bias * share**2)


def fay_herriot(
    estimate: npt.ArrayLike,
    sampling_variance: npt.ArrayLike,
    predictors: npt.ArrayLike | None = None,
    *,
    method: str = "REML",
) -> FayHerriot:
    """Fay-Herriot model (1979) with EBLUPs and Prasad-Rao mean squared errors.

    estimate, sampling_variance (squared standard errors): (n_units,); predictors: (n_units,) or (n_units, k), without
    the intercept, which is added first. method: `REML`, `ML` or `FH` (moments). Mean squared errors follow Prasad and
    Rao (1990) and Datta, Rao and Smith (2005): REML g1 + g2 + 2 g3, ML and FH with their bias term.
    Raises ValueError for missing values, variances not above 0, too few units, or predictors that repeat one another.
    """
    if method not in ("REML", "ML", "FH"):
        raise ValueError(f"method is {method!r}; choose REML, ML or FH")
    y, d = vector(estimate, "estimate"), vector(sampling_variance, "sampling_variance")
    x = np.ones((y.size, 1))
    if predictors is not None:
        extra = matrix(predictors, "predictors")
        if extra.shape[0] != y.size:
            raise ValueError(f"predictors has {extra.shape[0]} rows, estimate {y.size}; align their rows")
        x = np.column_stack([x, extra])
    if d.shape != y.shape:
        raise ValueError(f"sampling_variance has {d.size} values, estimate {y.size}; pass one a unit")
    if np.isnan(y).any() or np.isnan(d).any() or np.isnan(x).any():
        raise ValueError("a unit has a missing value; leave out units without an estimate, variance or predictor")
    if (d <= 0).any():
        raise ValueError("sampling_variance must be above 0; merge or leave out units without one")
    if y.size <= x.shape[1]:
        raise ValueError(f"{y.size} units are too few for {x.shape[1]} coefficients; use fewer predictors")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("a predictor is constant or repeats others; leave it out")
    a = _estimate(y, x, d, method)
    solved = _solve(y, x, d, a)
    covariance = np.asarray(np.linalg.inv(solved.information), dtype=np.float64)
    fitted = x @ solved.coef
    weight = a * solved.weights
    full = -0.5 * (y.size * np.log(2 * np.pi) + _criterion(y, x, d, a, reml=False))
    return FayHerriot(
        method=method,
        variance=a,
        coef=solved.coef,
        se=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        fitted=fitted,
        weight=weight,
        eblup=fitted + weight * solved.residual,
        mse=_mean_squared_error(solved, x, d, a, method),
        log_likelihood=float(full),
    )
