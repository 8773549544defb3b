"""Reliability of scales: alpha, omega, composite reliability, item statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import FloatArray, floats, level, matrix, vector

__all__ = [
    "Alpha",
    "Omega",
    "alpha",
    "alpha_from_covariance",
    "average_variance_extracted",
    "composite_reliability",
    "htmt",
    "item_covariance",
    "omega",
]


@dataclass(frozen=True)
class Alpha:
    """Coefficient alpha of a scale of k items."""

    k: int
    n: int  # rows the sampling errors rest on
    raw: float
    standardized: float  # from correlations
    mean_r: float  # mean correlation between items
    guttman_lambda6: float  # from squared multiple correlations
    ase: float  # asymptotic standard error (Duhachek and Iacobucci 2004)
    feldt_lower: float  # Feldt, Woodruff and Salih 1987
    feldt_upper: float
    if_deleted: FloatArray  # (k,), raw alpha without the item; NaN for two items
    item_rest: FloatArray  # (k,), correlation of the item with the sum of the others


@dataclass(frozen=True)
class Omega:
    """Omega of a scale under one factor fitted by maximum likelihood."""

    k: int
    n: int
    loadings: FloatArray  # (k,), factor variance 1
    uniquenesses: FloatArray  # (k,), residual variances
    omega_total: float  # (sum of loadings)^2 over model-implied variance of the sum (McDonald 1999)
    omega_observed: float  # over observed variance of the sum, divisor n
    chisq: float
    df: int


def item_covariance(items: npt.ArrayLike, *, missing: str = "pairwise") -> FloatArray:
    """Covariance matrix of items (n, k), divisor n - 1.

    missing: `pairwise` uses all rows that answer both items, with the means of those rows (as R cov does);
    `listwise` uses complete rows.
    Raises ValueError for an unknown choice, fewer than two rows for a pair, or an item that never varies.
    """
    x = matrix(items, "items", min_columns=2)
    if missing not in ("pairwise", "listwise"):
        raise ValueError(f"missing is {missing!r}; choose pairwise or listwise")
    known = ~np.isnan(x)
    if missing == "listwise":
        x = x[known.all(axis=1)]
        known = np.ones(x.shape, dtype=np.bool_)
    m = known.astype(np.float64)
    pairs = m.T @ m
    if x.shape[0] < 2 or pairs.min() < 2:
        raise ValueError("a pair of items has fewer than two rows that answer both; drop an item or add rows")
    middle = np.where(known, x, 0).sum(axis=0) / m.sum(axis=0)
    z = np.where(known, x - middle, 0.0)
    sums = z.T @ m  # sum of item i over rows that also answer item j
    cov = (z.T @ z - sums * sums.T / pairs) / (pairs - 1)
    spread = np.diag(cov)
    still = np.flatnonzero(spread <= 1e-20 * np.maximum(middle**2, 1))
    if still.size:
        raise ValueError(f"item {int(still[0]) + 1} of {x.shape[1]} never varies; leave it out")
    return np.asarray(cov, dtype=np.float64)


def _correlations(cov: FloatArray) -> FloatArray:
    sd = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(sd, sd), dtype=np.float64)


def alpha(items: npt.ArrayLike, *, missing: str = "pairwise", confidence: float = 0.95) -> Alpha:
    """Coefficient alpha (Cronbach 1951) of items (n, k), already keyed in one direction.

    missing: `pairwise` covariances as psych::alpha does (n is then all rows with any answer), or `listwise`.
    Raises ValueError for fewer than two items, too few rows, or an item that never varies.
    """
    x = matrix(items, "items", min_columns=2)
    cov = item_covariance(x, missing=missing)
    known = ~np.isnan(x)
    rows = known.any(axis=1) if missing == "pairwise" else known.all(axis=1)
    return alpha_from_covariance(cov, int(rows.sum()), confidence=confidence)


def _raw(cov: FloatArray) -> float:
    k = cov.shape[0]
    return float(k / (k - 1) * (1 - np.trace(cov) / cov.sum())) if k > 1 else np.nan


def alpha_from_covariance(covariance: npt.ArrayLike, n: int, *, confidence: float = 0.95) -> Alpha:
    """The same from a covariance matrix (k, k) of the items and the number of rows behind it.

    A polychoric correlation matrix gives ordinal alpha (Zumbo, Gadermann and Zeisser 2007) as `raw`.
    Raises ValueError for a matrix that is not square and symmetric or whose sum is not above 0.
    """
    tail = level(confidence)
    c = floats(covariance, "covariance")
    if c.ndim != 2 or c.shape[0] != c.shape[1] or c.shape[0] < 2 or not np.allclose(c, c.T, equal_nan=True):
        raise ValueError("covariance must be square and symmetric, for two items or more")
    if np.isnan(c).any() or (np.diag(c) <= 0).any() or c.sum() <= 0:
        raise ValueError("the items' sum has no variance; check that items are keyed in one direction")
    if n < 2:
        raise ValueError(f"n is {n}; at least two rows are needed")
    k = c.shape[0]
    r = _correlations(c)
    raw = _raw(c)
    inverse = np.linalg.pinv(r)
    smc = 1 - 1 / np.diag(inverse)
    total, trace = float(c.sum()), float(np.trace(c))
    squared = c @ c
    # Delta-method variance of alpha under normality, Duhachek and Iacobucci (2004), equation 2.
    q = 2 * k**2 / ((k - 1) ** 2 * total**3)
    q *= total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    f_high, f_low = (special.fdtri(n - 1, (n - 1) * (k - 1), p) for p in (1 - tail, tail))
    mean_r = float((r.sum() - k) / (k * (k - 1)))
    row = c.sum(axis=1)
    rest_variance = total - 2 * row + np.diag(c)
    with np.errstate(invalid="ignore", divide="ignore"):
        item_rest = (row - np.diag(c)) / np.sqrt(np.diag(c) * np.where(rest_variance > 0, rest_variance, np.nan))
    dropped = [np.delete(np.delete(c, j, axis=0), j, axis=1) for j in range(k)]
    return Alpha(
        k=k,
        n=n,
        raw=raw,
        standardized=float(k * mean_r / (1 + (k - 1) * mean_r)),
        mean_r=mean_r,
        guttman_lambda6=float(1 - (1 - smc).sum() / r.sum()),
        ase=float(np.sqrt(q / n)),
        feldt_lower=float(1 - (1 - raw) * f_high),
        feldt_upper=float(1 - (1 - raw) * f_low),
        if_deleted=np.array([_raw(part) for part in dropped]),
        item_rest=np.asarray(item_rest, dtype=np.float64),
    )


def _one_factor(r: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Loadings, residual variances and discrepancy of one factor on a correlation matrix, by maximum likelihood."""
    k = r.shape[0]

    def cost(point: FloatArray) -> tuple[float, FloatArray]:
        loading, residual = point[:k], point[k:]
        implied = np.outer(loading, loading) + np.diag(residual)
        try:
            factor = np.linalg.cholesky(implied)
        except np.linalg.LinAlgError:
            # Outside the admissible region: the line search must turn back.
            return 1e10, np.zeros(2 * k)
        inverse = np.linalg.inv(implied)
        value = 2 * float(np.log(np.diag(factor)).sum()) + float(np.trace(r @ inverse))
        slope = inverse @ (implied - r) @ inverse
        return value, np.concatenate([2 * slope @ loading, np.diag(slope)])

    values, vectors = np.linalg.eigh(r)
    if values[0] <= 1e-10:
        raise ValueError("correlations are not positive definite; leave out repeated items or use listwise rows")
    best: tuple[bool, float, FloatArray] | None = None
    for direction in (vectors[:, -1], vectors[:, -2], vectors[:, -3], np.full(k, 1.0)):
        first = np.clip(direction * np.sqrt(k) * 0.7, -0.9, 0.9)
        start = np.concatenate([first, 1 - first**2])
        found = optimize.minimize(cost, start, jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})
        if float(np.abs(found.jac).max()) > 1e-5 or found.fun >= 1e9:
            continue
        # A proper solution before a Heywood case, then the lower discrepancy.
        rank = (bool((found.x[k:] <= 0).any()), float(found.fun))
        if best is None or rank < best[:2]:
            best = (*rank, np.asarray(found.x, dtype=np.float64))
    if best is None:
        raise ValueError("the one-factor model does not converge; the items may not share a single factor")
    loading = best[2][:k] * (1 if best[2][:k].sum() >= 0 else -1)
    return loading, best[2][k:], best[1] - float(np.linalg.slogdet(r)[1]) - k


def omega(items: npt.ArrayLike, *, missing: str = "listwise") -> Omega:
    """Omega of items (n, k), k of 3 or more, from one factor fitted by maximum likelihood.

    Residual variances may go below 0 (a Heywood case), as in lavaan; then omega is not to be trusted.
    chisq is n * discrepancy; df is k (k - 3) / 2.
    Raises ValueError for fewer than three items, an item that never varies, or a fit that does not converge.
    """
    x = matrix(items, "items")
    if x.shape[1] < 3:
        raise ValueError(f"omega needs three items or more, not {x.shape[1]}; report alpha for two")
    known = ~np.isnan(x)
    n = int((known.all(axis=1) if missing == "listwise" else known.any(axis=1)).sum())
    cov = item_covariance(x, missing=missing)
    if n <= x.shape[1]:
        raise ValueError(f"{n} rows are too few for {x.shape[1]} items; pass more rows than items")
    cov = cov * (n - 1) / n
    sd = np.sqrt(np.diag(cov))
    loading, residual, discrepancy = _one_factor(_correlations(cov))
    loading, residual = loading * sd, residual * sd**2
    common = float(loading.sum() ** 2)
    k = x.shape[1]
    return Omega(
        k=k,
        n=n,
        loadings=loading,
        uniquenesses=residual,
        omega_total=common / (common + float(residual.sum())),
        omega_observed=common / float(cov.sum()),
        chisq=max(n * discrepancy, 0.0),
        df=k * (k - 3) // 2,
    )


def _factor_parts(loadings: npt.ArrayLike, uniquenesses: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    a, b = vector(loadings, "loadings"), vector(uniquenesses, "uniquenesses")
    if a.shape != b.shape:
        raise ValueError(f"loadings has {a.size} values, uniquenesses {b.size}; pass one of each an item")
    return a, b


def composite_reliability(
    loadings: npt.ArrayLike,
    uniquenesses: npt.ArrayLike,
    *,
    factor_variance: float = 1.0,
    observed_variance: float | None = None,
) -> float:
    """Reliability of the sum of one factor's items, from loadings l, residual variances u and factor variance v.

    (sum l)^2 v over (sum l)^2 v + sum u (Raykov 1997), or over the observed variance of the sum when that is given, as
    semTools compRelSEM does by default.
    Raises ValueError when loadings and uniquenesses differ in number or the variance is not above 0.
    """
    a, b = _factor_parts(loadings, uniquenesses)
    common = float(a.sum() ** 2) * factor_variance
    return common / _denominator(common + float(b.sum()), observed_variance)


def average_variance_extracted(
    loadings: npt.ArrayLike,
    uniquenesses: npt.ArrayLike,
    *,
    factor_variance: float = 1.0,
    observed_variance: float | None = None,
) -> float:
    """Share of its items' variance that a factor carries (Fornell and Larcker 1981).

    sum l^2 v over sum l^2 v + sum u, or over the sum of the observed item variances when that is given, as semTools AVE
    does by default. Raises as `composite_reliability`.
    """
    a, b = _factor_parts(loadings, uniquenesses)
    common = float((a**2).sum()) * factor_variance
    return common / _denominator(common + float(b.sum()), observed_variance)


def _denominator(implied: float, observed: float | None) -> float:
    total = implied if observed is None else observed
    if not total > 0:
        raise ValueError(f"the variance to share out is {total}; pass variances above 0")
    return total


def htmt(correlation: npt.ArrayLike, scales: npt.ArrayLike, *, mean: str = "geometric") -> FloatArray:
    """Heterotrait-monotrait ratios of scales, shape (n_scales, n_scales).

    mean: of the correlations within and between scales, `geometric` (HTMT2, Roemer, Schuberth and Henseler 2021) or
    `arithmetic` (Henseler, Ringle and Sarstedt 2015).
    correlation: (k, k) of all items; scales: (k,), each item's scale. Scales stand in the order they first occur;
    the diagonal is 1. Above .85 to .90 two scales are hardly distinct.
    Raises ValueError when a scale has one item.
    """
    r = np.abs(floats(correlation, "correlation"))
    labels = list(np.asarray(scales).tolist())
    if r.ndim != 2 or r.shape != (len(labels), len(labels)):
        raise ValueError("correlation must be square with one row for each entry of scales")
    names = list(dict.fromkeys(labels))
    parts = [[i for i, label in enumerate(labels) if label == name] for name in names]
    if any(len(part) < 2 for part in parts):
        raise ValueError("a scale has one item; the ratio needs two or more a scale")
    if mean not in ("geometric", "arithmetic"):
        raise ValueError(f"mean is {mean!r}; choose geometric or arithmetic")

    def average(values: FloatArray) -> float:
        return float(np.exp(np.log(np.maximum(values, 1e-300)).mean()) if mean == "geometric" else values.mean())

    within = [average(r[np.ix_(p, p)][np.tril_indices(len(p), -1)]) for p in parts]
    out = np.eye(len(names))
    for a, first in enumerate(parts):
        for b, second in enumerate(parts):
            if a != b:
                out[a, b] = average(r[np.ix_(first, second)]) / np.sqrt(within[a] * within[b])
    return out
