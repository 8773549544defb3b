"""Legal clocks: by when an authority wants to know of an injury, counted in hours that really pass.

A clock runs from when the employer knew. Hours are counted in UTC, so that a change of the clocks neither gives nor
takes any; days end at midnight of the place. As shipped: the United States, 29 CFR 1904.39 (8 and 24 hours),
1904.29(b)(3) (7 days), 1904.32(b)(6) (1 February to 30 April). Other authorities are entered by who keeps safety.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Event = Literal["death", "inpatient", "amputation", "eye", "log"]
EVENTS: tuple[Event, ...] = ("death", "inpatient", "amputation", "eye", "log")
"""What sets a clock running. log: that a case is recordable and is to be written down."""

SEVERE: tuple[Event, ...] = EVENTS[:-1]
US_FEDERAL = "us-osha"
MOST_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class ClockRule:
    """By when an event is told to an authority. hours that pass, or calendar days; the other is None.

    how: whom to tell and where. source: the law.
    """

    authority: str
    event: Event
    hours: int | None
    days: int | None
    how: str
    source: str

    def __post_init__(self) -> None:
        """Refuse a rule without a length, with two, or with one that cannot be."""
        if (self.hours is None) == (self.days is None):
            raise ValueError("a clock runs for hours or for days, not both")
        if not 0 < (self.hours or 24 * (self.days or 0)) <= MOST_HOURS:
            raise ValueError("a clock runs between an hour and a year")


_TELL = "OSHA, by telephone 1-800-321-6742 at any hour, at the nearest area office, or at osha.gov."
SHIPPED: tuple[ClockRule, ...] = (
    ClockRule(US_FEDERAL, "death", 8, None, _TELL, "29 CFR 1904.39(a)(1)"),
    ClockRule(US_FEDERAL, "inpatient", 24, None, _TELL, "29 CFR 1904.39(a)(2)"),
    ClockRule(US_FEDERAL, "amputation", 24, None, _TELL, "29 CFR 1904.39(a)(2)"),
    ClockRule(US_FEDERAL, "eye", 24, None, _TELL, "29 CFR 1904.39(a)(2)"),
    ClockRule(US_FEDERAL, "log", None, 7, "Form 300 and form 301 of the establishment.", "29 CFR 1904.29(b)(3)"),
)


def rules_in_force(own: Iterable[ClockRule], ended: Iterable[tuple[str, str]] = ()) -> dict[tuple[str, str], ClockRule]:
    """Return rules by authority and event: those shipped, replaced and added to by an organisation's own.

    ended: authority and event of rules that do not hold.
    """
    found: dict[tuple[str, str], ClockRule] = {(rule.authority, rule.event): rule for rule in SHIPPED}
    found |= {(rule.authority, rule.event): rule for rule in own}
    return {key: rule for key, rule in found.items() if key not in set(ended)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which something is done (UTC), and the zone of the place it is meant in.

    last_date: for a rule in days, the last day on which it is in time.
    """

    due_at: datetime
    zone: str
    last_date: date | None = None

    @property
    def local(self) -> datetime:
        """The moment as the clocks of the place show it."""
        return self.due_at.astimezone(zone_of(self.zone))


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises ValueError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error


def readings(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """Return the moments (UTC) that a time on the clocks of a place can mean, the earlier first.

    One as a rule; two where an hour comes twice, none where the clocks skip it. Raises ValueError for an unknown zone.
    """
    place, found = zone_of(zone), list[datetime]()
    for fold in (0, 1):
        at = wall.replace(tzinfo=place, fold=fold).astimezone(UTC)
        if at not in found and at.astimezone(place).replace(tzinfo=None, fold=0) == wall:
            found.append(at)
    return tuple(found)


def deadline(rule: ClockRule, knew_at: datetime, zone: str) -> Deadline:
    """Return by when a rule wants to be met. knew_at: when the employer knew, with a time zone.

    Raises ValueError for a moment without a zone, and for an unknown zone.
    """
    if knew_at.tzinfo is None:
        raise ValueError("a moment without a time zone says nothing")
    place = zone_of(zone)
    if rule.hours is not None:
        return Deadline(knew_at.astimezone(UTC) + timedelta(hours=rule.hours), zone)
    last = knew_at.astimezone(place).date() + timedelta(days=rule.days or 0)
    end = datetime.combine(last + timedelta(days=1), time(), place)
    return Deadline(end.astimezone(UTC), zone, last)


ClockState = Literal["running", "late", "kept", "kept_late", "not_owed"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a clock stands. left: until the deadline, negative once past; None where nothing runs."""

    state: ClockState
    left: timedelta | None

    @property
    def hours(self) -> int:
        """Whole hours left, or past, of what runs."""
        return int(abs(self.left).total_seconds() // 3600) if self.left is not None else 0

    @property
    def minutes(self) -> int:
        """Minutes beside the whole hours."""
        return int(abs(self.left).total_seconds() % 3600 // 60) if self.left is not None else 0


def read_clock(due_at: datetime, now: datetime, *, done_at: datetime | None, is_owed: bool = True) -> Reading:
    """Return how a clock stands. done_at: when it was done, None before. A deadline met to the second is in time."""
    if not is_owed:
        return Reading("not_owed", None)
    if done_at is not None:
        return Reading("kept" if done_at <= due_at else "kept_late", due_at - done_at)
    return Reading("running" if now <= due_at else "late", due_at - now)


PostingState = Literal["ahead", "due", "late", "posted", "posted_late", "taken_early", "over"]


@dataclass(frozen=True, slots=True)
class Posting:
    """Whether the summary of a year hangs where it can be read. from_date, until_date: the days it must."""

    state: PostingState
    from_date: date
    until_date: date
    days_late: int = 0


POSTING_AHEAD = 31
"""Days before 1 February from which the summary is asked for: January is there to make and to certify it."""


def read_posting(year: int, today: date, posted: date | None, taken_down: date | None = None) -> Posting:
    """Return how the posting of a year's form 300A stands: from 1 February to 30 April of the year after.

    over: the time has passed and nobody said that it was posted.
    """
    start, end = date(year + 1, 2, 1), date(year + 1, 4, 30)
    made = Posting("ahead", start, end)
    if posted is None:
        if today > end:
            return replace(made, state="over")
        if today > start:
            return replace(made, state="late", days_late=(today - start).days)
        return replace(made, state="due" if today >= start - timedelta(days=POSTING_AHEAD) else "ahead")
    if taken_down is not None and taken_down < end:
        return replace(made, state="taken_early")
    late = max(0, (posted - start).days)
    return replace(made, state="posted_late" if late else "posted", days_late=late)


def events_of(flags: Mapping[str, bool]) -> tuple[Event, ...]:
    """Return the severe events that were said to have happened, worst first."""
    return tuple(event for event in SEVERE if flags.get(event))
