"""Linear regression with the standard errors that surveys of teams need: classic, robust, clustered.

Small-sample factors of clustered errors differ between programs, so each has its own name here:
CR0 none (plm's arellano HC0); CR1 G / (G - 1); CR1S G / (G - 1) * (N - 1) / (N - K), as Stata.
HC0 to HC3 follow MacKinnon and White (1985). Clustered intervals use t with G - 1 degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    complete,
    group_sums,
    matrix,
    recode,
    same_length,
    vector,
)

__all__ = ["CoefficientContrast", "Regression", "StandardErrors", "coefficient_contrast", "ols"]

StandardErrors = Literal["classic", "HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "CR1S"]
_CLUSTERED = ("CR0", "CR1", "CR1S")
_ROBUST = ("HC0", "HC1", "HC2", "HC3")


@dataclass(frozen=True)
class Regression:
    """A fitted linear model with K coefficients, arrays [K] in the order of names.

    cov [K, K]; df is the t distribution's degrees of freedom (N - K, or G - 1 when clustered); r2 is of the
    fitted data (within R2 for a within estimator); sigma the residual SD; se_type the standard error used;
    n rows, groups clusters or panel units (0 when there are none).
    """

    names: tuple[str, ...]
    coef: FloatArray
    se: FloatArray
    t: FloatArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    cov: FloatArray
    df: float
    r2: float
    adj_r2: float
    sigma: float
    n: int
    groups: int
    se_type: str
    confidence: float

    def at(self, name: str) -> int:
        """Position of a named coefficient. KeyError naming those there are."""
        if name not in self.names:
            raise KeyError(f"no coefficient {name!r}; there are {', '.join(self.names)}")
        return self.names.index(name)


@dataclass(frozen=True)
class CoefficientContrast:
    """A linear combination of coefficients with its test."""

    estimate: float
    se: float
    t: float
    df: float
    p: float
    lower: float
    upper: float


def check_se(se: str, clustered: bool) -> None:
    """ValueError for an unknown kind, or a clustered kind without groups."""
    if se not in ("classic", *_ROBUST, *_CLUSTERED):
        raise ValueError(f"unknown standard error {se!r}: use classic, {', '.join((*_ROBUST, *_CLUSTERED))}")
    if se in _CLUSTERED and not clustered:
        raise ValueError(f"{se} needs groups")


def full_rank(x: FloatArray) -> BoolArray:
    """Columns kept, from the left, so that no kept column is a combination of those before it."""
    norms = np.sqrt((x**2).sum(axis=0))
    keep = np.zeros(x.shape[1], dtype=bool)
    held = np.empty(x.shape, order="F")
    for j in range(x.shape[1]):
        basis = held[:, : int(keep.sum())]
        column = np.ascontiguousarray(x[:, j])
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        size = np.sqrt(rest @ rest)
        if norms[j] > 0 and size > 1e-9 * norms[j]:
            held[:, basis.shape[1]] = rest / size
            keep[j] = True
    return keep


def default_names(names: Sequence[str] | None, count: int, prefix: str = "x") -> tuple[str, ...]:
    """Given names, or x1, x2, ...; ValueError when their number is wrong."""
    if names is None:
        return tuple(f"{prefix}{j + 1}" for j in range(count))
    if len(names) != count:
        raise ValueError(f"{len(names)} names for {count} predictors")
    return tuple(names)


def fit(
    y: FloatArray,
    x: FloatArray,
    names: tuple[str, ...],
    *,
    weights: FloatArray | None = None,
    coded: IntArray | None = None,
    se: str = "classic",
    absorbed: int = 0,
    intercept: bool = True,
    confidence: float = 0.95,
) -> Regression:
    """Least squares on ready arrays. absorbed is the number of effects already taken out of y and x (it
    lowers the residual df); intercept says whether R2 is about the mean.
    """
    from scipy.special import stdtr, stdtrit

    n, k = x.shape
    df = n - k - absorbed
    if df < 1:
        raise ValueError(f"{n} rows cannot carry {k + absorbed} coefficients")
    kept = full_rank(x)
    if not kept.all():
        lost = ", ".join(name for name, ok in zip(names, kept, strict=True) if not ok)
        raise ValueError(f"not identified (constant, or a combination of the others): {lost}")
    w = np.ones(n) if weights is None else weights * (n / weights.sum())
    root = np.sqrt(w)
    xs, ys = x * root[:, None], y * root
    q, r = np.linalg.qr(xs)
    coef = np.linalg.solve(r, q.T @ ys)
    r_inv = np.linalg.solve(r, np.eye(k))
    bread = r_inv @ r_inv.T
    residual = ys - xs @ coef
    rss = float(residual @ residual)
    groups = 0
    t_df: float = df
    if se == "classic":
        cov = bread * (rss / df)
    elif se in _ROBUST:
        leverage = (q**2).sum(axis=1)
        if se in ("HC2", "HC3") and leverage.max() > 1 - 1e-10:
            raise ValueError(f"{se} does not exist: a row is fitted exactly")
        factor = {
            "HC0": np.ones(n),
            "HC1": np.full(n, n / df),
            "HC2": 1 / (1 - leverage) if se == "HC2" else np.ones(n),
            "HC3": 1 / (1 - leverage) ** 2 if se == "HC3" else np.ones(n),
        }[se]
        cov = bread @ (xs.T @ (xs * (residual**2 * factor)[:, None])) @ bread
    else:
        if coded is None:
            raise ValueError(f"{se} needs groups")
        groups = int(coded.max()) + 1
        if groups < 2:
            raise ValueError("clustered standard errors need at least two groups")
        scores = group_sums(xs * residual[:, None], coded, groups)
        factor_g = 1.0
        if se != "CR0":
            factor_g = groups / (groups - 1)
        if se == "CR1S":
            factor_g *= (n - 1) / (n - k)
        cov = bread @ (scores.T @ scores) @ bread * factor_g
        t_df = groups - 1
    errors = np.sqrt(np.diag(cov))
    mean = (w @ y) / n if intercept else 0.0
    tss = float((w * (y - mean) ** 2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coef / errors
    half = float(stdtrit(t_df, (1 + confidence) / 2)) * errors
    r2 = 1 - rss / tss if tss > 0 else float("nan")
    total_df = n - absorbed - (1 if intercept and absorbed == 0 else 0)
    return Regression(
        names=names,
        coef=coef,
        se=errors,
        t=t,
        p=2 * stdtr(t_df, -np.abs(t)),
        lower=coef - half,
        upper=coef + half,
        cov=cov,
        df=float(t_df),
        r2=r2,
        adj_r2=1 - (1 - r2) * total_df / df,
        sigma=float(np.sqrt(rss / df)),
        n=n,
        groups=groups if coded is None else int(coded.max()) + 1,
        se_type=se,
        confidence=confidence,
    )


def ols(
    y: ArrayLike,
    x: ArrayLike,
    *,
    groups: Labels | None = None,
    weights: ArrayLike | None = None,
    se: StandardErrors | None = None,
    intercept: bool = True,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Least squares of y [n] on x [n, k]; rows complete on all arguments (listwise).

    se defaults to CR1S when groups [n] are given and to classic otherwise. weights [n] are relative
    (inverse-variance or size); rows of weight zero are left out. The intercept comes first, named
    "(Intercept)". ValueError for dependent predictors (named), too few rows, negative weights.
    """
    check_confidence(confidence)
    kind = se or ("CR1S" if groups is not None else "classic")
    check_se(kind, groups is not None)
    yv, xm = vector(y, "y"), matrix(x, "x")
    same_length(y=yv, x=xm)
    keep = complete(yv, xm)
    wv: FloatArray | None = None
    if weights is not None:
        wv = vector(weights, "weights")
        same_length(y=yv, weights=wv)
        if (np.nan_to_num(wv) < 0).any():
            raise ValueError("a weight is negative")
        keep &= complete(wv) & (np.nan_to_num(wv) > 0)
    coded: IntArray | None = None
    if groups is not None:
        coded, _ = codes(groups)
        same_length(y=yv, groups=coded)
        keep &= coded >= 0
    if not keep.any():
        raise ValueError("no complete row")
    if coded is not None:
        coded, _ = recode(coded[keep])
    labels = default_names(names, xm.shape[1])
    design = xm[keep]
    if intercept:
        design = np.column_stack([np.ones(len(design)), design])
        labels = ("(Intercept)", *labels)
    return fit(
        yv[keep],
        design,
        labels,
        weights=None if wv is None else wv[keep],
        coded=coded,
        se=kind,
        intercept=intercept,
        confidence=confidence,
    )


def coefficient_contrast(model: Regression, weights: ArrayLike) -> CoefficientContrast:
    """A linear combination of the model's coefficients: weights [K], tested with the model's covariance."""
    from scipy.special import stdtr, stdtrit

    w = vector(weights, "weights")
    if len(w) != len(model.coef):
        raise ValueError(f"{len(w)} weights for {len(model.coef)} coefficients")
    estimate, error = float(w @ model.coef), float(np.sqrt(max(float(w @ model.cov @ w), 0.0)))
    if error == 0:
        raise ValueError("the combination has no variance")
    half = float(stdtrit(model.df, (1 + model.confidence) / 2)) * error
    t = estimate / error
    p = float(2 * stdtr(model.df, -abs(t)))
    return CoefficientContrast(estimate, error, t, model.df, p, estimate - half, estimate + half)
