"""Association between units that is free of same-source error.

When the same people rate their leader and report their own engagement, the correlation of unit means also
carries the correlation of personal errors. The cross-product estimator takes it out: with MSCP_B and MSCP_W
the mean cross products between and within units, the covariance of the units' true means is
(MSCP_B - MSCP_W) / n0 (Searle, Casella and McCulloch 1992). It plays the part of all split samples at once.
It removes errors of persons only: events shared by a unit remain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    FloatArray,
    Labels,
    check_confidence,
    codes,
    complete,
    group_means,
    group_sums,
    recode,
    same_length,
    vector,
)

__all__ = [
    "BetweenCovariance",
    "GroupSums",
    "UnitReliability",
    "between_covariance",
    "between_covariance_from_groups",
    "group_sums_of",
    "unit_mean_reliability",
]


@dataclass(frozen=True)
class GroupSums:
    """Sufficient statistics of two variables in G groups, all [G]: people n, means, and sums of squares and
    products about the group means.
    """

    n: FloatArray
    mean_x: FloatArray
    mean_y: FloatArray
    sxx: FloatArray
    syy: FloatArray
    sxy: FloatArray


@dataclass(frozen=True)
class BetweenCovariance:
    """Between-unit (latent) and within-unit association of x and y.

    r_between is NaN when a between variance is not positive. slope_between is cov_between / var_between_x.
    SEs are by the jackknife over units; the interval of r_between is on the Fisher-z scale where |r| < 1,
    else symmetric, with t(G - 1). n people, groups units, n0 the effective number of people in a unit.
    """

    cov_between: float
    var_between_x: float
    var_between_y: float
    r_between: float
    slope_between: float
    cov_within: float
    r_within: float
    se_cov_between: float
    se_r_between: float
    r_between_lower: float
    r_between_upper: float
    se_slope_between: float
    n: int
    groups: int
    n0: float
    confidence: float


@dataclass(frozen=True)
class UnitReliability:
    """How reliable the means of units are.

    icc1: share of variance between units, by ANOVA with n0; icc2: (MSB - MSW) / MSB, the reliability of a
    mean at the average size; by_unit [G]: icc1-based reliability of each unit's own mean, labels [G] in
    its order; sizes [G]; mean is the average of by_unit. Negative variances count as zero in by_unit.
    """

    icc1: float
    icc2: float
    by_unit: FloatArray
    labels: tuple[object, ...]
    sizes: FloatArray
    mean: float


def group_sums_of(x: ArrayLike, y: ArrayLike, groups: Labels) -> GroupSums:
    """Sufficient statistics of raw data x [n], y [n] by groups [n]; rows complete on all three."""
    xv, yv, (coded, _) = vector(x, "x"), vector(y, "y"), codes(groups)
    same_length(x=xv, y=yv, groups=coded)
    keep = complete(xv, yv, coded)
    if not keep.any():
        raise ValueError("no complete row")
    xv, yv = xv[keep], yv[keep]
    coded, _ = recode(coded[keep])
    size = int(coded.max()) + 1
    n = np.bincount(coded).astype(np.float64)
    mx, my = group_means(xv, coded, size), group_means(yv, coded, size)
    dx, dy = xv - mx[coded], yv - my[coded]
    sxx, syy, sxy = (group_sums(v, coded, size) for v in (dx * dx, dy * dy, dx * dy))
    return GroupSums(n, mx, my, sxx, syy, sxy)


def checked(
    n: ArrayLike, mean_x: ArrayLike, mean_y: ArrayLike, sxx: ArrayLike, syy: ArrayLike, sxy: ArrayLike
) -> GroupSums:
    """Validated group statistics; groups with a missing value or without people are left out."""
    names = ("n", "mean_x", "mean_y", "sxx", "syy", "sxy")
    arrays = [vector(a, k) for a, k in zip((n, mean_x, mean_y, sxx, syy, sxy), names, strict=True)]
    same_length(**dict(zip(names, arrays, strict=True)))
    keep = complete(*arrays) & (np.nan_to_num(arrays[0]) > 0)
    count, mx, my, xx, yy, xy = (a[keep] for a in arrays)
    if (xx < 0).any() or (yy < 0).any():
        raise ValueError("a sum of squares is negative")
    if (xy**2 > xx * yy * (1 + 1e-6) + 1e-9).any():
        raise ValueError("a sum of products is larger than its sums of squares allow")
    return GroupSums(count, mx, my, xx, yy, xy)


def _components(
    total: FloatArray, groups: FloatArray, sq: FloatArray, first: FloatArray, second: FloatArray, within: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Between and within covariances [..., 3] in the order xx, yy, xy, and n0, from additive sums.

    total = sum n, sq = sum n^2, first [..., 2] = sum n m, second [..., 3] = sum n m m', within [..., 3].
    """
    cross = np.stack([first[..., 0] ** 2, first[..., 1] ** 2, first[..., 0] * first[..., 1]], axis=-1)
    msb = (second - cross / total[..., None]) / (groups[..., None] - 1)
    msw = within / (total - groups)[..., None]
    n0 = (total - sq / total) / (groups - 1)
    return (msb - msw) / n0[..., None], msw, n0


def _r_slope(cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        positive = (cov[..., 0] > 0) & (cov[..., 1] > 0)
        r = np.where(positive, cov[..., 2] / np.sqrt(np.where(positive, cov[..., 0] * cov[..., 1], 1.0)), np.nan)
        slope = np.where(cov[..., 0] > 0, cov[..., 2] / cov[..., 0], np.nan)
    return r, slope


def _jackknife(values: FloatArray) -> float:
    """Jackknife SE from leave-one-unit-out values [G]; NaN when one of them does not exist."""
    g = len(values)
    return float(np.sqrt((g - 1) / g * ((values - values.mean()) ** 2).sum()))


def between_covariance_from_groups(
    n: ArrayLike,
    mean_x: ArrayLike,
    mean_y: ArrayLike,
    sxx: ArrayLike,
    syy: ArrayLike,
    sxy: ArrayLike,
    *,
    confidence: float = 0.95,
) -> BetweenCovariance:
    """Between-unit covariance free of same-source error from sufficient statistics.

    All arguments are [G]: people n, means, and sums of squares and products about the group means
    (not divided). Groups with NaN or n = 0 are left out. ValueError below three groups, or when no group
    has two people.
    """
    check_confidence(confidence)
    g = checked(n, mean_x, mean_y, sxx, syy, sxy)
    size = len(g.n)
    if size < 3:
        raise ValueError(f"{size} groups: at least three are needed")
    if g.n.sum() <= size:
        raise ValueError("no group has two people: the error of persons cannot be taken out")
    centre_x, centre_y = (g.n @ g.mean_x) / g.n.sum(), (g.n @ g.mean_y) / g.n.sum()
    mx, my = g.mean_x - centre_x, g.mean_y - centre_y
    first = np.stack([g.n * mx, g.n * my], axis=1)
    second = np.stack([g.n * mx * mx, g.n * my * my, g.n * mx * my], axis=1)
    within = np.stack([g.sxx, g.syy, g.sxy], axis=1)
    sums = (g.n.sum(), np.float64(size), (g.n**2).sum(), first.sum(axis=0), second.sum(axis=0), within.sum(axis=0))
    cov, msw, n0 = _components(*(np.asarray(s) for s in sums))
    r, slope = _r_slope(cov)
    with np.errstate(divide="ignore", invalid="ignore"):
        left, _, _ = _components(
            sums[0] - g.n,
            np.full(size, size - 1.0),
            sums[2] - g.n**2,
            sums[3] - first,
            sums[4] - second,
            sums[5] - within,
        )
        r_left, slope_left = _r_slope(left)
        r_within = float(msw[2] / np.sqrt(msw[0] * msw[1])) if msw[0] > 0 and msw[1] > 0 else np.nan
    se_r = _jackknife(r_left)
    lower, upper = _r_interval(float(r), r_left, se_r, size, confidence)
    return BetweenCovariance(
        cov_between=float(cov[2]),
        var_between_x=float(cov[0]),
        var_between_y=float(cov[1]),
        r_between=float(r),
        slope_between=float(slope),
        cov_within=float(msw[2]),
        r_within=float(r_within),
        se_cov_between=_jackknife(left[:, 2]),
        se_r_between=se_r,
        r_between_lower=lower,
        r_between_upper=upper,
        se_slope_between=_jackknife(slope_left),
        n=round(float(g.n.sum())),
        groups=size,
        n0=float(n0),
        confidence=confidence,
    )


def _r_interval(r: float, left: FloatArray, se: float, groups: int, confidence: float) -> tuple[float, float]:
    from scipy.special import stdtrit

    t = float(stdtrit(groups - 1, (1 + confidence) / 2))
    if abs(r) < 1 and (np.abs(left) < 1).all():
        half = t * _jackknife(np.arctanh(left))
        return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))
    return r - t * se, r + t * se


def between_covariance(x: ArrayLike, y: ArrayLike, groups: Labels, *, confidence: float = 0.95) -> BetweenCovariance:
    """Between-unit covariance free of same-source error from raw data: x [n], y [n], groups [n].

    Rows complete on all three; errors as `between_covariance_from_groups`.
    """
    s = group_sums_of(x, y, groups)
    return between_covariance_from_groups(s.n, s.mean_x, s.mean_y, s.sxx, s.syy, s.sxy, confidence=confidence)


def unit_mean_reliability(x: ArrayLike, groups: Labels) -> UnitReliability:
    """Reliability of unit means of x [n] by groups [n] (NaN rows left out), by one-way ANOVA.

    ValueError below two groups, without a group of two, or when x does not vary.
    """
    xv, (coded, labels) = vector(x, "x"), codes(groups)
    same_length(x=xv, groups=coded)
    keep = complete(xv, coded)
    xv = xv[keep]
    coded, old = recode(coded[keep])
    if len(old) < 2 or len(xv) <= len(old):
        raise ValueError("at least two groups, and one group of two people, are needed")
    size, total = len(old), len(xv)
    n = np.bincount(coded).astype(np.float64)
    means = group_means(xv, coded, size)
    msb = float((n * (means - xv.mean()) ** 2).sum() / (size - 1))
    msw = float(((xv - means[coded]) ** 2).sum() / (total - size))
    if msb + msw <= 0:
        raise ValueError("x does not vary")
    n0 = (total - (n**2).sum() / total) / (size - 1)
    tau = (msb - msw) / n0
    by_unit = max(tau, 0.0) / (max(tau, 0.0) + msw / n)
    icc2 = (msb - msw) / msb if msb > 0 else np.nan
    return UnitReliability(tau / (tau + msw), icc2, by_unit, tuple(labels[old].tolist()), n, float(by_unit.mean()))
