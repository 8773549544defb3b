"""Injury rates: TRIR, DART and LTIFR with exact Poisson intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.measures.measure import Measure
from headwater.stats import poisson_interval
from headwater.vocab import FloatArray

RateKind = Literal["trir", "dart", "ltifr"]

MULTIPLIERS: dict[RateKind, float] = {"trir": 200_000, "dart": 200_000, "ltifr": 1_000_000}
FULL_YEAR_MONTHS = 12


@dataclass(frozen=True)
class InjuryRates:
    """Rates per 200,000 or 1,000,000 hours; float64 arrays of one shape. partial: fewer than twelve months."""

    kind: RateKind
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    partial: bool


def cases_of(
    kind: RateKind, deaths: FloatArray, days_away: FloatArray, restricted: FloatArray, other: FloatArray
) -> FloatArray:
    """Return the cases a rate counts: TRIR all, DART those away or restricted, LTIFR those away from work."""
    if kind == "trir":
        return deaths + days_away + restricted + other
    return days_away + restricted if kind == "dart" else days_away


def estimate(cases: FloatArray, hours: FloatArray, kind: RateKind, months: int = FULL_YEAR_MONTHS) -> InjuryRates:
    """Return rates with exact 95% intervals: chi2(.025; 2x)/2 and chi2(.975; 2x+2)/2 over the hours worked.

    Raises ValueError for hours of zero or below: a rate without hours does not exist.
    """
    if np.any(hours <= 0):
        raise ValueError("hours worked must be above 0; leave out establishments without hours")
    interval = poisson_interval(cases, hours, multiplier=MULTIPLIERS[kind])
    return InjuryRates(
        kind, MULTIPLIERS[kind] * cases / hours, interval.lower, interval.upper, months < FULL_YEAR_MONTHS
    )


MEASURE = Measure(
    key="injury_rate",
    label="Injury rate",
    unit="rate",
    ends=lambda _low, _high: (0.0, float("inf")),
    minimum_effect=lambda _low, _high: 0.0,
    estimate=None,
    source="29 CFR 1904 recordables; Garwood 1936",
)
