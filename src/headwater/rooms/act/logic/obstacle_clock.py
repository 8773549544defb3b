"""The clock of an obstacle: days by what it does to the work, the way up, and when an anonymous word counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAYS: Mapping[str, int] = {"stops": 3, "slows": 10, "nuisance": 20, "confirm": 10}
"""Days until an answer is owed, by severity; and for whoever raised it to say whether it is gone. Ours; changeable."""
FIXED_HOURS = (6, 12, 18)
"""What an anonymous reporter says counts from the next of these hours on, so that no minute points at anybody."""


@dataclass(frozen=True, slots=True)
class Way:
    """Who answers now. level: how many leaders up from the service's own. is_top: nobody is further up."""

    owner: str
    level: int
    is_top: bool


def due_after(day: date, what: str, days: Mapping[str, int]) -> date:
    """Return the day something is owed by. what: a severity, or confirm. Raises KeyError for another."""
    return day + timedelta(days=days.get(what, DAYS[what]))


def first_owner(leaders: Sequence[str]) -> Way | None:
    """Return who answers first. leaders: of the service and the units above it, nearest first, each once."""
    return Way(leaders[0], 0, len(leaders) == 1) if leaders else None


def next_up(leaders: Sequence[str], owner: str, level: int) -> Way | None:
    """Return who is next above the present owner, the top again where nobody is. None without any leader.

    An owner who is no leader on the way up, as somebody it was handed to, is followed by the leader at the present
    level; a reorganisation that shortened the way ends at its top.
    """
    if not leaders:
        return None
    place = leaders.index(owner) + 1 if owner in leaders else level
    place = min(max(place, 0), len(leaders) - 1)
    return Way(leaders[place], place, place == len(leaders) - 1)


def to_the_hour(at: datetime) -> datetime:
    """Return the hour a moment lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


def next_fixed_hour(at: datetime) -> datetime:
    """Return the next fixed hour, in the zone of `at`, at least an hour away."""
    for days in range(3):
        for hour in FIXED_HOURS:
            found = datetime.combine(at.date() + timedelta(days=days), time(hour), at.tzinfo)
            if found - at >= timedelta(hours=1):
                return found
    raise AssertionError  # three days hold a fixed hour
