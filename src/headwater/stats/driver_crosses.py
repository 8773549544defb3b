"""Driver importance from cross-products by cluster: several outcomes at once, bootstrapped without a row.

A team's n, sums and products are all that LMG needs of it. Resampling teams is then a weighted sum of small matrices,
and the same draws give the same replicates as `bootstrap_drivers` gives on rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import BoolArray, FloatArray, IntArray, check_confidence
from headwater.stats.few_clusters import expanded_tails, spread_as_t

__all__ = [
    "MAX_SUBSET_DRIVERS",
    "ClusterCrosses",
    "CrossBootstrap",
    "CrossLevels",
    "bootstrap_crosses",
    "cluster_crosses",
    "levels_of_crosses",
    "many_lmg",
]

MAX_SUBSET_DRIVERS = 14
"""Up to here all subsets are taken; above, the same `ORDERS` orders of the drivers for every matrix."""

ORDERS = 120
_FLAT = 1e-9


@dataclass(frozen=True)
class ClusterCrosses:
    """Sums over the complete rows of C clusters, of k columns: drivers first, then outcomes.

    n: float64[C]. sums: float64[C, k]. products: float64[C, k (k + 1) / 2], the upper triangle row after row.
    drivers: how many of the columns are drivers.
    """

    n: FloatArray
    sums: FloatArray
    products: FloatArray
    drivers: int

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.sums.shape[1])

    def take(self, clusters: IntArray | slice) -> ClusterCrosses:
        """Return the sums of some clusters; those without a complete row are left out."""
        n = self.n[clusters]
        there = n > 0
        return ClusterCrosses(n[there], self.sums[clusters][there], self.products[clusters][there], self.drivers)


@dataclass(frozen=True)
class CrossBootstrap:
    """LMG of p drivers for q outcomes with its bootstrap. NaN throughout for an outcome that does not vary.

    lmg, share, share_lower, share_upper [q, p]; r2, r2_lower, r2_upper [q]; first [q, p] probability of being first;
    lead [q] probability that the driver with the largest share is ahead of the second in a resample; vif [p]; noise
    [q, p] probability of more than an added driver of pure noise, clear_of_noise [q, p] that it passes the confidence;
    replicates [B, q, p] of LMG.
    """

    lmg: FloatArray
    share: FloatArray
    share_lower: FloatArray
    share_upper: FloatArray
    r2: FloatArray
    r2_lower: FloatArray
    r2_upper: FloatArray
    first: FloatArray
    lead: FloatArray
    vif: FloatArray
    noise: FloatArray
    clear_of_noise: BoolArray
    replicates: FloatArray
    n: float
    clusters: int
    skipped: int


@dataclass(frozen=True)
class CrossLevels:
    """LMG inside clusters and between their means, kept apart: shares [q, p] with 95% ranges, and R2 [q]."""

    within: FloatArray
    within_lower: FloatArray
    within_upper: FloatArray
    within_r2: FloatArray
    between: FloatArray
    between_lower: FloatArray
    between_upper: FloatArray
    between_r2: FloatArray


def cluster_crosses(
    values: ArrayLike, keep: BoolArray, cluster: IntArray, clusters: int, *, drivers: int
) -> ClusterCrosses:
    """Sum rows by cluster. values: float64[n, k]; keep: bool[n], complete rows; cluster: int[n], -1 for none.

    Center the columns first where their means are far from nought: products then keep their digits. ValueError when
    shapes do not fit or a kept row has a missing value.
    """
    from headwater.stats.driver_kernels import add_products

    rows = np.ascontiguousarray(values, dtype=np.float64)
    if rows.ndim != 2 or len(rows) != len(keep) or len(rows) != len(cluster) or not 0 < drivers < rows.shape[1]:
        raise ValueError(f"values {rows.shape}, keep {len(keep)}, cluster {len(cluster)}, {drivers} drivers do not fit")
    if not np.isfinite(rows[keep]).all():
        raise ValueError("a row that is kept has a missing value")
    k = rows.shape[1]
    n, sums, products = np.zeros(clusters), np.zeros((clusters, k)), np.zeros((clusters, k * (k + 1) // 2))
    add_products(rows, np.ascontiguousarray(keep), np.ascontiguousarray(cluster, np.int64), n, sums, products)
    return ClusterCrosses(n, sums, products, drivers)


def many_lmg(corr: FloatArray, drivers: int) -> tuple[FloatArray, FloatArray]:
    """LMG [B, q, p] and R2 [B, q] of a stack of correlation matrices [B, p + q, p + q], drivers first.

    Exact up to MAX_SUBSET_DRIVERS drivers; above, the mean over ORDERS orders, each with its reverse, the same for
    every matrix, so that replicates differ by the answers alone. Matrices must be finite and of full columns.
    """
    from headwater.stats.driver_kernels import ordered_shares, subset_shares

    count, outcomes = len(corr), corr.shape[1] - drivers
    shares, r2 = np.empty((count, outcomes, drivers)), np.empty((count, outcomes))
    stack = np.ascontiguousarray(corr, dtype=np.float64)
    if drivers <= MAX_SUBSET_DRIVERS:
        outside = np.zeros(drivers + 1)
        outside[0] = 1.0 / drivers
        for size in range(1, drivers):
            outside[size] = outside[size - 1] * size / (drivers - size)
        inside = outside + np.concatenate([[0.0], outside[:drivers]])
        subset_shares(stack, drivers, inside, outside, shares, r2)
    else:
        half = np.random.default_rng(drivers).permuted(np.tile(np.arange(drivers), (ORDERS // 2, 1)), axis=1)
        ordered_shares(stack, drivers, np.concatenate([half, half[:, ::-1]]), shares, r2)
    return shares, r2


def bootstrap_crosses(
    crosses: ClusterCrosses,
    *,
    replicates: int = 400,
    confidence: float = 0.95,
    seed: int = 0,
    noise: int = 200,
    most: int | None = None,
) -> CrossBootstrap:
    """Bootstrap of LMG over clusters, for every outcome: expanded percentiles, ranks spread as t (`few_clusters`).

    noise: replicates (at most as many) in which a driver of pure noise is added, drawn anew a resample from the exact
    distribution of its products with the clusters' columns; 0 for none, and all NaN. most: more clusters than these are
    put into so many groups by chance, as many clusters each, and the groups are resampled (random groups; Wolter 2007,
    chapter 2): shares are the same, and ranges rest on so many groups. ValueError below three clusters, below 50
    replicates, when a driver does not vary, or when more than half the resamples lack variation.
    """
    check_confidence(confidence)
    clusters = len(crosses.n)
    crosses = _grouped(crosses, most, seed)
    size, p = len(crosses.n), crosses.drivers
    if size < 3:
        raise ValueError(f"{size} clusters cannot be resampled: at least three are needed")
    if replicates < 50:
        raise ValueError("at least 50 replicates are needed for an interval")
    full = _correlations(np.ones((1, size)), crosses)[0]
    if np.isnan(full[:p, :p]).any():
        raise ValueError("a driver does not vary")
    varies = ~np.isnan(full[p:, p:].diagonal())
    used = np.concatenate([np.ones(p, dtype=bool), varies])
    if not varies.any():
        raise ValueError("no outcome varies")
    draws = _draws(np.random.default_rng(seed), size, replicates)
    corr = _correlations(draws, crosses)[:, used][:, :, used]
    good = np.isfinite(corr).all(axis=(1, 2))
    if good.sum() < replicates / 2:
        raise ValueError("most resamples have a driver without variation: too few clusters for a bootstrap")
    lmg, r2 = (part[0] for part in many_lmg(full[used][:, used][None], p))
    values, r2s = many_lmg(corr[good], p)
    tails = expanded_tails(size, confidence)
    lower, upper = np.quantile(_shares(values), tails, axis=0)
    r2_lower, r2_upper = np.quantile(r2s, tails, axis=0)
    wide = spread_as_t(values, lmg, size, seed)
    best = wide.argmax(axis=2)
    first = np.stack([np.bincount(one, minlength=p) / len(values) for one in best.T])
    order = np.argsort(-lmg, axis=1)
    lead = np.array(
        [float((wide[:, y, top[0]] > wide[:, y, top[1]]).mean()) if p > 1 else 1.0 for y, top in enumerate(order)]
    )
    over, clear = _noise(crosses, draws[good][:noise], used, lmg.shape, confidence, seed)
    return CrossBootstrap(
        lmg=_spread(lmg, varies),
        share=_spread(_shares(lmg[None])[0], varies),
        share_lower=_spread(lower, varies),
        share_upper=_spread(upper, varies),
        r2=_spread(r2, varies),
        r2_lower=_spread(r2_lower, varies),
        r2_upper=_spread(r2_upper, varies),
        first=_spread(first, varies),
        lead=_spread(lead, varies),
        vif=_vif(full[:p, :p]),
        noise=_spread(over, varies),
        clear_of_noise=np.nan_to_num(_spread(clear.astype(np.float64), varies)) > 0,
        replicates=values,
        n=float(crosses.n.sum()),
        clusters=clusters,
        skipped=int((~good).sum()),
    )


def levels_of_crosses(
    crosses: ClusterCrosses, *, replicates: int = 100, confidence: float = 0.95, seed: int = 0, most: int | None = None
) -> CrossLevels | None:
    """LMG inside clusters (pooled deviations from the cluster's mean) and between cluster means weighted by size.

    Between means carry what the same raters share on a day. None where a column does not vary on a level, or in more
    than half the resamples of clusters. most: as in `bootstrap_crosses`; levels are those of the clusters all the same.
    """
    p, k = crosses.drivers, crosses.columns
    upper = np.triu_indices(k)
    mean = crosses.sums / crosses.n[:, None]
    between = crosses.n[:, None] * mean[:, upper[0]] * mean[:, upper[1]]
    inside = ClusterCrosses(crosses.n, np.zeros_like(crosses.sums), crosses.products - between, p)
    outside = ClusterCrosses(crosses.n, crosses.sums, between, p)
    inside, outside = (_grouped(level, most, seed) for level in (inside, outside))
    size = len(inside.n)
    draws = np.concatenate([np.ones((1, size)), _draws(np.random.default_rng(seed), size, replicates)])
    found: list[FloatArray] = []
    tails = expanded_tails(size, confidence)
    for level in (inside, outside):
        corr = _correlations(draws, level)
        good = np.asarray(np.isfinite(corr).all(axis=(1, 2)))
        if not good[0] or good.sum() < replicates / 2:
            return None
        values, r2 = many_lmg(corr[good], p)
        shares = _shares(values)
        lower, upper_end = np.quantile(shares[1:], tails, axis=0)
        found += [shares[0], lower, upper_end, r2[0]]
    return CrossLevels(*found)


def _grouped(crosses: ClusterCrosses, most: int | None, seed: int) -> ClusterCrosses:
    """Put clusters into at most so many groups by chance, equal in their number of clusters but for one."""
    from headwater.stats.driver_kernels import add_rows

    size = len(crosses.n)
    if most is None or size <= most:
        return crosses
    place = np.random.default_rng([seed, 2]).permutation(size) % most
    columns = []
    for values in (crosses.sums, crosses.products):
        columns.append(np.zeros((most, values.shape[1])))
        add_rows(np.ascontiguousarray(values), place, columns[-1])
    people = np.bincount(place, crosses.n, most).astype(np.float64)
    return ClusterCrosses(people, columns[0], columns[1], crosses.drivers)


def _draws(rng: np.random.Generator, size: int, replicates: int) -> FloatArray:
    """Cluster weights [B, C]: clusters drawn with replacement, in the blocks of `bootstrap_drivers`."""
    block = max(1, min(replicates, 8_000_000 // size))
    found = []
    for start in range(0, replicates, block):
        drawn = rng.integers(0, size, (min(block, replicates - start), size))
        drawn += np.arange(len(drawn))[:, None] * size
        found.append(np.bincount(drawn.ravel(), minlength=len(drawn) * size).reshape(len(drawn), size))
    return np.concatenate(found).astype(np.float64)


def _weighed(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Sums over clusters [B, T] of values [C, T] times weights [B, C]."""
    from headwater.stats.driver_kernels import weigh

    found = np.zeros((len(weights), values.shape[1]))
    weigh(weights, np.ascontiguousarray(values), found)
    return found


def _covariances(weights: FloatArray, crosses: ClusterCrosses) -> FloatArray:
    k = crosses.columns
    total = weights @ crosses.n
    mean = _weighed(weights, crosses.sums) / total[:, None]
    second = np.empty((len(weights), k, k))
    upper = np.triu_indices(k)
    second[:, upper[0], upper[1]] = _weighed(weights, crosses.products) / total[:, None]
    second[:, upper[1], upper[0]] = second[:, upper[0], upper[1]]
    cov: FloatArray = second - mean[:, :, None] * mean[:, None, :]
    return cov


def _correlations(weights: FloatArray, crosses: ClusterCrosses) -> FloatArray:
    """Weighted correlation matrices [B, k, k]; rows and columns of what does not vary are NaN."""
    cov = _covariances(weights, crosses)
    k = crosses.columns
    own = np.einsum("bii->bi", cov)
    whole = crosses.products[:, _diagonal(k)].sum(axis=0) / crosses.n.sum()
    scale = np.where(own > _FLAT * np.maximum(whole, 1e-300), np.sqrt(np.clip(own, 0.0, None)), np.nan)
    corr: FloatArray = np.clip(cov / (scale[:, :, None] * scale[:, None, :]), -1.0, 1.0)
    corr[:, np.arange(k), np.arange(k)] = np.where(np.isnan(scale), np.nan, 1.0)
    return corr


def _diagonal(k: int) -> IntArray:
    """Places of the squares among the products."""
    return np.cumsum(np.concatenate([[0], np.arange(k, 1, -1)])).astype(np.int64)


def _shares(values: FloatArray) -> FloatArray:
    total = values.sum(axis=-1, keepdims=True)
    shares: FloatArray = values / np.where(total > 0, total, np.nan)
    return np.where(np.isnan(shares), 1.0 / values.shape[-1], shares)


def _spread(values: FloatArray, varies: BoolArray) -> FloatArray:
    """Lay the outcomes that vary out among all, NaN for the others."""
    found = np.full((len(varies), *values.shape[1:]), np.nan)
    found[varies] = values
    return found


def _vif(corr: FloatArray) -> FloatArray:
    """Variance inflation of every driver, infinite where it is a combination of others."""
    values, vectors = np.linalg.eigh(corr)
    if values[0] < 1e-10:
        return np.where((vectors[:, values < 1e-10] ** 2).sum(axis=1) > 1e-6, np.inf, 1.0)
    return np.asarray(np.diag((vectors / values) @ vectors.T), dtype=np.float64)


def _noise(
    crosses: ClusterCrosses, draws: FloatArray, used: BoolArray, shape: tuple[int, ...], confidence: float, seed: int
) -> tuple[FloatArray, BoolArray]:
    """Probability [q, p] that a driver weighs more than one of pure noise, and whether it passes the confidence.

    Weights are Johnson's, as in the published test (Tonidandel, LeBreton and Johnson 2009).

    A normal variable z drawn a row has products with a cluster's columns and constant that are jointly normal with the
    cluster's own cross-products as covariance. Over clusters counted w times they add up with w squared. Its own
    squares add up to a chi-square, of mean sum w n and variance 2 sum w w n.
    """
    if len(draws) == 0:
        return np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    p, k = crosses.drivers, crosses.columns
    rng = np.random.default_rng([seed, 1])
    cov = _covariances(draws, crosses)
    total = draws @ crosses.n
    mean = _weighed(draws, crosses.sums) / total[:, None]
    squared = draws**2
    spread = np.empty((len(draws), k + 1, k + 1))
    upper = np.triu_indices(k)
    spread[:, upper[0], upper[1]] = _weighed(squared, crosses.products)
    spread[:, upper[1], upper[0]] = spread[:, upper[0], upper[1]]
    spread[:, :k, k] = spread[:, k, :k] = _weighed(squared, crosses.sums)
    spread[:, k, k] = squared @ crosses.n
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))[:, None, :]
    met = np.einsum("bij,bj->bi", root, rng.standard_normal((len(draws), k + 1)))
    own = total + np.sqrt(2 * spread[:, k, k]) * rng.standard_normal(len(draws))
    z_mean = met[:, k] / total
    with_z = np.empty((len(draws), k + 1, k + 1))
    places = np.concatenate([np.arange(p), np.arange(p + 1, k + 1)])
    with_z[:, places[:, None], places] = cov
    crossed = met[:, :k] / total[:, None] - mean * z_mean[:, None]
    with_z[:, p, places] = with_z[:, places, p] = crossed
    with_z[:, p, p] = np.maximum(own / total - z_mean**2, 1e-9)
    scale = np.sqrt(np.einsum("bii->bi", with_z))
    corr = np.clip(with_z / (scale[:, :, None] * scale[:, None, :]), -1.0, 1.0)
    held = np.concatenate([used[:p], [True], used[p:]])
    weights = _relative_weights(corr[:, held][:, :, held], p + 1)
    gap = weights[:, :, :p] - weights[:, :, p:]
    return (gap > 0).mean(axis=0), np.quantile(gap, 1 - confidence, axis=0) > 0


def _relative_weights(corr: FloatArray, drivers: int) -> FloatArray:
    """Johnson's relative weights [B, q, p] of a stack of correlation matrices, drivers first (Johnson 2000)."""
    values, vectors = np.linalg.eigh(corr[:, :drivers, :drivers])
    values = np.clip(values, 1e-10, None)
    turned = np.swapaxes(vectors, 1, 2)
    root = (vectors * np.sqrt(values)[:, None, :]) @ turned
    scores = (vectors / np.sqrt(values)[:, None, :]) @ (turned @ corr[:, :drivers, drivers:])
    weights: FloatArray = np.swapaxes(root**2 @ scores**2, 1, 2)
    return weights
