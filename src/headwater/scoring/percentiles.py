"""Where a value stands among those of other organisations, with what is not known of either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.vocab import FloatArray

DRAWS = 4_000
FEWEST_OTHERS = 5
"""With fewer others a percentile says less than the values themselves."""


@dataclass(frozen=True)
class Percentile:
    """Share of others below, 0..100, with its 95% interval. others: how many organisations."""

    value: float
    low: float
    high: float
    others: int


def percentile_among(
    value: float,
    se: float,
    others: FloatArray,
    errors: FloatArray,
    *,
    higher_is_better: bool = True,
    seed: int = 1,
) -> Percentile | None:
    """Return the percentile of a value among others, ties counting half; None with fewer than 5 others.

    others, errors: float64[m], values and their standard errors, 0 for a census. The interval draws the value and the
    others from normals with their errors (4,000 draws); the others themselves are taken as they are, not as a sample.
    higher_is_better: False turns all round, so that a high percentile is good. Raises ValueError for NaN or negative
    errors.
    """
    if len(others) != len(errors) or not np.isfinite([value, se, *others, *errors]).all() or min(se, *errors, 0) < 0:
        raise ValueError("values and their errors must be numbers, errors not negative")
    if len(others) < FEWEST_OTHERS:
        return None
    sign = 1.0 if higher_is_better else -1.0
    rng = np.random.default_rng(seed)
    own = sign * (value + se * rng.standard_normal(DRAWS))
    theirs = sign * (others + errors * rng.standard_normal((DRAWS, len(others))))
    drawn = 100 * ((theirs < own[:, None]).mean(axis=1) + 0.5 * (theirs == own[:, None]).mean(axis=1))
    exact = 100 * (np.mean(sign * others < sign * value) + 0.5 * np.mean(others == value))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Percentile(float(exact), float(min(low, exact)), float(max(high, exact)), len(others))
