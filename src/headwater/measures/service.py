"""Internal service: how the units that are served rate a unit that serves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.measures.measure import Estimates, Measure, code_ends, t_interval
from headwater.vocab import FloatArray, IntArray


@dataclass(frozen=True)
class ServiceMatrix:
    """Ratings by pair: float64[servers, served] each; NaN where nobody of a pair rated. n: int64."""

    estimates: Estimates
    n: IntArray


def estimate(
    server: NDArray[np.int32], served: NDArray[np.int32], rating: FloatArray, servers: int, served_units: int
) -> ServiceMatrix:
    """Return the mean rating of every serving unit by every unit it serves, with t intervals.

    server, served: int32[R], positions of the two units of one rating. rating: float64[R], scale points.
    """
    shape = (servers, served_units)
    flat = server.astype(np.int64) * served_units + served
    n = np.bincount(flat, minlength=servers * served_units).astype(np.float64)
    total = np.bincount(flat, weights=rating, minlength=servers * served_units)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
        squares = np.bincount(flat, weights=(rating - mean[flat]) ** 2, minlength=servers * served_units)
        spread = np.where(n > 1, squares / (n - 1), np.nan)
        se = np.sqrt(spread / n)
    low, high = t_interval(mean, se, n)
    return ServiceMatrix(
        Estimates(*(field.reshape(shape) for field in (n, mean, se, low, high, spread, n))),
        n.reshape(shape).astype(np.int64),
    )


MEASURE = Measure(
    key="service",
    label="Internal service",
    unit="points",
    ends=code_ends,
    minimum_effect=lambda low, high: 0.05 * (high - low),
    estimate=None,
    source="mean rating by the units served; t interval",
)
