"""Whether what visits raise is also cleared: shares, days, and the alarm.

A visit without follow-through does harm: in a randomised study of leaders' rounds the average effect was negative
(Tucker and Singer, Production and Operations Management, 2015). With feedback to the people met, rounds went with
better safety culture (Sexton et al., BMJ Quality and Safety, 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WEEKS = 6
"""The weeks over which raising and closing are compared."""
LEAST = 3
"""Fewer than this say nothing: one slow matter is a need of its own, not an alarm."""
LATE_DAYS = 14
"""An issue younger than this is not yet evidence of anything."""
FEWEST_DAYS = 3
"""A median of fewer closed issues is not shown."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue. answered_date: of its first answer, None before. closed_date: None while open."""

    raised_date: date
    answered_date: date | None = None
    closed_date: date | None = None

    @property
    def days(self) -> int | None:
        """Days from being raised to being closed."""
        return None if self.closed_date is None else (self.closed_date - self.raised_date).days


@dataclass(frozen=True, slots=True)
class Alarm:
    """What outran what. raised, closed: within the weeks. late: open ones older than two weeks."""

    raised: int
    closed: int
    late: int
    weeks: int

    @property
    def is_on(self) -> bool:
        """Whether leaders are told: at least three more raised than closed, and at least three open past two weeks."""
        return self.raised - self.closed >= LEAST and self.late >= LEAST


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """What became of issues. days: median from raised to closed, None below three closed."""

    raised: int
    answered: int
    closed: int
    days: float | None
    closed_for_days: int
    alarm: Alarm

    @property
    def open(self) -> int:
        """Issues that stand open."""
        return self.raised - self.closed

    @property
    def answered_percent(self) -> int | None:
        """Percent answered, None where nothing was raised."""
        return None if not self.raised else 100 * self.answered // self.raised

    @property
    def closed_percent(self) -> int | None:
        """Percent closed, None where nothing was raised."""
        return None if not self.raised else 100 * self.closed // self.raised


def follow_through_of(issues: Iterable[Issue], *, today: date) -> FollowThrough:
    """Return what became of issues as they stand on a day."""
    listed = list(issues)
    days = [one.days for one in listed if one.days is not None]
    return FollowThrough(
        raised=len(listed),
        answered=sum(one.answered_date is not None or one.closed_date is not None for one in listed),
        closed=len(days),
        days=float(median(days)) if len(days) >= FEWEST_DAYS else None,
        closed_for_days=len(days),
        alarm=alarm_of(listed, today=today),
    )


def alarm_of(issues: Sequence[Issue], *, today: date) -> Alarm:
    """Compare what was raised with what was closed over the last six weeks, this day included."""
    first = today - timedelta(weeks=WEEKS) + timedelta(days=1)
    return Alarm(
        raised=sum(first <= one.raised_date <= today for one in issues),
        closed=sum(one.closed_date is not None and first <= one.closed_date <= today for one in issues),
        late=sum(one.closed_date is None and (today - one.raised_date).days > LATE_DAYS for one in issues),
        weeks=WEEKS,
    )
