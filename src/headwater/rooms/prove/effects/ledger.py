"""Judged forecasts on their way into the ledgers of those who made them, each to its owner alone."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.utils import translation
from django.utils.translation import get_language

from headwater.rooms.act.models import Commitment, Handover
from headwater.rooms.engage.credibility.effects import Effect, enter_effect
from headwater.rooms.prove.effects.freezing import FrozenPlan, plan_from
from headwater.rooms.prove.effects.wording import label_of
from headwater.rooms.prove.models import EffectCheck, EffectPlan


def enter_forecasts() -> int:
    """Enter every judged forecast that still belongs to who made it into their ledger. Returns how many were new.

    Safe to repeat. What was handed over, or never taken on, enters nobody's: another person foresaw it.
    """
    judged = EffectCheck.objects.filter(is_judging=True, plan__owner__isnull=False, plan__owner__erased_at=None)
    made = 0
    for check in judged.select_related("plan__owner", "plan__unit", "wave").order_by("made_at", "pk"):
        plan = check.plan
        if plan.owner is not None and _is_theirs(plan):
            made += enter_effect(owner=plan.owner, effect=_effect(check, plan, plan_from(plan.frozen)))
    return made


def _effect(check: EffectCheck, plan: EffectPlan, frozen: FrozenPlan) -> Effect:
    assert check.effect is not None
    assert check.low is not None
    assert check.high is not None
    assert check.se is not None
    low, likely, high = frozen.hope
    language = plan.owner.language if plan.owner is not None else ""
    with translation.override(language or get_language()):
        label = label_of(frozen)
    return Effect(
        source=f"{plan.kind}:{plan.action_id}",
        what=f"{plan.title}: {label}, {plan.unit.name}",
        is_percent=frozen.scale_unit == "percent",
        low=low,
        likely=likely,
        high=high,
        due_date=plan.due_date,
        made_at=plan.registered_at,
        found=check.effect,
        found_low=check.low,
        found_high=check.high,
        error=check.se,
        wave=check.wave.title,
        found_at=check.made_at,
    )


def _is_theirs(plan: EffectPlan) -> bool:
    """Whether who answers for an action is who took it on and let its forecast stand."""
    if plan.kind != EffectPlan.Kind.COMMITMENT:
        return True
    key = UUID(plan.action_id.partition(":")[0])
    passed_on = Handover.objects.filter(commitment=key).exclude(from_person=F("to_person"))
    return Commitment.objects.filter(pk=key, taken_at__isnull=False).exists() and not passed_on.exists()
