"""Sums that never overflow: how a wide sum is taken as several 64-bit sums, and put together again.

Both engines add 64-bit integers exactly and fast; only one of them has a fast wider integer. So every summand has a
known bound in bits, and one whose sum could pass 62 bits is cut into pieces that cannot. NumPy joins the pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from headwater.vocab import InputError, IntArray, WideInts

ROOM = 62
"""Bits that a 64-bit sum may use."""

WIDE_ROOM = 94
"""Bits that a piece of a wide sum may reach."""


@dataclass(frozen=True, slots=True)
class Factor:
    """An integer expression of the engine, with a bound: -2**bits < value < 2**bits."""

    value: Any
    bits: int

    def pieces(self, width: int) -> list[tuple[Factor, int]]:
        """Cut into (piece, shift) pairs: value = sum of piece * 2**shift, each piece at most `width` bits."""
        found = []
        for shift in range(0, self.bits, width):
            rest = self.value >> shift if shift else self.value
            if shift + width < self.bits:
                found.append((Factor(rest & ((1 << width) - 1), width), shift))
            else:
                found.append((Factor(rest, self.bits - shift), shift))
        return found


@dataclass
class SumColumns:
    """The aggregate columns of one grouping, in order. `rows` bounds how many summands a sum can have."""

    rows: int
    columns: dict[str, Any] = field(default_factory=dict)

    @property
    def row_bits(self) -> int:
        """Bits that the number of rows takes."""
        return max(1, self.rows.bit_length())

    def add(self, summand: Any) -> str:
        """Sum an expression whose sum fits 64 bits. Returns the column's name."""
        name = f"x{len(self.columns)}"
        self.columns[name] = summand.sum()
        return name

    def add_count(self, rows: Any) -> str:
        """Count the rows of a table expression. Returns the column's name."""
        name = f"x{len(self.columns)}"
        self.columns[name] = rows.count()
        return name

    def add_wide(self, *factors: Factor) -> Wide:
        """Sum the product of one or two factors of any size. The first factor of two is the narrower, not negative."""
        room = ROOM - self.row_bits
        bits = sum(factor.bits for factor in factors)
        if bits <= room:
            whole = factors[0].value if len(factors) == 1 else factors[0].value * factors[1].value
            return ((self.add(whole), 0),)
        if len(factors) == 1:
            return tuple((self.add(piece.value), shift) for piece, shift in factors[0].pieces(room))
        narrow, broad = factors
        width = max(1, min(narrow.bits, room // 2))
        return tuple(
            (self.add(a.value * b.value), up + over)
            for a, up in narrow.pieces(width)
            for b, over in broad.pieces(room - width)
        )


Wide = tuple[tuple[str, int], ...]
"""(column, shift) pairs whose sum, each times 2**shift, is one wide number."""


def shifted(values: IntArray, shift: int) -> WideInts:
    """Return values * 2**shift, exactly. Raises InputError when one reaches 2**94, beyond what WideInts holds."""
    if shift > WIDE_ROOM - 63 and len(values) and max(-int(values.min()), int(values.max())) >> (WIDE_ROOM - shift):
        raise InputError("weights and scores this large cannot be summed exactly; rescale the ready-made scores")
    if shift >= 32:
        return WideInts(values << (shift - 32), np.zeros_like(values))
    kept = 32 - shift
    return WideInts(values >> kept, (values & ((1 << kept) - 1)) << shift)
