"""Rules of a commitment: its days, when its owner is reminded, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Literal

FIRST_STEP_DAYS = 7
"""A first step that can wait longer is not begun."""
LONGEST = timedelta(days=730)
USUAL_DAYS = 90
REMIND_AFTER = timedelta(days=7)
QUIET_AFTER = timedelta(days=14)
"""Without a word for so long, the page says so."""
DUE_AHEAD = timedelta(days=7)

DayFault = Literal["step_early", "step_late", "due_early", "due_late"]
"""step_early: before the day it was made. step_late: not within a week. due_early: not after today, or before the first
step. due_late: further than two years away."""


def check_days(*, begun: date, first_step: date, due: date, today: date) -> DayFault | None:
    """Return why the days of a commitment cannot stand, None where they can. begun: the day it was promised."""
    if first_step < begun:
        return "step_early"
    if first_step > begun + timedelta(days=FIRST_STEP_DAYS):
        return "step_late"
    if due <= today or due < first_step:
        return "due_early"
    return "due_late" if due > today + LONGEST else None


def is_to_remind(*, made: datetime, checked: datetime | None, reminded: datetime | None, now: datetime) -> bool:
    """Whether a week passed without a word from the owner, and without a mail that asked for one."""
    latest = max(one for one in (made, checked, reminded) if one is not None)
    return now - latest >= REMIND_AFTER


def is_quiet(*, made: datetime, checked: datetime | None, now: datetime) -> bool:
    """Whether nothing was said of it for two weeks."""
    return now - (checked or made) >= QUIET_AFTER


def next_word(*, first_step: date, due: date, checked: date | None) -> date:
    """Return the day on which the owner next says how it goes: of the first step, then a week after the last word, and
    the due date where that comes first. checked: the day of the last word, None for not yet.
    """
    if checked is None:
        return first_step
    weekly = checked + REMIND_AFTER
    return due if checked < due < weekly else weekly


Standing = Literal["waits", "begun", "going", "stuck", "quiet", "late", "done", "dropped"]


def standing_of(
    *,
    state: str,
    is_taken: bool,
    due: date,
    last: str,
    made: datetime,
    checked: datetime | None,
    now: datetime,
    day_of: Callable[[datetime], date],
) -> Standing:
    """Return where a commitment stands, the worst word first. last: how the owner said it goes, "" for not yet.

    day_of: the local day of a moment.
    """
    if state != "open":
        return "done" if state == "done" else "dropped"
    if not is_taken:
        return "waits"
    if last == "stuck":
        return "stuck"
    if due < day_of(now):
        return "late"
    if is_quiet(made=made, checked=checked, now=now):
        return "quiet"
    return "going" if last else "begun"
