"""Two-level maximum likelihood for two variables: a saturated covariance matrix within and between units.

The likelihood needs only group sizes, means and pooled within products, so it is fast at any number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats._coerce import FloatArray, Labels, check_confidence
from headwater.stats.between import GroupSums, checked, group_sums_of

__all__ = ["TwoLevelCorrelation", "two_level_ml", "two_level_ml_from_groups"]


@dataclass(frozen=True)
class TwoLevelCorrelation:
    """ML estimates: correlations within and between units with SEs (observed information, delta method) and
    Wald intervals, within and between covariance matrices [2, 2], means [2], log likelihood.

    r_between and its SE are NaN when a between variance is not positive. The between matrix is not forced to
    be positive definite, so |r_between| can exceed 1 in small samples: a sign of too few units.
    """

    r_within: float
    se_within: float
    r_between: float
    se_between: float
    r_between_lower: float
    r_between_upper: float
    cov_within: FloatArray
    cov_between: FloatArray
    means: FloatArray
    loglik: float
    n: int
    groups: int
    confidence: float


def _loglik(theta: FloatArray, g: GroupSums) -> float:
    """Log likelihood; theta = means (2), within xx, yy, xy, between xx, yy, xy."""
    mx, my, wxx, wyy, wxy, bxx, byy, bxy = theta
    total, groups = g.n.sum(), len(g.n)
    det_w = wxx * wyy - wxy**2
    trace = (wyy * g.sxx.sum() + wxx * g.syy.sum() - 2 * wxy * g.sxy.sum()) / det_w
    vxx, vyy, vxy = wxx + g.n * bxx, wyy + g.n * byy, wxy + g.n * bxy
    det = vxx * vyy - vxy**2
    dx, dy = g.mean_x - mx, g.mean_y - my
    quad = g.n * (vyy * dx**2 + vxx * dy**2 - 2 * vxy * dx * dy) / det
    const = 2 * total * np.log(2 * np.pi)
    return float(-0.5 * (const + (total - groups) * np.log(det_w) + trace + (np.log(det) + quad).sum()))


def _feasible(theta: FloatArray, g: GroupSums) -> bool:
    _, _, wxx, wyy, wxy, bxx, byy, bxy = theta
    vxx, vyy, vxy = wxx + g.n * bxx, wyy + g.n * byy, wxy + g.n * bxy
    inside = wxx > 0 and wyy > 0 and wxx * wyy > wxy**2
    return bool(inside and (vxx > 0).all() and (vyy > 0).all() and (vxx * vyy > vxy**2).all())


def _gradient(theta: NDArray[Any], g: GroupSums) -> NDArray[Any]:
    """Exact gradient [8] by theta. Accepts complex theta.

    With V = W + n B of a group, d its mean less the means, and P = V^-1: by V it is -(P - n P d d' P) / 2, which
    reaches W once and B n times; W has the pooled within part besides. Off-diagonal cells count twice.
    """
    mx, my, wxx, wyy, wxy, bxx, byy, bxy = theta
    freedom = g.n.sum() - len(g.n)
    vxx, vyy, vxy = wxx + g.n * bxx, wyy + g.n * byy, wxy + g.n * bxy
    det = vxx * vyy - vxy**2
    dx, dy = g.mean_x - mx, g.mean_y - my
    px, py = (vyy * dx - vxy * dy) / det, (vxx * dy - vxy * dx) / det
    by_xx, by_yy = -0.5 * (vyy / det - g.n * px**2), -0.5 * (vxx / det - g.n * py**2)
    by_xy = vxy / det + g.n * px * py
    sxx, syy, sxy = g.sxx.sum(), g.syy.sum(), g.sxy.sum()
    det_w = wxx * wyy - wxy**2
    trace = (wyy * sxx + wxx * syy - 2 * wxy * sxy) / det_w
    within = [
        -0.5 * (freedom * wyy + syy - wyy * trace) / det_w,
        -0.5 * (freedom * wxx + sxx - wxx * trace) / det_w,
        (freedom * wxy + sxy - wxy * trace) / det_w,
    ]
    return np.array(
        [
            (g.n * px).sum(),
            (g.n * py).sum(),
            *(own + part.sum() for own, part in zip(within, (by_xx, by_yy, by_xy), strict=True)),
            *((g.n * part).sum() for part in (by_xx, by_yy, by_xy)),
        ]
    )


def _hessian(theta: FloatArray, g: GroupSums) -> FloatArray:
    """Exact second derivatives [8, 8], by complex steps of the gradient."""
    out = np.empty((8, 8))
    for i in range(8):
        z = theta.astype(np.complex128)
        z[i] += 1e-30j
        out[i] = _gradient(z, g).imag / 1e-30
    return (out + out.T) / 2


def _maximise(theta: FloatArray, g: GroupSums) -> tuple[FloatArray, FloatArray]:
    """Damped Newton from a feasible start; gives the maximum and the covariance of the estimates."""
    value = _loglik(theta, g)
    for _ in range(200):
        gradient, hessian = _gradient(theta, g), _hessian(theta, g)
        values, vectors = np.linalg.eigh(-hessian)
        damped = (vectors / np.maximum(np.abs(values), 1e-8 * np.abs(values).max())) @ vectors.T
        step = damped @ gradient
        if gradient @ step < 1e-14 * max(1.0, abs(value)):
            if values[0] <= 0:
                raise ValueError("the likelihood has no interior maximum: too few units, or no variation")
            return theta, np.asarray((vectors / values) @ vectors.T)
        scale = 1.0
        while scale > 1e-12:
            trial = theta + scale * step
            if _feasible(trial, g) and _loglik(trial, g) > value:
                break
            scale /= 2
        else:
            if gradient @ step < 1e-8 and values[0] > 0:
                return theta, np.asarray((vectors / values) @ vectors.T)
            raise ValueError("the two-level likelihood did not converge")
        theta = trial
        value = _loglik(theta, g)
    raise ValueError("the two-level likelihood did not converge")


def two_level_ml_from_groups(
    n: ArrayLike,
    mean_x: ArrayLike,
    mean_y: ArrayLike,
    sxx: ArrayLike,
    syy: ArrayLike,
    sxy: ArrayLike,
    *,
    confidence: float = 0.95,
) -> TwoLevelCorrelation:
    """Two-level ML from sufficient statistics [G]: people n, means, and sums of squares and products about the
    group means (not divided).

    Groups with NaN or n = 0 are left out. ValueError below four groups, when x or y does not vary within
    groups, or when the likelihood has no interior maximum.
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    raw = checked(n, mean_x, mean_y, sxx, syy, sxy)
    size, total = len(raw.n), float(raw.n.sum())
    if size < 4:
        raise ValueError(f"{size} groups: at least four are needed")
    if total <= size or raw.sxx.sum() <= 0 or raw.syy.sum() <= 0:
        raise ValueError("x and y must both vary within groups")
    # standardised by the within SD, so that steps and tolerances mean the same on every scale
    ax, ay = np.sqrt(raw.sxx.sum() / (total - size)), np.sqrt(raw.syy.sum() / (total - size))
    cx, cy = raw.n @ raw.mean_x / total, raw.n @ raw.mean_y / total
    g = GroupSums(
        raw.n,
        (raw.mean_x - cx) / ax,
        (raw.mean_y - cy) / ay,
        raw.sxx / ax**2,
        raw.syy / ay**2,
        raw.sxy / (ax * ay),
    )
    wxy = float(g.sxy.sum() / (total - size))
    if abs(wxy) > 1 - 1e-10:
        raise ValueError("x and y are the same variable within groups")
    n0 = (total - float((g.n**2).sum()) / total) / (size - 1)
    msb = np.array(
        [(g.n * a * b).sum() / (size - 1) for a, b in ((g.mean_x,) * 2, (g.mean_y,) * 2, (g.mean_x, g.mean_y))]
    )
    bxx, byy, bxy = (msb - np.array([1.0, 1.0, wxy])) / n0
    bxx, byy = max(bxx, 0.01), max(byy, 0.01)
    bxy = float(np.clip(bxy, -0.8 * np.sqrt(bxx * byy), 0.8 * np.sqrt(bxx * byy)))
    theta, cov = _maximise(np.array([0.0, 0.0, 1.0, 1.0, wxy, bxx, byy, bxy]), g)
    r_within, se_within = _correlation(theta[2:5], cov[2:5, 2:5])
    r_between, se_between = _correlation(theta[5:8], cov[5:8, 5:8])
    scale = np.array([ax, ay])
    z = float(ndtri((1 + confidence) / 2))
    return TwoLevelCorrelation(
        r_within,
        se_within,
        r_between,
        se_between,
        r_between - z * se_between,
        r_between + z * se_between,
        _square(theta[2:5]) * np.outer(scale, scale),
        _square(theta[5:8]) * np.outer(scale, scale),
        np.array([cx + ax * theta[0], cy + ay * theta[1]]),
        _loglik(theta, g) - total * float(np.log(ax * ay)),
        round(total),
        size,
        confidence,
    )


def two_level_ml(x: ArrayLike, y: ArrayLike, groups: Labels, *, confidence: float = 0.95) -> TwoLevelCorrelation:
    """Two-level ML from raw data x [n], y [n], groups [n]; rows complete on all three.

    Errors as `two_level_ml_from_groups`.
    """
    s = group_sums_of(x, y, groups)
    return two_level_ml_from_groups(s.n, s.mean_x, s.mean_y, s.sxx, s.syy, s.sxy, confidence=confidence)


def _square(v: FloatArray) -> FloatArray:
    return np.array([[v[0], v[2]], [v[2], v[1]]])


def _correlation(v: FloatArray, cov: FloatArray) -> tuple[float, float]:
    """Correlation of (xx, yy, xy) and its delta-method SE; NaN when a variance is not positive."""
    if v[0] <= 0 or v[1] <= 0:
        return float("nan"), float("nan")
    scale = np.sqrt(v[0] * v[1])
    r = v[2] / scale
    d = np.array([-r / (2 * v[0]), -r / (2 * v[1]), 1 / scale])
    return float(r), float(np.sqrt(max(d @ cov @ d, 0.0)))
