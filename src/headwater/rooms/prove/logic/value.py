"""A value case worked out: the base case by plain formula, the spread by Monte Carlo, and what would turn it round.

Cash flows: year 0 is before the start, benefits and costs of year t count at its end. With b years of build-up,
discount rate r and horizon H:

    net present value = sum over lines of (product of its factors) x A  -  sum over t = 0..H of cost_t / (1 + r)^t
    A = sum over t = 1..H of min(1, t / b) / (1 + r)^t

Payback is the time from which cumulative discounted net cash stays at or above nought, straight within a year; so it is
within the horizon exactly when net present value is not below nought. Which input matters most: squared Spearman rank
correlations with net present value, made to sum to one (Saltelli et al., Global Sensitivity Analysis, 2008, section
1.2); and one at a time, low to high with all others at likely, which is the tornado. Inputs are drawn independently.
A factor of the same key, as one link of the River in two lines, is one draw in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from headwater.rooms.prove.logic.value_ranges import Draws, Ranged, draw_all

DRAWS = 10_000
SEED = 20_260_401
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
BINS = 30
_EARLIEST = 1e-9
"""Years of build-up below which the effect is there from the first year."""


@dataclass(frozen=True)
class Factor:
    """One figure of the case. key: the same key is the same figure. scale: what the typed figure is multiplied by."""

    key: str
    value: Ranged
    scale: float = 1.0


@dataclass(frozen=True)
class Line:
    """What one line multiplies. sign: -1 where its link runs against the money. ours: the key of its share that is
    owed to the programme.
    """

    key: str
    factors: tuple[Factor, ...]
    ours: str
    sign: int = 1


@dataclass(frozen=True)
class Case:
    """A whole case. costs: by year, from year 0 to the horizon."""

    lines: tuple[Line, ...]
    costs: tuple[Factor, ...]
    discount: Factor
    build_up: Factor

    @property
    def horizon(self) -> int:
        """Years after the start that count."""
        return len(self.costs) - 1

    def factors(self) -> dict[str, Factor]:
        """Return every figure once, in the order of the case."""
        every = [factor for line in self.lines for factor in line.factors]
        return {factor.key: factor for factor in (*every, *self.costs, self.discount, self.build_up)}


@dataclass(frozen=True)
class Flows:
    """Cash by year. benefits: lines x draws x (horizon + 1); costs, net, present: draws x (horizon + 1)."""

    benefits: NDArray[np.float64]
    costs: NDArray[np.float64]
    net: NDArray[np.float64]
    present: NDArray[np.float64]

    @property
    def npv(self) -> Draws:
        """Net present value of each draw."""
        return np.asarray(self.present.sum(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class Swing:
    """What one figure does. npv_low, npv_high: net present value with it at its ends, all others at likely.

    share: of the spread of net present value, 0..1. break_even: the figure at which the base case comes out at nought,
    None where none does. is_inside: whether that lies between its ends.
    """

    key: str
    npv_low: float
    npv_high: float
    share: float
    rank_correlation: float
    break_even: float | None
    is_inside: bool

    @property
    def width(self) -> float:
        """How far net present value swings."""
        return abs(self.npv_high - self.npv_low)


@dataclass(frozen=True)
class Result:
    """A case worked out. percentiles: of net present value, by percent. bins: edges and shares of the draws, whole.

    payback: years in the base case, None where it does not pay back within the horizon. payback_ends: 5th, 50th and
    95th percentile among the draws that pay back, None where fewer than one in a hundred does. sceptic: net present
    value where nothing is ours. ours_needed: the share of the change that must be ours, in every line alike, to come
    out at nought; None where no share does.
    """

    base: float
    by_line: tuple[float, ...]
    benefits: tuple[tuple[float, ...], ...]
    costs: tuple[float, ...]
    net: tuple[float, ...]
    payback: float | None
    mean: float
    percentiles: dict[int, float]
    pays_back: float
    payback_ends: tuple[float, float, float] | None
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    swings: tuple[Swing, ...]
    sceptic: float
    ours_needed: float | None
    draws: int
    seed: int


def flows(case: Case, values: Mapping[str, Draws]) -> Flows:
    """Return the cash of a case. values: typed figures by key, each of shape (draws,)."""
    count = len(values[case.discount.key])
    years = np.arange(case.horizon + 1)
    rate = values[case.discount.key][:, None] * case.discount.scale
    build_up = np.maximum(values[case.build_up.key][:, None] * case.build_up.scale, _EARLIEST)
    reached = np.minimum(1.0, years[None, :] / build_up)
    benefits = np.zeros((len(case.lines), count, len(years)))
    for place, line in enumerate(case.lines):
        full = np.full(count, float(line.sign))
        for factor in line.factors:
            full = full * values[factor.key] * factor.scale
        benefits[place] = full[:, None] * reached
    costs = np.stack([values[one.key] * one.scale for one in case.costs], axis=1)
    net = benefits.sum(axis=0) - costs
    return Flows(benefits, costs, net, net / (1 + rate) ** years[None, :])


def base_values(case: Case) -> dict[str, Draws]:
    """Return every figure at likely, as one draw."""
    return {key: np.array([factor.value.likely]) for key, factor in case.factors().items()}


def npv_with(case: Case, changed: Mapping[str, float]) -> float:
    """Return net present value with some figures set, all others at likely."""
    values = base_values(case)
    values.update({key: np.array([value]) for key, value in changed.items()})
    return float(flows(case, values).npv[0])


def payback_of(present: NDArray[np.float64]) -> Draws:
    """Return the years after which discounted cash stays at or above nought, NaN where it ends below.

    present: draws x years of discounted net cash.
    """
    # Money that came in and went out again leaves dust of rounding, which is not a debt.
    dust = 1e-12 * np.abs(present).sum(axis=1, keepdims=True)
    total = np.cumsum(present, axis=1)
    total = np.where(np.abs(total) <= dust, 0.0, total)
    below = total < 0
    years = total.shape[1]
    last = years - 1 - np.argmax(below[:, ::-1], axis=1)
    rows = np.arange(len(total))
    after = np.minimum(last + 1, years - 1)
    step = total[rows, after] - total[rows, last]
    part = np.divide(-total[rows, last], step, out=np.zeros(len(total)), where=step > 0)
    found = np.where(below.any(axis=1), last + part, 0.0)
    return np.where(below[:, -1], np.nan, found)


def work_out(case: Case, *, count: int = DRAWS, seed: int = SEED) -> Result:
    """Work a case out. Raises ValueError without a line or with a horizon of no years."""
    if not case.lines or case.horizon < 1:
        raise ValueError("a case has a line and a year at least")
    base = flows(case, base_values(case))
    factors = case.factors()
    drawn = draw_all({key: factor.value for key, factor in factors.items()}, count=count, seed=seed)
    spread = flows(case, drawn)
    npv, paid = spread.npv, payback_of(spread.present)
    is_paid = ~np.isnan(paid)
    weights = (1 + case.discount.value.likely * case.discount.scale) ** -np.arange(case.horizon + 1.0)
    shares, edges = np.histogram(npv, bins=BINS)
    first = payback_of(base.present)[0]
    return Result(
        base=float(base.npv[0]),
        by_line=tuple(float((one[0] * weights).sum()) for one in base.benefits),
        benefits=tuple(tuple(map(float, one[0])) for one in base.benefits),
        costs=tuple(map(float, base.costs[0])),
        net=tuple(map(float, base.net[0])),
        payback=None if np.isnan(first) else float(first),
        mean=float(npv.mean()),
        percentiles={place: float(np.percentile(npv, place)) for place in PERCENTILES},
        pays_back=float(is_paid.mean()),
        payback_ends=_ends(paid[is_paid]) if is_paid.mean() >= 0.01 else None,
        edges=tuple(map(float, edges)),
        shares=tuple(float(one) / count for one in shares),
        swings=_swings(case, drawn, npv),
        sceptic=npv_with(case, {line.ours: 0.0 for line in case.lines}),
        ours_needed=_ours_needed(case),
        draws=count,
        seed=seed,
    )


def break_even(case: Case, key: str) -> float | None:
    """Return the typed figure at which the base case comes out at nought, all others at likely; None for none."""
    if key == case.discount.key:
        return _crossing(case, key, 0.0, 1000.0)
    if key == case.build_up.key:
        return _crossing(case, key, 0.0, 10.0 * case.horizon)
    at_nought, at_one = npv_with(case, {key: 0.0}), npv_with(case, {key: 1.0})
    slope = at_one - at_nought
    if abs(slope) <= 1e-12 * max(abs(at_nought), abs(at_one), 1.0):
        return None
    found = -at_nought / slope
    return found if np.isfinite(found) else None


def at_likely(case: Case, **likely: float) -> Case:
    """Return the case with figures fixed, by key: what a sceptic would have typed."""

    def fixed(factor: Factor) -> Factor:
        if factor.key not in likely:
            return factor
        value = likely[factor.key]
        return replace(factor, value=Ranged(value, value, value, "fixed"))

    lines = tuple(replace(line, factors=tuple(map(fixed, line.factors))) for line in case.lines)
    return Case(lines, tuple(map(fixed, case.costs)), fixed(case.discount), fixed(case.build_up))


def _ends(paid: Draws) -> tuple[float, float, float]:
    low, middle, high = np.percentile(paid, [5, 50, 95])
    return float(low), float(middle), float(high)


def _ours_needed(case: Case) -> float | None:
    """The share, in typed percent, that must be ours in every line alike."""
    none = npv_with(case, {line.ours: 0.0 for line in case.lines})
    every = npv_with(case, {line.ours: 100.0 for line in case.lines})
    if every <= none:
        return None
    needed = -none / (every - none) * 100.0
    return needed if 0 <= needed <= 100 else None


def _crossing(case: Case, key: str, low: float, high: float) -> float | None:
    """Where net present value changes its sign once between two figures, by halving; None where it does not."""
    at_low, at_high = npv_with(case, {key: low}), npv_with(case, {key: high})
    if at_low == 0:
        return low
    if at_low * at_high > 0:
        return None
    for _step in range(200):
        middle = (low + high) / 2
        found = npv_with(case, {key: middle})
        if found == 0 or high - low < 1e-12:
            return middle
        if found * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _swings(case: Case, drawn: Mapping[str, Draws], npv: Draws) -> tuple[Swing, ...]:
    """Every figure that has a range, the widest share of the spread first."""
    ranks = _ranks(npv)
    uncertain = {key: one for key, one in case.factors().items() if one.value.high > one.value.low}
    related = {key: _correlation(_ranks(drawn[key]), ranks) for key in uncertain}
    whole = sum(one**2 for one in related.values())
    found = []
    for key, factor in case.factors().items():
        # A figure without a range moves nothing, but what it would have to be is asked all the same.
        low, high = factor.value.low, factor.value.high
        even = break_even(case, key)
        found.append(
            Swing(
                key,
                npv_with(case, {key: low}),
                npv_with(case, {key: high}),
                related[key] ** 2 / whole if key in related and whole > 0 else 0.0,
                related.get(key, 0.0),
                even,
                even is not None and low <= even <= high,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.share, -one.width)))


def _ranks(values: Draws) -> Draws:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def _correlation(one: Draws, other: Draws) -> float:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
