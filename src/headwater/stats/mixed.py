"""Linear mixed models with a random intercept and, if asked, correlated random slopes by group.

The criterion is profiled over coefficients and residual variance as in lme4 (Bates, Maechler, Bolker and Walker 2015).
Predictors are orthonormalised and slopes standardised inside, so uncentred predictors do not stop the search short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.stats._arrays import AnyArray, FloatArray, group, matrix, present
from headwater.stats.fixed_effects import FixedEffects, Products, complete_rows, design, effects, search

__all__ = ["MixedModel", "mixed_model"]


@dataclass(frozen=True)
class MixedModel:
    """y = X beta + Z_g u_g + e; q random effects a group (the intercept first), G groups."""

    method: str
    n: int
    n_groups: int
    fixed: FixedEffects
    sigma2: float
    random_covariance: FloatArray  # (q, q) of u
    criterion: float  # -2 log-likelihood, restricted for REML
    groups: AnyArray  # (G,), sorted labels
    blup: FloatArray  # (G, q), predicted u
    blup_covariance: FloatArray  # (G, q, q), coefficients and variances taken as known


class _Grouped:
    """Cross-products of each group, and what any theta makes of them."""

    def __init__(self, z: FloatArray, x: FloatArray, y: FloatArray, codes: AnyArray, size: int) -> None:
        order = np.argsort(codes, kind="stable")
        z, x, y = z[order], x[order], y[order]
        start = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=size))[:-1]])

        def add(rows: FloatArray) -> FloatArray:
            return np.asarray(np.add.reduceat(rows, start, axis=0), dtype=np.float64)

        self.q = z.shape[1]
        self.zz = add(z[:, :, None] * z[:, None, :])
        self.zx = add(z[:, :, None] * x[:, None, :])
        self.zy = add(z * y[:, None])
        self.xx, self.xy, self.yy = x.T @ x, x.T @ y, float(y @ y)

    def factor(self, theta: FloatArray) -> FloatArray:
        """Relative covariance factor, lower triangular (q, q)."""
        out = np.zeros((self.q, self.q))
        out[np.tril_indices(self.q)] = theta
        return out

    def __call__(self, theta: FloatArray) -> Products:
        lam = self.factor(theta)
        inner = np.einsum("ji,gjk,kl->gil", lam, self.zz, lam, optimize=True) + np.eye(self.q)
        root = np.linalg.cholesky(inner)
        zx = np.linalg.solve(root, np.einsum("ji,gjp->gip", lam, self.zx))
        zy = np.linalg.solve(root, (self.zy @ lam)[:, :, None])[:, :, 0]
        xx = self.xx - np.einsum("gip,giq->pq", zx, zx, optimize=True)
        xy = self.xy - np.einsum("gip,gi->p", zx, zy)
        logdet = 2 * float(np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
        return Products(xx, xy, self.yy - float((zy**2).sum()), logdet)

    def predict(self, theta: FloatArray, beta: FloatArray, sigma2: float) -> tuple[FloatArray, FloatArray]:
        """Predicted random effects (G, q) and their covariances (G, q, q), in the scale of z."""
        lam = self.factor(theta)
        inner = np.einsum("ji,gjk,kl->gil", lam, self.zz, lam, optimize=True) + np.eye(self.q)
        left = (self.zy - self.zx @ beta) @ lam
        inverse = np.linalg.inv(inner)
        u = np.einsum("ij,gjk,gk->gi", lam, inverse, left, optimize=True)
        covariance = sigma2 * np.einsum("ij,gjk,lk->gil", lam, inverse, lam, optimize=True)
        return np.asarray(u, dtype=np.float64), np.asarray(covariance, dtype=np.float64)


def mixed_model(
    response: npt.ArrayLike,
    predictors: npt.ArrayLike | None,
    groups: npt.ArrayLike | Iterable[object],
    *,
    slopes: npt.ArrayLike | None = None,
    method: str = "REML",
    names: Sequence[str] | None = None,
) -> MixedModel:
    """Fits a linear mixed model, equal to lme4's lmer(y ~ x + (1 | group)) or (1 + slopes | group).

    response: (n,); predictors: (n,) or (n, k) without the intercept, which is added first, or None; groups: (n,)
    labels; slopes: (n,) or (n, s) columns whose slopes differ between groups, correlated with one another and the
    intercept (they usually stand among the predictors too). method: `REML` or `ML`. names: k predictor names.
    Rows with a missing value are left out. t tests use Satterthwaite degrees of freedom.
    Raises ValueError for a single group, groups of one only, too few rows, or predictors that repeat one another.
    """
    if method not in ("REML", "ML"):
        raise ValueError(f"method is {method!r}; choose REML or ML")
    labels, known = present(groups, "groups")
    extra = None if slopes is None else matrix(slopes, "slopes")
    y, x, keep = complete_rows(response, predictors, [known], extra)
    by = group(labels[keep])
    if by.size < 2:
        raise ValueError("all complete rows belong to one group; at least two groups are needed")
    if by.size == y.size:
        raise ValueError("every group has one row; within-group variance needs a group of two or more")
    d = design(y, x, names)
    z, back = _slopes(y.size, None if extra is None else extra[keep])
    weighing = _Grouped(z, d.x, d.y, by.codes, by.size)
    q = z.shape[1]
    diagonal = np.array([i == j for i, j in zip(*np.tril_indices(q), strict=True)])
    floor = np.where(diagonal, 0.0, -np.inf)
    starts = [np.where(diagonal, size, 0.0) for size in (0.3, 1.0)]
    reml = method == "REML"
    best = search(weighing, d, starts, reml, floor)
    lam = weighing.factor(best.theta)
    u, u_covariance = weighing.predict(best.theta, best.beta, best.sigma2)
    return MixedModel(
        method=method,
        n=y.size,
        n_groups=by.size,
        fixed=effects(weighing, d, best, reml),
        sigma2=best.sigma2,
        random_covariance=np.asarray(best.sigma2 * back @ lam @ lam.T @ back.T, dtype=np.float64),
        criterion=best.criterion,
        groups=by.labels,
        blup=np.asarray(u @ back.T, dtype=np.float64),
        blup_covariance=np.asarray(back @ u_covariance @ back.T, dtype=np.float64),
    )


def _slopes(n: int, slopes: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Columns (1, standardised slopes) and the matrix that takes their effects back to the scale given."""
    if slopes is None:
        return np.ones((n, 1)), np.eye(1)
    centre, sd = slopes.mean(axis=0), slopes.std(axis=0)
    if (sd <= 1e-12 * np.maximum(np.abs(centre), 1e-300)).any():
        raise ValueError("a random slope's column never varies; leave it out")
    back = np.eye(slopes.shape[1] + 1)
    back[0, 1:] = -centre / sd
    back[1:, 1:] = np.diag(1 / sd)
    return np.column_stack([np.ones(n), (slopes - centre) / sd]), back
