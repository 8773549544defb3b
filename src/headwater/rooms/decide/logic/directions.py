"""Rules of a direction: which target a unit can show, when it is looked at again, and what it may become."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

FEW = 3
"""Directions that stand at once in one unit before a further one has to be argued for."""

MONTHS_BETWEEN_REVIEWS = 3
REVIEW_MINUTES = 10
REVIEW_AHEAD_DAYS = 7
"""A review can be held, and is asked for, so many days before it is due."""

MOST_WAVES = 4
"""Waves that may be taken together when the smallest visible change is looked for over a longer time."""

TargetFault = Literal["withheld", "imprecise", "wrong_way", "outside", "no_room", "too_small", "past"]
"""withheld: there is no number to start from. imprecise: the smallest visible change is not known. wrong_way: not
better than now. outside: off the scale. no_room: even the end of the scale is too near to be seen. too_small: below
what the unit can show. past: the date is not in the future."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a number stands and what its unit can show.

    value: None where withheld or shown as a limit. smallest: the smallest change from wave to wave that can be shown,
    None where unknown. floor, ceiling: of the scale. decimals: as the number is written.
    """

    value: float | None
    smallest: float | None
    floor: float
    ceiling: float
    higher_is_better: bool = True
    decimals: int = 1

    @property
    def end(self) -> float:
        """The better end of the scale."""
        return self.ceiling if self.higher_is_better else self.floor


def check_target(*, start: Start, target: float, target_date: date, today: date) -> TargetFault | None:
    """Return why a target cannot be taken, None for one that can.

    A target is refused when the change to it is smaller than what the unit can show: it could be reached or missed and
    nobody would know.
    """
    if start.value is None:
        return "withheld"
    if start.smallest is None:
        return "imprecise"
    if target_date <= today:
        return "past"
    if not start.floor <= target <= start.ceiling:
        return "outside"
    if abs(start.end - start.value) < start.smallest:
        return "no_room"
    move = (target - start.value) * (1 if start.higher_is_better else -1)
    if move <= 0:
        return "wrong_way"
    # The last figure of what was typed may be rounding; a ten-thousandth is below what anybody writes.
    return "too_small" if move < start.smallest - 1e-4 else None


def least_target(start: Start) -> float | None:
    """Return the nearest target that can be taken, rounded away from the start; None where there is none."""
    if start.value is None or start.smallest is None or abs(start.end - start.value) < start.smallest:
        return None
    unit = 10.0 ** -max(start.decimals, 1)
    if start.higher_is_better:
        return min(start.ceiling, round(math.ceil((start.value + start.smallest) / unit - 1e-6) * unit, 6))
    return max(start.floor, round(math.floor((start.value - start.smallest) / unit + 1e-6) * unit, 6))


def smallest_over(smallest: float, waves: int) -> float:
    """Return the smallest change that shows when several later waves are taken together against the wave of now.

    Each wave has the same precision: a difference of two has the variance 2 s2, against a mean of m waves s2 (1 + 1/m).
    It never falls below 0.71 of the change that two waves show, since the start stays as imprecise as it is.
    Raises ValueError for less than one wave.
    """
    if waves < 1:
        raise ValueError("at least one later wave is needed")
    return smallest * math.sqrt((1 + 1 / waves) / 2)


def waves_needed(start: Start, target: float) -> int | None:
    """Return how many later waves taken together would show a target, None where even several would not."""
    if start.value is None or start.smallest is None:
        return None
    move = (target - start.value) * (1 if start.higher_is_better else -1)
    return next((m for m in range(1, MOST_WAVES + 1) if smallest_over(start.smallest, m) <= move), None)


def plus_months(day: date, months: int) -> date:
    """Return the same day some months later, the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_review(*, chosen: date, target: date, reviewed: Sequence[date] = ()) -> date:
    """Return when a direction is looked at again: quarterly, and on its date when that comes first."""
    last = max(reviewed, default=chosen)
    quarterly = plus_months(last, MONTHS_BETWEEN_REVIEWS)
    return target if last < target < quarterly else quarterly


def needs_reason_for_more(standing: int) -> bool:
    """Whether one more direction has to be argued for. standing: those of the same unit that go on."""
    return standing >= FEW
