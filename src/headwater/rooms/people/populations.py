"""Who can be asked: the standing tree, people by unit and attribute, and what attributes there are.

These answer services and jobs, which have no viewer; the page that asks for them is gated by its own action.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from headwater.org import number_units
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.past import units_at
from headwater.rooms.people.trees import sort_siblings
from headwater.vocab import UnitTree

CHUNK = 5_000
MOST_VALUES = 500
"""Values of one attribute that are listed; an attribute with more is an id, not a group."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person who can be asked. unit: the key of the team they belong to, "" for the leader of all.

    leads: keys of the units they lead, which are never units they belong to. email, language: "" when not known.
    """

    id: uuid.UUID
    key: str
    name: str
    unit: str
    leads: tuple[str, ...]
    attributes: Mapping[str, str]
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value of an attribute, and how many active people have it."""

    value: str
    people: int


def tree_of(at: datetime | None = None) -> tuple[UnitTree, list[uuid.UUID]]:
    """Return the open units in preorder, and their primary keys in the same order.

    Unit ids are keys, leaders are names. at: a past moment, None for now. Raises LookupError while there is no
    organisation.
    """
    if at is not None:
        return _tree_at(at)
    found = list(
        Unit.objects.filter(is_open=True)
        .order_by("number")
        .values_list("pk", "key", "name", "parent__key", "leader__name", "leader__key")
    )
    if not found:
        raise LookupError("there is no organisation yet")
    tree = number_units(
        [row[1] for row in found],
        [row[3] for row in found],
        [row[2] for row in found],
        [row[4] or row[5] or "" for row in found],
    )
    return tree, [row[0] for row in found]


def _tree_at(at: datetime) -> tuple[UnitTree, list[uuid.UUID]]:
    units = units_at(at)
    if not units:
        raise LookupError("there was no organisation on that day")
    keys = sort_siblings({key: state.name for key, state in units.items()})
    leaders = {state.leader for state in units.values() if state.leader}
    names = {
        key: name or key
        for part in _parts(sorted(leaders))
        for key, name in Person.objects.filter(key__in=part).values_list("key", "name")
    }
    tree = number_units(
        keys,
        [units[key].parent for key in keys],
        [units[key].name for key in keys],
        [names.get(units[key].leader, "") for key in keys],
    )
    primary: dict[str, uuid.UUID] = {}
    for part in _parts(keys):
        primary.update(Unit.objects.filter(key__in=part).values_list("key", "pk"))
    return tree, [primary[key] for key in tree.ids]


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def people_of(
    units: Iterable[str] | None = None,
    attributes: Mapping[str, Sequence[str]] | None = None,
    *,
    with_leaders: bool = False,
    only: Sequence[str] | None = None,
) -> QuerySet[Person]:
    """Return the active people of whole subtrees who have the attributes asked for.

    units: keys of the units on top of each subtree, None for everybody. attributes: by name, the values that are
    allowed; all names must match. A subtree's own leader belongs to the unit above and is left out, unless
    with_leaders says otherwise. only: ids of the persons to choose among, None for all. Raises LookupError naming units
    that are not open.
    """
    found = Person.objects.filter(is_active=True)
    if only is not None:
        found = found.filter(pk__in=list(only))
    if units is not None:
        found = found.filter(_within(list(dict.fromkeys(units)), with_leaders=with_leaders))
    for number, (name, values) in enumerate((attributes or {}).items()):
        alias = f"_attribute_{number}"
        found = found.alias(**{alias: _text_of(name)})
        wanted = Q(**{f"{alias}__in": [value for value in values if value]})
        if "" in values:
            wanted |= Q(**{f"{alias}__isnull": True}) | Q(**{alias: ""})
        found = found.filter(wanted)
    return found


def _within(keys: list[str], *, with_leaders: bool) -> Q:
    spans = dict[str, tuple[int, int]]()
    for part in _parts(keys):
        for key, number, size in Unit.objects.filter(key__in=part, is_open=True).values_list("key", "number", "size"):
            if number is not None:
                spans[key] = (number, number + size)
    lost = [key for key in keys if key not in spans]
    if lost:
        raise LookupError(f"no open unit has the id {', '.join(lost[:5])}")
    wanted = Q(pk__in=[])
    for start, stop in _joined(spans.values()):
        wanted |= Q(unit__number__gte=start, unit__number__lt=stop)
    if with_leaders:
        for part in _parts(keys):
            wanted |= Q(pk__in=Unit.objects.filter(key__in=part, is_open=True).exclude(leader=None).values("leader"))
    return wanted


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join slices that touch, so that a thousand neighbouring teams are one condition."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def population(
    units: Iterable[str] | None = None,
    attributes: Mapping[str, Sequence[str]] | None = None,
    *,
    with_leaders: bool = False,
    only: Sequence[str] | None = None,
) -> Iterator[Member]:
    """Yield the people of `people_of`, by key, in constant memory."""
    led: dict[uuid.UUID, list[str]] = {}
    standing = Unit.objects.filter(is_open=True).exclude(leader=None).order_by("number")
    for leader, key in standing.values_list("leader_id", "key"):
        if leader is not None:
            led.setdefault(leader, []).append(key)
    rows = people_of(units, attributes, with_leaders=with_leaders, only=only).order_by("key")
    fields = rows.values_list("pk", "key", "name", "unit__key", "attributes", "email", "language")
    for pk, key, name, unit, values, email, language in fields.iterator(CHUNK):
        yield Member(pk, key, name, unit or "", tuple(led.get(pk, ())), values, email, language)


def _text_of(name: str) -> Cast:
    """An attribute as text, so that what it is compared with is taken as text too and not as JSON."""
    return Cast(KeyTextTransform(name, "attributes"), TextField())


def attribute_names() -> list[str]:
    """Return the names of attributes that active people have, in order."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT jsonb_object_keys(attributes) FROM people_person WHERE is_active", [])
        else:
            cursor.execute(
                "SELECT DISTINCT pair.key FROM people_person, json_each(people_person.attributes) AS pair "
                "WHERE people_person.is_active",
                [],
            )
        return sorted(str(row[0]) for row in cursor.fetchall())


def attribute_values(name: str) -> list[AttributeValue]:
    """Return the values of an attribute with how many active people have each, most first, at most `MOST_VALUES`."""
    found = Person.objects.filter(is_active=True).annotate(value=_text_of(name))
    counted = found.exclude(value__isnull=True).exclude(value="").values("value").annotate(people=Count("pk"))
    return [AttributeValue(row["value"], row["people"]) for row in counted.order_by("-people", "value")[:MOST_VALUES]]
