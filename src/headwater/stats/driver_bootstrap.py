"""How sure driver importance is: cluster bootstrap, rank probabilities, a random-driver null, and levels.

Teams are resampled whole, because people of one team are not independent. The random-driver null follows
Tonidandel, LeBreton and Johnson (2009): a driver that does not beat pure noise is no driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    complete,
    group_means,
    group_sums,
    matrix,
    recode,
    same_length,
    vector,
)
from headwater.stats.drivers import correlations, lmg
from headwater.stats.few_clusters import expanded_tails, spread_as_t

__all__ = [
    "DriverBootstrap",
    "DriverLevels",
    "RandomDriverNull",
    "bootstrap_drivers",
    "driver_levels",
    "random_driver_null",
]


@dataclass(frozen=True)
class DriverBootstrap:
    """Bootstrap of LMG for p drivers.

    lmg, se, lower, upper [p] in units of R2; share_lower, share_upper [p] for shares of 1; rank1_probability
    [p]; rank_probability [p, p] at [driver, rank - 1]; replicates [B, p]; clusters is the number resampled,
    skipped the replicates without variation that were left out.
    """

    lmg: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    share_lower: FloatArray
    share_upper: FloatArray
    rank1_probability: FloatArray
    rank_probability: FloatArray
    replicates: FloatArray
    n: int
    clusters: int
    confidence: float
    skipped: int


@dataclass(frozen=True)
class RandomDriverNull:
    """Probability [p] that a driver's LMG exceeds that of an added driver of pure noise, over the bootstrap;
    difference_lower [p] is the lower percentile bound of the difference; beats_random [p] says it is above 0.
    """

    probability: FloatArray
    difference_lower: FloatArray
    beats_random: BoolArray
    random_mean: float
    replicates: int


@dataclass(frozen=True)
class DriverLevels:
    """Driver importance inside clusters and between them, kept apart.

    within_corr and between_corr [p+1, p+1], outcome last; within_lmg and between_lmg [p]; within_r2 and
    between_r2. between is "means" (correlations of cluster means, weighted by size) or "latent" (cross
    products free of same-source error).
    """

    within_corr: FloatArray
    between_corr: FloatArray
    within_lmg: FloatArray
    between_lmg: FloatArray
    within_r2: float
    between_r2: float
    n: int
    clusters: int
    between: str


def _rows(x: ArrayLike, y: ArrayLike, clusters: Labels | None) -> tuple[FloatArray, IntArray, int]:
    """Complete rows of [x, y], standardised over all rows, and cluster codes (one each without clusters)."""
    xm, yv = matrix(x, "x"), vector(y, "y")
    same_length(x=xm, y=yv)
    coded = np.arange(len(yv), dtype=np.int64) if clusters is None else codes(clusters, "clusters")[0]
    same_length(x=xm, clusters=coded)
    keep = complete(xm, yv, coded)
    if int(keep.sum()) < 3:
        raise ValueError("fewer than three complete rows")
    data = np.column_stack([xm, yv])[keep]
    correlations(data[:, :-1], data[:, -1])  # names a column without variation
    coded, _ = recode(coded[keep])
    size = int(coded.max()) + 1
    if size < 3:
        raise ValueError(f"{size} clusters cannot be resampled: at least three are needed")
    return (data - data.mean(axis=0)) / data.std(axis=0), coded, size


def _sums_by_cluster(data: FloatArray, coded: IntArray, size: int) -> FloatArray | None:
    """Rows, sums and cross products of each cluster [clusters, 1 + k + k(k+1)/2]; None where each row is one."""
    if size == len(data):
        return None
    upper = np.triu_indices(data.shape[1])
    parts = (np.ones(len(data)), *data.T, *(data[:, i] * data[:, j] for i, j in zip(*upper, strict=True)))
    return np.stack([group_sums(part, coded, size) for part in parts], axis=1)


def _moments(data: FloatArray, by_cluster: FloatArray | None, weights: IntArray) -> FloatArray:
    """Weighted correlation matrices [B, k, k] for cluster weights [B, clusters]. by_cluster: `_sums_by_cluster`."""
    k = data.shape[1]
    if by_cluster is not None:
        upper = np.triu_indices(k)
        sums = weights @ by_cluster
        total, first = sums[:, 0], sums[:, 1 : k + 1]
        second = np.empty((len(weights), k, k))
        second[:, upper[0], upper[1]] = sums[:, k + 1 :]
        second[:, upper[1], upper[0]] = sums[:, k + 1 :]
    else:
        total = weights.sum(axis=1).astype(np.float64)
        first = weights @ data
        second = np.stack([data.T @ (data * w[:, None]) for w in weights])
    mean = first / total[:, None]
    cov = second / total[:, None, None] - mean[:, :, None] * mean[:, None, :]
    scale = np.sqrt(np.clip(np.einsum("bii->bi", cov), 0.0, None))
    scale[scale < 1e-9] = np.nan
    corr: FloatArray = np.clip(cov / (scale[:, :, None] * scale[:, None, :]), -1.0, 1.0)
    corr[:, np.arange(k), np.arange(k)] = np.where(np.isnan(scale), np.nan, 1.0)
    return corr


def _resamples(rng: np.random.Generator, size: int, replicates: int, block: int) -> Iterator[IntArray]:
    """Blocks of multinomial cluster weights [b, size]: clusters drawn with replacement."""
    for start in range(0, replicates, block):
        draws = rng.integers(0, size, (min(block, replicates - start), size))
        draws += np.arange(len(draws))[:, None] * size
        yield np.bincount(draws.ravel(), minlength=len(draws) * size).reshape(len(draws), size)


def _lmg_blocks(corr: FloatArray) -> FloatArray:
    """LMG [B, p] of a stack of correlation matrices, in blocks that bound memory."""
    p = corr.shape[1] - 1
    step = max(1, 2**19 >> p)
    return np.concatenate(
        [lmg(c[:, :p, :p], c[:, :p, p]) for c in (corr[i : i + step] for i in range(0, len(corr), step))]
    )


def bootstrap_drivers(
    x: ArrayLike,
    y: ArrayLike,
    *,
    clusters: Labels | None = None,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> DriverBootstrap:
    """Bootstrap of LMG, resampling clusters (rows when clusters is None): expanded percentiles (`few_clusters`).

    Ranks are counted in replicates that are spread as few clusters ask. x [n, p], y [n], clusters [n] of any hashable
    labels; rows complete on all. ValueError below three clusters, above 22 drivers, below 50 replicates, or when more
    than half the resamples lack variation.
    """
    check_confidence(confidence)
    if replicates < 50:
        raise ValueError("at least 50 replicates are needed for an interval")
    data, coded, size = _rows(x, y, clusters)
    p = data.shape[1] - 1
    rng = np.random.default_rng(seed)
    block = max(1, min(replicates, 8_000_000 // size))
    by_cluster = _sums_by_cluster(data, coded, size)
    corr = np.concatenate([_moments(data, by_cluster, w) for w in _resamples(rng, size, replicates, block)])
    usable = np.isfinite(corr).all(axis=(1, 2))
    if usable.sum() < replicates / 2:
        raise ValueError("most resamples have a driver without variation: too few clusters for a bootstrap")
    values = _lmg_blocks(corr[usable])
    estimate = lmg(*correlations(data[:, :-1], data[:, -1]))
    tails = expanded_tails(size, confidence)
    lower, upper = np.quantile(values, tails, axis=0)
    total = values.sum(axis=1, keepdims=True)
    share_lower, share_upper = np.quantile(values / np.where(total > 0, total, np.nan), tails, axis=0)
    wide = spread_as_t(values, estimate, size, seed)
    ranks = np.argsort(np.argsort(-wide, axis=1, kind="stable"), axis=1)
    rank_probability = np.stack([np.bincount(r, minlength=p) / len(values) for r in ranks.T])
    return DriverBootstrap(
        lmg=estimate,
        se=values.std(axis=0, ddof=1),
        lower=lower,
        upper=upper,
        share_lower=share_lower,
        share_upper=share_upper,
        rank1_probability=rank_probability[:, 0].copy(),
        rank_probability=rank_probability,
        replicates=values,
        n=len(data),
        clusters=size,
        confidence=confidence,
        skipped=int((~usable).sum()),
    )


def random_driver_null(
    x: ArrayLike,
    y: ArrayLike,
    *,
    clusters: Labels | None = None,
    noise: Literal["row", "cluster"] = "row",
    replicates: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> RandomDriverNull:
    """Compare every driver with an added normal driver of noise, drawn anew in each bootstrap resample.

    noise "row" draws one value a row, "cluster" one a cluster (for drivers that are constant in clusters).
    Arguments and errors as `bootstrap_drivers`, with at most 21 drivers.
    """
    check_confidence(confidence)
    if replicates < 50:
        raise ValueError("at least 50 replicates are needed")
    if noise not in ("row", "cluster"):
        raise ValueError("noise must be 'row' or 'cluster'")
    data, coded, size = _rows(x, y, clusters)
    p = data.shape[1] - 1
    rng = np.random.default_rng(seed)
    corrs = []
    for weights in _resamples(rng, size, replicates, 1):
        random = rng.standard_normal(size)[coded] if noise == "cluster" else rng.standard_normal(len(data))
        w = weights[0][coded].astype(np.float64)
        with_noise = np.column_stack([data[:, :p], random, data[:, p]])
        centred = with_noise - (w @ with_noise) / w.sum()
        cov = centred.T @ (centred * w[:, None])
        scale = np.sqrt(np.diag(cov))
        if scale.min() > 1e-9:
            corr = np.clip(cov / np.outer(scale, scale), -1.0, 1.0)
            np.fill_diagonal(corr, 1.0)
            corrs.append(corr)
    if len(corrs) < replicates / 2:
        raise ValueError("most resamples have a driver without variation: too few clusters for a bootstrap")
    values = _lmg_blocks(np.stack(corrs))
    gap = values[:, :p] - values[:, p:]
    lower = np.quantile(gap, 1 - confidence, axis=0)
    return RandomDriverNull((gap > 0).mean(axis=0), lower, lower > 0, float(values[:, p].mean()), len(values))


def driver_levels(
    x: ArrayLike,
    y: ArrayLike,
    clusters: Labels,
    *,
    between: Literal["means", "latent"] = "means",
    names: Sequence[str] | None = None,
) -> DriverLevels:
    """LMG inside clusters (pooled within-cluster correlations) and between clusters, never mixed.

    x [n, p], y [n], clusters [n]. "latent" uses (MSCP_B - MSCP_W) / n0 and refuses (ValueError) when that
    matrix is not positive definite; "means" correlates cluster means weighted by size and carries
    same-source error. ValueError too when a column does not vary inside clusters.
    """
    if between not in ("means", "latent"):
        raise ValueError("between must be 'means' or 'latent'")
    data, coded, size = _rows(x, y, clusters)
    n, k = data.shape
    if n <= size:
        raise ValueError("no cluster has two members")
    means = group_means(data, coded, size)
    inside = data - means[coded]
    labels = [*(names if names is not None else [f"x{j + 1}" for j in range(k - 1)]), "the outcome"]
    msw = inside.T @ inside / (n - size)
    flat = np.flatnonzero(np.diag(msw) < 1e-12)
    if flat.size:
        raise ValueError("no variation inside clusters in " + ", ".join(labels[j] for j in flat))
    counts = np.bincount(coded).astype(np.float64)
    msb = (means * counts[:, None]).T @ means / (size - 1)  # columns have mean zero over rows
    if between == "latent":
        n0 = (n - (counts**2).sum() / n) / (size - 1)
        cov_b = (msb - msw) / n0
        if np.linalg.eigvalsh(cov_b)[0] <= 0:
            raise ValueError("the latent between-cluster covariance is not positive definite; use between='means'")
    else:
        cov_b = msb
    flat = np.flatnonzero(np.diag(cov_b) < 1e-12)
    if flat.size:
        raise ValueError("no variation between clusters in " + ", ".join(labels[j] for j in flat))
    within_corr, between_corr = _to_corr(msw), _to_corr(cov_b)
    lw = lmg(within_corr[:-1, :-1], within_corr[:-1, -1])
    lb = lmg(between_corr[:-1, :-1], between_corr[:-1, -1])
    return DriverLevels(within_corr, between_corr, lw, lb, float(lw.sum()), float(lb.sum()), n, size, between)


def _to_corr(cov: FloatArray) -> FloatArray:
    scale = np.sqrt(np.diag(cov))
    corr: FloatArray = np.clip(cov / np.outer(scale, scale), -1.0, 1.0)
    np.fill_diagonal(corr, 1.0)
    return corr
