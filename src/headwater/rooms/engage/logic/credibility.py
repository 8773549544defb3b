"""The sums of a ledger: promises, ranges, ratings, each from its own entries, and never one score of all. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from headwater.rooms.engage.logic.foresight import wilson

FEWEST = 5
"""Entries, and different receivers, from which a share or a mean is said."""
STEP = 5
"""Ratings are counted by this many at a time, so that no new one can be read off the mean."""
BEST = 4
"""Ratings run from 0 to this."""
SURE_OF_EFFECT = 80
"""Percent of expected changes, from at least to at most, that should hold."""
Z_OF_EFFECT = 1.2815515655446004
"""Half the width of a normal range that holds SURE_OF_EFFECT, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises turned out. waiting: their day has passed and nobody said. share, low, high: kept in time, of those
    that ended, with the 95% Wilson interval; None below FEWEST.
    """

    kept: int
    late: int
    broken: int
    waiting: int
    running: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def ended(self) -> int:
        """Promises that turned out somehow."""
        return self.kept + self.late + self.broken


def kept_of(ends: Sequence[str], *, waiting: int, running: int) -> Kept:
    """Return the sums of promises. ends: "kept", "late" or "broken" of those that ended."""
    kept, late, broken = (ends.count(word) for word in ("kept", "late", "broken"))
    share, (low, high) = None, (None, None)
    if len(ends) >= FEWEST:
        share, (low, high) = kept / len(ends), wilson(kept, len(ends))
    return Kept(kept, late, broken, waiting, running, share, low, high)


def interval_score(low: float, high: float, sure: int, outcome: float) -> float:
    """Return the interval score of a central range, in the number's unit; lower is better.

    The width, and for an outcome outside 2/alpha times the distance, with alpha = 1 - sure (Gneiting and Raftery, JASA
    102, 2007, equation 43). Raises ValueError for a range without width and a sureness of 0 or 100.
    """
    if not low < high or not 0 < sure < 100:
        raise ValueError("a range has a width, and nobody is wholly sure")
    missed = max(low - outcome, outcome - high, 0.0)
    return (high - low) + 2 / (1 - sure / 100) * missed


def widened(low: float, likely: float, high: float, error: float) -> tuple[float, float]:
    """Return the ends of an expected change with the standard error of what was found, each side on its own.

    What is found is the true change with an error, so that a range that holds the one in SURE_OF_EFFECT percent holds
    the other less often (two-piece normal; Wallis 2014, Statistical Science 29:106).
    """
    reach = Z_OF_EFFECT * error
    return likely - math.hypot(likely - low, reach), likely + math.hypot(high - likely, reach)


@dataclass(frozen=True, slots=True)
class Held:
    """Ranges that held. sure: mean sureness as a share. share, low, high: None below FEWEST."""

    ranges: int
    held: int
    sure: float
    share: float | None
    low: float | None
    high: float | None


def held_of(ranges: Sequence[tuple[float, float, int, float]]) -> Held:
    """Return how many ranges held. ranges: low, high, sureness in percent, outcome; ends count as inside."""
    held = sum(low <= outcome <= high for low, high, _sure, outcome in ranges)
    sure = fmean(sure for _low, _high, sure, _outcome in ranges) / 100 if ranges else 0.0
    if len(ranges) < FEWEST:
        return Held(len(ranges), held, sure, None, None, None)
    return Held(len(ranges), held, sure, held / len(ranges), *wilson(held, len(ranges)))


@dataclass(frozen=True, slots=True)
class Usefulness:
    """The mean of ratings from 0 to BEST with its 95% t interval, over the first `ratings` of them."""

    ratings: int
    mean: float
    low: float
    high: float


def usefulness_from(ratings: Sequence[int], *, receivers: int) -> Usefulness | None:
    """Return the mean of ratings, oldest first, None below FEWEST ratings or receivers. Counted STEP at a time."""
    from scipy.special import stdtrit

    counted = list(ratings[: len(ratings) // STEP * STEP])
    if len(counted) < FEWEST or receivers < FEWEST:
        return None
    mean = fmean(counted)
    reach = float(stdtrit(len(counted) - 1, 0.975)) * stdev(counted) / math.sqrt(len(counted))
    return Usefulness(len(counted), mean, max(0.0, mean - reach), min(float(BEST), mean + reach))
