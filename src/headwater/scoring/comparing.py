"""Differences: from the rest of the unit above, from the previous wave, from a benchmark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from headwater.stats.multiplicity import adjust_each
from headwater.vocab import FloatArray, Sureness

FAIRLY_SURE_RATE = 0.05
SURE_RATE = 0.01


@dataclass(frozen=True)
class Compared:
    """Differences of one column, float64[U], NaN where there is no comparison; p is raw until `flag` adjusts it."""

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray


@dataclass(frozen=True)
class Side:
    """One side of a comparison: value, se, interval and n, float64[U] each."""

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray


def compare(first: Side, second: Side) -> Compared:
    """Return first less second.

    Interval: from the two sides' own intervals (MOVER, Zou and Donner 2008), which is Newcombe's for shares and close
    to Welch's for means. p: Welch's t on the standard errors, df by Satterthwaite.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = first.value - second.value
        low = difference - np.hypot(first.value - first.low, second.high - second.value)
        high = difference + np.hypot(first.high - first.value, second.value - second.low)
        v1, v2 = first.se**2, second.se**2
        total = v1 + v2
        freedom = total**2 / (v1**2 / np.maximum(first.n - 1, 1) + v2**2 / np.maximum(second.n - 1, 1))
        t = np.abs(difference) / np.sqrt(total)
        p = 2 * special.stdtr(np.where(np.isnan(freedom), 1.0, freedom), -t)
    known = ~np.isnan(difference) & ~np.isnan(low) & ~np.isnan(high) & (total > 0)
    return Compared(*(np.where(known, part, np.nan) for part in (difference, low, high, p)))


def steadied_difference(own: Side, steadied: Side, rest: Side) -> Compared:
    """Return the steadied value less the rest, so that the difference is the distance drawn between dot and line.

    p tests the group's own answers against the rest. Where the steadied range still holds no difference, p is 1: a
    unit too small to keep its distance once steadied is not flagged for it.
    """
    tested, drawn = compare(own, rest), compare(steadied, rest)
    with np.errstate(invalid="ignore"):
        clear = (drawn.low > 0) | (drawn.high < 0)
    p = np.where(np.isnan(tested.p) | clear, tested.p, 1.0)
    return Compared(drawn.difference, drawn.low, drawn.high, p)


def compare_with_fixed(first: Side, target: FloatArray, target_se: FloatArray) -> Compared:
    """Return first less a benchmark value with a known standard error (0 for a census)."""
    half = 1.959963984540054 * target_se
    return compare(first, Side(target, target_se, target - half, target + half, np.full_like(target, 1e9)))


def flag(
    compared: Compared, minimum_effect: float, part: NDArray[np.int64] | None = None
) -> tuple[FloatArray, NDArray[np.int8]]:
    """Return adjusted p and how sure each difference is. part: int64[U], the panel of each row; None for one panel.

    The family is one column of a panel over all units shown, so that among all differences flagged in it at most 5%
    (sure: 1%) are expected to be false (Benjamini and Hochberg 1995). Differences below the minimum effect are never
    flagged.
    """
    adjusted = adjust_each(compared.p, np.zeros(len(compared.p), np.int64) if part is None else part)
    large = np.abs(compared.difference) >= minimum_effect
    sure = np.full(compared.p.shape, Sureness.TOO_CLOSE, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        sure[large & (adjusted <= FAIRLY_SURE_RATE)] = Sureness.FAIRLY_SURE
        sure[large & (adjusted <= SURE_RATE)] = Sureness.SURE
    return adjusted, sure
