"""What an import would change: the organisation as it stands beside the organisation as the file says."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from headwater.org import Organisation
from headwater.rooms.people.logic.contacts import EMAIL, LANGUAGE

MOST_LEAVING = 0.40
"""A file that would deactivate a larger share of people stops by itself."""
MOST_SWAPPED = 0.05
"""A file in which a larger share of ids names somebody else stops by itself."""


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person as the organisation knows them. unit: "" for the leader of all. email, language: "" when not known."""

    name: str
    unit: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as the organisation knows it. leader: a person's key, "" when vacant."""

    name: str
    parent: str
    leader: str


@dataclass(frozen=True)
class State:
    """Active persons and open units, by key."""

    persons: Mapping[str, PersonState]
    units: Mapping[str, UnitState]


@dataclass(frozen=True)
class Change:
    """One person or unit, before and after; None where there was or will be none."""

    kind: str
    key: str
    before: PersonState | UnitState | None
    after: PersonState | UnitState | None


@dataclass(frozen=True)
class Stop:
    """Why an import stops by itself. kind: "leaving" or "swapped"."""

    kind: str
    count: int
    share: float
    most: float


@dataclass(frozen=True)
class Plan:
    """All an import would change. present: people active before."""

    present: int
    changes: tuple[Change, ...]
    swapped: tuple[str, ...]

    def persons(self, what: str) -> list[Change]:
        """Return the changes to people of one kind: joins, leaves, moves or edits."""
        return [change for change in self.changes if change.kind == "person" and what_happens(change) == what]

    def units(self, what: str) -> list[Change]:
        """Return the changes to units of one kind: joins, leaves, moves or edits."""
        return [change for change in self.changes if change.kind == "unit" and what_happens(change) == what]

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Why this import stops by itself; empty when it may go on."""
        if not self.present:
            return ()
        found = []
        for kind, count, most in (
            ("leaving", len(self.persons("leaves")), MOST_LEAVING),
            ("swapped", len(self.swapped), MOST_SWAPPED),
        ):
            if count / self.present > most:
                found.append(Stop(kind, count, count / self.present, most))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A change as JSON texts, in one spelling for equal changes."""

    kind: str
    key: str
    what: str
    before: str
    after: str


def encode_changes(plan: Plan) -> tuple[list[Encoded], str]:
    """Return the changes as JSON and their SHA-256: what was agreed to is what is applied."""
    digest = hashlib.sha256()
    listed = []
    for change in plan.changes:
        before, after = (
            json.dumps(as_fields(state), sort_keys=True, ensure_ascii=False) for state in (change.before, change.after)
        )
        digest.update(f"{change.kind}\n{change.key}\n{before}\n{after}\n".encode())
        listed.append(Encoded(change.kind, change.key, what_happens(change), before, after))
    return listed, digest.hexdigest()


def as_fields(state: PersonState | UnitState | None) -> dict[str, Any] | None:
    """Return a state as JSON keeps it."""
    if state is None:
        return None
    if isinstance(state, UnitState):
        return {"name": state.name, "parent": state.parent, "leader": state.leader}
    return {
        "name": state.name,
        "unit": state.unit,
        "attributes": dict(state.attributes),
        "email": state.email,
        "language": state.language,
    }


def what_happens(change: Change) -> str:
    """Name a change: joins, leaves, moves or edits."""
    if change.before is None:
        return "joins"
    if change.after is None:
        return "leaves"
    return "moves" if _place(change.before) != _place(change.after) else "edits"


def _place(state: PersonState | UnitState) -> str:
    return state.unit if isinstance(state, PersonState) else state.parent


def state_of(organisation: Organisation) -> State:
    """Return the state that an organisation asks for. The attributes "email" and "language" become contacts."""
    tree = organisation.tree
    emails, languages = organisation.attributes.get(EMAIL), organisation.attributes.get(LANGUAGE)
    attributes = [(key, values) for key, values in organisation.attributes.items() if key not in (EMAIL, LANGUAGE)]
    leaders = {int(unit): organisation.people[place] for place, unit in enumerate(organisation.leads) if unit >= 0}
    units = {
        unit: UnitState(tree.names[at], tree.ids[int(tree.parent[at])] if at else "", leaders.get(at, ""))
        for at, unit in enumerate(tree.ids)
    }
    persons = {
        person: PersonState(
            organisation.names[place],
            tree.ids[int(organisation.leaf[place])] if organisation.leaf[place] >= 0 else "",
            {key: values[place] for key, values in attributes if values[place]},
            emails[place] if emails else "",
            languages[place] if languages else "",
        )
        for place, person in enumerate(organisation.people)
    }
    return State(persons, units)


def keep_contacts(before: State, after: State, *, given: Collection[str]) -> State:
    """Return what is asked for, with the addresses and languages that stand where the file has no column for them."""
    if {EMAIL, LANGUAGE} <= set(given):
        return after
    persons = {}
    for key, state in after.persons.items():
        old = before.persons.get(key)
        if old is not None:
            state = replace(
                state,
                email=state.email if EMAIL in given else old.email,
                language=state.language if LANGUAGE in given else old.language,
            )
        persons[key] = state
    return State(persons, after.units)


def make_plan(before: State, after: State) -> Plan:
    """Compare what stands with what is asked for. Units come first, then people, each in the order of the file."""
    changes = [*_changes("unit", before.units, after.units), *_changes("person", before.persons, after.persons)]
    return Plan(len(before.persons), tuple(changes), find_swapped(before.persons, after.persons))


def _changes(
    kind: str, before: Mapping[str, PersonState | UnitState], after: Mapping[str, PersonState | UnitState]
) -> list[Change]:
    found = [Change(kind, key, before.get(key), state) for key, state in after.items() if before.get(key) != state]
    return found + [Change(kind, key, state, None) for key, state in before.items() if key not in after]


def find_swapped(before: Mapping[str, PersonState], after: Mapping[str, PersonState]) -> tuple[str, ...]:
    """Return the ids that now seem to name somebody else.

    An id is swapped when no word of the old name is in the new one (a married name keeps one), or when a name that one
    person alone has stands under another id than before while the old id is gone.
    """
    swapped = set()
    for key, old in before.items():
        new = after.get(key)
        if new is not None and old.name and new.name and not _words(old.name) & _words(new.name):
            swapped.add(key)
    alone_before, alone_after = _alone(before), _alone(after)
    for name, old_key in alone_before.items():
        new_key = alone_after.get(name)
        if new_key is not None and new_key != old_key and old_key not in after and new_key not in before:
            swapped.add(old_key)
    return tuple(sorted(swapped))


def _words(name: str) -> set[str]:
    return set(name.casefold().replace(",", " ").split())


def _alone(persons: Mapping[str, PersonState]) -> dict[str, str]:
    names = {key: " ".join(sorted(_words(state.name))) for key, state in persons.items() if state.name}
    times = Counter(names.values())
    return {name: key for key, name in names.items() if times[name] == 1}
