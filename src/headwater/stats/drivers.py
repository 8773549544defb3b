"""Driver importance: the share of R2 each driver carries, exact from a correlation matrix.

LMG (Lindeman, Merenda and Gold 1980), the Shapley value of R2, is the default. R2 of all 2**p subsets comes
from one sweep per driver, vectorised over the subsets, so the work is proportional to 2**p and not to
2**p * p**3. The other measures (Groemping 2006, relaimpo) are given for comparison, not as importance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, complete, matrix, same_length, vector

__all__ = [
    "MAX_EXACT_DRIVERS",
    "DriverImportance",
    "all_subset_r2",
    "driver_importance",
    "driver_importance_from_correlation",
    "enough_for_drivers",
    "lmg",
]

MAX_EXACT_DRIVERS = 22
_PIVOT = 1e-10  # a driver with less than this share of its variance left is a combination of the others


@dataclass(frozen=True)
class DriverImportance:
    """Importance of p drivers of one outcome; every array has shape [p].

    lmg, genizi and johnson sum to r2; lmg_share and johnson_share sum to 1 (NaN when r2 is 0).
    last is the R2 lost when the driver is taken out, first the squared correlation, betasq the squared
    standardised coefficient, pratt coefficient times correlation, car the squared CAR score (Zuber and
    Strimmer 2011). johnson is Johnson (2000); it equals genizi (1993) in theory and is the check of it.
    """

    names: tuple[str, ...]
    n: int
    r2: float
    adj_r2: float
    lmg: FloatArray
    lmg_share: FloatArray
    last: FloatArray
    first: FloatArray
    betasq: FloatArray
    pratt: FloatArray
    genizi: FloatArray
    car: FloatArray
    johnson: FloatArray
    johnson_share: FloatArray
    std_beta: FloatArray
    vif: FloatArray


def enough_for_drivers(n: int, drivers: int) -> bool:
    """Whether n respondents carry a driver analysis of their own: n >= max(50, 5 * drivers)."""
    if drivers < 1:
        raise ValueError("drivers must be at least 1")
    return n >= max(50, 5 * drivers)


def check_correlation(x_corr: ArrayLike, xy_corr: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Validated predictor correlations [..., p, p] and predictor-outcome correlations [..., p]."""
    r = np.asarray(x_corr, dtype=np.float64)
    v = np.asarray(xy_corr, dtype=np.float64)
    if r.ndim < 2 or r.shape[-1] != r.shape[-2] or r.shape[:-1] != v.shape or r.shape[-1] == 0:
        raise ValueError(f"x_corr must be [..., p, p] and xy_corr [..., p], got {r.shape} and {v.shape}")
    if not (np.isfinite(r).all() and np.isfinite(v).all()):
        raise ValueError("correlations hold a missing value: a driver or the outcome does not vary")
    if np.abs(r - np.swapaxes(r, -1, -2)).max() > 1e-8 or np.abs(np.einsum("...ii->...i", r) - 1).max() > 1e-8:
        raise ValueError("x_corr is not a correlation matrix: it must be symmetric with a unit diagonal")
    if max(np.abs(r).max(), np.abs(v).max()) > 1 + 1e-8:
        raise ValueError("a correlation lies outside -1 to 1")
    return r, v


def augmented(x_corr: FloatArray, xy_corr: FloatArray) -> FloatArray:
    """Correlation matrix of drivers and outcome together, outcome last: [..., p+1, p+1]."""
    p = x_corr.shape[-1]
    full = np.ones((*x_corr.shape[:-2], p + 1, p + 1))
    full[..., :p, :p] = x_corr
    full[..., :p, p] = xy_corr
    full[..., p, :p] = xy_corr
    return full


def sweep_first(state: FloatArray) -> FloatArray:
    """Partial out the first variable of state [m, m, ...]; gives [m-1, m-1, ...].

    A variable with no variance left (a combination of those already taken) changes nothing.
    """
    pivot = state[0, 0]
    free = pivot > _PIVOT
    row = state[0, 1:]
    scaled = row * np.where(free, 1.0 / np.where(free, pivot, 1.0), 0.0)
    swept: FloatArray = state[1:, 1:] - row[:, None] * scaled[None, :]
    return swept


def all_subset_r2(x_corr: ArrayLike, xy_corr: ArrayLike) -> FloatArray:
    """R2 of the outcome on every subset of drivers.

    x_corr is [..., p, p], xy_corr [..., p]; leading axes are a batch (bootstrap replicates). Returns
    [..., 2**p]: entry s uses the drivers whose bit is set in s (driver j is bit j). Drivers that are linear
    combinations of others add nothing. ValueError above 22 drivers, for anything but a correlation matrix, and for
    correlations that cannot hold together.
    """
    r, v = check_correlation(x_corr, xy_corr)
    p = r.shape[-1]
    if p > MAX_EXACT_DRIVERS:
        raise ValueError(f"{p} drivers: above {MAX_EXACT_DRIVERS} use lmg_permutation or lmg_grouped")
    state = np.moveaxis(augmented(r, v), (-2, -1), (0, 1))[..., None].copy()
    for _ in range(p):
        state = np.concatenate([state[1:, 1:], sweep_first(state)], axis=-1)
    left = state[0, 0]
    if left.min() < -1e-8:
        raise ValueError("the correlations are impossible together: R2 would exceed 1")
    out: FloatArray = np.clip(1.0 - left, 0.0, 1.0)
    return out


def _shapley(r2: FloatArray, p: int) -> FloatArray:
    """Shapley values [..., p] from the values of all subsets [..., 2**p]."""
    size = np.bitwise_count(np.arange(2**p, dtype=np.uint32)).astype(np.int64)
    # weight of S as the coalition a driver joins: |S|! (p-|S|-1)! / p!
    weight = np.zeros(p + 1)
    weight[0] = 1.0 / p
    for k in range(1, p):
        weight[k] = weight[k - 1] * k / (p - k)
    joined = np.concatenate([[0.0], weight[:p]])
    outside = (r2 * weight[size]).sum(axis=-1)
    both = r2 * (weight[size] + joined[size])
    out = np.empty((*r2.shape[:-1], p))
    for j in range(p - 1, -1, -1):
        half = both.shape[-1] // 2
        low, high = both[..., :half], both[..., half:]
        out[..., j] = high.sum(axis=-1) - outside
        both = low + high
    return out


def lmg(x_corr: ArrayLike, xy_corr: ArrayLike) -> FloatArray:
    """LMG (Shapley) shares of R2 [..., p], exact, for up to 22 drivers.

    Same shapes and errors as `all_subset_r2`. The shares sum to R2, do not depend on the order or the sign of
    the drivers, and are never negative beyond rounding.
    """
    r2 = all_subset_r2(x_corr, xy_corr)
    return _shapley(r2, int(r2.shape[-1]).bit_length() - 1)


def _names(names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"x{j + 1}" for j in range(p))
    if len(names) != p:
        raise ValueError(f"{len(names)} names for {p} drivers")
    return tuple(names)


def driver_importance_from_correlation(
    x_corr: ArrayLike, xy_corr: ArrayLike, n: int, *, names: Sequence[str] | None = None
) -> DriverImportance:
    """Every importance measure from correlations: x_corr [p, p], xy_corr [p], n respondents.

    ValueError when the drivers are linearly dependent (coefficients and VIF do not exist then), when n does
    not exceed p + 1, or above 22 drivers.
    """
    r, v = check_correlation(x_corr, xy_corr)
    if r.ndim != 2:
        raise ValueError("one correlation matrix is expected; batches go to lmg")
    p = len(v)
    if n <= p + 1:
        raise ValueError(f"{n} respondents cannot carry {p} drivers")
    eigenvalues, vectors = np.linalg.eigh(r)
    if eigenvalues[0] < _PIVOT:
        worst = _names(names, p)[int(np.abs(vectors[:, 0]).argmax())]
        raise ValueError(f"drivers are linearly dependent: {worst} is a combination of others")
    inverse = (vectors / eigenvalues) @ vectors.T
    beta = inverse @ v
    r2 = float(beta @ v)
    if r2 > 1 + 1e-8:
        raise ValueError("the correlations are impossible together: R2 would exceed 1")
    shares = lmg(r, v)
    root = (vectors * np.sqrt(eigenvalues)) @ vectors.T
    car_scores = (vectors / np.sqrt(eigenvalues)) @ (vectors.T @ v)
    johnson = root**2 @ np.linalg.solve(root, v) ** 2
    total = r2 if r2 > 0 else np.nan
    return DriverImportance(
        names=_names(names, p),
        n=int(n),
        r2=r2,
        adj_r2=1.0 - (1.0 - r2) * (n - 1) / (n - p - 1),
        lmg=shares,
        lmg_share=shares / total,
        last=beta**2 / np.diag(inverse),
        first=v**2,
        betasq=beta**2,
        pratt=beta * v,
        genizi=root**2 @ car_scores**2,
        car=car_scores**2,
        johnson=johnson,
        johnson_share=johnson / total,
        std_beta=beta,
        vif=np.diag(inverse).copy(),
    )


def correlations(x: FloatArray, y: FloatArray, names: Sequence[str] | None = None) -> tuple[FloatArray, FloatArray]:
    """Correlations among the columns of x [n, p] and with y [n], complete rows; ValueError on a constant."""
    data = np.column_stack([x, y])
    centred = data - data.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0))
    flat = scale <= 1e-12 * np.maximum(1.0, np.abs(data).max(axis=0)) * np.sqrt(len(data))
    if flat.any():
        labels = (*_names(names, x.shape[1]), "the outcome")
        raise ValueError("no variation in " + ", ".join(labels[j] for j in np.flatnonzero(flat)))
    z = centred / scale
    full = z.T @ z
    np.fill_diagonal(full, 1.0)
    full = np.clip((full + full.T) / 2, -1.0, 1.0)
    return full[:-1, :-1], full[:-1, -1]


def driver_importance(x: ArrayLike, y: ArrayLike, *, names: Sequence[str] | None = None) -> DriverImportance:
    """Every importance measure from raw data: x [n, p] (NaN missing), y [n]; rows complete on all (listwise).

    Errors as `driver_importance_from_correlation`, and ValueError naming a column without variation.
    """
    xm, yv = matrix(x, "x"), vector(y, "y")
    same_length(x=xm, y=yv)
    keep = complete(xm, yv)
    if int(keep.sum()) < 3:
        raise ValueError("fewer than three complete rows")
    r, v = correlations(xm[keep], yv[keep], names)
    return driver_importance_from_correlation(r, v, int(keep.sum()), names=names)
