"""Within and between effects of the same predictor, kept apart (Mundlak 1978; hybrid model, Allison 2009).

A predictor is split into its group mean and the deviation from it. Their difference, the contextual effect,
says whether a team's level matters beyond each person's own. Group means of small groups attenuate the between
effect: `between_covariance` and `two_level_ml` do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    complete,
    group_means,
    group_sums,
    matrix,
    recode,
    same_length,
    vector,
)
from headwater.stats.regression import (
    CoefficientContrast,
    Regression,
    coefficient_contrast,
    default_names,
    fit,
    full_rank,
)

__all__ = ["WithinBetween", "random_intercept_regression", "within_between"]


@dataclass(frozen=True)
class WithinBetween:
    """Within and between effects of k predictors: within, between [k] with SEs; contextual [k] tests of
    between minus within; model holds every coefficient (names W.<x>, B.<x> and covariates); tau00 and sigma2
    are the variances of a random-intercept fit (NaN for least squares).
    """

    names: tuple[str, ...]
    within: FloatArray
    within_se: FloatArray
    between: FloatArray
    between_se: FloatArray
    contextual: tuple[CoefficientContrast, ...]
    model: Regression
    tau00: float
    sigma2: float


def _gls(
    y: FloatArray, x: FloatArray, coded: IntArray, n: FloatArray, ratio: float
) -> tuple[FloatArray, FloatArray, float, float]:
    """GLS at variance ratio tau/sigma2: coef, (X'V^-1X)^-1, sigma2 by REML, REML criterion (-2 log)."""
    theta = 1 - 1 / np.sqrt(1 + n * ratio)
    size = len(n)
    xs = x - (theta[:, None] * group_means(x, coded, size))[coded]
    ys = y - (theta * group_means(y, coded, size))[coded]
    q, r = np.linalg.qr(xs)
    coef = np.linalg.solve(r, q.T @ ys)
    rss = float(((ys - xs @ coef) ** 2).sum())
    df = len(y) - x.shape[1]
    sigma2 = rss / df
    r_inv = np.linalg.solve(r, np.eye(len(coef)))
    log_det = float(np.log1p(n * ratio).sum()) + 2 * float(np.log(np.abs(np.diag(r))).sum())
    return coef, r_inv @ r_inv.T, sigma2, df * (1 + np.log(2 * np.pi * sigma2)) + log_det


def random_intercept_fit(
    y: FloatArray, x: FloatArray, names: tuple[str, ...], coded: IntArray, *, se: str, confidence: float
) -> tuple[Regression, float, float]:
    """Random-intercept REML on ready arrays: the model, tau00 and sigma2."""
    from scipy.optimize import minimize_scalar
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    kept = full_rank(x)
    if not kept.all():
        lost = ", ".join(name for name, ok in zip(names, kept, strict=True) if not ok)
        raise ValueError(f"not identified (constant, or a combination of the others): {lost}")
    n = np.bincount(coded).astype(np.float64)
    size, rows = len(n), len(y)
    if rows - x.shape[1] < 1 or size < 2 or rows <= size:
        raise ValueError("at least two groups, one of two members, and more rows than coefficients are needed")
    found = minimize_scalar(
        lambda s: _gls(y, x, coded, n, s**2)[3], bounds=(0.0, 20.0), method="bounded", options={"xatol": 1e-9}
    )
    ratio = float(found.x) ** 2
    if _gls(y, x, coded, n, 0.0)[3] <= found.fun:
        ratio = 0.0
    coef, bread, sigma2, _ = _gls(y, x, coded, n, ratio)
    cov = bread * sigma2
    df: float = float("inf")
    if se != "model":
        theta = 1 - 1 / np.sqrt(1 + n * ratio)
        xs = x - (theta[:, None] * group_means(x, coded, size))[coded]
        residual = y - x @ coef
        residual = residual - (theta * group_means(residual, coded, size))[coded]
        scores = group_sums(xs * residual[:, None], coded, size)
        factor = 1.0 if se == "CR0" else size / (size - 1)
        if se == "CR1S":
            factor *= (rows - 1) / (rows - x.shape[1])
        cov = bread @ (scores.T @ scores) @ bread * factor
        df = size - 1
    errors = np.sqrt(np.diag(cov))
    t = coef / errors
    finite = np.isfinite(df)
    p = 2 * (stdtr(df, -np.abs(t)) if finite else ndtr(-np.abs(t)))
    half = errors * float(stdtrit(df, (1 + confidence) / 2) if finite else ndtri((1 + confidence) / 2))
    fitted = y - x @ coef
    r2 = 1 - float(fitted.var() / y.var())
    model = Regression(
        names,
        coef,
        errors,
        t,
        p,
        coef - half,
        coef + half,
        cov,
        df,
        r2,
        1 - (1 - r2) * (rows - 1) / (rows - x.shape[1]),
        float(np.sqrt(sigma2)),
        rows,
        size,
        se,
        confidence,
    )
    return model, ratio * sigma2, sigma2


def _check(estimator: str, se: str) -> None:
    if estimator not in ("random_intercept", "ols"):
        raise ValueError("estimator must be random_intercept or ols")
    if se not in ("model", "CR0", "CR1", "CR1S"):
        raise ValueError("se must be model, CR0, CR1 or CR1S")


def random_intercept_regression(
    y: ArrayLike,
    x: ArrayLike,
    groups: Labels,
    *,
    se: Literal["model", "CR0", "CR1", "CR1S"] = "CR1S",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> tuple[Regression, float, float]:
    """Random-intercept regression of y [n] on x [n, k] by REML, with an intercept: model, tau00, sigma2.

    se "model": from the fitted variances, with normal intervals (lme4's Wald); else clustered by group with
    t(G - 1). The model's df is infinite for "model". ValueError for dependent predictors or too few groups.
    """
    _check("random_intercept", se)
    check_confidence(confidence)
    yv, xm, (coded, _) = vector(y, "y"), matrix(x, "x"), codes(groups)
    same_length(y=yv, x=xm, groups=coded)
    keep = complete(yv, xm, coded)
    if not keep.any():
        raise ValueError("no complete row")
    coded, _ = recode(coded[keep])
    design = np.column_stack([np.ones(int(keep.sum())), xm[keep]])
    labels = ("(Intercept)", *default_names(names, xm.shape[1]))
    return random_intercept_fit(yv[keep], design, labels, coded, se=se, confidence=confidence)


def within_between(
    y: ArrayLike,
    x: ArrayLike,
    groups: Labels,
    *,
    covariates: ArrayLike | None = None,
    estimator: Literal["random_intercept", "ols"] = "random_intercept",
    se: Literal["model", "CR0", "CR1", "CR1S"] = "CR1S",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> WithinBetween:
    """Hybrid regression of y [n] on the deviations and the group means of x [n, k], with covariates [n, c].

    Rows complete on all. Group means are of the rows used. se clustered by group with t(G - 1) by default
    (factors as in `ols`), or "model" (for least squares: classic). ValueError when a predictor does not vary
    inside groups or between them, or when groups are too few.
    """
    _check(estimator, se)
    check_confidence(confidence)
    yv, xm, (coded, _) = vector(y, "y"), matrix(x, "x"), codes(groups)
    same_length(y=yv, x=xm, groups=coded)
    keep = complete(yv, xm, coded)
    cm: FloatArray | None = None
    if covariates is not None:
        cm = matrix(covariates, "covariates")
        same_length(y=yv, covariates=cm)
        keep &= complete(cm)
    if not keep.any():
        raise ValueError("no complete row")
    coded, _ = recode(coded[keep])
    size = int(coded.max()) + 1
    xk, yk = xm[keep], yv[keep]
    k = xk.shape[1]
    means = group_means(xk, coded, size)[coded]
    labels = default_names(names, k)
    scale = np.maximum(xk.std(axis=0), 1e-300)
    for part, where in ((xk - means, "inside groups"), (means, "between groups")):
        flat = part.std(axis=0) < 1e-10 * scale
        if flat.any():
            raise ValueError(f"no variation {where} in " + ", ".join(np.array(labels)[flat]))
    columns = [np.ones((len(yk), 1)), xk - means, means]
    everything = ("(Intercept)", *(f"W.{v}" for v in labels), *(f"B.{v}" for v in labels))
    if cm is not None:
        columns.append(cm[keep])
        everything += default_names(None, cm.shape[1], "c")
    design = np.column_stack(columns)
    tau, sigma2 = float("nan"), float("nan")
    if estimator == "ols":
        kind = "classic" if se == "model" else se
        model = fit(yk, design, everything, coded=coded, se=kind, confidence=confidence)
    else:
        model, tau, sigma2 = random_intercept_fit(yk, design, everything, coded, se=se, confidence=confidence)
    tests = []
    for j in range(k):
        w = np.zeros(len(everything))
        w[1 + j], w[1 + k + j] = -1.0, 1.0
        tests.append(coefficient_contrast(model, w))
    inside, across = slice(1, 1 + k), slice(1 + k, 1 + 2 * k)
    return WithinBetween(
        labels,
        model.coef[inside],
        model.se[inside],
        model.coef[across],
        model.se[across],
        tuple(tests),
        model,
        tau,
        sigma2,
    )
