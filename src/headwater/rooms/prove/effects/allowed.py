"""Who sees a check: by role over its unit, and its owner, who hears first."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from headwater.rooms.act.present_units import may
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.prove.models import EffectCheck, EffectPlan

SEE, PLAN = "effects.see", "effects.plan"


def is_owner(viewer: Viewer, plan: EffectPlan) -> bool:
    """Whether a viewer answers for the action."""
    return bool(viewer.person) and plan.owner_id == viewer.person_id


def may_see(viewer: Viewer, plan: EffectPlan) -> bool:
    """Whether a viewer sees the checks of an action: its owner, and by role over its unit as it stands today."""
    return is_owner(viewer, plan) or may(viewer, SEE, plan.unit)


def require_see(viewer: Viewer, plan: EffectPlan) -> None:
    """Raise PermissionDenied unless a viewer sees the checks of an action."""
    if not may_see(viewer, plan):
        raise PermissionDenied


def is_open(check: EffectCheck, *, viewer: Viewer, plan: EffectPlan, now: datetime) -> bool:
    """Whether a check is open to a viewer: to its owner at once, to others when they had time or have looked."""
    return is_owner(viewer, plan) or check.opens_at <= now or check.seen_at is not None


def opens_page(viewer: Viewer) -> bool:
    """Whether the page of effects opens: by role, and to owners."""
    if has_role_for(viewer, SEE):
        return True
    return bool(viewer.person) and EffectPlan.objects.filter(owner=viewer.person_id).exists()


def may_name(viewer: Viewer, unit: Unit | None) -> bool:
    """Whether a unit that is compared with is named to a viewer: where they may see its results."""
    return can(viewer, "results.see") or (
        unit is not None and unit.number is not None and can(viewer, "results.see", unit.number)
    )
