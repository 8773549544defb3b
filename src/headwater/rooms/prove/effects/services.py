"""What is done about checks: registering at once, and noting that the owner has looked."""

from __future__ import annotations

from datetime import datetime

from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import require, viewer_of
from headwater.rooms.prove.effects.allowed import PLAN, is_owner
from headwater.rooms.prove.effects.planning import register_plans
from headwater.rooms.prove.models import EffectCheck, EffectPlan


def register_now(*, actor: User, now: datetime) -> int:
    """Register all actions with a forecast that have no plan yet. Returns how many. Raises PermissionDenied."""
    require(viewer_of(actor, today=now.date()), PLAN)
    return register_plans(actor=str(actor.pk), now=now)


def note_seen(*, plan: EffectPlan, actor: User, now: datetime) -> None:
    """Note that the owner looked at the checks of their action: from then on others see them. Safe to repeat."""
    if is_owner(viewer_of(actor, today=now.date()), plan):
        EffectCheck.objects.filter(plan=plan, seen_at=None).update(seen_at=now)
