"""The checks: when a wave is released, every registered action of its study is looked at, in the way that was fixed."""

from __future__ import annotations

import datetime as dt
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from headwater.chain import EffectEstimate, Missing, effect_of
from headwater.rooms.house import audit
from headwater.rooms.listen.models import Wave
from headwater.rooms.prove.effects.freezing import FrozenPlan, found_plain, plan_from
from headwater.rooms.prove.effects.ledger import enter_forecasts
from headwater.rooms.prove.effects.panels import ScorePanel, WaveFacts, panel_of, released_of
from headwater.rooms.prove.effects.planning import SYSTEM, acting_between, acting_units, register_plans
from headwater.rooms.prove.logic.verdicts import is_judging, judge
from headwater.rooms.prove.models import EffectCheck, EffectPlan

STEP, JOB = "effects", "register_effect_plans"
FIRST_TO_OWNER = timedelta(days=3)
"""For so long a check waits for its owner, unless they look sooner; then others see it."""
OTHER_SIZE = 1.5
"""Answers that became more or fewer by this factor are said beside a check."""


def work_out_effects(wave: Wave) -> bool:
    """Check what was done with a forecast of this wave's study: a step of `working_out.STEPS`. Safe to repeat.

    Returns whether anything was checked.
    """
    now = timezone.now()
    register_plans(actor=SYSTEM, now=now)
    made = check_plans(wave=wave, now=now)
    enter_forecasts()
    return bool(made)


def catch_up(*, now: datetime) -> None:
    """Register what was begun since, and check what was begun before a wave and registered after it: the job JOB."""
    register_plans(actor=SYSTEM, now=now)
    for study in EffectPlan.objects.order_by("study").values_list("study", flat=True).distinct():
        for wave in released_of(study):
            check_plans(wave=wave, now=now)
    enter_forecasts()


def check_plans(*, wave: Wave, now: datetime) -> list[EffectCheck]:
    """Check every registered action that began before a released wave ended, and keep what it says."""
    plans = EffectPlan.objects.filter(study=wave.study.key, started_date__lt=timezone.localdate(wave.closes_at))
    begun = acting_units()
    made = []
    for plan in plans.exclude(pk__in=EffectCheck.objects.filter(wave=wave).values("plan")).order_by("registered_at"):
        score = panel_of(plan.study, plan.score, upto=wave)
        if score is None:
            continue
        check = _check(plan, wave, score, begun, now)
        if check is not None:
            made.append(check)
    return made


def _check(
    plan: EffectPlan, wave: Wave, score: ScorePanel, begun: list[tuple[str, str, dt.date]], now: datetime
) -> EffectCheck | None:
    frozen, facts = plan_from(plan.frozen), score.wave(wave.key)
    base = score.wave(frozen.before[-1]) if frozen.before and frozen.before[-1] in score.panel.column_of else None
    found = estimate(frozen, score, facts, begun)
    told = not isinstance(found, str)
    verdict = "untold"
    judging = False
    if isinstance(found, EffectEstimate):
        adjusted = found.adjusted
        due = is_judging(facts.opened, plan.due_date)
        judging = due and not EffectCheck.objects.filter(plan=plan, is_judging=True).exists()
        verdict = judge(adjusted.value, adjusted.low, adjusted.high, frozen.forecast) if due else "early"
    numbers: dict[str, float | None] = dict.fromkeys(("effect", "low", "high", "se"))
    if isinstance(found, EffectEstimate):
        numbers = {
            "effect": found.adjusted.value,
            "low": found.adjusted.low,
            "high": found.adjusted.high,
            "se": found.adjusted.se,
        }
    try:
        with transaction.atomic():
            check = EffectCheck.objects.create(
                plan=plan,
                wave=wave,
                verdict=verdict,
                is_judging=judging,
                found=found_plain(found),
                along=along(plan, score, base, facts),
                inputs={one.key: one.inputs_hash for one in score.waves},
                made_at=now,
                opens_at=now + FIRST_TO_OWNER if plan.owner_id else now,
                **numbers,
            )
            audit.record(
                action="effects.check",
                actor=SYSTEM,
                subject=str(plan.pk),
                payload={"wave": wave.key, "verdict": verdict, "judging": judging, "told": told},
                now=now,
            )
    except IntegrityError:
        return None  # Another worker checked it at the same moment: theirs stands.
    return check


def estimate(
    frozen: FrozenPlan, score: ScorePanel, facts: WaveFacts, begun: list[tuple[str, str, dt.date]]
) -> EffectEstimate | Missing:
    """Return what a wave says, in the way that was fixed."""
    if frozen.reason:
        return frozen.comparison.reason or "too_few"
    if any(wave not in score.panel.column_of for wave in frozen.before[-1:]):
        return "not_shown_before"
    comparison = frozen.comparison
    known = tuple(wave for wave in comparison.before if wave in score.panel.column_of)
    comparison = type(comparison)(comparison.unit, known, comparison.pool)
    started = dt.date.fromisoformat(frozen.started)
    acting = acting_between(begun, frozen.study, frozen.unit, started, facts.closed)
    return effect_of(score.panel, comparison, facts.key, acting=acting)


def along(plan: EffectPlan, score: ScorePanel, base: WaveFacts | None, facts: WaveFacts) -> list[dict[str, Any]]:
    """Return what else happened at the unit between the waves that are compared, as plain values."""
    found: list[dict[str, Any]] = []
    first = base.closed if base is not None else plan.started_date
    others = EffectPlan.objects.filter(started_date__range=(first, facts.closed)).exclude(pk=plan.pk)
    own = score.panel.row_of.get(plan.unit.key)
    for other in others.select_related("unit").order_by("started_date"):
        row = score.panel.row_of.get(other.unit.key)
        if own is not None and row is not None and score.panel.overlaps(own)[row]:
            found.append({"what": "action", "plan": str(other.pk), "date": other.started_date.isoformat()})
    if base is None or own is None:
        return found
    before, after = score.panel.column_of[base.key], score.panel.column_of[facts.key]
    led_before, led_after = (score.leaders[at].get(plan.unit.key, "") for at in (before, after))
    if led_before and led_after and led_before != led_after:
        found.append({"what": "leader"})
    was, became = float(score.panel.n[own, before]), float(score.panel.n[own, after])
    if was and became and not 1 / OTHER_SIZE < became / was < OTHER_SIZE:
        found.append({"what": "size", "was": int(was), "became": int(became)})
    if base.k != facts.k:
        found.append({"what": "k", "was": base.k, "became": facts.k})
    if plan.dropped_date is not None:
        found.append({"what": "dropped", "date": plan.dropped_date.isoformat()})
    return found
