"""Who may see and change value cases: those who make them all of them, leaders what was presented of their units."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from headwater.rooms.act.present_units import may
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.rooms.prove.models import ValueCase, ValueVersion

SEE, MANAGE = "value.see", "value.manage"


def may_manage(viewer: Viewer) -> bool:
    """Whether a viewer makes value cases."""
    return can(viewer, MANAGE)


def seen_cases(viewer: Viewer) -> list[ValueCase]:
    """Return the cases a viewer sees, the latest first. Raises PermissionDenied for who sees none by role."""
    if not has_role_for(viewer, SEE):
        require(viewer, SEE)
    found = ValueCase.objects.filter(archived_at=None).select_related("unit").order_by("-made_at", "pk")
    if may_manage(viewer):
        return list(found)
    presented = set(ValueVersion.objects.filter(presented_at__isnull=False).values_list("case", flat=True))
    return [case for case in found if case.pk in presented and may(viewer, SEE, case.unit)]


def get_case(*, viewer: Viewer, case_id: UUID) -> ValueCase:
    """Return a case. Raises Http404, PermissionDenied for one that the viewer does not see."""
    found = ValueCase.objects.select_related("unit").filter(pk=case_id).first()
    if found is None:
        if not has_role_for(viewer, SEE):
            require(viewer, SEE)
        raise Http404
    if may_manage(viewer):
        return found
    if not may(viewer, SEE, found.unit) or not _is_presented(found):
        raise PermissionDenied
    return found


def _is_presented(case: ValueCase) -> bool:
    return ValueVersion.objects.filter(case=case, presented_at__isnull=False).exists()
