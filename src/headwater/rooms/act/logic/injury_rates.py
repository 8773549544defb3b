"""TRIR, DART and LTIFR of a unit with all below it: exact intervals, missing months, and what may be said of a few.

TRIR: all recordable cases, DART: those away or restricted, both per 200,000 hours; LTIFR: those away from work per
1,000,000 hours. A case counts once, by its worst outcome, so a death is in TRIR alone, as in `headwater.measures`.
Intervals are exact Poisson ones (Garwood 1936). Check: 3 cases in 100,000 hours are 6.0 (1.24 to 17.53).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from headwater.stats import poisson_interval

RateKind = Literal["trir", "dart", "ltifr"]
RATE_KINDS: tuple[RateKind, ...] = ("trir", "dart", "ltifr")
HOURS_PER: Mapping[str, int] = {"trir": 200_000, "dart": 200_000, "ltifr": 1_000_000}
COUNTED: Mapping[str, frozenset[str]] = {
    "trir": frozenset({"death", "days_away", "restricted", "other"}),
    "dart": frozenset({"days_away", "restricted"}),
    "ltifr": frozenset({"days_away"}),
}
FEW_CASES = 10
"""Fewer cases say little: the interval is wider than the rate itself."""

Month = tuple[int, int]
"""Year and month, 1 to 12."""


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Hours that the own people of a unit worked in a month. place: the unit's number in preorder."""

    place: int
    month: Month
    hours: float
    people: float


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A recordable case. outcome: a key of `recordable`."""

    place: int
    month: Month
    outcome: str


@dataclass(frozen=True, slots=True)
class Span:
    """A unit and all below it in preorder, as a slice."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate with its exact 95% interval."""

    kind: RateKind
    cases: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class UnitRates:
    """The rates of a unit with all below it over some months. rates: empty without hours: there is no rate then.

    missing_months: months without any hours. gaps: by place of a unit that has hours in other months, how many months
    it lacks; of a unit with cases and no hours at all, all of them. people: on average over months with hours.
    """

    hours: float
    people: float
    cases: Mapping[str, int]
    rates: Mapping[RateKind, Rate]
    missing_months: tuple[Month, ...] = ()
    gaps: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_partial(self) -> bool:
        """Whether hours are missing: the rates are then of the months that there are."""
        return bool(self.missing_months or self.gaps)

    @property
    def is_uncertain(self) -> bool:
        """Whether so few cases stand behind them that they say little."""
        return self.cases["trir"] < FEW_CASES


def rate_of(kind: RateKind, cases: int, hours: float) -> Rate:
    """Return a rate. Raises ValueError for hours of 0 or below: a rate without hours does not exist."""
    if hours <= 0:
        raise ValueError("hours worked must be above 0; a rate without hours does not exist")
    found = poisson_interval(cases, hours, multiplier=HOURS_PER[kind])
    return Rate(kind, cases, float(found.estimate), float(found.lower), float(found.upper))


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Return all months from one to another, both counted; none where the last lies before the first."""
    start, end = 12 * first[0] + first[1] - 1, 12 * last[0] + last[1] - 1
    return tuple((at // 12, at % 12 + 1) for at in range(start, end + 1))


def unit_rates(span: Span, months: Sequence[Month], hours: Iterable[HoursRow], cases: Iterable[CaseRow]) -> UnitRates:
    """Return the rates of a unit with all below it over some months. Rows of other units and months are left out."""
    wanted = set(months)
    own_hours = [row for row in hours if span.start <= row.place < span.stop and row.month in wanted]
    own_cases = [row for row in cases if span.start <= row.place < span.stop and row.month in wanted]
    worked: dict[int, set[Month]] = {}
    for row in own_hours:
        if row.hours > 0:
            worked.setdefault(row.place, set()).add(row.month)
    covered = set().union(*worked.values()) if worked else set()
    counts: dict[str, int] = {kind: sum(row.outcome in COUNTED[kind] for row in own_cases) for kind in RATE_KINDS}
    total = sum(row.hours for row in own_hours)
    gaps = {place: len(covered - at) for place, at in worked.items() if covered - at}
    gaps |= {row.place: len(months) for row in own_cases if row.place not in worked}
    return UnitRates(
        hours=total,
        people=sum(row.people for row in own_hours) / len(covered) if covered else 0.0,
        cases=counts,
        rates={kind: rate_of(kind, counts[kind], total) for kind in RATE_KINDS} if total > 0 else {},
        missing_months=tuple(month for month in months if month not in covered),
        gaps=gaps,
    )


Standing = Literal["above", "below", "unclear"]


def against(rate: Rate, industry: float) -> Standing:
    """Return where a rate stands beside its industry's: above or below only where its whole interval is."""
    if rate.low > industry:
        return "above"
    return "below" if rate.high < industry else "unclear"
