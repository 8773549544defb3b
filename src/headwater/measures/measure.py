"""What a measure takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from headwater.stats import mean_interval
from headwater.vocab import FloatArray

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Categories:
    """Answers to one item by category, for many groups at once, in the item's own direction (reversed already).

    codes: float64[K], ascending. n: float64[G, K], people. w, w2: float64[G, K], sums of weights and of squared
    weights, None when every weight is 1. favourable_from, unfavourable_to: codes of the response scale.
    """

    codes: FloatArray
    n: FloatArray
    w: FloatArray | None = None
    w2: FloatArray | None = None
    favourable_from: float = 4.0
    unfavourable_to: float = 2.0

    @property
    def people(self) -> FloatArray:
        """float64[G], people who answered."""
        total: FloatArray = self.n.sum(axis=1)
        return total

    @property
    def weights(self) -> FloatArray:
        """float64[G, K], weights, or people when unweighted."""
        return self.n if self.w is None else self.w

    @property
    def effective(self) -> FloatArray:
        """float64[G], Kish's effective n: (sum w)^2 / sum w^2; n when unweighted."""
        if self.w is None or self.w2 is None:
            return self.people
        squares = self.w2.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(squares > 0, self.w.sum(axis=1) ** 2 / squares, 0.0)

    def share(self, chosen: NDArray[np.bool_]) -> FloatArray:
        """float64[G], weighted share of the chosen categories, NaN where nobody answered."""
        total = self.weights.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            result: FloatArray = np.where(total > 0, self.weights[:, chosen].sum(axis=1) / total, np.nan)
        return result


@dataclass(frozen=True)
class Estimates:
    """A measure's results for G groups, in the measure's own unit.

    n: people. value: the groups' own answers. se: standard error. low, high: 95% interval.
    spread: float64[G], variance of one answer, for pooling over groups. effective: float64[G], effective n.
    """

    n: FloatArray
    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    spread: FloatArray
    effective: FloatArray


@dataclass(frozen=True)
class Measure:
    """One measure: how it is called, what range and smallest interesting difference it has, how it is estimated.

    estimate: Categories -> Estimates for item measures; None for measures that take other inputs (their module says
    which function to call). ends: the range for an item with the given lowest and highest code.
    minimum_effect: the smallest difference worth a flag, in the measure's unit, for an item with the given codes.
    """

    key: str
    label: str
    unit: str
    ends: Callable[[float, float], tuple[float, float]]
    minimum_effect: Callable[[float, float], float]
    estimate: Callable[[Categories], Estimates] | None
    shrinkage: str = "normal"
    """"normal" or "beta_binomial"."""
    source: str = ""


def t_interval(value: FloatArray, se: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper end of value +- t(n - 1) * se, NaN below n of 2. float64[G] each.

    As `headwater.stats.mean_interval`, with the quantile looked up once for every count: a book asks for it a million
    times with a few thousand counts.
    """
    half = se * _quantiles(n)
    return value - half, value + half


def _quantiles(n: FloatArray) -> FloatArray:
    counts = np.nan_to_num(n).astype(np.int64)
    small = _small_quantiles()
    found: FloatArray = small[np.minimum(counts, len(small) - 1)]
    large = counts >= len(small)
    if large.any():
        found[large] = mean_interval(np.zeros(large.sum()), np.sqrt(counts[large]), counts[large]).upper
    return found


@cache
def _small_quantiles() -> FloatArray:
    """float64[2048], the 97.5% quantile of t(n - 1) for n of 0 to 2,047, NaN below 2."""
    counts = np.arange(2048)
    table: FloatArray = np.array(mean_interval(np.zeros(2048), np.sqrt(counts), counts).upper)
    return table


def percent_ends(_low: float, _high: float) -> tuple[float, float]:
    """Return 0 to 100."""
    return 0.0, 100.0


def code_ends(low: float, high: float) -> tuple[float, float]:
    """Return the codes' own range."""
    return low, high
