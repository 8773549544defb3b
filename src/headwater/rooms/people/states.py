"""The organisation between the database and the rules: read as a state, written as changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from headwater.rooms.people.logic.plans import PersonState, State, UnitState
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.trees import BATCH, renumber_units, store

Written = Mapping[str, Mapping[str, Any] | None]
"""What is to stand under a key: the fields of a state, None for somebody who left or a closed unit."""


def read_state() -> State:
    """Read active persons and open units, units in the order of the tree."""
    units = list(
        Unit.objects.filter(is_open=True).order_by("number").values_list("key", "name", "parent__key", "leader__key")
    )
    persons = Person.objects.filter(is_active=True).order_by("key")
    rows = persons.values_list("key", "name", "unit__key", "attributes").iterator(10_000)
    return State(
        {key: PersonState(name, unit or "", attributes) for key, name, unit, attributes in rows},
        {key: UnitState(name, parent or "", leader or "") for key, name, parent, leader in units},
    )


def as_fields(state: PersonState | UnitState | None) -> dict[str, Any] | None:
    """Return a state as JSON keeps it."""
    return asdict(state) if state is not None else None


def write_states(*, persons: Written, units: Written) -> None:
    """Make persons and units stand as said, then number the tree. Runs within the caller's transaction and lock."""
    _make_units(units)
    by_key: dict[str, uuid.UUID] = dict(Unit.objects.values_list("key", "pk"))
    _write_persons(persons, by_key)
    _place_units(units, by_key)
    renumber_units()


def _make_units(units: Written) -> None:
    known: set[str] = set()
    for part in _parts(list(units)):
        known.update(Unit.objects.filter(key__in=part).values_list("key", flat=True))
    new = [Unit(key=key, name=fields["name"]) for key, fields in units.items() if fields and key not in known]
    Unit.objects.bulk_create(new, batch_size=BATCH)


def _write_persons(persons: Written, units: Mapping[str, uuid.UUID]) -> None:
    found: dict[str, Person] = {}
    for part in _parts(list(persons)):
        found.update({person.key: person for person in Person.objects.filter(key__in=part)})
    new, changed = [], []
    for key, fields in persons.items():
        person = found.get(key)
        if fields is None:
            if person is not None:
                person.is_active, person.unit_id = False, None
                changed.append(person)
            continue
        unit = units[fields["unit"]] if fields["unit"] else None
        if person is None:
            new.append(Person(key=key, name=fields["name"], unit_id=unit, attributes=dict(fields["attributes"])))
            continue
        person.name, person.unit_id, person.attributes = fields["name"], unit, dict(fields["attributes"])
        person.is_active = True
        changed.append(person)
    Person.objects.bulk_create(new, batch_size=BATCH)
    store(changed, ["name", "unit", "attributes", "is_active"])


def _place_units(units: Written, by_key: Mapping[str, uuid.UUID]) -> None:
    leaders: dict[str, uuid.UUID] = {}
    for part in _parts([fields["leader"] for fields in units.values() if fields and fields["leader"]]):
        leaders.update(Person.objects.filter(key__in=part).values_list("key", "pk"))
    changed = []
    for part in _parts(list(units)):
        for unit in Unit.objects.filter(key__in=part):
            fields = units[unit.key]
            unit.is_open = fields is not None
            if fields is None:
                unit.parent_id = unit.leader_id = unit.number = None
            else:
                unit.name = fields["name"]
                unit.parent_id = by_key[fields["parent"]] if fields["parent"] else None
                unit.leader_id = leaders[fields["leader"]] if fields["leader"] else None
            changed.append(unit)
    store(changed, ["name", "parent", "leader", "is_open", "number"])


def _parts(keys: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
