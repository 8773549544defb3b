"""Where a team sits in an organisation, by structure: pure rules on the levels of a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.rooms.decide.logic.structure import Structure

SeatKind = Literal["team", "core", "partner", "committee", "local", "none"]
"""team: the whole team. core: a small team that guides. partner: one person of the team inside a unit. committee: the
unit's leader on the committee. local: somebody of the unit who works on it, beside other work. none: nobody."""

SEATS: Mapping[Structure, tuple[SeatKind, SeatKind, SeatKind]] = {
    "centralised": ("team", "none", "none"),
    "decentralised": ("core", "local", "local"),
    "hybrid": ("core", "partner", "none"),
    "committee": ("committee", "committee", "local"),
}
"""Who sits at the top, one level below, and two levels below."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the tree. depth: 0 at the top."""

    key: str
    depth: int


@dataclass(frozen=True, slots=True)
class SeatCount:
    """How many units hold a seat of a kind."""

    kind: SeatKind
    units: int


def seat_at(structure: Structure, depth: int) -> SeatKind:
    """Return who sits in a unit of a depth; nobody below the second level."""
    seats = SEATS[structure]
    return seats[depth] if depth < len(seats) else "none"


def seats_of(structure: Structure, places: Sequence[Place]) -> dict[str, SeatKind]:
    """Return who sits where, by the unit's key; units without a seat are left out."""
    found = {place.key: seat_at(structure, place.depth) for place in places}
    return {key: kind for key, kind in found.items() if kind != "none"}


def count_seats(structure: Structure, units_by_depth: Sequence[int]) -> tuple[SeatCount, ...]:
    """Return how many units hold a seat of each kind. units_by_depth: how many units each level has, top first."""
    counts: dict[SeatKind, int] = {}
    for depth, units in enumerate(units_by_depth):
        kind = seat_at(structure, depth)
        if kind != "none" and units:
            counts[kind] = counts.get(kind, 0) + units
    return tuple(SeatCount(kind, units) for kind, units in counts.items())
