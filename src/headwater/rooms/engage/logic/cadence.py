"""Whether what was agreed was done: periods of a cadence, kept, missed or running, and who may know when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

FIRST_DAYS = 2
"""Days for which a miss is known to the leader alone, after the last day of the period: 48 hours."""
MONTHS = {"month": 1, "quarter": 3}

State = Literal["kept", "missed", "running"]


@dataclass(frozen=True, slots=True)
class Period:
    """One month or quarter. first, last: its days. done: times in it. wanted: times agreed."""

    first: date
    last: date
    done: int
    wanted: int
    is_over: bool

    @property
    def state(self) -> State:
        """Kept as soon as it is reached; missed once it is over."""
        if self.done >= self.wanted:
            return "kept"
        return "missed" if self.is_over else "running"

    @property
    def left(self) -> int:
        """Times that are still to come."""
        return max(0, self.wanted - self.done)


def first_of(day: date, per: str) -> date:
    """Return the first day of the month or quarter of a day. Raises KeyError for another period."""
    months = MONTHS[per]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_of(first: date, per: str) -> date:
    """Return the first day of the period after the one that begins on a day."""
    month = first.month - 1 + MONTHS[per]
    return date(first.year + month // 12, month % 12 + 1, 1)


def periods_of(
    acts: Iterable[date], *, per: str, wanted: int, agreed: date, ended: date | None, today: date
) -> tuple[Period, ...]:
    """Return the periods of an agreement, earliest first, up to the one of today.

    Only whole periods are judged: the first begins on the day it was agreed or after; one that a later agreement cut
    short (ended: its day) does not count.
    """
    days = list(acts)
    first = first_of(agreed, per)
    if first < agreed:
        first = next_of(first, per)
    found: list[Period] = []
    while first <= today:
        last = next_of(first, per) - timedelta(days=1)
        if ended is not None and last >= ended:
            break
        found.append(Period(first, last, sum(first <= day <= last for day in days), wanted, last < today))
        first = last + timedelta(days=1)
    return tuple(found)


def is_told(period: Period, today: date) -> bool:
    """Whether others than the leader may know: at once unless it was missed, else 48 hours after its end."""
    return period.state != "missed" or today > period.last + timedelta(days=FIRST_DAYS)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision. days: from asking to deciding. recorded: the day it was written down."""

    at: date
    days: int
    within: int
    recorded: date

    @property
    def is_kept(self) -> bool:
        """Whether it was decided in time."""
        return self.days <= self.within

    def is_told(self, today: date) -> bool:
        """Whether others than the leader may know."""
        return self.is_kept or today > self.recorded + timedelta(days=FIRST_DAYS)


def decisions_of(
    acts: Sequence[tuple[date, date, date]], *, within: int, agreed: date, ended: date | None
) -> tuple[Decided, ...]:
    """Return the decisions asked under an agreement. acts: day asked, day decided, day written down."""
    return tuple(
        Decided(at, (at - asked).days, within, recorded)
        for asked, at, recorded in acts
        if asked >= agreed and (ended is None or asked < ended)
    )
