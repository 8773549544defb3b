"""Injury rates: TRIR, DART and LTIFR with exact Poisson intervals, steadied by the gamma-Poisson, compared exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from headwater.measures.measure import Measure
from headwater.stats import poisson_interval
from headwater.vocab import FULL_YEAR_MONTHS, FloatArray, InjuryKind

MULTIPLIERS: dict[InjuryKind, float] = {"trir": 200_000, "dart": 200_000, "ltifr": 1_000_000}
"""Hours a rate is per: 200,000 are a hundred people working full time for a year (29 CFR 1904); LTIFR per million."""

LEAST_SHAPE, MOST_SHAPE = 0.05, 1e4
"""Bounds of the gamma's shape. At the upper one units differ no more than chance and all keep the rate above them."""


@dataclass(frozen=True)
class InjuryRates:
    """Rates per 200,000 or 1,000,000 hours; float64 arrays of one shape. partial: fewer than twelve months."""

    kind: InjuryKind
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    partial: bool


def cases_of(
    kind: InjuryKind, deaths: FloatArray, days_away: FloatArray, restricted: FloatArray, other: FloatArray
) -> FloatArray:
    """Return the cases a rate counts: TRIR all, DART those away or restricted, LTIFR those away from work."""
    if kind == "trir":
        return deaths + days_away + restricted + other
    return days_away + restricted if kind == "dart" else days_away


def estimate(cases: FloatArray, hours: FloatArray, kind: InjuryKind, months: float = FULL_YEAR_MONTHS) -> InjuryRates:
    """Return rates with exact 95% intervals: chi2(.025; 2x)/2 and chi2(.975; 2x+2)/2 over the hours worked.

    Raises ValueError for hours of zero or below: a rate without hours does not exist.
    """
    if np.any(hours <= 0):
        raise ValueError("hours worked must be above 0; leave out establishments without hours")
    interval = poisson_interval(cases, hours, multiplier=MULTIPLIERS[kind])
    return InjuryRates(
        kind, MULTIPLIERS[kind] * cases / hours, interval.lower, interval.upper, months < FULL_YEAR_MONTHS
    )


def gamma_shape(cases: FloatArray, expected: FloatArray) -> float:
    """Return how much units differ beyond chance: the shape of the gamma around the rate above them.

    cases: float64[U]. expected: float64[U], cases at the rate of the unit above, above 0. True rates are gamma with
    that mean and variance mean^2 / shape, so cases are negative binomial; the shape is the most likely one (Clayton and
    Kaldor 1987). 10,000 when units differ no more than chance, or when there are none.
    """
    if not len(cases):
        return MOST_SHAPE

    def cost(log_shape: float) -> float:
        a = np.exp(log_shape)
        terms = special.gammaln(a + cases) - special.gammaln(a) - a * np.log1p(expected / a)
        terms += cases * (np.log(expected) - np.log(a + expected))
        return -float(terms.sum())

    ends = float(np.log(LEAST_SHAPE)), float(np.log(MOST_SHAPE))
    found = optimize.minimize_scalar(cost, bounds=ends, method="bounded")
    best = min((float(found.x), *ends), key=cost)
    # A likelihood that hardly prefers any difference prefers none.
    return MOST_SHAPE if cost(ends[1]) - cost(best) < 1e-6 else float(np.exp(best))


def steadied_rate(
    cases: FloatArray, hours: FloatArray, above: FloatArray, shape: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return steadied rates an hour with 95% intervals: the gamma posterior's mean and 2.5% and 97.5% quantiles.

    cases, hours: float64[U]. above: float64[U], the rate an hour of the unit above, over 0. shape: float64[U], of the
    gamma around it. The posterior is gamma with shape `shape + cases` and rate `shape / above + hours`.
    """
    a, b = shape + cases, shape / above + hours
    return a / b, special.gammaincinv(a, 0.025) / b, special.gammaincinv(a, 0.975) / b


def equal_rates_p(cases: FloatArray, hours: FloatArray, other_cases: FloatArray, other_hours: FloatArray) -> FloatArray:
    """Return the exact p that two Poisson rates are equal: float64[U].

    Given all cases together, a unit's own are binomial with its share of the hours (Przyborowski and Wilenski 1940). p
    is twice the smaller tail, at most 1, as the Clopper-Pearson interval has it. 1 without any case. Cases of a
    benchmark need not be whole.
    """
    share = hours / (hours + other_hours)
    at_least = np.where(cases > 0, special.betainc(np.maximum(cases, 1e-300), other_cases + 1, share), 1.0)
    at_most = np.where(
        other_cases > 0, special.betaincc(cases + 1, np.where(other_cases > 0, other_cases, 1.0), share), 1.0
    )
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_least, at_most)), dtype=np.float64)


def known_rate_p(cases: FloatArray, expected: FloatArray) -> FloatArray:
    """Return the exact p that a unit has a known rate: twice the smaller Poisson tail. expected: cases at that rate."""
    at_least = np.where(cases > 0, special.gammainc(np.maximum(cases, 1e-300), expected), 1.0)
    at_most = special.gammaincc(cases + 1, expected)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_least, at_most)), dtype=np.float64)


MEASURE = Measure(
    key="injury_rate",
    label="Injury rate",
    unit="rate",
    ends=lambda _low, _high: (0.0, float("inf")),
    minimum_effect=lambda _low, _high: 0.5,
    estimate=None,
    shrinkage="gamma_poisson",
    source="29 CFR 1904 recordables; Garwood 1936; Clayton and Kaldor 1987; Przyborowski and Wilenski 1940",
)
"""The smallest difference worth a flag is half a case per 200,000 hours; LTIFR's is the same share of its hours."""
