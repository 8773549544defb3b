"""Agreement and reliability of group ratings: ICC(1), ICC(2), rwg, rwg(j), r*wg(j), AD and a_wg.

Groups are any hashable labels. Results by group stand in the sorted order of the labels. Rows without a group are left
out. With several items, `missing` says what a blank does: `available` keeps the row's other answers, `listwise` leaves
the row out. Each default is that of the R package multilevel 2.8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from headwater.stats._arrays import (
    AnyArray,
    FloatArray,
    Grouping,
    group,
    grouped,
    matrix,
    present,
    same_length,
    within_group_deviations,
)

__all__ = [
    "NULL_SHAPES",
    "AnovaIcc",
    "GroupAgreement",
    "anova_icc",
    "average_deviation",
    "awg",
    "null_variance",
    "rwg",
    "rwg_j",
    "rwg_j_lindell",
]

NULL_SHAPES: dict[str, dict[int, float]] = {
    "slight_skew": {5: 1.34, 7: 2.90},
    "moderate_skew": {5: 0.90},
    "heavy_skew": {5: 0.44},
}
"""Null variances that are tabulated, not computed, by number of scale points (LeBreton and Senter 2008, table 2)."""


@dataclass(frozen=True)
class AnovaIcc:
    """One-way random-effects analysis of variance and the two intraclass correlations."""

    n: int
    n_groups: int
    n_mean: float  # n / n_groups
    n0: float  # Searle's group size, (n - sum n_j^2 / n) / (n_groups - 1)
    n_harmonic: float
    ms_between: float
    ms_within: float
    f: float
    df_between: int
    df_within: int
    p_value: float
    icc1: float  # with the mean group size (Bliese 2000)
    icc1_searle: float  # with n0
    icc2: float  # reliability of the group means, (MSB - MSW) / MSB
    eta_squared: float


@dataclass(frozen=True)
class GroupAgreement:
    """An agreement index for each group; groups of one and groups without a defined value are NaN."""

    groups: AnyArray  # (n_groups,), sorted labels
    n: FloatArray  # (n_groups,), rows used
    value: FloatArray  # (n_groups,)
    mean: float  # over groups with a value; NaN when there is none
    median: float


def anova_icc(values: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object]) -> AnovaIcc:
    """ICC(1) and ICC(2) from a one-way analysis of variance (Shrout and Fleiss 1979; Bliese 2000).

    values: (n,) ratings; groups: (n,) labels. `icc1` is what the R package multilevel gives; with unequal groups it
    differs from `icc1_searle` and from the REML one of `random_intercept`: say which one is shown. Negative
    estimates are kept.
    Raises ValueError for a single group, groups of one only, or values that never vary.
    """
    x, by = grouped(values, groups)
    if x.ndim != 1:
        raise ValueError("values: pass one value a row; call once for each item")
    n, k = x.size, by.size
    if k < 2:
        raise ValueError("all rows belong to one group; at least two groups are needed")
    if n == k:
        raise ValueError("every group has one row; within-group variance needs a group of two or more")
    sizes = by.counts()
    centred = x - x.mean()
    within = float((within_group_deviations(centred, by) ** 2).sum())
    between = float((sizes * by.means(centred) ** 2).sum())
    if within + between <= 1e-25 * max(float((x**2).sum()), 1e-300):
        raise ValueError("values never vary; there is nothing to compare")
    df1, df2 = k - 1, n - k
    msb, msw = between / df1, within / df2
    n0 = (n - float((sizes**2).sum()) / n) / df1
    mean_size = n / k
    f = msb / msw if msw > 0 else np.inf
    return AnovaIcc(
        n=n,
        n_groups=k,
        n_mean=mean_size,
        n0=n0,
        n_harmonic=float(1 / (1 / sizes).mean()),
        ms_between=msb,
        ms_within=msw,
        f=f,
        df_between=df1,
        df_within=df2,
        p_value=float(special.fdtrc(df1, df2, f)),
        icc1=(msb - msw) / (msb + (mean_size - 1) * msw),
        icc1_searle=(msb - msw) / (msb + (n0 - 1) * msw),
        icc2=(msb - msw) / msb if msb > 0 else -np.inf,
        eta_squared=between / (between + within),
    )


def null_variance(points: int, shape: str = "uniform") -> float:
    """Variance of ratings that carry no agreement, on a scale of `points` points one apart.

    shape: `uniform` (A^2 - 1) / 12 and `triangular` for any A (James, Demaree and Wolf 1984), `maximum` ((A - 1) / 2)^2
    (Lindell and Brandt 1999), and from the table of LeBreton and Senter (2008) `slight_skew` (5 and 7 points),
    `moderate_skew` and `heavy_skew` (5 points).
    Raises ValueError for fewer than 2 points, an unknown shape, or a number of points without a tabulated value.
    """
    if points < 2:
        raise ValueError(f"a scale of {points} points cannot vary; pass 2 points or more")
    if shape == "uniform":
        return (points**2 - 1) / 12
    if shape == "triangular":
        return (points**2 + 2 * points - (3 if points % 2 else 0)) / 24
    if shape == "maximum":
        return ((points - 1) / 2) ** 2
    if shape not in NULL_SHAPES:
        known = ", ".join(["uniform", "triangular", "maximum", *NULL_SHAPES])
        raise ValueError(f"unknown shape {shape!r}; choose one of {known}")
    table = NULL_SHAPES[shape]
    if points not in table:
        known = ", ".join(str(a) for a in table)
        raise ValueError(f"{shape} is tabulated for {known} points, not {points}; pass a variance of your own")
    return table[points]


def _positive(variance: float) -> float:
    if not variance > 0:
        raise ValueError(f"null_variance is {variance}; pass a variance above 0, such as null_variance(5)")
    return variance


def _agreement(by: Grouping, value: FloatArray) -> GroupAgreement:
    n = by.counts()
    value = np.where(n > 1, value, np.nan)
    known = value[~np.isnan(value)]
    mean = float(known.mean()) if known.size else np.nan
    median = float(np.median(known)) if known.size else np.nan
    return GroupAgreement(by.labels, n, value, mean, median)


@dataclass(frozen=True)
class _Cells:
    """Answers of every group to every item; arrays but `items` have shape (n_groups, k)."""

    items: FloatArray  # (n_rows, k), NaN for missing
    by: Grouping
    n: FloatArray
    mean: FloatArray  # NaN without answers

    def mean_of(self, rows: FloatArray) -> FloatArray:
        """Mean over a group's answers of a quantity of shape (n_rows, k), NaN where the answer is missing."""
        total = self.by.sums(np.nan_to_num(rows))
        return np.asarray(total / np.where(self.n > 0, self.n, np.nan), dtype=np.float64)

    def variance(self) -> FloatArray:
        """Divisor n - 1; NaN below two answers."""
        spread = self.mean_of((self.items - self.mean[self.by.codes]) ** 2)
        return np.asarray(spread * self.n / np.where(self.n > 1, self.n - 1, np.nan), dtype=np.float64)

    def median(self) -> FloatArray:
        """Middle answer, or the mean of the two middle ones."""
        rows = self.by.counts().astype(np.int64)
        start = np.concatenate([[0], np.cumsum(rows)[:-1]])
        columns = []
        for j, column in enumerate(self.items.T):
            # NaN sorts last within its group, so the first n places hold the answers.
            ordered = column[np.lexsort((column, self.by.codes))]
            n = np.maximum(self.n[:, j].astype(np.int64), 1)
            columns.append((ordered[start + (n - 1) // 2] + ordered[start + n // 2]) / 2)
        return np.stack(columns, axis=1)


def _cells(values: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object], missing: str) -> _Cells:
    if missing not in ("available", "listwise"):
        raise ValueError(f"missing is {missing!r}; choose available or listwise")
    x = matrix(values, "items")
    labels, known = present(groups, "groups")
    same_length(x, labels, "items and groups")
    gone = np.isnan(x)
    keep = known & ~(gone.any(axis=1) if missing == "listwise" else gone.all(axis=1))
    if not keep.any():
        raise ValueError("items and groups: no row has both answers and a group")
    x, by = x[keep], group(labels[keep])
    n = by.sums((~np.isnan(x)).astype(np.float64))
    mean = by.sums(np.nan_to_num(x)) / np.where(n > 0, n, np.nan)
    return _Cells(x, by, n, np.asarray(mean, dtype=np.float64))


def rwg(
    values: npt.ArrayLike,
    groups: npt.ArrayLike | Iterable[object],
    null_variance: float,
    *,
    negative_to_zero: bool = True,
) -> GroupAgreement:
    """Agreement rwg of one item: 1 - variance / null variance, by group (James, Demaree and Wolf 1984).

    null_variance: a number, as from `null_variance(points, shape)`. Show at least two nulls.
    negative_to_zero: groups that vary more than the null get 0, as in R; False keeps the negative value.
    """
    x, by = grouped(values, groups)
    if x.ndim != 1:
        raise ValueError("values: rwg takes one item; use rwg_j for several")
    value = 1 - _cells(values, groups, "listwise").variance()[:, 0] / _positive(null_variance)
    return _agreement(by, np.maximum(value, 0) if negative_to_zero else value)


def rwg_j(
    items: npt.ArrayLike,
    groups: npt.ArrayLike | Iterable[object],
    null_variance: float,
    *,
    negative_to_zero: bool = True,
    missing: str = "available",
) -> GroupAgreement:
    """Agreement rwg(j) of several parallel items, shape (n, j), by group (James, Demaree and Wolf 1984).

    negative_to_zero: groups whose mean variance exceeds the null get 0, as in R; with False they get NaN, for the
    formula has no meaning there.
    """
    cells = _cells(items, groups, missing)
    j = cells.items.shape[1]
    if j < 2:
        raise ValueError("items: rwg_j takes two or more items, rows by items; use rwg for one")
    ratio = cells.variance().mean(axis=1) / _positive(null_variance)
    outside = ratio > 1
    safe = np.where(outside, 1.0, ratio)
    value = j * (1 - safe) / (j * (1 - safe) + safe)
    return _agreement(cells.by, np.where(outside, 0.0 if negative_to_zero else np.nan, value))


def rwg_j_lindell(
    items: npt.ArrayLike,
    groups: npt.ArrayLike | Iterable[object],
    null_variance: float,
    *,
    missing: str = "available",
) -> GroupAgreement:
    """Agreement r*wg(j): 1 - mean item variance / null variance, by group (Lindell, Brandt and Whitney 1999).

    items: (n, j). Does not rise with the number of items, and may be negative.
    """
    cells = _cells(items, groups, missing)
    return _agreement(cells.by, 1 - cells.variance().mean(axis=1) / _positive(null_variance))


def average_deviation(
    values: npt.ArrayLike,
    groups: npt.ArrayLike | Iterable[object],
    *,
    center: str = "mean",
    missing: str = "listwise",
) -> GroupAgreement:
    """Average deviation index AD, by group: mean absolute distance from the mean or median (Burke et al. 1999).

    values: (n,) for one item or (n, j) for several, which are averaged. In scale points; lower is more agreement, and
    up to (number of points) / 6 counts as agreement (Burke and Dunlap 2002).
    """
    if center not in ("mean", "median"):
        raise ValueError(f"center is {center!r}; choose mean or median")
    cells = _cells(values, groups, missing)
    middle = cells.mean if center == "mean" else cells.median()
    deviation = cells.mean_of(np.abs(cells.items - middle[cells.by.codes]))
    return _agreement(cells.by, deviation.mean(axis=1))


def awg(
    values: npt.ArrayLike,
    groups: npt.ArrayLike | Iterable[object],
    *,
    low: float = 1,
    high: float = 5,
    missing: str = "listwise",
) -> GroupAgreement:
    """Agreement a_wg, relative to the most disagreement possible at the group's own mean (Brown and Hauenstein 2005).

    values: (n,) or (n, j); items of one group are averaged over those defined. low, high: ends of the scale. Undefined
    (NaN) where the mean lies too close to an end for the group's size; 1 where all stand at an end.
    Raises ValueError when low is not below high or values lie outside.
    """
    if not low < high:
        raise ValueError(f"low is {low} and high is {high}; pass the lowest and highest scale point")
    cells = _cells(values, groups, missing)
    least, greatest = float(np.nanmin(cells.items)), float(np.nanmax(cells.items))
    if least < low or greatest > high:
        raise ValueError(f"values run from {least} to {greatest}, outside {low} to {high}; pass low and high")
    n, mean = cells.n, cells.mean
    most = ((high + low) * mean - mean**2 - high * low) * n / np.where(n > 1, n - 1, np.nan)
    slack = 1e-12 * (high - low)
    at_end = (mean - low <= slack) | (high - mean <= slack)
    outside = (mean < (low * (n - 1) + high) / n - slack) | (mean > (high * (n - 1) + low) / n + slack)
    value = 1 - 2 * cells.variance() / np.where(at_end, np.nan, most)
    value = np.where(at_end, 1.0, np.where(outside, np.nan, value))
    defined = ~np.isnan(value)
    count = defined.sum(axis=1)
    average = np.where(defined, value, 0).sum(axis=1) / np.where(count > 0, count, np.nan)
    return _agreement(cells.by, average)
