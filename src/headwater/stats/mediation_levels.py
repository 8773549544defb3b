"""Mediation across levels: people inside teams and teams among themselves, never mixed.

Predictors are centred within groups and group means entered beside them (Zhang, Zyphur and Preacher 2009). Group
means carry the sampling error of their people and so attenuate the paths between groups; the latent variant
works from (MSCP_B - MSCP_W) / n0 instead.
"""

from __future__ import annotations

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
    recode,
    same_length,
    vector,
)
from headwater.stats.hybrid import random_intercept_fit
from headwater.stats.mediation import indirect_interval

__all__ = ["LevelPaths", "MultilevelMediation", "multilevel_mediation"]


@dataclass(frozen=True)
class LevelPaths:
    """Paths at one level with SEs, the indirect effect a b with its interval, and rho_zero, the error
    correlation at that level at which the indirect effect vanishes (NaN when it is not defined).
    """

    a: float
    se_a: float
    b: float
    se_b: float
    c_prime: float
    se_c_prime: float
    indirect: float
    lower: float
    upper: float
    rho_zero: float


@dataclass(frozen=True)
class MultilevelMediation:
    """within is None for design 2-1-1, where x is a property of the group. interval names how limits were
    found: "monte-carlo" or "cluster bootstrap".
    """

    within: LevelPaths | None
    between: LevelPaths
    design: str
    method: str
    interval: str
    n: int
    groups: int
    confidence: float


def _rho(cov: FloatArray) -> float:
    """Correlation of m and y with x partialled out, from a covariance of x, m, y."""
    if cov[0, 0] <= 0:
        return float("nan")
    left = cov[1:, 1:] - np.outer(cov[0, 1:], cov[0, 1:]) / cov[0, 0]
    if left[0, 0] <= 0 or left[1, 1] <= 0:
        return float("nan")
    rho = left[0, 1] / np.sqrt(left[0, 0] * left[1, 1])
    return float(rho) if abs(rho) < 1 else float("nan")


def _paths(cov: FloatArray) -> FloatArray:
    """a, b, c' [..., 3] from covariances of x, m, y [..., 3, 3]; NaN where a regression does not exist."""
    xx, mm = cov[..., 0, 0], cov[..., 1, 1]
    xm, xy, my = cov[..., 0, 1], cov[..., 0, 2], cov[..., 1, 2]
    det = xx * mm - xm**2
    ok = (xx > 0) & (det > 1e-12 * np.abs(xx * mm))
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.stack([xm / xx, (xx * my - xm * xy) / det, (mm * xy - xm * my) / det], axis=-1)
    return np.where(ok[..., None], out, np.nan)


class _Sums:
    """Additive sums of groups, from which covariances at both levels follow for any group weights."""

    def __init__(self, data: FloatArray, coded: IntArray, size: int) -> None:
        self.i, self.j = np.triu_indices(3)
        means = group_means(data, coded, size)
        inside = data - means[coded]
        self.n = np.bincount(coded).astype(np.float64)
        self.size = size
        within = np.stack(
            [np.bincount(coded, weights=inside[:, p] * inside[:, q]) for p, q in zip(self.i, self.j, strict=True)], 1
        )
        second = self.n[:, None] * means[:, self.i] * means[:, self.j]
        self.parts = np.column_stack([np.ones(size), self.n, self.n**2, self.n[:, None] * means, second, within])

    def covariances(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Latent between and pooled within covariances [B, 3, 3] for group weights [B, G]."""
        s = weights @ self.parts
        groups, total, sq = s[:, 0], s[:, 1], s[:, 2]
        first, second, within = s[:, 3:6], s[:, 6:12], s[:, 12:18]
        msb = (second - first[:, self.i] * first[:, self.j] / total[:, None]) / (groups - 1)[:, None]
        msw = within / (total - groups)[:, None]
        n0 = (total - sq / total) / (groups - 1)
        return self._full((msb - msw) / n0[:, None]), self._full(msw)

    def _full(self, packed: FloatArray) -> FloatArray:
        out = np.empty((len(packed), 3, 3))
        out[:, self.i, self.j] = packed
        out[:, self.j, self.i] = packed
        return out


def _level(paths: FloatArray, draws: FloatArray, rho: float, confidence: float, where: str) -> LevelPaths:
    """One level from its paths [3] and bootstrap draws of them [B, 3]."""
    good = draws[np.isfinite(draws).all(axis=1)]
    if not np.isfinite(paths).all() or len(good) < len(draws) * 0.9:
        raise ValueError(f"the latent {where} covariance of x and m is not positive definite; use between='manifest'")
    se = good.std(axis=0, ddof=1)
    lower, upper = np.quantile(good[:, 0] * good[:, 1], [(1 - confidence) / 2, (1 + confidence) / 2])
    a, b, c = (float(v) for v in paths)
    return LevelPaths(a, float(se[0]), b, float(se[1]), c, float(se[2]), a * b, float(lower), float(upper), rho)


def multilevel_mediation(
    x: ArrayLike,
    m: ArrayLike,
    y: ArrayLike,
    groups: Labels,
    *,
    design: Literal["1-1-1", "2-1-1"] = "1-1-1",
    between: Literal["manifest", "latent"] = "latent",
    replicates: int = 1000,
    draws: int = 200_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> MultilevelMediation:
    """Mediation of x [n] on y [n] through m [n] inside and between groups [n]; rows complete on all.

    design "1-1-1": x varies between people; "2-1-1": x is constant in each group, and only the between part
    exists. between "latent": covariances free of the sampling error of group means, percentile cluster
    bootstrap (replicates). "manifest": random-intercept regressions on deviations and group means, clustered
    errors (CR1S) and Monte-Carlo intervals (draws). ValueError below ten groups, when x is not what the
    design says, or when a latent covariance is not positive definite.
    """
    check_confidence(confidence)
    if design not in ("1-1-1", "2-1-1"):
        raise ValueError("design must be 1-1-1 or 2-1-1")
    if between not in ("manifest", "latent"):
        raise ValueError("between must be manifest or latent")
    if replicates < 100:
        raise ValueError("at least 100 replicates are needed")
    xv, mv, yv, (coded, _) = vector(x, "x"), vector(m, "m"), vector(y, "y"), codes(groups)
    same_length(x=xv, m=mv, y=yv, groups=coded)
    keep = complete(xv, mv, yv, coded)
    if not keep.any():
        raise ValueError("no complete row")
    coded, _ = recode(coded[keep])
    size = int(coded.max()) + 1
    if size < 10:
        raise ValueError(f"{size} groups: at least ten are needed")
    raw = np.column_stack([xv, mv, yv])[keep]
    spread = raw.std(axis=0)
    if (spread <= 0).any():
        raise ValueError("x, m or y does not vary")
    data = raw - raw.mean(axis=0)
    means = group_means(data, coded, size)[coded]
    inside = data - means
    constant = inside[:, 0].std() < 1e-10 * spread[0]
    if (design == "2-1-1") != constant:
        raise ValueError("design 2-1-1 needs an x that is constant in each group, 1-1-1 one that is not")
    if (inside[:, 1:].std(axis=0) < 1e-10 * spread[1:]).any():
        raise ValueError("m and y must vary inside groups")
    sums = _Sums(data, coded, size)
    cov_b, cov_w = (c[0] for c in sums.covariances(np.ones((1, size))))
    if between == "manifest":
        within, across = _manifest(data, inside, means, coded, design, draws, confidence, seed)
        rho_b = _rho(np.cov(group_means(data, coded, size).T))
        across = _with_rho(across, rho_b)
        within = None if within is None else _with_rho(within, _rho(cov_w))
        return MultilevelMediation(within, across, design, between, "monte-carlo", len(data), size, confidence)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, size, (replicates, size)) + np.arange(replicates)[:, None] * size
    weights = np.bincount(drawn.ravel(), minlength=replicates * size).reshape(replicates, size).astype(np.float64)
    boot_b, boot_w = sums.covariances(weights)
    across = _level(_paths(cov_b), _paths(boot_b), _rho(cov_b), confidence, "between-group")
    within = None
    if design == "1-1-1":
        within = _level(_paths(cov_w), _paths(boot_w), _rho(cov_w), confidence, "within-group")
    return MultilevelMediation(within, across, design, between, "cluster bootstrap", len(data), size, confidence)


def _with_rho(paths: LevelPaths, rho: float) -> LevelPaths:
    from dataclasses import replace

    return replace(paths, rho_zero=rho)


def _manifest(
    data: FloatArray,
    inside: FloatArray,
    means: FloatArray,
    coded: IntArray,
    design: str,
    draws: int,
    confidence: float,
    seed: int,
) -> tuple[LevelPaths | None, LevelPaths]:
    """Random-intercept regressions of m and y on deviations and means, with Monte-Carlo intervals."""
    one = np.ones((len(data), 1))
    within_x = [inside[:, :1]] if design == "1-1-1" else []
    names_w = ("xw",) if design == "1-1-1" else ()
    to_m, _, _ = random_intercept_fit(
        data[:, 1],
        np.hstack([one, *within_x, means[:, :1]]),
        ("1", *names_w, "xb"),
        coded,
        se="CR1S",
        confidence=confidence,
    )
    to_y, _, _ = random_intercept_fit(
        data[:, 2],
        np.hstack([one, *within_x, means[:, :1], inside[:, 1:2], means[:, 1:2]]),
        ("1", *names_w, "xb", "mw", "mb"),
        coded,
        se="CR1S",
        confidence=confidence,
    )

    def one_level(suffix: str) -> LevelPaths:
        ia, ib, ic = to_m.at("x" + suffix), to_y.at("m" + suffix), to_y.at("x" + suffix)
        a, sa, b, sb = (float(v) for v in (to_m.coef[ia], to_m.se[ia], to_y.coef[ib], to_y.se[ib]))
        lower, upper = indirect_interval(a, sa, b, sb, draws=draws, confidence=confidence, seed=seed)
        return LevelPaths(a, sa, b, sb, float(to_y.coef[ic]), float(to_y.se[ic]), a * b, lower, upper, float("nan"))

    return (one_level("w") if design == "1-1-1" else None), one_level("b")
