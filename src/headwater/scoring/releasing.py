"""From estimates to what may be shown: bounded extremes, and no error bar that tells that all answered alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.measures import Estimates
from headwater.measures.measure import NORMAL_95, t_interval
from headwater.privacy.alike import bound_extremes, zone_share
from headwater.scoring.estimating import floor_spread, limit_spread
from headwater.scoring.points import Points
from headwater.vocab import Bound, Column, FloatArray


@dataclass(frozen=True)
class Shown:
    """One column as it may be shown: float64[G] each, and int8[G] for the bound.

    middle: the value, and where that is a limit, half way from it to the end of the range: what a group behind it has,
    as far as the limit tells. How much groups differ is estimated from it; limits lie too near each other for that.
    """

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    effective: FloatArray
    bound: NDArray[np.int8]
    middle: FloatArray

    def keep(self, rows: NDArray[np.bool_]) -> Shown:
        """Return the same with everything outside `rows` unknown."""
        return Shown(
            value=np.where(rows, self.value, np.nan),
            se=np.where(rows, self.se, np.nan),
            low=np.where(rows, self.low, np.nan),
            high=np.where(rows, self.high, np.nan),
            n=np.where(rows, self.n, 0),
            effective=np.where(rows, self.effective, 0),
            bound=self.bound,
            middle=np.where(rows, self.middle, np.nan),
        )

    def take(self, rows: NDArray[np.int64]) -> Shown:
        """Return some groups."""
        return Shown(
            value=self.value[rows],
            se=self.se[rows],
            low=self.low[rows],
            high=self.high[rows],
            n=self.n[rows],
            effective=self.effective[rows],
            bound=self.bound[rows],
            middle=self.middle[rows],
        )


def bounded(column: Column, estimates: Estimates, points: Points, pooled: float | FloatArray) -> Shown:
    """Bound the extremes of a column and widen error bars that would tell that all answered alike.

    A group in its zone (`headwater.privacy.alike`) shows the zone's limit; its standard error is that of a group at the
    limit and its interval runs to the end of the range. So nothing shown depends on where in the zone it lies.
    """
    width = column.high - column.low
    share = zone_share(points.people, points.steps)
    bottom, top = column.low + (1 - share) * width, column.low + share * width
    bound = bound_extremes(points.people, points.points, points.steps)
    with np.errstate(invalid="ignore"):
        # Weighted values can pass the limit although the people's own points do not.
        bound = np.where(
            estimates.value > top, Bound.AT_LEAST, np.where(estimates.value < bottom, Bound.AT_MOST, bound)
        ).astype(np.int8)
    value = np.where(bound == Bound.AT_LEAST, top, np.where(bound == Bound.AT_MOST, bottom, estimates.value))
    end = np.where(bound == Bound.AT_LEAST, column.high, column.low)
    middle = np.where(bound == Bound.EXACT, value, (value + end) / 2)
    return _intervals(column, estimates, value, middle, bound, pooled, 100.0 if column.unit == "score" else 1.0)


def combined(column: Column, estimates: Estimates, parts: Sequence[Shown], pooled: float | FloatArray) -> Shown:
    """Make a scale of what its items show: the mean of their shown values, a limit where one of them is a limit.

    So a scale says nothing that its items do not. Where one item is "at least" and another "at most", nothing is shown.
    """
    value = np.mean([part.value for part in parts], axis=0)
    bounds = np.stack([part.bound for part in parts])
    above, below = (bounds == Bound.AT_LEAST).any(axis=0), (bounds == Bound.AT_MOST).any(axis=0)
    bound = np.where(above, Bound.AT_LEAST, np.where(below, Bound.AT_MOST, Bound.EXACT)).astype(np.int8)
    value = np.where(above & below, np.nan, value)
    middle = np.mean([part.middle for part in parts], axis=0)
    return _intervals(column, estimates, value, middle, bound, pooled, 1.0 / len(parts))


def _intervals(
    column: Column,
    estimates: Estimates,
    value: FloatArray,
    middle: FloatArray,
    bound: NDArray[np.int8],
    pooled: float | FloatArray,
    step: float,
) -> Shown:
    se, low, high = estimates.se, estimates.low, estimates.high
    effective = np.where(estimates.effective > 0, estimates.effective, np.nan)
    at_limit = bound != Bound.EXACT
    with np.errstate(invalid="ignore", divide="ignore"):
        if column.unit != "percent":
            spread = floor_spread(estimates, pooled)
            behind = limit_spread(estimates, pooled, step)
            raised = at_limit | np.isnan(estimates.spread) | (spread > estimates.spread)
            se = np.where(raised, np.sqrt(np.where(at_limit, behind, spread) / effective), se)
            wide_low, wide_high = t_interval(value, se, np.maximum(estimates.n, 2))
            low, high = np.where(raised, wide_low, low), np.where(raised, wide_high, high)
        else:
            se = np.where(at_limit, np.sqrt((value - column.low) * (column.high - value) / effective), se)
            low = np.where(at_limit, value - NORMAL_95 * se, low)
            high = np.where(at_limit, value + NORMAL_95 * se, high)
    low = np.where(bound == Bound.AT_MOST, column.low, low)
    high = np.where(bound == Bound.AT_LEAST, column.high, high)
    known = (estimates.n > 0) & ~np.isnan(value)
    return Shown(
        value=np.where(known, value, np.nan),
        se=np.where(known, se, np.nan),
        low=np.clip(np.where(known, low, np.nan), column.low, column.high),
        high=np.clip(np.where(known, high, np.nan), column.low, column.high),
        n=np.where(known, estimates.n, 0),
        effective=np.where(known, estimates.effective, 0),
        bound=bound,
        middle=np.where(known, middle, np.nan),
    )


def rest_of(column: Column, group: Shown, whole: Shown, rest: Shown, pooled: float | FloatArray) -> Shown:
    """Return what may be shown of the rest of a larger group, given what is shown of a group and of the whole.

    Where both are shown exactly, the rest follows from them and is shown as it is. Where one is a limit, the rest is
    worked out from the limits, so that it tells no more than they do.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        left = whole.n - group.n
        derived = np.where(left > 0, (whole.n * whole.value - group.n * group.value) / left, np.nan)
        derived = np.clip(derived, column.low, column.high)
        se = np.sqrt(pooled / np.maximum(left, 1))
    exact = (group.bound == Bound.EXACT) & (whole.bound == Bound.EXACT)
    value = np.where(exact, rest.value, derived)
    safe_se = np.where(exact, rest.se, se)
    return Shown(
        value=value,
        se=safe_se,
        low=np.clip(np.where(exact, rest.low, derived - NORMAL_95 * se), column.low, column.high),
        high=np.clip(np.where(exact, rest.high, derived + NORMAL_95 * se), column.low, column.high),
        n=np.where(left > 0, rest.n, 0),
        effective=np.where(left > 0, rest.effective, 0),
        bound=np.where(exact, rest.bound, Bound.EXACT).astype(np.int8),
        middle=np.where(exact, rest.middle, derived),
    )
