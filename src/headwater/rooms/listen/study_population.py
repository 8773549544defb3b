"""Whom a study reaches: how many people, how many by mail, which units stay below k, what each answer will carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headwater.org import subtree_sums
from headwater.rooms.listen.census import Census, census
from headwater.rooms.listen.logic.places import UNKNOWN, Combination, combinations_of, hide, shared_units
from headwater.rooms.listen.logic.serving import spread
from headwater.rooms.listen.models import Study
from headwater.rooms.people.populations import Member, people_of, population
from headwater.vocab import IntArray, UnitTree


@dataclass(frozen=True)
class Reach:
    """What choosing a population comes to.

    people: of the units and attributes. reachable: of them, who can be asked in the chosen way. asked: expected with
    the sample. units: those with somebody asked of their own. small: names of units with somebody asked, yet fewer than
    k here and below. unshared: people who cannot be asked anonymously. lost: units that are no longer open.
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


def chosen_of(study: Study) -> list[str] | None:
    """Return the ids of persons who were chosen one by one, None where nobody was."""
    return list(study.population["people"]) if "people" in study.population else None


def members_of(study: Study) -> Iterator[Member]:
    """Yield whom a study asks, by key. The leader of all belongs to no unit, and is not asked.

    Raises LookupError for a unit that is no longer open.
    """
    for member in population(units_of(study), attributes_of(study), only=chosen_of(study)):
        if member.unit:
            yield member


def has_members(study: Study) -> bool:
    """Whether a study asks anybody. Raises LookupError for a unit that is no longer open."""
    return people_of(units_of(study), attributes_of(study), only=chosen_of(study)).exclude(unit=None).exists()


def count_members(study: Study) -> int:
    """Count whom a study asks, before any sample. Raises LookupError for a unit that is no longer open."""
    return people_of(units_of(study), attributes_of(study), only=chosen_of(study)).exclude(unit=None).count()


def reach_of(study: Study) -> Reach:
    """Count whom a study reaches, whatever the size of the organisation."""
    try:
        held = census()
        chosen = _chosen(held, study)
    except LookupError as error:
        return Reach(0, 0, 0, 0, (), lost=(str(error),))
    tree = held.tree
    people = _by_unit(held, chosen)
    if study.services:
        served = {unit for units in spread(tree, study.services).values() for unit in units}
        chosen = chosen[np.array([unit in served for unit in tree.ids], bool)[held.unit[chosen]]]
        people = _by_unit(held, chosen)
    asked = _by_unit(held, chosen[held.has_address[chosen]]) if study.channel == Study.Channel.MAIL else people
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
        units=int((asked > 0).sum()),
        small=tuple(tree.names[number] for number in small.tolist()),
        unshared=unshared,
    )


def combinations(study: Study) -> tuple[Combination, ...]:
    """Return what anonymous answers will carry of the study's cuts, counted over the real population."""
    if not study.cuts or study.promise != Study.Promise.ANONYMOUS:
        return ()
    try:
        held = census()
        chosen = _chosen(held, study)
    except LookupError:
        return ()
    cuts = np.column_stack([_levels(held, cut)[chosen] for cut in study.cuts])
    hidden = hide(held.tree, held.unit[chosen].astype(np.int64), cuts, study.k)
    return combinations_of([cut["key"] for cut in study.cuts], [cut["levels"] for cut in study.cuts], cuts, hidden)


def _chosen(held: Census, study: Study) -> IntArray:
    """The places of those a study asks. Raises LookupError for a unit that is no longer open."""
    only = chosen_of(study)
    if only is None:
        return held.within(units_of(study), attributes_of(study))
    found = people_of(units_of(study), attributes_of(study), only=only).exclude(unit=None)
    return held.places_of(set(found.values_list("pk", flat=True)))


def _by_unit(held: Census, chosen: IntArray) -> IntArray:
    return np.bincount(held.unit[chosen], minlength=len(held.tree)).astype(np.int64)


def _levels(held: Census, cut: Mapping[str, Any]) -> IntArray:
    """int64[P]: the position of each person's level of a cut, -1 for none of its levels."""
    attribute = held.attributes.get(cut["attribute"])
    if attribute is None:
        return np.full(len(held.unit), UNKNOWN, np.int64)
    place = {level: number for number, level in enumerate(cut["levels"])}
    levels = np.array([*(place.get(one.value, UNKNOWN) for one in attribute.values), UNKNOWN], np.int64)
    return levels[attribute.codes]  # the code of no value, -1, is the last one


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
