"""One-factor models of many groups at once, by maximum likelihood from means and covariances alone.

A model of G groups and p items has, in every group, loadings, intercepts, residual variances, and the variance and mean
of the factor: 3p + 2 numbers. A layout says which of them are free, fixed, or equal in several groups. B problems with
the same layout are fitted side by side by Fisher scoring; everything is closed form, since the covariance of one factor
is a diagonal plus a product. It is the same likelihood as `fit_sem`'s, which reads rows and any model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.stats._coerce import BoolArray, FloatArray, IntArray

MOST_STEPS = 80
SETTLED = 1e-8
"""A fit stands when one more step would raise the log likelihood by less."""


@dataclass(frozen=True)
class GroupMoments:
    """What a fit needs of B problems, G groups, p items: n [B, G], mean [B, G, p], cov [B, G, p, p] (divisor n)."""

    n: FloatArray
    mean: FloatArray
    cov: FloatArray

    @property
    def items(self) -> int:
        """How many items."""
        return int(self.mean.shape[2])

    @property
    def groups(self) -> int:
        """How many groups."""
        return int(self.n.shape[1])

    def take(self, problems: NDArray[np.int64] | list[int]) -> GroupMoments:
        """Return some of the problems."""
        return GroupMoments(self.n[problems], self.mean[problems], self.cov[problems])

    def saturated(self) -> FloatArray:
        """Return the log likelihood [B] of the unrestricted model, without its constant; -inf for a singular cov."""
        sign, size = np.linalg.slogdet(self.cov)
        value = -0.5 * (self.n * (np.where(sign > 0, size, np.inf) + self.items)).sum(axis=1)
        return np.asarray(value, dtype=np.float64)

    def unrelated(self) -> FloatArray:
        """Return the log likelihood [B] of items that have nothing to do with each other: the baseline of CFI."""
        spread = np.log(np.diagonal(self.cov, axis1=2, axis2=3)).sum(axis=2)
        return np.asarray(-0.5 * (self.n * (spread + self.items)).sum(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class Layout:
    """Which parameter stands where. place: int64[G, 3p + 2], number of the free parameter, -1 where fixed at `fixed`.

    Columns: p loadings, p intercepts, p residual variances, factor variance, factor mean.
    """

    place: IntArray
    fixed: FloatArray

    @property
    def free(self) -> int:
        """How many free parameters."""
        return int(self.place.max(initial=-1)) + 1

    @property
    def is_apart(self) -> bool:
        """Whether no two groups share a free parameter."""
        return self.free == int((self.place >= 0).sum())

    def selection(self) -> FloatArray:
        """Return [G, 3p + 2, q]: ones where a number is a free parameter."""
        kept = np.zeros((*self.place.shape, self.free))
        group, at = np.nonzero(self.place >= 0)
        kept[group, at, self.place[group, at]] = 1.0
        return kept

    def numbers(self, theta: FloatArray) -> FloatArray:
        """Return all numbers of all groups [B, G, 3p + 2]."""
        return np.where(self.place >= 0, theta[:, np.maximum(self.place, 0)], self.fixed)


@dataclass(frozen=True)
class Fitted:
    """Fits of B problems. numbers [B, G, 3p + 2]; value [B], log likelihood without its constant; settled: bool[B]."""

    layout: Layout
    numbers: FloatArray
    value: FloatArray
    settled: BoolArray

    def take(self, problems: NDArray[np.int64]) -> Fitted:
        """Return some of the fits."""
        return Fitted(self.layout, self.numbers[problems], self.value[problems], self.settled[problems])


def lay_out(
    items: int, groups: int, *, equal_loadings: bool, equal_intercepts: bool, freed: frozenset[tuple[str, int, int]]
) -> Layout:
    """Return the layout of a rung. freed: ("loading" or "intercept", group, item) that stay a group's own.

    Groups that share loadings have a factor variance of their own, those that share intercepts a factor mean, the first
    group's at 1 and 0. Two items have loadings of 1: their sum says nothing of each alone.
    """
    p = items
    place = np.full((groups, 3 * p + 2), -1, np.int64)
    fixed = np.zeros((groups, 3 * p + 2))
    fixed[:, :p] = 1.0
    fixed[:, 3 * p] = 1.0
    count = 0
    shared: dict[tuple[str, int], int] = {}
    for group in range(groups):
        for kind, first, equal in (("loading", 0, equal_loadings), ("intercept", p, equal_intercepts)):
            if kind == "loading" and p == 2:
                continue
            for item in range(p):
                if equal and (kind, group, item) not in freed:
                    if (kind, item) not in shared:
                        shared[kind, item], count = count, count + 1
                    place[group, first + item] = shared[kind, item]
                else:
                    place[group, first + item], count = count, count + 1
        place[group, 2 * p : 3 * p] = np.arange(count, count + p)
        count += p
        if p == 2 or (equal_loadings and group):
            place[group, 3 * p], count = count, count + 1
        if equal_intercepts and group:
            place[group, 3 * p + 1], count = count, count + 1
    return Layout(place, fixed)


def derivatives(moments: GroupMoments, numbers: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log likelihood [B], score [B, G, m] and expected information [B, G, m, m] by each group's own numbers.

    -inf and NaN outside the feasible region. m = 3p + 2.
    """
    p = moments.items
    loading, intercept, residual = numbers[..., :p], numbers[..., p : 2 * p], numbers[..., 2 * p : 3 * p]
    variance, level = numbers[..., 3 * p], numbers[..., 3 * p + 1]
    n = moments.n
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = loading / residual
        strength = (loading * scaled).sum(axis=-1)
        grown = 1.0 + variance * strength
        determinant = residual.prod(axis=-1) * grown
        # One negative residual variance may still leave a proper covariance (a Heywood case), two never do.
        wrong = (residual < 0).sum(axis=-1) + (variance < 0)
        proper = ((wrong <= 1) & (determinant > 0)).all(axis=1)
        inverse = -(variance / grown)[..., None, None] * scaled[..., :, None] * scaled[..., None, :]
        at = np.arange(p)
        inverse[..., at, at] += 1.0 / residual
        gap = moments.mean - intercept - loading * level[..., None]
        seen = moments.cov + gap[..., :, None] * gap[..., None, :]
        half = inverse @ seen
        value = -0.5 * (n * (np.log(determinant) + np.trace(half, axis1=-2, axis2=-1))).sum(axis=1)
        pull = 0.5 * (half @ inverse - inverse)
        w = scaled / grown[..., None]
        a = strength / grown
        push = (inverse @ gap[..., None])[..., 0]
        pulled = (pull @ loading[..., None])[..., 0]
        score = np.concatenate(
            [
                2.0 * variance[..., None] * pulled + level[..., None] * push,
                push,
                np.diagonal(pull, axis1=-2, axis2=-1),
                (loading * pulled).sum(axis=-1, keepdims=True),
                (loading * push).sum(axis=-1, keepdims=True),
            ],
            axis=-1,
        )
        m = 3 * p + 2
        info = np.zeros((*n.shape, m, m))
        v, k = variance[..., None, None], level[..., None, None]
        outer = w[..., :, None] * w[..., None, :]
        one, two, three = slice(0, p), slice(p, 2 * p), slice(2 * p, 3 * p)
        info[..., one, one] = v**2 * (outer + a[..., None, None] * inverse) + k**2 * inverse
        info[..., one, two] = k * inverse
        info[..., one, three] = v * inverse * w[..., None, :]
        info[..., one, m - 2] = (variance * a)[..., None] * w
        info[..., one, m - 1] = level[..., None] * w
        info[..., two, two] = inverse
        info[..., two, m - 1] = w
        info[..., three, three] = 0.5 * inverse**2
        info[..., three, m - 2] = 0.5 * w**2
        info[..., m - 2, m - 2] = 0.5 * a**2
        info[..., m - 1, m - 1] = a
    lower = np.tril_indices(m, -1)
    info[..., lower[0], lower[1]] = info[..., lower[1], lower[0]]
    return (
        np.where(proper & np.isfinite(value), value, -np.inf),
        score * n[..., None],
        info * n[..., None, None],
    )


def fit(moments: GroupMoments, layout: Layout, start: FloatArray) -> Fitted:
    """Fit B problems from start [B, G, 3p + 2]: numbers where a fit may begin; equal ones are averaged."""
    kept = layout.selection()
    size = kept.sum(axis=(0, 1))
    theta = np.einsum("bgm,gmq->bq", start, kept) / size
    count = len(theta)
    value, score, info = _reduced(moments, layout, kept, theta)
    damping, settled = np.full(count, 1e-8), np.zeros(count, bool)
    live = np.flatnonzero(np.isfinite(value))
    diagonal = np.arange(layout.free)
    for _ in range(MOST_STEPS):
        if not len(live):
            break
        held = info[live].copy()
        scale = np.maximum(held[:, diagonal, diagonal], 1e-10)
        held[:, diagonal, diagonal] += scale * damping[live, None]
        step = _solve(held, score[live])
        gain = (score[live] * step).sum(axis=1)
        done = gain < SETTLED
        settled[live[done]] = True
        live, step = live[~done], step[~done]
        if not len(live):
            break
        part = moments.take(live)
        tried = _reduced(part, layout, kept, theta[live] + step)
        # Below this, two log likelihoods cannot be told apart in double precision.
        better = tried[0] > value[live] - 1e-13 * np.abs(value[live])
        moved = live[better]
        theta[moved] += step[better]
        value[moved], score[moved], info[moved] = (one[better] for one in tried)
        damping[moved] = np.maximum(damping[moved] / 10, 1e-10)
        damping[live[~better]] = np.maximum(damping[live[~better]] * 10, 1e-6)
        live = live[damping[live] <= 1e12]
    return Fitted(layout, layout.numbers(theta), value, settled)


def _solve(held: FloatArray, score: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.solve(held, score[..., None])[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(held) @ score[..., None])[..., 0], dtype=np.float64)


def _reduced(
    moments: GroupMoments, layout: Layout, kept: FloatArray, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    value, score, info = derivatives(moments, layout.numbers(theta))
    usable = np.isfinite(value)
    score, info = np.where(usable[:, None, None], score, 0.0), np.where(usable[:, None, None, None], info, 0.0)
    return value, np.einsum("bgm,gmq->bq", score, kept), reduced_information(info, kept)


def reduced_information(info: FloatArray, kept: FloatArray) -> FloatArray:
    """Return information by free parameters [B, q, q] from that of the groups' numbers [B, G, m, m]."""
    made = np.zeros((len(info), kept.shape[2], kept.shape[2]))
    # Group by group: all at once would hold as many matrices as there are groups.
    for group, own in enumerate(kept):
        there = np.flatnonzero(own.any(axis=0))
        part = own[:, there]
        made[:, there[:, None], there] += part.T @ (info[:, group] @ part)
    return made


def fit_alone(moments: GroupMoments, layout: Layout, start: FloatArray) -> Fitted:
    """Fit a layout in which no two groups share a parameter: every group is a problem of its own, and far quicker."""
    count, groups = moments.n.shape
    p = moments.items
    apart = GroupMoments(moments.n.reshape(-1, 1), moments.mean.reshape(-1, 1, p), moments.cov.reshape(-1, 1, p, p))
    one = Layout(layout.place[:1], layout.fixed[:1])
    found = fit(apart, one, start.reshape(count * groups, 1, -1))
    return Fitted(
        layout,
        found.numbers.reshape(count, groups, -1),
        found.value.reshape(count, groups).sum(axis=1),
        np.asarray(found.settled.reshape(count, groups).all(axis=1)),
    )


def first_guess(moments: GroupMoments) -> FloatArray:
    """Return numbers [B, G, 3p + 2] of groups on their own where fits may begin: the first principal component."""
    p = moments.items
    values, vectors = np.linalg.eigh(moments.cov)
    loading = vectors[..., -1] * np.sqrt(0.8 * np.maximum(values[..., -1:], 1e-12))
    loading = loading * np.where(loading.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    spread = np.diagonal(moments.cov, axis1=2, axis2=3)
    numbers = np.zeros((*moments.n.shape, 3 * p + 2))
    numbers[..., :p], numbers[..., p : 2 * p] = loading, moments.mean
    if p == 2:
        numbers[..., :p] = 1.0
        shared = np.clip(moments.cov[..., 0, 1], 0.05 * spread.min(axis=-1), 0.9 * spread.min(axis=-1))
        numbers[..., 2 * p : 3 * p], numbers[..., 3 * p] = spread - shared[..., None], shared
        return numbers
    numbers[..., 2 * p : 3 * p] = np.maximum(spread - loading**2, 0.2 * spread)
    numbers[..., 3 * p] = 1.0
    return numbers


def shared_guess(moments: GroupMoments, numbers: FloatArray) -> FloatArray:
    """Return numbers where models with equal loadings and intercepts may begin, from those of groups on their own."""
    p = moments.items
    made = numbers.copy()
    weight = moments.n / moments.n.sum(axis=1, keepdims=True)
    loading = numbers[..., :p]
    if p > 2:
        common = (weight[..., None] * loading).sum(axis=1, keepdims=True)
        ratio = (common * loading).sum(axis=-1) / np.maximum((common**2).sum(axis=-1), 1e-12)
        ratio = np.where(np.abs(ratio) < 0.05, 0.05, ratio)
        made[..., :p] = common * ratio[:, :1, None]
        made[..., 3 * p] = (ratio / ratio[:, :1]) ** 2
    common = made[..., :p]
    level = (common * (moments.mean - moments.mean[:, :1])).sum(axis=-1) / (common**2).sum(axis=-1)
    made[..., 3 * p + 1] = level
    made[..., p : 2 * p] = (weight[..., None] * (moments.mean - common * level[..., None])).sum(axis=1, keepdims=True)
    return made
