"""How answers lie at rest: column names and fixed points, shared by the writer and the reader.

One Parquet row is one response. It carries the leaf unit, the declared cuts, the items as small integers, the
scores that came ready-made, a fixed-point weight and a random key for the bootstrap. It carries no person and no
time finer than the wave (or the tick of an always-on study).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

UNIT = "unit"
"""Column of the leaf unit's id (string): the unit the answer was given in."""

WEIGHT = "weight"
"""Column of the weight (int64, fixed point, see WEIGHT_ONE)."""

KEY = "key"
"""Column of the response's random 64-bit key, drawn at sealing. It means nothing outside the bootstrap."""

ITEM_PREFIX = "i_"
"""Prefix of item columns (int8, null where not answered or not applicable)."""

SCORE_PREFIX = "s_"
"""Prefix of ready-made score columns (int64, fixed point, see SCORE_ONE)."""

CUT_PREFIX = "c_"
"""Prefix of cut columns (string, null where unknown)."""

WEIGHT_ONE = 10_000
"""A weight of 1.0 at rest."""

WEIGHT_MAX = 20 * WEIGHT_ONE
"""The largest weight at rest; heavier ones are trimmed before sealing."""

SCORE_ONE = 27_720
"""A score of 1.0 at rest: the least common multiple of 1 to 12, so means of up to 12 items stay exact."""


def item_column(key: str) -> str:
    """Name the column of an item."""
    return ITEM_PREFIX + key


def score_column(key: str) -> str:
    """Name the column of a ready-made score."""
    return SCORE_PREFIX + key


def cut_column(key: str) -> str:
    """Name the column of a cut."""
    return CUT_PREFIX + key


ITEM_MISSING = -128
"""An item not answered, in memory. At rest it is null."""

SCORE_MISSING = -(2**62)
"""A ready-made score that is missing, in memory. At rest it is null."""


@dataclass(frozen=True)
class AnswerTable:
    """Responses in memory on their way to rest: validated, one element of each array a response.

    unit_ids: the units that occur. unit: int32[R], position in unit_ids. items: int8[R] by item key, ITEM_MISSING
    where not answered. scores: int64[R] by score key in units of 1 / SCORE_ONE, SCORE_MISSING where missing.
    cuts: by cut key, (int16[R] position in the levels or -1 for unknown, the levels). weight: int64[R] in units of
    1 / WEIGHT_ONE, or None when all are 1. comments: by item key, pairs of (unit id, words); they are stored apart from
    the ratings and shuffled on their own.
    """

    unit_ids: tuple[str, ...]
    unit: NDArray[np.int32]
    items: Mapping[str, NDArray[np.int8]]
    scores: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    cuts: Mapping[str, tuple[NDArray[np.int16], tuple[str, ...]]] = field(default_factory=dict)
    weight: NDArray[np.int64] | None = None
    comments: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many responses there are."""
        return len(self.unit)

    def __post_init__(self) -> None:
        """Check that all arrays have one length."""
        lengths = {len(self.unit), *map(len, self.items.values()), *map(len, self.scores.values())}
        lengths |= {len(codes) for codes, _ in self.cuts.values()}
        if self.weight is not None:
            lengths.add(len(self.weight))
        if len(lengths) != 1:
            raise ValueError(f"the columns of an answer table differ in length: {sorted(lengths)}")
