"""Polychoric correlations: the correlation of normal variables behind ordered answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import FloatArray, matrix
from headwater.stats.reliability import Alpha, alpha_from_covariance

__all__ = ["alpha_ordinal", "polychoric_correlation"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_FAR = 12.0  # standard normal beyond this is 0 or 1 in double precision
_EDGE = 0.9999


def _bivariate_normal(h: FloatArray, k: FloatArray, rho: float) -> FloatArray:
    """P(X < h_i, Y < k_j) for correlation rho, shape (len(h), len(k)) (Drezner and Wesolowsky 1990)."""
    angle = np.arcsin(rho)
    theta = angle * (_NODES + 1) / 2
    sine, cosine2 = np.sin(theta), np.cos(theta) ** 2
    a, b = h[:, None, None], k[None, :, None]
    integrand = np.exp(-(a * a + b * b - 2 * a * b * sine) / (2 * cosine2))
    part = angle / 2 * (integrand @ _WEIGHTS) / (2 * np.pi)
    return np.asarray(np.outer(special.ndtr(h), special.ndtr(k)) + part, dtype=np.float64)


def _thresholds(column: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sorted categories and the normal cut points between them, with the far ends."""
    categories, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    cuts = special.ndtri(np.cumsum(counts)[:-1] / counts.sum())
    return categories, np.concatenate([[-_FAR], cuts, [_FAR]])


def _table(x: FloatArray, y: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    both = ~np.isnan(x) & ~np.isnan(y)
    place = np.searchsorted(rows, x[both]) * columns.size + np.searchsorted(columns, y[both])
    flat = np.bincount(place, minlength=rows.size * columns.size).astype(np.float64)
    return flat.reshape(rows.size, columns.size)


def _pair(table: FloatArray, h: FloatArray, k: FloatArray) -> float:
    def cost(rho: float) -> float:
        grid = _bivariate_normal(h, k, rho)
        cells = np.diff(np.diff(grid, axis=0), axis=1)
        return -float((table * np.log(np.maximum(cells, 1e-300))).sum())

    found = optimize.minimize_scalar(cost, bounds=(-_EDGE, _EDGE), method="bounded", options={"xatol": 1e-8})
    return float(cast("Any", found).x)


def polychoric_correlation(items: npt.ArrayLike, *, empty_cells: float = 0.5, max_categories: int = 12) -> FloatArray:
    """Polychoric correlations of ordered items (n, k), two-step, pair by pair; shape (k, k) (Olsson 1979).

    Thresholds come from each item's own answers, correlations from the rows that answer both. empty_cells is added to
    cells of a pair's table that nobody chose, as psych::polychoric does; 0 adds nothing. The matrix may fail to be
    positive definite.
    Raises ValueError for an item that never varies or has more than max_categories values (use Pearson then).
    """
    x = matrix(items, "items", min_columns=2)
    parts = [_thresholds(column) for column in x.T]
    for i, (categories, _) in enumerate(parts):
        if categories.size < 2:
            raise ValueError(f"item {i + 1} of {x.shape[1]} never varies; leave it out")
        if categories.size > max_categories:
            raise ValueError(
                f"item {i + 1} has {categories.size} values; above {max_categories} use Pearson correlations"
            )
    out = np.eye(x.shape[1])
    for i, j in _pairs(x.shape[1]):
        table = _table(x[:, i], x[:, j], parts[i][0], parts[j][0])
        if table.sum() < 2:
            raise ValueError(f"items {i + 1} and {j + 1} share fewer than two rows; drop one")
        table = np.where(table == 0, empty_cells, table)
        out[i, j] = out[j, i] = _pair(table, parts[i][1], parts[j][1])
    return out


def _pairs(k: int) -> Iterable[tuple[int, int]]:
    return ((i, j) for i in range(k) for j in range(i))


def alpha_ordinal(items: npt.ArrayLike) -> Alpha:
    """Alpha on polychoric correlations (Zumbo, Gadermann and Zeisser 2007); its sampling errors are only rough."""
    x = matrix(items, "items", min_columns=2)
    return alpha_from_covariance(polychoric_correlation(x), int((~np.isnan(x)).any(axis=1).sum()))
