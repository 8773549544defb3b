"""What became of units when the organisation changed: guessed from people, leaders and names, and put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.org import Organisation, UnitLink, infer_mapping, number_units
from headwater.rooms.people.logic.contacts import fold
from headwater.rooms.people.logic.plans import State

PEOPLE, LEADER, NAME, NONE, CHOSEN = "people", "leader", "name", "none", "chosen"
TOO_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit before and where its team went. new: "" when nowhere. share: of the old team. basis: how it was found."""

    old: str
    new: str
    share: float
    basis: str


def guess_successions(before: State, after: State) -> list[Succession]:
    """Guess what became of every unit that closes, and of every unit whose team is parted.

    A unit that keeps its id and its team stays itself and is not listed. People tell first (`infer_mapping`: a part of
    at most a fifth is people who moved on their own), then who leads, then the name; a unit of which nothing is found
    goes nowhere.
    """
    if not before.units or not after.units:
        return []
    found: dict[str, list[UnitLink]] = {}
    for link in infer_mapping(organisation_of(before), organisation_of(after)).links:
        found.setdefault(link.old, []).append(link)
    led = {state.leader: key for key, state in after.units.items() if state.leader}
    named = _names(after, [key for key in after.units if key not in before.units]) or {}
    listed = []
    for key, state in before.units.items():
        links = found.get(key, [])
        if key in after.units and (not links or [link.new for link in links] == [key]):
            continue
        if links:
            listed += [Succession(key, link.new, link.share, PEOPLE) for link in links]
        elif state.leader and (new := led.get(state.leader)) and new not in before.units:
            listed.append(Succession(key, new, 1.0, LEADER))
        elif new := named.get(fold(state.name), ""):
            listed.append(Succession(key, new, 1.0, NAME))
        else:
            listed.append(Succession(key, "", 1.0, NONE))
    return listed


def _names(state: State, keys: Sequence[str]) -> dict[str, str]:
    """The unit of each name that one of the units alone has."""
    found: dict[str, str | None] = {}
    for key in keys:
        name = fold(state.units[key].name)
        found[name] = None if name in found else key
    return {name: key for name, key in found.items() if key is not None}


def organisation_of(state: State) -> Organisation:
    """Return a state as arrays. Raises ValueError when its units are not one tree."""
    units = state.units
    tree = number_units(list(units), [unit.parent for unit in units.values()])
    leads = {unit.leader: tree.index_of[key] for key, unit in units.items() if unit.leader}
    index = {**tree.index_of, "": -1}
    return Organisation(
        tree=tree,
        people=tuple(state.persons),
        names=tuple(person.name for person in state.persons.values()),
        leaf=np.array([index[person.unit] for person in state.persons.values()], np.int32),
        leads=np.array([leads.get(key, -1) for key in state.persons], np.int32),
        attributes={},
        problems=(),
    )


def take_back(successions: Sequence[Succession], made: frozenset[str]) -> list[Succession]:
    """Return what becomes of units when an import is undone. made: the units that it had made.

    A team that came of several units goes back to all of them; how much to each is not known, so equal parts stand.
    """
    sources: dict[str, list[str]] = {}
    for row in successions:
        if row.new and row.old not in sources.setdefault(row.new, []):
            sources[row.new].append(row.old)
    for new in made:
        sources.setdefault(new, [])
    listed = []
    for new, olds in sources.items():
        back = olds if new in made or new in olds else [new, *olds]
        if not back:
            listed.append(Succession(new, "", 1.0, NONE))
        elif back != [new]:
            listed += [Succession(new, old, 1 / len(back), PEOPLE) for old in back]
    return listed


def follow(old: Sequence[str], steps: Sequence[Sequence[Succession]]) -> list[UnitLink]:
    """Follow units through several changes, oldest first. A unit that a change does not name stays itself."""
    places: dict[str, dict[str, float]] = {unit: {unit: 1.0} for unit in old}
    for step in steps:
        moves: dict[str, list[Succession]] = {}
        for row in step:
            moves.setdefault(row.old, []).append(row)
        for unit, parts in places.items():
            if not any(part in moves for part in parts):
                continue
            after: dict[str, float] = {}
            for part, share in parts.items():
                for new, piece in _pieces(part, moves):
                    after[new] = after.get(new, 0.0) + share * piece
            places[unit] = after
    return [
        UnitLink(unit, new, min(share, 1.0))
        for unit, parts in places.items()
        for new, share in parts.items()
        if share > TOO_SMALL
    ]


def _pieces(part: str, moves: Mapping[str, Sequence[Succession]]) -> list[tuple[str, float]]:
    if part not in moves or not part:
        return [(part, 1.0)]
    total = sum(row.share for row in moves[part])
    return [(row.new, row.share / total) for row in moves[part]]
