"""A relation split by level: group means and deviations, and within-and-between analysis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.stats._arrays import FloatArray, floats, group, grouped, present, same_length, vector

__all__ = ["Levels", "Waba", "split_levels", "waba"]


@dataclass(frozen=True)
class Levels:
    """A variable as its group's mean and the deviation from it; both (n,), NaN where the value or group is missing."""

    group_mean: FloatArray
    deviation: FloatArray


@dataclass(frozen=True)
class Waba:
    """Within-and-between analysis: r_total = eta_bx eta_by r_between + eta_wx eta_wy r_within."""

    r_total: float
    eta_between_x: float
    eta_between_y: float
    r_between: float  # group means, each weighted by its group's size
    eta_within_x: float
    eta_within_y: float
    r_within: float


def split_levels(values: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object]) -> Levels:
    """Splits `values` (n,) into group means and deviations, over the answers that exist.

    Raises ValueError for empty input or lengths that differ.
    """
    x = vector(values, "values")
    labels, known = present(groups, "groups")
    same_length(x, labels, "values and groups")
    keep = known & ~np.isnan(x)
    mean = np.full(x.size, np.nan)
    if keep.any():
        by = group(labels[keep])
        mean[keep] = by.means(x[keep])[by.codes]
    return Levels(mean, np.asarray(x - mean, dtype=np.float64))


def _correlation(a: FloatArray, b: FloatArray) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else np.nan


def waba(x: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object]) -> Waba:
    """Within-and-between analysis of two variables (n,) (Dansereau, Alutto and Yammarino 1984).

    Uses rows with both values and a group. A correlation at a level where a variable never varies is NaN.
    Raises ValueError for a single group, groups of one only, or a variable that never varies.
    """
    first, second = floats(x, "x"), floats(y, "y")
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError("x and y must be one-dimensional and of one length")
    both, by = grouped(np.column_stack([first, second]), groups, names="x, y and groups")
    if by.size < 2:
        raise ValueError("all rows belong to one group; at least two groups are needed")
    if by.size == both.shape[0]:
        raise ValueError("every group has one row; the within part needs a group of two or more")
    both = both - both.mean(axis=0)
    total = (both**2).sum(axis=0)
    if (total <= 0).any():
        raise ValueError("a variable never varies; there is nothing to relate")
    mean = by.means(both)[by.codes]
    dev = both - mean
    between = np.sqrt((mean**2).sum(axis=0) / total)
    within = np.sqrt((dev**2).sum(axis=0) / total)
    return Waba(
        r_total=_correlation(both[:, 0], both[:, 1]),
        eta_between_x=float(between[0]),
        eta_between_y=float(between[1]),
        r_between=_correlation(mean[:, 0], mean[:, 1]),
        eta_within_x=float(within[0]),
        eta_within_y=float(within[1]),
        r_within=_correlation(dev[:, 0], dev[:, 1]),
    )
