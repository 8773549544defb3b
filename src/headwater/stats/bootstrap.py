"""Poisson bootstrap: replicate weights hashed from a respondent's random key, and bootstrap intervals.

The weight of a key in a replicate is a Poisson(1) count read from a hash, so that every engine, shard and
pass gives the same replicate without storing it (Chamandy et al. 2012). Differences between units are valid
because all units share replicates. Hash the team's key instead of the person's for a cluster bootstrap.

The hash works on 32-bit words inside signed 64-bit integers. Every multiplier is below 2**31, so no product
reaches 2**63: SQL engines with signed BIGINT compute it without overflow.

    M(h)    = h ^= h >> 16; h = h * 2146121005 mod 2**32; h ^= h >> 15; h = h * 830770091 mod 2**32;
              h ^= h >> 16; h = h * 741103597 mod 2**32; h ^= h >> 15
    h(k, b) = M(M(M(b + 2654435769 mod 2**32) ^ low word of k) ^ high word of k)
    weight  = the number of thresholds t[0..11] with h >= t, t[j] = round(2**32 * P(Poisson(1) <= j))
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import exp, factorial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats._coerce import FloatArray, check_confidence

__all__ = [
    "BootstrapInterval",
    "bootstrap_interval",
    "poisson_weight_sql",
    "poisson_weights",
]

_MASK = (1 << 32) - 1
_OFFSET = 2654435769  # 2**32 over the golden ratio: replicate 0 does not start from zero
_ROUNDS = ((16, 2146121005), (15, 830770091), (16, 741103597))
_LAST_SHIFT = 15
# A threshold of 2**32 is never reached; those beyond 12 round to it.
_THRESHOLDS = tuple(
    round(2**32 * c) for c in accumulate(exp(-1.0) / factorial(j) for j in range(13)) if round(2**32 * c) < 2**32
)


@dataclass(frozen=True)
class BootstrapInterval:
    """Bootstrap of one or many statistics: estimate, se, lower, upper (shape of one replicate), the kind of
    interval and the number of replicates used (those with a finite value).
    """

    estimate: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    kind: str
    confidence: float
    replicates: FloatArray


def _mix(h: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mask = np.uint64(_MASK)
    for shift, multiplier in _ROUNDS:
        h = h ^ (h >> np.uint64(shift))
        h = (h * np.uint64(multiplier)) & mask
    out: NDArray[np.uint64] = h ^ (h >> np.uint64(_LAST_SHIFT))
    return out


def _keys(keys: ArrayLike) -> NDArray[np.uint64]:
    raw = np.asarray(keys)
    if raw.ndim != 1:
        raise ValueError("keys must have one dimension")
    if raw.dtype.kind not in "iu":
        raise ValueError(f"keys must be 64-bit integers, got {raw.dtype}")
    return raw.astype(np.int64).view(np.uint64) if raw.dtype.kind == "i" else raw.astype(np.uint64)


def poisson_weights(keys: ArrayLike, replicates: int, *, first: int = 0) -> NDArray[np.uint8]:
    """Poisson(1) weights [n, replicates] (uint8, 0 to 12) of integer keys [n] in replicates first, first + 1, ...

    keys are 64-bit integers drawn at random (a respondent's random key, or the team's for whole-team
    resampling: repeat the team's key on each of its rows). Signed and unsigned keys of the same bits agree.
    The same key and replicate number give the same weight everywhere. ValueError for other key types or for
    replicate numbers outside 0 to 2**31 - 1.
    """
    k = _keys(keys)
    if replicates < 1 or first < 0 or first + replicates > 2**31:
        raise ValueError("replicate numbers must lie in 0 to 2**31 - 1, at least one")
    low, high = k & np.uint64(_MASK), k >> np.uint64(32)
    thresholds = np.array(_THRESHOLDS, dtype=np.uint64)
    out = np.empty((len(k), replicates), dtype=np.uint8)
    numbers = np.arange(first, first + replicates, dtype=np.uint64)
    starts = _mix((numbers + np.uint64(_OFFSET)) & np.uint64(_MASK))
    for b, start in enumerate(starts):
        hashed = _mix(_mix(low ^ start) ^ high)
        out[:, b] = np.searchsorted(thresholds, hashed, side="right")
    return out


def poisson_weight_sql(key: str, replicate: str) -> str:
    """The same weight as a SQL expression over two BIGINT expressions (key column, replicate number).

    Uses +, *, xor(), >>, & and CASE on 64-bit integers, as DuckDB spells them; no product overflows a
    signed BIGINT.
    """

    def step(h: str) -> str:
        for shift, multiplier in _ROUNDS:
            h = f"(list_transform([{h}], lambda h: (xor(h, h >> {shift}) * {multiplier}) & {_MASK})[1])"
        return f"(list_transform([{h}], lambda h: xor(h, h >> {_LAST_SHIFT}))[1])"

    start = step(f"((CAST({replicate} AS BIGINT) + {_OFFSET}) & {_MASK})")
    low = f"(CAST({key} AS BIGINT) & {_MASK})"
    high = f"((CAST({key} AS BIGINT) >> 32) & {_MASK})"
    hashed = step(f"xor({step(f'xor({start}, {low})')}, {high})")
    counts = " + ".join(f"CAST(h >= {t} AS BIGINT)" for t in _THRESHOLDS)
    return f"(list_transform([{hashed}], lambda h: {counts})[1])"


def bootstrap_interval(
    estimate: ArrayLike,
    replicates: ArrayLike,
    *,
    kind: Literal["percentile", "basic", "normal"] = "percentile",
    confidence: float = 0.95,
) -> BootstrapInterval:
    """Interval from bootstrap replicates [B, ...] of an estimate [...] (Davison and Hinkley 1997).

    percentile: quantiles of the replicates; basic: reflected around the estimate; normal: estimate plus or
    minus z standard errors. NaN replicates are left out; a statistic with fewer than 20 finite replicates
    gets NaN. ValueError when shapes do not fit.
    """
    check_confidence(confidence)
    if kind not in ("percentile", "basic", "normal"):
        raise ValueError("kind must be percentile, basic or normal")
    est = np.asarray(estimate, dtype=np.float64)
    reps = np.asarray(replicates, dtype=np.float64)
    if reps.ndim != est.ndim + 1 or reps.shape[1:] != est.shape:
        raise ValueError(f"replicates must be [B, ...] over an estimate of shape {est.shape}, got {reps.shape}")
    flat = reps.reshape(len(reps), -1)
    used = np.isfinite(flat).sum(axis=0)
    se, lower, upper = (np.full(flat.shape[1], np.nan) for _ in range(3))
    for j in np.flatnonzero(used >= 20):
        values = flat[np.isfinite(flat[:, j]), j]
        se[j] = values.std(ddof=1)
        if kind == "normal":
            from scipy.special import ndtri

            z = float(ndtri((1 + confidence) / 2))
            lower[j], upper[j] = est.flat[j] - z * se[j], est.flat[j] + z * se[j]
            continue
        low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
        lower[j], upper[j] = (low, high) if kind == "percentile" else (2 * est.flat[j] - high, 2 * est.flat[j] - low)
    shape = est.shape
    return BootstrapInterval(
        est,
        se.reshape(shape),
        lower.reshape(shape),
        upper.reshape(shape),
        kind,
        confidence,
        used.reshape(shape).astype(float),
    )
