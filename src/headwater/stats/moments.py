"""Means and variances, weighted or not, from rows or from additive sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.stats._arrays import AnyArray, FloatArray, floats, matrix, plain

__all__ = [
    "Moments",
    "WeightedMean",
    "effective_n",
    "kish_design_effect",
    "moments_from_sums",
    "weighted_mean",
    "weighted_mean_from_sums",
]

_SAFE = 2**62  # products below this stay exact in int64


@dataclass(frozen=True)
class Moments:
    """Unweighted moments. All fields have the shape of the sums; cells without data are NaN."""

    n: FloatArray
    mean: FloatArray
    variance: FloatArray  # divisor n - 1
    sd: FloatArray
    se: FloatArray  # of the mean


@dataclass(frozen=True)
class WeightedMean:
    """A weighted mean and its spread. Fields have shape () for one column of values, (k,) for k columns."""

    n: FloatArray  # answers, not weights
    sum_weights: FloatArray
    mean: FloatArray
    variance: FloatArray  # estimate of the population variance: n / (n - 1) * sum w (x - mean)^2 / sum w
    se: FloatArray  # linearised, respondents drawn independently
    design_effect: FloatArray  # Kish: n * sum w^2 / (sum w)^2
    effective_n: FloatArray  # n / design_effect


def _as_sums(values: npt.ArrayLike, name: str) -> AnyArray:
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        return array.astype(object) if array.dtype.kind == "u" else array
    if array.dtype.kind == "O":
        return array
    return floats(values, name)


def _exact(n: AnyArray, total: AnyArray, squares: AnyArray) -> FloatArray:
    """Count times sum of squares less squared sum; whole numbers lose no digits."""
    arrays = (n, total, squares)
    if any(a.dtype.kind == "f" for a in arrays):
        n, total, squares = (a.astype(np.float64) for a in arrays)
        spread = n * squares - total**2
        # Rounding may leave a constant cell a hair below 0; more than that is no rounding.
        return np.where(np.abs(spread) <= 1e-12 * np.abs(n * squares), 0.0, spread)
    biggest = [max((abs(int(v)) for v in (a.min(), a.max())), default=0) if a.size else 0 for a in arrays]
    if biggest[0] * biggest[2] >= _SAFE or biggest[1] ** 2 >= _SAFE:
        n, total, squares = (a.astype(object) for a in arrays)
    return np.asarray(n * squares - total * total).astype(np.float64)


def moments_from_sums(n: npt.ArrayLike, total: npt.ArrayLike, total_squares: npt.ArrayLike) -> Moments:
    """Mean, variance and standard error from counts, sums and sums of squares, cell by cell.

    Whole-number sums of any size stay exact until the last division. n of 0 gives NaN, n of 1 no variance.
    Raises ValueError for a negative n or sums no data can have.
    """
    count, first, second = np.broadcast_arrays(
        _as_sums(n, "n"), _as_sums(total, "total"), _as_sums(total_squares, "total_squares")
    )
    if (count < 0).any() or (second < 0).any():
        raise ValueError("n and total_squares must not be negative; check how the sums were added")
    size = count.astype(np.float64)
    if ((size == 0) & (second.astype(np.float64) > 0)).any():
        raise ValueError("total_squares is above 0 where n is 0; the sums belong to different rows")
    spread = _exact(count, first, second)
    if (spread < 0).any():
        raise ValueError("total_squares is too small for total; the sums belong to different rows")
    some = np.where(size > 0, size, np.nan)
    mean = first.astype(np.float64) / some
    variance = spread / (some * np.where(size > 1, size - 1, np.nan))
    fields = (size, mean, variance, np.sqrt(variance), np.sqrt(variance / some))
    return Moments(*(plain(np.asarray(field)) for field in fields))


def kish_design_effect(weights: npt.ArrayLike) -> float:
    """Design effect of unequal weights, n * sum w^2 / (sum w)^2 (Kish 1965); NaN weights are left out.

    Raises ValueError when no weight is above 0 or one is negative.
    """
    w = floats(weights, "weights").ravel()
    w = w[~np.isnan(w)]
    if (w < 0).any():
        raise ValueError("weights must not be negative; check how they were made")
    if w.size == 0 or w.sum() == 0:
        raise ValueError("no weight is above 0; pass at least one positive weight")
    return float(w.size * (w**2).sum() / w.sum() ** 2)


def effective_n(weights: npt.ArrayLike) -> float:
    """Number of equally weighted answers worth as much, (sum w)^2 / sum w^2 (Kish 1965)."""
    w = floats(weights, "weights").ravel()
    return float((~np.isnan(w)).sum() / kish_design_effect(w))


def weighted_mean(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> WeightedMean:
    """Weighted mean with a linearised standard error, column by column.

    values: (n,) or (n, k); weights: (n,), by default all 1. A row counts where its value and weight are known and
    the weight is above 0. The standard error treats weights as sampling weights, not as counts, and respondents
    as drawn independently: with strata, clusters or raking use `survey_mean`.
    Raises ValueError for empty input or negative weights.
    """
    array = matrix(values, "values")
    w = np.ones(array.shape[0]) if weights is None else floats(weights, "weights")
    if w.shape != (array.shape[0],):
        raise ValueError(f"weights has shape {w.shape}; pass one weight a row ({array.shape[0]})")
    if (w < 0).any():
        raise ValueError("weights must not be negative; check how they were made")
    known = ~np.isnan(array) & (np.nan_to_num(w) > 0)[:, None]
    used = np.where(known, w[:, None], 0.0)
    # Sums around a rough centre keep their digits.
    x = np.where(known, array, 0.0)
    centre = (used * x).sum(axis=0) / np.where(known.any(axis=0), used.sum(axis=0), np.nan)
    dev = np.where(known, array - centre, 0.0)
    result = weighted_mean_from_sums(
        n=known.sum(axis=0),
        w=used.sum(axis=0),
        wx=(used * dev).sum(axis=0),
        wxx=(used * dev**2).sum(axis=0),
        ww=(used**2).sum(axis=0),
        wwx=(used**2 * dev).sum(axis=0),
        wwxx=(used**2 * dev**2).sum(axis=0),
    )
    single = np.ndim(values) == 1
    fields = {name: np.asarray(value) for name, value in vars(result).items()}
    fields["mean"] = fields["mean"] + centre
    return WeightedMean(**{name: plain(value[0]) if single else value for name, value in fields.items()})


def weighted_mean_from_sums(
    *,
    n: npt.ArrayLike,
    w: npt.ArrayLike,
    wx: npt.ArrayLike,
    wxx: npt.ArrayLike,
    ww: npt.ArrayLike,
    wwx: npt.ArrayLike,
    wwxx: npt.ArrayLike,
) -> WeightedMean:
    """The same from additive sums: n, sum w, w x, w x^2, w^2, w^2 x and w^2 x^2, cell by cell.

    n of 0 or weights of 0 give NaN; n of 1 has a mean and no standard error.
    Raises ValueError for a negative n or sum of weights.
    """
    names = ("n", "w", "wx", "wxx", "ww", "wwx", "wwxx")
    raw = np.broadcast_arrays(*(floats(a, name) for a, name in zip((n, w, wx, wxx, ww, wwx, wwxx), names, strict=True)))
    if any((raw[i] < 0).any() for i in (0, 1, 3, 4, 6)):
        raise ValueError("n and sums of weights or squares must not be negative; check how they were added")
    size, s_w, s_wx, s_wxx, s_ww, s_wwx, s_wwxx = raw
    some = np.where((size > 0) & (s_w > 0), size, np.nan)
    total = np.where(np.isnan(some), np.nan, s_w)
    mean = s_wx / total
    small = some / np.where(some > 1, some - 1, np.nan)
    variance = small * np.maximum(s_wxx / total - mean**2, 0.0)
    squared = np.maximum(s_wwxx - 2 * mean * s_wwx + mean**2 * s_ww, 0.0)
    se = np.sqrt(small * squared) / total
    deff = some * s_ww / total**2
    fields = (size, s_w, mean, variance, se, deff, some / deff)
    return WeightedMean(*(plain(np.asarray(field)) for field in fields))
