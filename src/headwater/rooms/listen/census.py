"""The people of the organisation as columns: what pages count them by, read once for each version of the organisation.

Every import and every erasure counts a new version. So what was read is true as long as the version is the same, in
every process. Launching a wave does not read it: it draws from the records themselves.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from headwater.rooms.people.models import OrganisationState, Person, Unit
from headwater.rooms.people.populations import MOST_VALUES, AttributeValue, people_of, tree_of
from headwater.vocab import IntArray, UnitTree
from headwater.vocab.tree import Int32Array

CHUNK = 5_000
NO_VALUE = -1


@dataclass(frozen=True)
class Attribute:
    """One attribute of people. values: those there are, most people first. codes: int32[P], -1 for none."""

    values: tuple[AttributeValue, ...]
    codes: Int32Array

    def codes_of(self, wanted: Iterable[str]) -> IntArray:
        """Return the codes of some values; of "" that of people without one."""
        chosen = set(wanted)
        found = [place for place, one in enumerate(self.values) if one.value in chosen]
        return np.array([*found, NO_VALUE] if "" in chosen else found, np.int64)


@dataclass(frozen=True)
class Census:
    """Active people as columns, P long, in the order of their primary keys.

    unit: number of their unit in the tree, -1 for the leader of all.
    has_address: bool[P]. attributes: by name, those with at most `MOST_VALUES` values; the others are ids.
    """

    tree: UnitTree
    unit: Int32Array
    has_address: NDArray[np.bool_]
    attributes: Mapping[str, Attribute]

    def holding(self, name: str, values: Sequence[str]) -> IntArray:
        """Return the places of people with one of the values of an attribute; "" asks for those without one."""
        held = self.attributes.get(name)
        if held is not None:
            return np.flatnonzero(np.isin(held.codes, held.codes_of(values)))
        # An attribute with very many values, or one that nobody has any more, is asked of the records.
        return self.places_of(set(people_of(None, {name: values}).values_list("pk", flat=True)))

    def places_of(self, keys: AbstractSet[UUID]) -> IntArray:
        """Return the places of people by their primary keys."""
        everybody = Person.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
        places = [place for place, key in enumerate(everybody) if key in keys]
        return np.array([place for place in places if place < len(self.unit)], np.int64)

    def within(self, units: Sequence[str] | None, attributes: Mapping[str, Sequence[str]]) -> IntArray:
        """Return the places of people in whole subtrees who have the attributes asked for.

        Raises LookupError naming units that are not open.
        """
        chosen = self.unit >= 0
        if units is not None:
            lost = [key for key in units if key not in self.tree.index_of]
            if lost:
                raise LookupError(f"no open unit has the id {', '.join(lost[:5])}")
            is_in = np.zeros(len(self.tree), bool)
            for key in units:
                number = self.tree.index_of[key]
                is_in[number : number + int(self.tree.size[number])] = True
            chosen &= is_in[self.unit]
        for name, values in attributes.items():
            has_it = np.zeros(len(chosen), bool)
            has_it[self.holding(name, values)] = True
            chosen &= has_it
        return np.flatnonzero(chosen)


_kept: list[tuple[tuple[str, int], Census]] = []
_lock = threading.Lock()


def census() -> Census:
    """Return the people as they stand. Raises LookupError while there is no organisation."""
    key = _version()
    with _lock:
        if not _kept or _kept[0][0] != key:
            made = _read()
            if _version() != key:
                return made  # it changed while it was read: true now, and read anew the next time
            _kept[:] = [(key, made)]
        return _kept[0][1]


def _version() -> tuple[str, int]:
    top = Unit.objects.filter(is_open=True, number=0).values_list("pk", flat=True).first()
    if top is None:
        raise LookupError("there is no organisation yet")
    return str(top), OrganisationState.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def _read() -> Census:
    tree, keys = tree_of()
    number_of = {key: number for number, key in enumerate(keys)}
    unit: list[int] = []
    has_address: list[bool] = []
    columns: dict[str, dict[int, str]] = {}
    for place, (own, email, attributes) in enumerate(_people()):
        unit.append(number_of.get(own, -1) if own is not None else -1)
        has_address.append(bool(email))
        for name, value in attributes.items():
            if value not in ("", None):
                columns.setdefault(name, {})[place] = str(value)
    found = {name: made for name, held in sorted(columns.items()) if (made := _attribute(held, len(unit))) is not None}
    return Census(tree, np.array(unit, np.int32), np.array(has_address, bool), found)


def _people() -> Iterator[tuple[UUID | None, str, Mapping[str, Any]]]:
    rows = Person.objects.filter(is_active=True).order_by("pk")
    yield from rows.values_list("unit_id", "email", "attributes").iterator(CHUNK)


def _attribute(held: Mapping[int, str], people: int) -> Attribute | None:
    counted = Counter(held.values())
    if len(counted) > MOST_VALUES:
        return None
    ordered = sorted(counted, key=lambda value: (-counted[value], value))
    code_of = {value: code for code, value in enumerate(ordered)}
    codes = np.full(people, NO_VALUE, np.int32)
    codes[list(held)] = [code_of[value] for value in held.values()]
    return Attribute(tuple(AttributeValue(value, counted[value]) for value in ordered), codes)
