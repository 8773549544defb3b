"""No surprises: who hears of a note and when. Pure rules; every clock is passed in.

The responsible leader hears first and has 48 hours, or until they answer; then the leader above hears, always. A matter
of conduct goes to a named independent person at the same time as to the leader. Nothing is sent in quiet hours. What
exceeds a person's minutes of a week waits for one digest at the beginning of the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

FIRST_FOR: Final = timedelta(hours=48)
"""How long a note is with the responsible leader before the leader above gets it."""

MINUTES: Final[Mapping[str, int]] = {
    "conduct": 15,
    "drop": 10,
    "gap": 10,
    "levels": 10,
    "response": 5,
    "silence": 5,
}
"""What reading a note and deciding on one step takes, by kind."""

DIGEST_MINUTES: Final = 1
"""What one line of a digest takes."""

Reason = Literal["responsible", "vacant", "closed", "above", "independent"]
FIRST_REASONS: Final[frozenset[str]] = frozenset({"responsible", "vacant", "closed"})


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is sent, in the site's time zone: from `start` to `end`, over midnight if it is later.

    Equal times mean no quiet hours. weekend: Saturday and Sunday are quiet, too.
    """

    start: time
    end: time
    weekend: bool

    def holds(self, local: datetime) -> bool:
        """Whether a local moment is quiet."""
        if self.weekend and local.weekday() >= 5:
            return True
        clock = local.time().replace(tzinfo=None)
        if self.start < self.end:
            return self.start <= clock < self.end
        return self.start != self.end and (clock >= self.start or clock < self.end)


def is_quiet(at: datetime, quiet: Quiet, zone: tzinfo) -> bool:
    """Whether nothing is sent at a moment."""
    return quiet.holds(at.astimezone(zone))


def next_waking(at: datetime, quiet: Quiet, zone: tzinfo) -> datetime:
    """Return the first moment from `at` on that is not quiet. `at` itself when it is not."""
    local = at.astimezone(zone)
    for _step in range(16):  # At most a weekend and its nights lie between.
        if not quiet.holds(local):
            return local
        if quiet.weekend and local.weekday() >= 5:
            local = _at(local.date() + timedelta(days=1), time(0), zone)
            continue
        day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
        local = _at(day, quiet.end, zone)
    raise ValueError("quiet hours that never end")


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone)


def week_start(at: datetime, zone: tzinfo) -> datetime:
    """Return the beginning of the week of a moment: Monday, midnight, in the site's time zone."""
    local = at.astimezone(zone)
    return _at(local.date() - timedelta(days=local.weekday()), time(0), zone)


def next_week(at: datetime, zone: tzinfo) -> date:
    """Return the Monday after a moment."""
    return week_start(at, zone).date() + timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sent:
    """A copy of a note that somebody has, or will get. started_at: when they were told, None while it waits."""

    reason: Reason
    started_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is responsible for a unit, as the organisation stands now: opaque ids of users.

    first: the unit's own leader; "" when the post is vacant or its holder has no account. is_closed: the unit is no
    longer there. above: those above, the nearest first, each once, never `first`.
    """

    first: str
    above: tuple[str, ...]
    is_closed: bool = False

    @property
    def reachable(self) -> tuple[str, ...]:
        """Everybody who can be told, the first to hear first."""
        return ((self.first,) if self.first else ()) + self.above

    @property
    def reason(self) -> Reason:
        """Why the first to hear hears."""
        if self.is_closed:
            return "closed"
        return "responsible" if self.first else "vacant"


@dataclass(frozen=True, slots=True)
class Due:
    """A copy that has to be made. since: from when on it was due."""

    user: str
    reason: Reason
    since: datetime


def due_copies(
    *,
    noted_at: datetime,
    is_conduct: bool,
    chain: Chain,
    independent: Sequence[str],
    sent: Mapping[str, Sent],
    now: datetime,
) -> tuple[Due, ...]:
    """Return the copies of a note that are due and not made yet. Asked again after they are made, it returns none.

    When the leader changes, the new one is told at once; the clock of the 48 hours goes on. When the post is vacant or
    the unit gone, the note goes up at once. independent: who hears of matters of conduct; who is responsible for the
    unit is left out, because nobody is independent of themselves.
    """
    found: list[Due] = []
    reachable = chain.reachable
    if reachable and reachable[0] not in sent:
        found.append(Due(reachable[0], chain.reason, noted_at))
    if is_conduct:
        found += [Due(user, "independent", noted_at) for user in independent if user not in sent if user != chain.first]
    firsts = [one for one in sent.values() if one.reason in FIRST_REASONS]
    started = min((one.started_at for one in firsts if one.started_at is not None), default=None)
    told_above = any(one.reason == "above" for one in sent.values())
    following = next((user for user in reachable[1:] if user not in sent), None)
    if started is None or told_above or following is None:
        return tuple(found)
    answers = [one.answered_at for one in firsts if one.answered_at is not None]
    since = min([started + FIRST_FOR, *answers])
    if now >= since:
        found.append(Due(following, "above", since))
    return tuple({one.user: one for one in reversed(found)}.values())[::-1]


def is_complete(*, chain: Chain, sent: Mapping[str, Sent]) -> bool:
    """Whether everybody who has to hear of a note has a copy: the first to hear, and somebody above where there is."""
    if any(one.started_at is None for one in sent.values()) or not chain.reachable:
        return False
    has_above = any(one.reason == "above" for one in sent.values())
    rest = [user for user in chain.reachable[1:] if user not in sent]
    return chain.reachable[0] in sent and (has_above or not rest)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A copy that waits to be sent to one person. key: its own. held_until: the Monday whose digest it waits for."""

    key: str
    minutes: int
    clearness: float
    is_conduct: bool
    since: datetime
    held_until: date | None


@dataclass(frozen=True, slots=True)
class Allotment:
    """What one person is sent now: notes and lines of a digest. held: what waits for the next digest. Keys."""

    notes: tuple[str, ...]
    digest: tuple[str, ...]
    held: tuple[str, ...]


def allot(waiting: Sequence[Waiting], *, spent: int, budget: int, today: date) -> Allotment:
    """Share out what waits for one person at a moment that is not quiet.

    spent: minutes of this week so far. budget: minutes of a week. Conduct never waits. What was held for a Monday that
    has come goes as lines of a digest, all of it, so that nothing waits longer than to the next week. Of the others
    those due earliest go first, then the clearest; what no longer fits is held.
    """
    conduct = [one for one in waiting if one.is_conduct]
    digest = [one for one in waiting if not one.is_conduct and one.held_until is not None and one.held_until <= today]
    fresh = [one for one in waiting if not one.is_conduct and one.held_until is None]
    spent += sum(one.minutes for one in conduct) + DIGEST_MINUTES * len(digest)
    notes, held = [one.key for one in conduct], []
    for one in sorted(fresh, key=lambda each: (each.since, -each.clearness, each.key)):
        if spent + one.minutes <= budget:
            spent += one.minutes
            notes.append(one.key)
        else:
            held.append(one.key)
    return Allotment(tuple(notes), tuple(one.key for one in digest), tuple(held))
