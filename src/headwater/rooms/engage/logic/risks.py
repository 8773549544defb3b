"""How sure it is that a number passed a threshold, and how early risks are reported. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist, median
from typing import Literal

FEWEST_REPORTS = 5
"""Reports from which the days from sight to report are said."""
CLEAR, LIKELY = 0.95, 0.75
"""Chances from which a warning is clear, or likely."""

Signal = Literal["clear", "likely", "open", "quiet"]


def chance_past(*, value: float, low: float, high: float, threshold: float, side: str) -> float:
    """Return the chance that a number lies past a threshold, from its 95% interval taken as normal.

    side: "below" or "above". Raises ValueError for an interval that does not hold the value.
    """
    if not low <= value <= high:
        raise ValueError("an interval holds its value")
    if high == low:
        return float(value < threshold if side == "below" else value > threshold)
    under = NormalDist(value, (high - low) / (2 * 1.959963984540054)).cdf(threshold)
    return under if side == "below" else 1 - under


def warning_of(chance: float) -> Signal:
    """Return what a chance means: clear, likely, open, or quiet when passing is unlikely."""
    if chance >= CLEAR:
        return "clear"
    if chance >= LIKELY:
        return "likely"
    return "open" if chance >= 1 - LIKELY else "quiet"


def median_days(days: Sequence[int]) -> float | None:
    """Return the median days from sight to report, None below FEWEST_REPORTS."""
    return float(median(days)) if len(days) >= FEWEST_REPORTS else None
