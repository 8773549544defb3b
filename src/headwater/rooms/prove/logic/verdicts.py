"""What a check of an action says, in one word: nulls and harm by the same rule as wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["worked", "less", "none", "harm", "early", "untold"]
"""worked: better than its comparison, and by no less than the lower end of what was hoped. less: better, but by less.
none: no sign of an effect. harm: worse than its comparison. early: not to be judged yet. untold: nothing to judge
by."""

VERDICTS: tuple[Verdict, ...] = ("worked", "less", "none", "harm", "early", "untold")
JUDGED: tuple[Verdict, ...] = ("worked", "less", "none", "harm")


@dataclass(frozen=True, slots=True)
class Hope:
    """The forecast change of a score in its own unit: low <= likely <= high. rises: whether higher is better."""

    low: float
    likely: float
    high: float
    rises: bool = True

    @property
    def sign(self) -> int:
        """1 where a rise is better, -1 where a fall is."""
        return 1 if self.rises else -1

    @property
    def least(self) -> float:
        """The least that was hoped, toward the better; never below nothing."""
        return max(self.low if self.rises else -self.high, 0.0)


def judge(value: float, low: float, high: float, hope: Hope) -> Verdict:
    """Return the verdict of an effect with its 95% interval."""
    better = (value, low, high) if hope.rises else (-value, -high, -low)
    if better[2] < 0:
        return "harm"
    if better[1] <= 0:
        return "none"
    return "worked" if better[0] >= hope.least else "less"


def is_ruled_out(low: float, high: float, hope: Hope) -> bool:
    """Whether an effect as large as the likely one lies outside the interval, above it."""
    return (high if hope.rises else -low) < hope.sign * hope.likely


def base_waves(closed: list[tuple[str, date]], started: date) -> list[str]:
    """Return the waves that were over when an action began. closed: key and last day of each, oldest first."""
    return [key for key, last in closed if last <= started]


def is_judging(opened: date, due: date) -> bool:
    """Whether a wave is one to judge by: it began when the effect was due. What it said before counts as early."""
    return opened >= due
