"""When a deck on a schedule is due. Pure rules; every clock is passed in.

A deck is due on a day of the month or of the first month of a quarter, or some days after a wave was released. Of
occasions that passed while nothing ran only the last one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

Rhythm = Literal["release", "month", "quarter"]

LAST_DAY: Final = 28
"""Every month has it."""
WORKED_OUT_WITHIN: Final = timedelta(days=1)
"""So long after a release a deck waits for what else is worked out of the wave, unless that is known to be done."""
_MONTHS: Final = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Released:
    """A released wave. key: its own. is_worked_out: whether all that follows from it is known to be done."""

    key: str
    released_at: datetime
    is_worked_out: bool


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a deck is due for. key: the same for the same occasion."""

    key: str


def last_due_date(rhythm: Rhythm, day: int, today: date) -> date:
    """Return the last day, today included, on which a deck of a calendar rhythm is due. Raises KeyError for another."""
    months = _MONTHS[rhythm]
    month = today.month - 1 - (today.month - 1) % months
    found = date(today.year, month + 1, day)
    return found if found <= today else _moved(found, -months)


def next_due_date(rhythm: Rhythm, day: int, today: date) -> date:
    """Return the first day after today on which a deck of a calendar rhythm is due. Raises KeyError for another."""
    return _moved(last_due_date(rhythm, day, today), _MONTHS[rhythm])


def calendar_occasion(rhythm: Rhythm, day: int, *, since: date, today: date) -> Occasion | None:
    """Return the last day on which a deck is due after the day it was begun on, None while none has come."""
    due = last_due_date(rhythm, day, today)
    return Occasion(due.isoformat()) if due > since else None


def release_occasion(waves: Sequence[Released], *, after: timedelta, since: datetime, now: datetime) -> Occasion | None:
    """Return the last wave released since a moment whose deck is due now, None for none."""
    due = [one for one in waves if one.released_at > since and due_at(one, after=after) <= now]
    if not due:
        return None
    last = max(due, key=lambda one: (one.released_at, one.key))
    return Occasion(f"wave:{last.key}")


def due_at(wave: Released, *, after: timedelta) -> datetime:
    """Return when the deck of a release is due: not before what else is worked out of it is there."""
    return wave.released_at + (after if wave.is_worked_out else max(after, WORKED_OUT_WITHIN))


def _moved(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, day.day)
