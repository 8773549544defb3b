"""Ranges of a value case as distributions, and stratified draws from them.

- PERT: a beta distribution between the least and the greatest, mean (least + 4 likely + greatest) / 6 (Malcolm,
  Roseboom, Clark and Fazar 1959).
- triangular: between the least and the greatest, its top at the likely one.
- lognormal: `low` and `high` are the ends of a 90% range; the median lies at their geometric middle.
- normal: `low` and `high` are the ends of a 95% interval, as estimates carry them.
- fixed: one figure.

Draws are Latin hypercube samples (McKay, Beckman and Conover 1979): one draw in each of n equally likely strata of each
input, in an order of its own, so that means settle far sooner than with plain draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Shape = Literal["pert", "triangular", "lognormal", "normal", "fixed"]
Draws = NDArray[np.float64]

Z90, Z95 = 1.6448536269514722, 1.959963984540054
"""Standard normal quantiles of 95% and 97.5%: the ends of 90% and 95% ranges."""


@dataclass(frozen=True)
class Ranged:
    """One uncertain figure, as typed. Raises ValueError where the three do not run upwards or do not fit the shape."""

    low: float
    likely: float
    high: float
    shape: Shape

    def __post_init__(self) -> None:
        if not all(math.isfinite(end) for end in (self.low, self.likely, self.high)):
            raise ValueError("a range has three finite figures")
        if not self.low <= self.likely <= self.high:
            raise ValueError("a range runs from low over likely to high")
        if self.shape == "lognormal" and self.low <= 0:
            raise ValueError("a lognormal range lies above nought")
        if self.shape == "lognormal" and not math.isclose(self.likely, middle_of(self.low, self.high), rel_tol=1e-6):
            raise ValueError("the middle of a lognormal range is the geometric middle of its ends")
        if self.shape == "fixed" and not self.low == self.likely == self.high:
            raise ValueError("a fixed figure has one value")

    @property
    def mean(self) -> float:
        """The expected value."""
        if self.shape == "pert":
            return (self.low + 4 * self.likely + self.high) / 6
        if self.shape == "triangular":
            return (self.low + self.likely + self.high) / 3
        if self.shape == "lognormal":
            sigma = math.log(self.high / self.low) / (2 * Z90)
            return self.likely * math.exp(sigma**2 / 2)
        return self.likely

    def at(self, share: Draws) -> Draws:
        """Return the values below which these shares lie. share: between 0 and 1, exclusive."""
        if self.high == self.low:
            return np.full_like(share, self.likely)
        if self.shape == "pert":
            return _pert(share, self.low, self.likely, self.high)
        if self.shape == "triangular":
            return _triangular(share, self.low, self.likely, self.high)
        from scipy.special import ndtri

        z = np.asarray(ndtri(share), dtype=np.float64)
        if self.shape == "lognormal":
            spread = (math.log(self.high) - math.log(self.low)) / (2 * Z90)
            return np.asarray(self.likely * np.exp(spread * z), dtype=np.float64)
        return np.asarray(self.likely + (self.high - self.low) / (2 * Z95) * z, dtype=np.float64)


def middle_of(low: float, high: float) -> float:
    """Return the median of a lognormal range."""
    return math.sqrt(low * high)


def draw_all(ranges: Mapping[str, Ranged], *, count: int, seed: int) -> dict[str, Draws]:
    """Return independent stratified draws, shape (count,), by name. The same seed and names give the same draws."""
    rng = np.random.default_rng(seed)
    found: dict[str, Draws] = {}
    for name, ranged in ranges.items():
        strata = (rng.permutation(count) + rng.random(count)) / count
        found[name] = ranged.at(np.clip(strata, 1e-12, 1 - 1e-12))
    return found


def _pert(share: Draws, low: float, likely: float, high: float) -> Draws:
    from scipy.special import betaincinv

    reach = high - low
    first, second = 1 + 4 * (likely - low) / reach, 1 + 4 * (high - likely) / reach
    return np.asarray(low + reach * betaincinv(first, second, share), dtype=np.float64)


def _triangular(share: Draws, low: float, likely: float, high: float) -> Draws:
    reach, top = high - low, (likely - low) / (high - low)
    below = low + np.sqrt(share * reach * (likely - low))
    above = high - np.sqrt((1 - share) * reach * (high - likely))
    return np.asarray(np.where(share < top, below, above), dtype=np.float64)
