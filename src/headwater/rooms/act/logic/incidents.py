"""What is owed about an incident, with dates, and what an anonymous reporter's times are rounded to. Pure.

Moments are aware datetimes and are kept in UTC; days and fixed hours are those of the organisation's time zone, so
that a clock change moves no deadline by an hour.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

INJURY, NEAR_MISS, THREAT = "injury", "near_miss", "threat"
KNOW, MEET, REPEAT, FIX, TELL = "know", "meet", "repeat", "fix", "tell"

OWED: Mapping[str, tuple[str, ...]] = {
    INJURY: (KNOW, MEET, REPEAT, FIX, TELL),
    NEAR_MISS: (KNOW, REPEAT, FIX, TELL),
    THREAT: (KNOW, MEET, FIX, TELL),
}
"""What the top leader owes, by kind, in order."""

DAYS: Mapping[str, int] = {REPEAT: 14, FIX: 14, TELL: 7}
"""Days from the report until something is due. Knowing is due within the hour, meeting once somebody says yes."""
MEET_DAYS = 3
"""Days from a yes until the injured person should have been met."""
ASK_AGAIN = timedelta(days=7)
"""After a "not yet", the injured person is asked again."""
HOUR = timedelta(hours=1)
FIRST_TO_LEADER = timedelta(days=1)
"""How long only the top leader sees that something is overdue: time to put it right."""
FIXED_HOURS = (6, 10, 14, 18, 22)
"""Local hours at which what leaders write reaches anonymous reporters: five a day, so that every shift meets one."""
LATEST = 50
"""Years back that an incident may lie."""

Standing = Literal["kept", "late", "excused", "waiting", "due", "overdue"]


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty as kept: due_at None while no date holds; kept_at, excused_at None while they did not happen."""

    key: str
    due_at: datetime | None
    kept_at: datetime | None
    excused_at: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed any more."""
        return self.kept_at is not None or self.excused_at is not None


def hour_of(at: datetime) -> datetime:
    """Return the full hour (UTC) that a moment lies in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def received_at(now: datetime, *, is_anonymous: bool) -> datetime:
    """Return what is kept of the moment something came in: the hour of an anonymous reporter, else the moment."""
    return hour_of(now) if is_anonymous else now


def known_by(reported_at: datetime, *, is_anonymous: bool) -> datetime:
    """Return until when the top leader should know.

    An hour after the report. The minute of an anonymous one is not kept, so its hour counts from the end of the hour it
    came in: nobody is called late who was not, and no mail at an odd minute gives the minute away.
    """
    return reported_at + (2 * HOUR if is_anonymous else HOUR)


def due_dates(kind: str, reported_at: datetime, *, is_anonymous: bool, zone: str) -> dict[str, datetime | None]:
    """Return what is owed about a kind of incident, and until when; None while it has no date.

    Days end at midnight where the organisation is. Raises KeyError for an unknown kind.
    """
    found: dict[str, datetime | None] = {}
    for key in OWED[kind]:
        if key == KNOW:
            found[key] = known_by(reported_at, is_anonymous=is_anonymous)
        elif key in DAYS:
            found[key] = end_of_day(reported_at, DAYS[key], zone)
        else:
            found[key] = None
    return found


def meet_by(answered_at: datetime, zone: str) -> datetime:
    """Return until when somebody who wants to be met should have been met."""
    return end_of_day(answered_at, MEET_DAYS, zone)


def end_of_day(at: datetime, days: int, zone: str) -> datetime:
    """Return the end of the day some days after a moment, local days counted, as a moment."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def start_of_yesterday(now: datetime, zone: str) -> datetime:
    """Return the midnight with which yesterday began, as a moment."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def next_fixed_hour(now: datetime, zone: str) -> datetime:
    """Return the next of FIXED_HOURS after a moment, on the clock of a zone."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    for day in (today, today + timedelta(days=1)):
        for hour in FIXED_HOURS:
            at = datetime.combine(day, time(hour), here).astimezone(UTC)
            if at > now:
                return at
    raise AssertionError("every day has fixed hours")


def reaches_reporter_at(now: datetime, *, is_anonymous: bool, zone: str) -> datetime:
    """Return when a reporter sees what was written now: an anonymous one at the next fixed hour."""
    return next_fixed_hour(now, zone) if is_anonymous else now


def reaches_leader_at(now: datetime, *, is_anonymous: bool) -> datetime:
    """Return when leaders see what a reporter answers now: of an anonymous one, when the hour is over."""
    return hour_of(now) + HOUR if is_anonymous else now


def moment_of(day: date, clock: time | None, zone: str, *, is_anonymous: bool) -> datetime | None:
    """Return the moment of a local day and time, None where no time was said; on the hour for anonymous reporters.

    A time that the clocks skip moves forward by what they skip; of one that comes twice the first is meant.
    """
    if clock is None:
        return None
    if is_anonymous:
        clock = clock.replace(minute=0, second=0, microsecond=0)
    # A time within a gap taken with fold 0 has the offset from before it, and lands after it in UTC.
    return datetime.combine(day, clock.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def is_possible_day(day: date, now: datetime) -> bool:
    """Whether something can have happened on a day: no later than now anywhere on earth, within LATEST years."""
    tomorrow = (now.astimezone(UTC) + timedelta(hours=14)).date()
    return tomorrow - timedelta(days=366 * LATEST) < day <= tomorrow


def standing_of(duty: Owed, now: datetime) -> Standing:
    """Return how a duty stands: kept, kept late, excused, waiting for no date, due by a date, or overdue."""
    if duty.kept_at is not None:
        return "late" if duty.due_at is not None and duty.kept_at > duty.due_at else "kept"
    if duty.excused_at is not None:
        return "excused"
    if duty.due_at is None:
        return "waiting"
    return "overdue" if now > duty.due_at else "due"


def standing_for(duty: Owed, now: datetime, *, is_leader: bool) -> Standing:
    """Return how a duty stands for who looks: that it is overdue the top leader sees first, others a day later.

    Not so of knowing: whoever stands in is told within the hour that nobody opened it.
    """
    found = standing_of(duty, now)
    if found != "overdue" or is_leader or duty.key == KNOW or duty.due_at is None:
        return found
    return found if now - duty.due_at >= FIRST_TO_LEADER else "due"


def unsettled(duties: Collection[Owed]) -> tuple[str, ...]:
    """Return the keys of duties that are neither kept nor excused: while there are any, an incident stays open."""
    return tuple(duty.key for duty in duties if not duty.is_settled)


def names_somebody(text: str, names: Collection[str]) -> str:
    """Return the first of some names that a note for everybody holds, "" for none. Words of 1 or 2 letters pass."""
    said = {word.strip(".,;:!?()\"'“”‘’").casefold() for word in text.replace("-", " ").split()}
    for name in names:
        for word in name.replace("-", " ").split():
            plain = word.strip(".,").casefold()
            if len(plain) > 2 and (plain in said or f"{plain}'s" in said or f"{plain}’s" in said):
                return word
    return ""
