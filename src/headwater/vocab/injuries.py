"""Injury rates as they are shown: by unit with all below it, by period, each with its range and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.estimates import Difference, Sureness
from headwater.vocab.tree import UnitTree

InjuryKind = Literal["trir", "dart", "ltifr"]

INJURY_KINDS: tuple[InjuryKind, ...] = ("trir", "dart", "ltifr")
"""Columns of the arrays of a period, in this order."""

FULL_YEAR_MONTHS = 12

INJURY_FIELDS: tuple[str, ...] = (
    "rate",
    "low",
    "high",
    "shrunken",
    "shrunken_low",
    "shrunken_high",
    "rest",
    *(f"{kind}_{part}" for kind in ("rest", "previous", "benchmark") for part in ("difference", "low", "high", "p")),
)
"""The float columns of a period, each float64[U, 3], NaN where there is nothing to show."""


@dataclass(frozen=True, slots=True)
class InjuryRate:
    """One rate of one unit and period. A view of one row.

    rate, low, high: cases over hours with the exact Poisson interval; NaN where the hours are too few for a rate of
    one's own. shrunken: steadied toward the unit above. cases: what is counted. hours: NaN where too few. partial: the
    period is shorter than a year. The differences are this unit less the other, per the rate's own hours.
    """

    unit: str
    kind: InjuryKind
    period: str
    cases: int
    hours: float
    rate: float
    low: float
    high: float
    shrunken: float
    shrunken_low: float
    shrunken_high: float
    rest_rate: float
    versus_rest: Difference | None
    versus_previous: Difference | None
    versus_benchmark: Difference | None
    partial: bool


@dataclass(frozen=True)
class InjuryPeriod:
    """The rates of one period. cases: int64[U, 3]. hours: float64[U], NaN where too few to show. months: its length.

    worked: bool[U], units where anybody worked; the others have no rate. fields: see INJURY_FIELDS. sureness:
    int8[U, 3] by "rest", "previous" and "benchmark".
    """

    key: str
    months: float
    worked: NDArray[np.bool_]
    cases: NDArray[np.int64]
    hours: NDArray[np.float64]
    fields: Mapping[str, NDArray[np.float64]]
    sureness: Mapping[str, NDArray[np.int8]]

    @property
    def partial(self) -> bool:
        """Whether the period is shorter than a year."""
        return self.months < FULL_YEAR_MONTHS


@dataclass(frozen=True)
class InjuryBook:
    """All injury rates that are shown: immutable, versioned by the hash of its inputs.

    periods: in order of time. benchmark: `key@version` of the rates compared with, empty when none.
    """

    tree: UnitTree
    periods: tuple[InjuryPeriod, ...]
    inputs_hash: str
    benchmark: str = ""
    benchmark_rates: Mapping[str, float] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    made_with: Mapping[str, str] = field(default_factory=dict)

    def period(self, key: str = "") -> InjuryPeriod:
        """Return a period, the last one by default. Raises KeyError when there is none of that key."""
        if not key:
            return self.periods[-1]
        for period in self.periods:
            if period.key == key:
                return period
        raise KeyError(key)

    def find(self, unit: str | int, kind: InjuryKind, period: str = "") -> InjuryRate | None:
        """Return one rate, None where nobody worked. Raises KeyError for an unknown unit, kind or period."""
        row = self.tree.index_of[unit] if isinstance(unit, str) else unit
        if kind not in INJURY_KINDS:
            raise KeyError(kind)
        number, held = INJURY_KINDS.index(kind), self.period(period)
        if not held.worked[row]:
            return None

        def value(name: str) -> float:
            return float(held.fields[name][row, number])

        def difference(against: str) -> Difference | None:
            size = value(f"{against}_difference")
            if np.isnan(size):
                return None
            sure = Sureness(int(held.sureness[against][row, number]))
            return Difference(size, value(f"{against}_low"), value(f"{against}_high"), value(f"{against}_p"), sure)

        return InjuryRate(
            unit=self.tree.ids[row],
            kind=kind,
            period=held.key,
            cases=int(held.cases[row, number]),
            hours=float(held.hours[row]),
            rate=value("rate"),
            low=value("low"),
            high=value("high"),
            shrunken=value("shrunken"),
            shrunken_low=value("shrunken_low"),
            shrunken_high=value("shrunken_high"),
            rest_rate=value("rest"),
            versus_rest=difference("rest"),
            versus_previous=difference("previous"),
            versus_benchmark=difference("benchmark"),
            partial=held.partial,
        )
