"""The organisation between the database and the rules: read as a state, written as changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from headwater.rooms.people.bulk import BATCH, insert_rows, update_rows
from headwater.rooms.people.erased import GONE
from headwater.rooms.people.logic.plans import PersonState, State, UnitState
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.trees import renumber_units

Written = Mapping[str, Mapping[str, Any] | None]
"""What is to stand under a key: the fields of a state, None for somebody who left or a closed unit."""


def read_state() -> State:
    """Read active persons and open units, units in the order of the tree."""
    units = list(
        Unit.objects.filter(is_open=True).order_by("number").values_list("key", "name", "parent__key", "leader__key")
    )
    persons = Person.objects.filter(is_active=True).order_by("key")
    rows = persons.values_list("key", "name", "unit__key", "attributes", "email", "language").iterator(10_000)
    return State(
        {key: PersonState(name, unit or "", *values) for key, name, unit, *values in rows},
        {key: UnitState(name, parent or "", leader or "") for key, name, parent, leader in units},
    )


def write_states(*, persons: Written, units: Written, day: date) -> None:
    """Make persons and units stand as said, then number the tree. Runs within the caller's transaction and lock.

    day: from when it holds; whoever leaves, leaves then. Who was erased stays as they are.
    """
    _make_units(units)
    by_key: dict[str, uuid.UUID] = dict(Unit.objects.values_list("key", "pk"))
    _write_persons(persons, by_key, day)
    _place_units(units, by_key)
    renumber_units()


def _make_units(units: Written) -> None:
    known: set[str] = set()
    for part in _parts(list(units)):
        known.update(Unit.objects.filter(key__in=part).values_list("key", flat=True))
    new = [Unit(key=key, name=fields["name"]) for key, fields in units.items() if fields and key not in known]
    Unit.objects.bulk_create(new, batch_size=BATCH)


def _write_persons(persons: Written, units: Mapping[str, uuid.UUID], day: date) -> None:
    found: dict[str, uuid.UUID] = {}
    erased: set[str] = set()
    for part in _parts(list(persons)):
        for key, pk, erased_at in Person.objects.filter(key__in=part).values_list("key", "pk", "erased_at"):
            found[key] = pk
            if erased_at is not None:
                erased.add(key)
    standing = ("name", "unit", "attributes", "email", "language", "is_active", "left_date")
    new, changed, left = [], [], []
    for key, fields in persons.items():
        if key in erased:
            continue
        if fields is None:
            if key in found:
                left.append((False, None, day, found[key]))
            continue
        unit = units[fields["unit"]] if fields["unit"] else None
        contacts = fields.get("email", ""), fields.get("language", "")
        values = (fields["name"], unit, fields["attributes"], *contacts, True, None)
        if key in found:
            changed.append((*values, found[key]))
        else:
            new.append((*values, uuid.uuid4(), key, None))
    insert_rows(Person, (*standing, "id", "key", "erased_at"), new)
    update_rows(Person, standing, changed)
    update_rows(Person, ("is_active", "unit", "left_date"), left)


def _place_units(units: Written, by_key: Mapping[str, uuid.UUID]) -> None:
    leaders: dict[str, uuid.UUID] = {}
    for part in _parts([fields["leader"] for fields in units.values() if fields and fields["leader"]]):
        leaders.update(Person.objects.filter(key__in=part, erased_at=None).values_list("key", "pk"))
    placed, closed = [], []
    for key, fields in units.items():
        if fields is None:
            closed.append((None, None, False, None, by_key[key]))
            continue
        parent = by_key[fields["parent"]] if fields["parent"] else None
        who = fields["leader"]
        leader = leaders[who] if who and not who.startswith(GONE) else None
        placed.append((fields["name"], parent, leader, True, by_key[key]))
    update_rows(Unit, ("name", "parent", "leader", "is_open"), placed)
    update_rows(Unit, ("parent", "leader", "is_open", "number"), closed)


def _parts(keys: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
