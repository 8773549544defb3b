"""Integers wider than 64 bits in NumPy, for sums of squares and of fixed-point weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_LOW_BITS = 32
_LOW_MASK = (1 << _LOW_BITS) - 1


@dataclass(frozen=True, slots=True)
class WideInts:
    """An array of integers, value = high * 2**32 + low, exact up to 2**95 and closed under sums.

    `high` and `low` are int64 arrays of one shape. `low` need not be below 2**32: sums are taken on both
    halves apart, which stays exact for up to 2**31 summands.
    """

    high: IntArray
    low: IntArray

    @classmethod
    def from_int64(cls, values: IntArray) -> WideInts:
        """Split int64 values."""
        values = np.asarray(values, dtype=np.int64)
        return cls(values >> _LOW_BITS, values & _LOW_MASK)

    @classmethod
    def zeros(cls, shape: tuple[int, ...]) -> WideInts:
        """Return zeros of a shape."""
        return cls(np.zeros(shape, np.int64), np.zeros(shape, np.int64))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.high.shape

    def to_python(self) -> list[int]:
        """Return exact Python integers, flattened in C order."""
        highs, lows = self.high.ravel().tolist(), self.low.ravel().tolist()
        return [(high << _LOW_BITS) + low for high, low in zip(highs, lows, strict=True)]

    def to_float(self) -> FloatArray:
        """Return the nearest doubles."""
        return self.high.astype(np.float64) * float(1 << _LOW_BITS) + self.low.astype(np.float64)

    def __add__(self, other: WideInts) -> WideInts:
        """Add elementwise, exactly."""
        return WideInts(self.high + other.high, self.low + other.low).normalised()

    def __sub__(self, other: WideInts) -> WideInts:
        """Subtract elementwise, exactly."""
        return WideInts(self.high - other.high, self.low - other.low).normalised()

    def __getitem__(self, key: Any) -> WideInts:
        """Index both halves, as NumPy indexes."""
        return WideInts(self.high[key], self.low[key])

    def normalised(self) -> WideInts:
        """Carry so that every low half lies in [0, 2**32)."""
        return WideInts(self.high + (self.low >> _LOW_BITS), self.low & _LOW_MASK)

    def equal(self, other: WideInts) -> bool:
        """Whether all numbers are equal."""
        a, b = self.normalised(), other.normalised()
        return bool(np.array_equal(a.high, b.high) and np.array_equal(a.low, b.low))
