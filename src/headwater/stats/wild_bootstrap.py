"""Wild cluster bootstrap for few clusters (Cameron, Gelbach and Miller 2008), with the null imposed.

Clustered standard errors are too small with few clusters. Here the signs of whole clusters' residuals are
drawn anew and the t statistic is compared with its own bootstrap distribution. The algebra of Roodman and
others (2019) keeps one vector a cluster, so draws cost little. The interval holds every null value that the
same draws do not reject.
"""

from __future__ import annotations

from collections.abc import Callable
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
    group_sums,
    matrix,
    recode,
    same_length,
    vector,
)
from headwater.stats.regression import full_rank

__all__ = ["WildBootstrap", "wild_cluster_bootstrap"]


@dataclass(frozen=True)
class WildBootstrap:
    """Estimate of one coefficient, its CR1 t statistic against the null, bootstrap p and interval.

    replicates is the number of draws (2**G when all sign patterns were enumerated). A limit is infinite
    when no null value on that side is rejected, which happens with very few clusters.
    """

    estimate: float
    t: float
    p: float
    lower: float
    upper: float
    clusters: int
    replicates: int
    enumerated: bool
    weights: str
    confidence: float


class _Scores:
    """Cluster sums that give every bootstrap t statistic for any null value."""

    def __init__(self, y: FloatArray, x: FloatArray, j: int, coded: IntArray, size: int) -> None:
        others = np.delete(x, j, axis=1)
        q, _ = np.linalg.qr(others) if others.shape[1] else (np.empty((len(y), 0)), None)
        self.x = x[:, j] - q @ (q.T @ x[:, j])
        self.y = y - q @ (q.T @ y)
        self.xx = float(self.x @ self.x)
        self.estimate = float(self.x @ self.y) / self.xx
        self.size = size
        full, _ = np.linalg.qr(x)
        self.xq = group_sums(self.x[:, None] * full, coded, size)  # [G, K]
        # the restricted residual is y~ - b0 x~: its sums are linear in the null value
        self.sy = np.bincount(coded, weights=self.x * self.y, minlength=size)
        self.sx = np.bincount(coded, weights=self.x * self.x, minlength=size)
        self.qy = group_sums(self.y[:, None] * full, coded, size)
        self.qx = group_sums(self.x[:, None] * full, coded, size)

    def t(self, draws: FloatArray, null: float) -> FloatArray:
        """T statistics [B] of the draws [B, G] under the null; draws of ones give the t of the data."""
        s = self.sy - null * self.sx
        projected = draws @ (self.qy - null * self.qx)
        gap = draws @ s / self.xx
        scores = draws * s - projected @ self.xq.T
        variance = (scores**2).sum(axis=1) * self.size / (self.size - 1) / self.xx**2
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(gap / np.sqrt(variance))


def _draws(size: int, replicates: int, weights: str, seed: int) -> tuple[FloatArray, bool]:
    if weights == "rademacher" and size < 60 and 2**size <= replicates:
        bits = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
        return np.asarray(1.0 - 2.0 * bits, dtype=np.float64), True
    rng = np.random.default_rng(seed)
    if weights == "rademacher":
        return np.asarray(rng.choice([-1.0, 1.0], (replicates, size)), dtype=np.float64), False
    six = np.sqrt([0.5, 1.0, 1.5])
    return np.asarray(rng.choice(np.concatenate([-six, six]), (replicates, size)), dtype=np.float64), False


def wild_cluster_bootstrap(
    y: ArrayLike,
    x: ArrayLike,
    groups: Labels,
    coefficient: int = 0,
    *,
    null: float = 0.0,
    weights: Literal["rademacher", "webb"] | None = None,
    replicates: int = 1999,
    intercept: bool = True,
    confidence: float = 0.95,
    seed: int = 0,
) -> WildBootstrap:
    """Test and interval of one coefficient of y [n] on x [n, k] with clusters groups [n]; listwise rows.

    coefficient is the column of x. weights None takes Webb's six points below 12 clusters and Rademacher
    signs otherwise; when all sign patterns number no more than replicates they are enumerated. p is the share
    of draws with |t*| at least |t|. For unit effects, take them out of y and x first. ValueError below three
    clusters or for a predictor that is a combination of the others.
    """
    check_confidence(confidence)
    if weights not in (None, "rademacher", "webb"):
        raise ValueError("weights must be rademacher or webb")
    if replicates < 99:
        raise ValueError("at least 99 replicates are needed")
    yv, xm, (coded, _) = vector(y, "y"), matrix(x, "x"), codes(groups)
    same_length(y=yv, x=xm, groups=coded)
    if not 0 <= coefficient < xm.shape[1]:
        raise ValueError(f"coefficient must be a column of x, 0 to {xm.shape[1] - 1}")
    keep = complete(yv, xm, coded)
    if not keep.any():
        raise ValueError("no complete row")
    coded, _ = recode(coded[keep])
    size = int(coded.max()) + 1
    if size < 3:
        raise ValueError(f"{size} clusters: at least three are needed")
    yk, design = yv[keep], xm[keep]
    column = coefficient
    if intercept:
        design = np.column_stack([np.ones(len(yk)), design])
        column += 1
    if not full_rank(design).all() or len(yk) <= design.shape[1]:
        raise ValueError("the predictors are dependent, or there are too few rows")
    kind = weights or ("webb" if size < 12 else "rademacher")
    draws, enumerated = _draws(size, replicates, kind, seed)
    sums = _Scores(yk, design, column, coded, size)
    ones = np.ones((1, size))

    def p_value(value: float) -> float:
        t0 = abs(float(sums.t(ones, value)[0]))
        stars = np.abs(sums.t(draws, value))
        return float((stars >= t0 * (1 - 1e-10)).mean())

    t = float(sums.t(ones, null)[0])
    # the CR1 standard error at the estimate sets the first step of the search
    near = sums.estimate * (1 + 1e-6) + 1e-9 * max(1.0, abs(sums.estimate))
    step = abs((sums.estimate - near) / float(sums.t(ones, near)[0])) if np.isfinite(t) else np.nan
    lower = _limit(p_value, sums.estimate, -step, 1 - confidence)
    upper = _limit(p_value, sums.estimate, step, 1 - confidence)
    return WildBootstrap(sums.estimate, t, p_value(null), lower, upper, size, len(draws), enumerated, kind, confidence)


def _limit(p_value: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """The null value on one side of the estimate where p falls to alpha, by bracketing and bisection."""
    if not np.isfinite(step) or step == 0:
        return float("nan")
    inside, outside = estimate, estimate + step
    for _ in range(12):
        if p_value(outside) <= alpha:
            break
        inside, outside = outside, estimate + (outside - estimate) * 2
    else:
        return float(np.inf) if step > 0 else float(-np.inf)
    for _ in range(40):
        middle = (inside + outside) / 2
        if p_value(middle) <= alpha:
            outside = middle
        else:
            inside = middle
    return inside
