"""Who may see and plan visits: by role, as a leader of the unit or above, or as whoever goes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from headwater.rooms.act.models import Visit
from headwater.rooms.act.present_units import may, top_unit
from headwater.rooms.decide.directions.allowed import units_with
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit

SEE, PLAN = "visits.see", "visits.plan"


def may_see(viewer: Viewer, visit: Visit) -> bool:
    """Whether a viewer sees a visit: whoever goes, and who looks at its unit."""
    return _is_own(viewer, visit) or may(viewer, SEE, visit.unit)


def may_work(viewer: Viewer, visit: Visit) -> bool:
    """Whether a viewer changes a visit and notes on it: whoever goes, and who plans for its unit."""
    return _is_own(viewer, visit) or may(viewer, PLAN, visit.unit)


def seen_visits(viewer: Viewer) -> QuerySet[Visit]:
    """Return the visits a viewer may see; those of dissolved units are to be asked one by one with `may_see`."""
    every = Visit.objects.select_related("unit__leader", "leader", "programme")
    if may(viewer, SEE, top_unit()):
        return every
    own = Q(leader=viewer.person_id)
    return every.filter(own | units_with(viewer, SEE, field="unit__") | Q(unit__is_open=False))


def planned_units(viewer: Viewer) -> QuerySet[Unit]:
    """Return the open units a viewer plans visits to, in their order."""
    found = Unit.objects.select_related("leader").filter(is_open=True).exclude(number=None)
    return found.filter(units_with(viewer, PLAN)).order_by("number")


def _is_own(viewer: Viewer, visit: Visit) -> bool:
    return bool(viewer.person) and visit.leader_id == viewer.person_id
