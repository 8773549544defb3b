"""How much of the front line has been met by a leader: between which two shares, when no names are kept.

A visit keeps how many people were met, never who. The same people may have been met twice. So a unit's number lies
between the largest single visit (everybody met again) and the sum of all visits (nobody met twice), never above its
staff. Units above add up what lies below them. The goal of 60% and more is from Sexton et al. (BMJ Quality and Safety,
2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GOAL = 60
"""Percent of front-line staff met: where visits went with better safety culture."""
WEEKS = 12
"""The weeks that are looked back on."""


@dataclass(frozen=True, slots=True)
class Place:
    """One unit. parent: its key, "" for none. staff: who work in the unit itself at the front line, 0 above it."""

    key: str
    parent: str
    staff: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Staff met of a number of staff: at least and at most."""

    least: int
    most: int
    staff: int

    @property
    def least_percent(self) -> int:
        """Percent surely met, rounded down."""
        return 0 if not self.staff else 100 * self.least // self.staff

    @property
    def most_percent(self) -> int:
        """Percent met at most, rounded up."""
        return 0 if not self.staff else -(-100 * self.most // self.staff)


def reached_by_unit(places: Iterable[Place], met: Iterable[tuple[str, int]]) -> Mapping[str, Reached]:
    """Return what was reached in every unit with all below it.

    places: parents before children. met: a unit's key and how many were met there, one a visit; others are ignored.
    Raises ValueError for a negative number.
    """
    listed = list(places)
    known = {place.key for place in listed}
    visits: dict[str, list[int]] = {}
    for key, count in met:
        if count < 0:
            message = f"a visit to {key} cannot have met {count} people"
            raise ValueError(message)
        if key in known:
            visits.setdefault(key, []).append(count)
    staff = {place.key: place.staff for place in listed}
    least = dict.fromkeys(known, 0)
    most = dict.fromkeys(known, 0)
    found: dict[str, Reached] = {}
    for place in reversed(listed):
        here = visits.get(place.key, [])
        # A visit above the teams may have met the same people as visits to the teams: it adds to the most alone.
        low = min(staff[place.key], max([least[place.key], *here]))
        high = min(staff[place.key], most[place.key] + sum(here))
        found[place.key] = Reached(low, high, staff[place.key])
        if place.parent in known:
            staff[place.parent] += staff[place.key]
            least[place.parent] += low
            most[place.parent] += high
    return found
