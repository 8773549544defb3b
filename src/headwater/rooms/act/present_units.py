"""Where a unit's matters lie today: with the unit itself, with what followed it, or with the unit above.

Records keep the unit they were made for. A unit that was dissolved has no place in the tree and no leader; its matters
are then reached through its present unit, so that nothing is lost in a reorganisation.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import ImportChange, OrganisationImport, Person, Unit, UnitSuccessor

MOST_STEPS = 50
"""Reorganisations followed; more would be a circle."""


def present_unit(unit: Unit) -> Unit | None:
    """Return the open unit that answers for a unit today; the whole where nothing else is left. None without any.

    An open unit answers for itself. A dissolved one is followed to the largest part of its team, then to the unit it
    lay under, step by step.
    """
    if unit.is_open:
        return unit
    key, seen = unit.key, {unit.key}
    for _step in range(MOST_STEPS):
        key = _next(key)
        if not key or key in seen:
            break
        seen.add(key)
        found = Unit.objects.select_related("leader").filter(key=key).first()
        if found is not None and found.is_open:
            return found
    return Unit.objects.select_related("leader").filter(is_open=True, parent=None).order_by("number").first()


def present_units(units: Iterable[Unit]) -> dict[UUID, Unit | None]:
    """Return the present unit of each, by the id of the unit it was."""
    return {unit.pk: present_unit(unit) for unit in {one.pk: one for one in units}.values()}


def may(viewer: Viewer, action: str, unit: Unit | None) -> bool:
    """Whether a viewer may do something in a unit as it stands today, also where it was dissolved."""
    if unit is None:
        return can(viewer, action)
    present = present_unit(unit)
    return can(viewer, action, present.number if present is not None else None)


def way_up(unit: Unit | None) -> list[Unit]:
    """Return a unit as it stands today and the units above it, nearest first."""
    found: list[Unit] = []
    here = present_unit(unit) if unit is not None else None
    while here is not None and len(found) < MOST_STEPS:
        found.append(here)
        here = Unit.objects.select_related("leader").filter(pk=here.parent_id).first() if here.parent_id else None
    return found


def leaders_up(unit: Unit | None) -> list[Person]:
    """Return who leads a unit and the units above it today, nearest first, each once; vacant posts left out."""
    found: dict[UUID, Person] = {}
    for one in way_up(unit):
        if one.leader is not None and one.leader.is_active:
            found.setdefault(one.leader.pk, one.leader)
    return list(found.values())


def top_unit() -> Unit | None:
    """Return the unit at the top, None before there is one."""
    return Unit.objects.select_related("leader").filter(is_open=True, parent=None).order_by("number").first()


def _next(key: str) -> str:
    standing = UnitSuccessor.objects.filter(
        old=key, made_by__state=OrganisationImport.State.APPLIED, made_by__undone_at=None
    ).exclude(new="")
    heir = standing.order_by("-made_by__sequence", "-share", "new").values_list("new", flat=True).first()
    if heir and heir != key:
        return heir
    gone = ImportChange.objects.filter(kind="unit", key=key, made_by__undone_at=None).exclude(before=None)
    last = gone.order_by("-made_by__sequence", "-pk").first()
    return last.place_before if last is not None else ""
