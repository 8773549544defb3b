"""A claim, what was found of it, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from headwater.vocab import FloatArray

Kind = Literal["at least", "at most", "equal", "told"]
"""What is claimed of a number; "told" stands beside the claims and is none."""

Verdict = Literal["holds", "does not hold", "not settled", "no claim"]
Unit = Literal["percent", "points", "correlation"]


@dataclass(frozen=True)
class Rate:
    """A mean over simulated worlds with its 95% Monte-Carlo interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Claim:
    """One line of a table. found: what the worlds gave, with the interval of the simulation itself.

    tolerance: how far from the claim still counts as kept, fixed before the simulation is run. worlds: how many.
    """

    quantity: str
    claimed: float
    kind: Kind
    found: Rate
    tolerance: float
    worlds: int
    unit: Unit = "percent"

    @property
    def verdict(self) -> Verdict:
        """Holds when the whole interval keeps the claim, does not hold when none of it does."""
        if self.kind == "told":
            return "no claim"
        floor, ceiling = self.claimed - self.tolerance, self.claimed + self.tolerance
        low, high = self.found.low, self.found.high
        above = low >= floor or self.kind == "at most"
        below = high <= ceiling or self.kind == "at least"
        if above and below:
            return "holds"
        missed = (self.kind != "at most" and high < floor) or (self.kind != "at least" and low > ceiling)
        return "does not hold" if missed else "not settled"


@dataclass(frozen=True)
class Part:
    """One part of the page: what was asked of how many worlds of which seeds, and the claims."""

    key: str
    title: str
    claims: tuple[Claim, ...]
    seed: int
    seconds: float


def share_of(hits: Sequence[float] | FloatArray, tries: Sequence[float] | FloatArray) -> Rate:
    """Return 100 sum(hits) / sum(tries), worlds being the clusters: one element a world.

    The interval is that of a ratio of means (Cochran 1977, chapter 6) with t on the worlds, and never narrower than
    Clopper and Pearson's of one try a world would be where no world or every world has a hit. Raises ValueError when
    nothing was tried.
    """
    a, n = np.asarray(hits, np.float64), np.asarray(tries, np.float64)
    a, n = a[n > 0], n[n > 0]
    if not len(n):
        raise ValueError("nothing was tried in any world")
    share, worlds = float(a.sum() / n.sum()), len(n)
    if worlds < 2 or a.sum() in (0.0, n.sum()):
        return _exact(round(share * worlds), worlds, share)
    error = float(np.sqrt(((a - share * n) ** 2).sum() * worlds / (worlds - 1)) / n.sum())
    if error == 0:
        return _exact(round(share * worlds), worlds, share)
    half = float(stats.t.ppf(0.975, worlds - 1)) * error
    return Rate(100 * share, 100 * max(share - half, 0.0), 100 * min(share + half, 1.0))


def count_of(hits: int, tries: int) -> Rate:
    """Return hits of independent tries in percent, with the interval of Clopper and Pearson (1934)."""
    return _exact(hits, tries, hits / tries)


def mean_of(values: Sequence[float] | FloatArray, *, scale: float = 1.0) -> Rate:
    """Return scale times the mean of one value a world, with its t interval."""
    array = scale * np.asarray(values, np.float64)
    half = float(stats.t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    return Rate(float(array.mean()), float(array.mean()) - half, float(array.mean()) + half)


def false_share(proportions: Sequence[float] | FloatArray) -> Rate:
    """Return the false discovery rate in percent: the mean over worlds of the false share of what was flagged."""
    array = np.asarray(proportions, np.float64)
    if not array.any():
        return _exact(0, len(array), 0.0)
    found = mean_of(array, scale=100.0)
    return Rate(found.value, max(found.low, 0.0), min(found.high, 100.0))


def _exact(hits: int, tries: int, share: float) -> Rate:
    low = float(stats.beta.ppf(0.025, hits, tries - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, tries - hits)) if hits < tries else 1.0
    return Rate(100 * share, 100 * low, 100 * high)
