"""The unit tree in the database: parents, and preorder numbers kept with them in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from django.db import transaction
from django.db.models import F

from headwater.org import number_units, subtree_sums
from headwater.rooms.people.bulk import update_rows
from headwater.rooms.people.models import OrganisationState, Person, Unit


def lock_organisation() -> OrganisationState:
    """Lock the organisation until the transaction ends."""
    OrganisationState.objects.get_or_create(pk=1)
    return OrganisationState.objects.select_for_update().get(pk=1)


def count_version() -> None:
    """Count a new version of the organisation, within the caller's lock: dry runs made before are to be looked at."""
    OrganisationState.objects.filter(pk=1).update(version=F("version") + 1)


def renumber_units() -> None:
    """Number all open units in preorder, siblings by name, and count their people. Runs within the caller's lock.

    Raises ValueError when open units are not one tree.
    """
    with transaction.atomic():
        Unit.objects.filter(is_open=False).exclude(number=None).update(
            number=None, size=1, depth=0, own_people=0, people_below=0
        )
        units = {str(unit.pk): unit for unit in Unit.objects.filter(is_open=True)}
        if not units:
            return
        by_key = {unit.key: pk for pk, unit in units.items()}
        ids = [by_key[key] for key in sort_siblings({unit.key: unit.name for unit in units.values()})]
        parents = [str(units[key].parent_id) if units[key].parent_id else None for key in ids]
        tree = number_units(ids, parents)
        own = Counter(
            str(unit)
            for unit in Person.objects.filter(is_active=True).exclude(unit=None).values_list("unit_id", flat=True)
        )
        counts = np.array([own[key] for key in tree.ids], np.int64)
        below = subtree_sums(tree, counts)
        changed = []
        for number, key in enumerate(tree.ids):
            unit = units[key]
            wanted = (number, int(tree.size[number]), int(tree.depth[number]), int(counts[number]), int(below[number]))
            if (unit.number, unit.size, unit.depth, unit.own_people, unit.people_below) != wanted:
                changed.append((*wanted, unit.pk))
        update_rows(Unit, ("number", "size", "depth", "own_people", "people_below"), changed)


def sort_siblings(names: Mapping[str, str]) -> list[str]:
    """Return the keys of units in the order in which siblings stand: by name, "Crew 2" before "Crew 10"."""
    return sorted(names, key=lambda key: (_natural(names[key]), key))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort "Crew 2" before "Crew 10"."""
    parts: list[tuple[int, int, str]] = []
    word = ""
    for character in name.casefold():
        if word and character.isdecimal() != word[-1].isdecimal():
            parts.append(_part(word))
            word = ""
        word += character
    return [*parts, _part(word)] if word else parts


def _part(word: str) -> tuple[int, int, str]:
    return (0, int(word), "") if word[0].isdecimal() else (1, 0, word)
