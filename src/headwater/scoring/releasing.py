"""From estimates to what may be shown: bounded extremes, and no error bar that tells that all answered alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from headwater.measures import Estimates
from headwater.measures.measure import NORMAL_95, t_interval
from headwater.privacy.alike import bound_extremes, zone_share
from headwater.scoring.estimating import floor_spread
from headwater.scoring.points import Points
from headwater.vocab import Bound, Column, FloatArray, IntArray


@dataclass(frozen=True)
class Shown:
    """One column as it may be shown: float64[G] each, and int8[G] for the bound.

    restated: bool[G], groups whose numbers are told as if everybody of the group had answered (see `restate`).
    """

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    effective: FloatArray
    bound: NDArray[np.int8]
    restated: NDArray[np.bool_]

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
            restated=self.restated,
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
            restated=self.restated[rows],
        )


def bounded(column: Column, estimates: Estimates, points: Points, pooled: float) -> Shown:
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
    return _intervals(column, estimates, value, bound, pooled)


def restate(column: Column, said: Shown, stated: IntArray, steps: int) -> Shown:
    """Tell the numbers of a group as if `stated` people had answered, where the true count is not told.

    A mean of 3.571 beside 8 people says that only 7 answered. So where the count shown is the group's respondents and
    not those who answered, the value moves to the nearest fraction that so many people can give, by at most half a
    point over their number, and the standard error is told to two figures. stated: int64[G]. steps: a person's most
    points. Only for unweighted answers: weighted values are no simple fractions.
    """
    rows = (said.n > 0) & (stated != said.n) & (stated > 0)
    if not rows.any():
        return said
    people = np.where(rows, stated, 1).astype(np.float64)
    width = column.high - column.low
    exact = rows & (said.bound == Bound.EXACT)
    with np.errstate(invalid="ignore", divide="ignore"):
        grid = column.low + width * np.round((said.value - column.low) / width * steps * people) / (steps * people)
        value = np.where(exact, grid, said.value)
        narrower = np.sqrt(said.effective / people)
        se = two_figures(said.se * narrower)
        low = np.clip(value - (said.value - said.low) * se / said.se, column.low, column.high)
        high = np.clip(value + (said.high - said.value) * se / said.se, column.low, column.high)
    return Shown(
        value=value,
        se=np.where(rows, se, said.se),
        low=np.where(rows, low, said.low),
        high=np.where(rows, high, said.high),
        n=np.where(rows, people, said.n),
        effective=np.where(rows, people, said.effective),
        bound=said.bound,
        restated=rows,
    )


def two_figures(values: FloatArray) -> FloatArray:
    """Round to two significant figures."""
    with np.errstate(invalid="ignore", divide="ignore"):
        size = 10.0 ** (np.floor(np.log10(np.abs(values))) - 1)
        rounded: FloatArray = np.where(values > 0, np.round(values / size) * size, values)
    return rounded


def combined(column: Column, estimates: Estimates, parts: Sequence[Shown], pooled: float) -> Shown:
    """Make a scale of what its items show: the mean of their shown values, a limit where one of them is a limit.

    So a scale says nothing that its items do not. Where one item is "at least" and another "at most", nothing is shown.
    """
    value = np.mean([part.value for part in parts], axis=0)
    bounds = np.stack([part.bound for part in parts])
    above, below = (bounds == Bound.AT_LEAST).any(axis=0), (bounds == Bound.AT_MOST).any(axis=0)
    bound = np.where(above, Bound.AT_LEAST, np.where(below, Bound.AT_MOST, Bound.EXACT)).astype(np.int8)
    value = np.where(above & below, np.nan, value)
    made = _intervals(column, estimates, value, bound, pooled)
    told: NDArray[np.bool_] = np.asarray(np.stack([part.restated for part in parts]).any(axis=0))
    people = np.max([part.n for part in parts], axis=0)
    return replace(
        made,
        se=np.where(told, two_figures(made.se), made.se),
        n=np.where(told & (made.n > 0), people, made.n),
        effective=np.where(told & (made.n > 0), people, made.effective),
        restated=told,
    )


def _intervals(
    column: Column, estimates: Estimates, value: FloatArray, bound: NDArray[np.int8], pooled: float
) -> Shown:
    se, low, high = estimates.se, estimates.low, estimates.high
    effective = np.where(estimates.effective > 0, estimates.effective, np.nan)
    at_limit = bound != Bound.EXACT
    with np.errstate(invalid="ignore", divide="ignore"):
        if column.unit != "percent":
            spread = floor_spread(estimates, pooled)
            raised = at_limit | np.isnan(estimates.spread) | (spread > estimates.spread)
            se = np.where(raised, np.sqrt(np.where(at_limit, pooled, spread) / effective), se)
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
        restated=np.zeros(bound.shape, bool),
    )


def rest_of(column: Column, group: Shown, whole: Shown, rest: Shown, pooled: float) -> Shown:
    """Return what may be shown of the rest of a larger group, given what is shown of a group and of the whole.

    Where both are shown exactly, the rest follows from them and is shown as it is. Where one is a limit or restated,
    the rest is worked out from what is shown, so that it tells no more.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        left = whole.n - group.n
        derived = np.where(left > 0, (whole.n * whole.value - group.n * group.value) / left, np.nan)
        derived = np.clip(derived, column.low, column.high)
        se = np.sqrt(pooled / np.maximum(left, 1))
    exact = (group.bound == Bound.EXACT) & (whole.bound == Bound.EXACT) & ~group.restated & ~whole.restated
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
        restated=~exact,
    )
