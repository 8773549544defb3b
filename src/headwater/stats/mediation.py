"""Mediation at one level: paths, the indirect effect with honest intervals, and what would overturn it.

The sampling distribution of a product is skewed, so intervals are Monte-Carlo (MacKinnon, Lockwood and Williams
2004) or percentile bootstrap. Sobel's standard error is given for comparison with older work only.
The sensitivity parameter follows Imai, Keele and Yamamoto (2010): the correlation of the errors of mediator
and outcome at which the indirect effect vanishes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    complete,
    matrix,
    recode,
    same_length,
    vector,
)
from headwater.stats.regression import fit

__all__ = ["Mediation", "indirect_at_rho", "indirect_interval", "mediate"]


@dataclass(frozen=True)
class Mediation:
    """x -> m -> y with the direct path: a (x to m), b (m to y given x), c_prime (x to y given m), c (total).

    lower, upper: Monte-Carlo interval of indirect = a b; boot_se, boot_lower, boot_upper: percentile bootstrap
    (NaN when none was asked for). rho_zero: error correlation at which the indirect effect is zero; a small
    |rho_zero| is fragile. sobel_se and sobel_z are for comparison only. proportion = indirect / total.
    """

    a: float
    se_a: float
    b: float
    se_b: float
    c: float
    se_c: float
    c_prime: float
    se_c_prime: float
    indirect: float
    lower: float
    upper: float
    boot_se: float
    boot_lower: float
    boot_upper: float
    proportion: float
    rho_zero: float
    residual_sd_m: float
    residual_sd_y: float
    sobel_se: float
    sobel_z: float
    n: int
    clusters: int
    confidence: float


def indirect_interval(
    a: float,
    se_a: float,
    b: float,
    se_b: float,
    *,
    cov_ab: float = 0.0,
    draws: int = 200_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Monte-Carlo interval of a b from normal draws of the paths (variances se_a^2, se_b^2, covariance cov_ab).

    ValueError for negative standard errors or a covariance they do not allow.
    """
    check_confidence(confidence)
    if se_a < 0 or se_b < 0 or abs(cov_ab) > se_a * se_b * (1 + 1e-9):
        raise ValueError("standard errors must not be negative, nor the covariance beyond their product")
    if draws < 1000:
        raise ValueError("at least 1000 draws are needed")
    z = np.random.default_rng(seed).standard_normal(((draws + 1) // 2, 2))
    z = np.concatenate([z, -z])
    slope = cov_ab / se_a if se_a > 0 else 0.0
    products = (a + se_a * z[:, 0]) * (b + slope * z[:, 0] + np.sqrt(max(se_b**2 - slope**2, 0.0)) * z[:, 1])
    lower, upper = np.quantile(products, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(lower), float(upper)


def indirect_at_rho(result: Mediation, rho: ArrayLike) -> FloatArray:
    """Indirect effect if the errors of mediator and outcome correlated by rho (any shape, inside -1 to 1)."""
    r = np.asarray(rho, dtype=np.float64)
    if (np.abs(r) >= 1).any():
        raise ValueError("rho must lie inside -1 to 1")
    kept = np.sqrt((1 - result.rho_zero**2) / (1 - r**2))
    return np.asarray(result.a * result.residual_sd_y / result.residual_sd_m * (result.rho_zero - r * kept))


def bootstrap_paths(data: FloatArray, coded: IntArray, size: int, replicates: int, seed: int) -> FloatArray:
    """a, b [B, 2] in resamples of clusters; data columns are 1, x, covariates..., m, y."""
    k = data.shape[1]
    upper = np.triu_indices(k)
    products = data[:, upper[0]] * data[:, upper[1]]

    if size < len(data):
        products = np.stack([np.bincount(coded, weights=c, minlength=size) for c in products.T], axis=1)
    rng = np.random.default_rng(seed)
    out = []
    block = max(1, 4_000_000 // size)
    for start in range(0, replicates, block):
        b = min(block, replicates - start)
        drawn = rng.integers(0, size, (b, size)) + np.arange(b)[:, None] * size
        weights = np.bincount(drawn.ravel(), minlength=b * size).reshape(b, size)
        s = np.empty((b, k, k))
        s[:, upper[0], upper[1]] = weights @ products
        s[:, upper[1], upper[0]] = s[:, upper[0], upper[1]]
        p = k - 2
        usable = np.linalg.cond(s[:, : p + 1, : p + 1]) < 1e13
        s = s[usable]
        to_m = np.linalg.solve(s[:, :p, :p], s[:, :p, p, None])[:, 1, 0]
        to_y = np.linalg.solve(s[:, : p + 1, : p + 1], s[:, : p + 1, p + 1, None])[:, p, 0]
        out.append(np.column_stack([to_m, to_y]))
    paths = np.concatenate(out)
    if len(paths) < replicates / 2:
        raise ValueError("most resamples lack variation: too few rows or clusters for a bootstrap")
    return paths


def mediate(
    x: ArrayLike,
    m: ArrayLike,
    y: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    groups: Labels | None = None,
    draws: int = 200_000,
    bootstrap: int = 0,
    confidence: float = 0.95,
    seed: int = 0,
) -> Mediation:
    """Least-squares mediation of x [n] on y [n] through m [n], with covariates [n, c] in every regression.

    With groups [n], standard errors are clustered (CR1S) and the bootstrap resamples groups. bootstrap is the
    number of resamples (0: none). Rows complete on all. For effects inside and between teams, use
    `multilevel_mediation`. ValueError for a variable without variation or too few rows.
    """
    check_confidence(confidence)
    if bootstrap and bootstrap < 100:
        raise ValueError("a percentile bootstrap needs at least 100 resamples")
    xv, mv, yv = vector(x, "x"), vector(m, "m"), vector(y, "y")
    same_length(x=xv, m=mv, y=yv)
    keep = complete(xv, mv, yv)
    extra = np.empty((len(xv), 0))
    if covariates is not None:
        extra = matrix(covariates, "covariates")
        same_length(x=xv, covariates=extra)
        keep &= complete(extra)
    coded = np.arange(len(xv), dtype=np.int64)
    if groups is not None:
        coded, _ = codes(groups)
        same_length(x=xv, groups=coded)
        keep &= coded >= 0
    if int(keep.sum()) < 5:
        raise ValueError("fewer than five complete rows")
    coded, _ = recode(coded[keep])
    xk, mk, yk, ck = xv[keep], mv[keep], yv[keep], extra[keep]
    base = np.column_stack([np.ones(len(xk)), xk, ck])
    labels = ("(Intercept)", "x", *(f"c{j + 1}" for j in range(ck.shape[1])))
    kind, cluster = ("classic", None) if groups is None else ("CR1S", coded)
    to_m = fit(mk, base, labels, coded=cluster, se=kind, confidence=confidence)
    to_y = fit(yk, np.column_stack([base, mk]), (*labels, "m"), coded=cluster, se=kind, confidence=confidence)
    total = fit(yk, base, labels, coded=cluster, se=kind, confidence=confidence)
    a, se_a, b, se_b = to_m.coef[1], to_m.se[1], to_y.coef[-1], to_y.se[-1]
    e_m, e_y = mk - base @ to_m.coef, yk - base @ total.coef
    rho = float(e_m @ e_y / np.sqrt((e_m @ e_m) * (e_y @ e_y)))
    lower, upper = indirect_interval(a, se_a, b, se_b, draws=draws, confidence=confidence, seed=seed)
    boot = (float("nan"),) * 3
    if bootstrap:
        centred = np.column_stack([xk - xk.mean(), ck - ck.mean(axis=0), mk - mk.mean(), yk - yk.mean()])
        data = np.column_stack([np.ones(len(xk)), centred])
        size = int(coded.max()) + 1
        paths = bootstrap_paths(data, coded, size, bootstrap, seed)
        products = paths[:, 0] * paths[:, 1]
        low, high = np.quantile(products, [(1 - confidence) / 2, (1 + confidence) / 2])
        boot = (float(products.std(ddof=1)), float(low), float(high))
    sobel = float(np.sqrt(a**2 * se_b**2 + b**2 * se_a**2))
    df = len(xk) - base.shape[1]
    return Mediation(
        a=float(a),
        se_a=float(se_a),
        b=float(b),
        se_b=float(se_b),
        c=float(total.coef[1]),
        se_c=float(total.se[1]),
        c_prime=float(to_y.coef[1]),
        se_c_prime=float(to_y.se[1]),
        indirect=float(a * b),
        lower=lower,
        upper=upper,
        boot_se=boot[0],
        boot_lower=boot[1],
        boot_upper=boot[2],
        proportion=float(a * b / total.coef[1]) if total.coef[1] != 0 else float("nan"),
        rho_zero=rho,
        residual_sd_m=float(np.sqrt(e_m @ e_m / df)),
        residual_sd_y=float(np.sqrt(e_y @ e_y / df)),
        sobel_se=sobel,
        sobel_z=float(a * b / sobel),
        n=len(xk),
        clusters=int(coded.max()) + 1 if groups is not None else 0,
        confidence=confidence,
    )
