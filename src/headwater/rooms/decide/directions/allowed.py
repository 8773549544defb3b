"""Who may see, prepare and choose directions: by role, or as the leader of a unit or above."""

from __future__ import annotations

from django.db.models import Q

from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for

SEE, PREPARE, CHOOSE = "directions.see", "directions.prepare", "directions.choose"


def may_see(viewer: Viewer, unit: Unit) -> bool:
    """Whether a viewer sees the directions of a unit: of the whole and of own units and those below."""
    if not has_role_for(viewer, SEE):
        return False
    return unit.parent_id is None or can(viewer, SEE, unit.number)


def may_prepare(viewer: Viewer, unit: Unit | None) -> bool:
    """Whether a viewer puts candidates on the board of a unit and estimates them."""
    number = None if unit is None else unit.number
    return can(viewer, PREPARE, number) or can(viewer, CHOOSE, number)


def may_choose(viewer: Viewer, unit: Unit) -> bool:
    """Whether a viewer chooses for a unit: the experience lead, or the leader of that unit or above."""
    return can(viewer, CHOOSE, unit.number)


def whole() -> Unit | None:
    """Return the unit at the top, None before there is one."""
    return Unit.objects.filter(is_open=True, parent=None).order_by("number").first()


def units_with(viewer: Viewer, action: str, *, field: str = "") -> Q:
    """Return the filter of units over which a viewer may do an action. field: the way to the unit, as "unit__"."""
    found = Q(pk__in=[])
    for holding in viewer.holdings:
        if holding.role not in ACTIONS[action]:
            continue
        if holding.span is None:
            return ~Q(pk__in=[])
        ends = {f"{field}number__gte": holding.span.start, f"{field}number__lt": holding.span.stop}
        found |= Q(**ends)
    return found


def seen_units(viewer: Viewer, *, field: str = "") -> Q:
    """Return the filter of units whose directions a viewer sees."""
    if not has_role_for(viewer, SEE):
        return Q(pk__in=[])
    return units_with(viewer, SEE, field=field) | Q(**{f"{field}parent": None})
