"""Minutes of a week: which week an ask falls in, what stands in it, and whether one more is too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

HOUSE_CAP = 60
"""Minutes a week that may be asked of somebody, until the house or they themselves say otherwise."""
MOST_MINUTES = 480
"""One ask is at most a working day."""


@dataclass(frozen=True)
class Overload:
    """One more ask would pass somebody's cap. week: its Monday. standing: minutes asked already. minutes: of this one.

    cap: minutes a week. is_own: whether they set the cap themselves.
    """

    week: date
    standing: int
    minutes: int
    cap: int
    is_own: bool

    @property
    def total(self) -> int:
        """Minutes of the week with this ask."""
        return self.standing + self.minutes

    @property
    def over(self) -> int:
        """Minutes past the cap."""
        return self.total - self.cap


def week_of(day: date) -> date:
    """Return the Monday of a day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def weeks_from(first: date, count: int) -> tuple[date, ...]:
    """Return the Mondays of `count` weeks, the week of `first` leading."""
    start = week_of(first)
    return tuple(start + timedelta(weeks=step) for step in range(count))


def overload(*, week: date, standing: Iterable[int], minutes: int, cap: int, is_own: bool) -> Overload | None:
    """Return by how much one more ask passes the cap, None when it fits. Exactly the cap fits."""
    found = Overload(week_of(week), sum(standing), minutes, cap, is_own)
    return found if found.over > 0 else None


def free_week(standing: dict[date, int], *, minutes: int, cap: int, first: date, look_ahead: int = 12) -> date | None:
    """Return the Monday of the first week in which an ask fits, None when none of the next weeks has room.

    standing: minutes by Monday.
    """
    for week in weeks_from(first, look_ahead):
        if standing.get(week, 0) + minutes <= cap:
            return week
    return None
