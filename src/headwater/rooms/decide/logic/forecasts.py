"""Rules of a forecast: by how much something that is done should move a score, and which forecast can be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from headwater.rooms.decide.logic.directions import Start, TargetFault, check_target

Forecast = tuple[float | None, float | None, float | None]
"""Low, likely and high change of a score; all None for no forecast."""
NO_FORECAST: Forecast = (None, None, None)
ForecastFault = TargetFault | Literal["part", "order"]
"""part: not all three of low, likely, high. order: they do not run upwards. Else what a target is refused for: the
likely change is below what the unit can show (`too_small`), or goes the wrong way."""


@dataclass(frozen=True, slots=True)
class Range:
    """The expected change of a score, in its unit, negative for a fall; low <= likely <= high."""

    low: float
    likely: float
    high: float


def range_from(forecast: Forecast) -> Range | None:
    """Return a forecast as a range, None where it is not whole."""
    low, likely, high = forecast
    return None if low is None or likely is None or high is None else Range(low, likely, high)


def check_forecast(
    *, start: Start, low: float | None, likely: float | None, high: float | None, due: date, today: date
) -> ForecastFault | None:
    """Return why a forecast cannot be taken, None for one that can and for none at all.

    The likely value is the target: one below the smallest change that the unit can show is refused, since it could come
    true or not and nobody would know. The range around it may reach below, and to no change at all.
    """
    given = (low, likely, high)
    if all(one is None for one in given):
        return None
    if low is None or likely is None or high is None:
        return "part"
    if not low <= likely <= high:
        return "order"
    if start.value is None:
        return "withheld"
    fault = check_target(start=start, target=start.value + likely, target_date=due, today=today)
    if fault is None and not all(start.floor <= start.value + one <= start.ceiling for one in (low, high)):
        return "outside"
    return fault
