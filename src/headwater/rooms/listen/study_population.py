"""Whom a study reaches: how many people, how many by mail, which units stay below k, what each answer will carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q

from headwater.org import subtree_sums
from headwater.rooms.listen.logic.places import UNKNOWN, Combination, combinations_of, hide, shared_units
from headwater.rooms.listen.models import Study
from headwater.rooms.people.populations import Member, people_of, population, tree_of
from headwater.vocab import IntArray, UnitTree


@dataclass(frozen=True)
class Reach:
    """What choosing a population comes to.

    people: of the units and attributes. reachable: of them, who can be asked in the chosen way. asked: expected with
    the sample. small: names of units with somebody asked, yet fewer than k here and below. unshared: people who cannot
    be asked anonymously. lost: units that are no longer open.
    """

    people: int
    reachable: int
    asked: int
    units: int
    small: tuple[str, ...]
    unshared: int = 0
    lost: tuple[str, ...] = ()

    @property
    def unreachable(self) -> int:
        """Chosen, yet without an address."""
        return self.people - self.reachable


NOBODY = Reach(0, 0, 0, 0, ())


def units_of(study: Study) -> list[str] | None:
    """Return the units on top of what a study asks, None for everybody."""
    return list(study.population.get("units", [])) or None


def attributes_of(study: Study) -> dict[str, list[str]]:
    """Return the attributes people must have."""
    return dict(study.population.get("attributes", {}))


def members_of(study: Study) -> Iterator[Member]:
    """Yield whom a study asks, by key. The leader of all belongs to no unit, and is not asked.

    Raises LookupError for a unit that is no longer open.
    """
    for member in population(units_of(study), attributes_of(study)):
        if member.unit:
            yield member


def reach_of(study: Study) -> Reach:
    """Count whom a study reaches: two sums in the database, whatever the size."""
    try:
        tree, _ = tree_of()
        chosen = people_of(units_of(study), attributes_of(study)).exclude(unit=None)
    except LookupError as error:
        return Reach(0, 0, 0, 0, (), lost=(str(error),))
    counted = chosen.values("unit__key").annotate(people=Count("pk"), reachable=Count("pk", filter=~Q(email="")))
    people, reachable = np.zeros(len(tree), np.int64), np.zeros(len(tree), np.int64)
    for row in counted.order_by():
        number = tree.index_of.get(row["unit__key"])
        if number is not None:
            people[number], reachable[number] = row["people"], row["reachable"]
    by_mail = study.channel == Study.Channel.MAIL
    asked = reachable if by_mail else people
    expected = asked * study.sample_percent // 100
    below = subtree_sums(tree, asked) * study.sample_percent // 100
    small = np.flatnonzero((below > 0) & (below < study.k))
    unshared = 0
    if study.promise == Study.Promise.ANONYMOUS:
        unshared = int(expected[shared_units(tree, expected, study.k) < 0].sum())
    return Reach(
        people=int(people.sum()),
        reachable=int(asked.sum()),
        asked=max(int(asked.sum()) * study.sample_percent // 100 - unshared, 0),
        units=int((below > 0).sum()),
        small=tuple(tree.names[number] for number in small.tolist()),
        unshared=unshared,
    )


def combinations(study: Study) -> tuple[Combination, ...]:
    """Return what anonymous answers will carry of the study's cuts, counted over the real population."""
    if not study.cuts or study.promise != Study.Promise.ANONYMOUS:
        return ()
    try:
        tree, _ = tree_of()
        members = list(members_of(study))
    except LookupError:
        return ()
    units = np.array([tree.index_of[member.unit] for member in members], np.int64)
    cuts = level_codes(study.cuts, [member.attributes for member in members])
    hidden = hide(tree, units, cuts, study.k)
    return combinations_of([cut["key"] for cut in study.cuts], [cut["levels"] for cut in study.cuts], cuts, hidden)


def level_codes(cuts: Sequence[Mapping[str, Any]], attributes: Sequence[Mapping[str, str]]) -> IntArray:
    """Return int64[P, C], the position of each person's level of each cut, -1 for none of its levels."""
    places = [{level: place for place, level in enumerate(cut["levels"])} for cut in cuts]
    rows = [
        [known.get(str(values.get(cut["attribute"], "")), UNKNOWN) for cut, known in zip(cuts, places, strict=True)]
        for values in attributes
    ]
    return np.array(rows, np.int64).reshape(len(attributes), len(cuts))


def asked_by_unit(tree: UnitTree, units: Sequence[str]) -> tuple[int, ...]:
    """Return how many of the people given are counted in each unit of the tree itself."""
    numbers = [tree.index_of[unit] for unit in units]
    return tuple(np.bincount(np.array(numbers, np.int64), minlength=len(tree)).tolist())
