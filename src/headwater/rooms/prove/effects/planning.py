"""Registration: every action with a forecast gets its plan, and the units to compare with are chosen before looking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone

from headwater.chain import (
    EFFECT_METHOD,
    Comparison,
    choose_comparison,
    foreseen_error,
    smallest_seen,
)
from headwater.rooms.act.logic.forecasts import ForecastAction
from headwater.rooms.house import audit
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.effects.actions import dropped_date_of, forecast_actions, owner_of
from headwater.rooms.prove.effects.freezing import FrozenPlan, digest_of
from headwater.rooms.prove.effects.panels import ScorePanel, panel_of, released_of
from headwater.rooms.prove.logic.verdicts import base_waves
from headwater.rooms.prove.models import EffectPlan

SYSTEM = "system"
"""Who registers, in the audit trail, where nobody asked for it."""


def register_plans(*, actor: str, now: datetime) -> int:
    """Give every action with a forecast that has begun its plan, and note which were given up. Returns how many plans
    were made.

    One that begins later is registered on its first day: its last wave before may be still to come. Safe to repeat: a
    plan that stands is never changed.
    """
    today = timezone.localdate(now)
    actions = [one for one in forecast_actions() if one.started_date <= today]
    known = {(one.kind, one.action_id): one for one in EffectPlan.objects.all()}
    new = [one for one in actions if (one.kind, one.id) not in known]
    begun = [*acting_units(), *((one.study, one.unit_key, one.started_date) for one in new)]
    made = sum(_register(action, begun, actor=actor, now=now) is not None for action in new)
    _follow(list(known.values()))
    return made


def acting_units() -> list[tuple[str, str, dt.date]]:
    """Return study, unit and first day of all that was registered."""
    return list(EffectPlan.objects.values_list("study", "unit__key", "started_date"))


def acting_between(
    begun: list[tuple[str, str, dt.date]], study: str, unit: str, first: dt.date, last: dt.date
) -> frozenset[str]:
    """Return the other units in which something began with a forecast of this study, from one day to another."""
    return frozenset(
        key for asked, key, started in begun if asked == study and key != unit and first <= started <= last
    )


def _register(
    action: ForecastAction, begun: list[tuple[str, str, dt.date]], *, actor: str, now: datetime
) -> EffectPlan | None:
    unit, waves = Unit.objects.filter(key=action.unit_key).first(), released_of(action.study, known_at=now)
    frozen = freeze(action, begun, waves)
    if unit is None or frozen is None:
        return None
    plain = frozen.as_plain()
    after = [wave for wave in waves if timezone.localdate(wave.closes_at) > action.started_date]
    dropped = dropped_date_of(action.kind, action.id)
    try:
        with transaction.atomic():
            plan = EffectPlan.objects.create(
                kind=action.kind,
                action_id=action.id,
                unit=unit,
                title=action.title[:300],
                owner=owner_of(action.kind, action.id),
                study=action.study,
                wave=action.wave,
                score=action.score,
                low=action.low,
                likely=action.likely,
                high=action.high,
                started_date=action.started_date,
                due_date=max(action.due_date, action.started_date),
                frozen=plain,
                digest=digest_of(plain),
                is_late=bool(after),
                registered_at=now,
                dropped_date=dropped,
            )
            audit.record(
                action="effects.register",
                actor=actor,
                subject=str(plan.pk),
                payload={"kind": action.kind, "action": action.id, "digest": plan.digest, "late": plan.is_late},
                now=now,
            )
    except IntegrityError:
        return None  # Somebody registered it at the same moment: theirs stands.
    return plan


def freeze(action: ForecastAction, begun: list[tuple[str, str, dt.date]], waves: Sequence[Wave]) -> FrozenPlan | None:
    """Return the plan of an action as it is fixed, None where its score was never released before it began.

    waves: that were released by now; later ones, and those that ended after the start, are not looked at.
    """
    before = [wave for wave in waves if wave.key in base_waves(_closed(waves), action.started_date)]
    score = panel_of(action.study, action.score, upto=before[-1]) if before else None
    if score is None:
        return None
    comparison = _chosen(score, action, begun)
    error = foreseen_error(score.panel, comparison)
    column = score.column
    low, likely, high = action.low, action.likely, action.high
    return FrozenPlan(
        before=comparison.before,
        pool=comparison.pool,
        reason=comparison.reason,
        matched=len(comparison.matched),
        names={key: score.names[key] for key in (action.unit_key, *comparison.pool) if key in score.names},
        smallest=None if error is None else round(smallest_seen(*error), 6),
        label=dict(column.label),
        scale_unit=column.unit,
        decimals=score.decimals,
        rises=column.higher_is_better,
        floor=float(column.low),
        ceiling=float(column.high),
        lens=str(column.lens.value),
        study_title=score.study_title,
        base_title=score.wave(comparison.before[-1]).title if comparison.before else "",
        method=EFFECT_METHOD,
        hope=(low, likely, high),
        unit=action.unit_key,
        study=action.study,
        score=column.subject,
        started=action.started_date.isoformat(),
        due=max(action.due_date, action.started_date).isoformat(),
    )


def _chosen(score: ScorePanel, action: ForecastAction, begun: list[tuple[str, str, dt.date]]) -> Comparison:
    """Choose from waves up to the last in which the unit was shown."""
    panel, unit = score.panel, action.unit_key
    row = panel.row_of.get(unit)
    if row is None or not np.isfinite(panel.value[row]).any():
        return Comparison(unit, (panel.waves[-1],), (), "not_shown_before")
    last = int(np.flatnonzero(np.isfinite(panel.value[row]))[-1])
    first = score.waves[max(0, last - 3)].opened
    acting = acting_between(begun, action.study, unit, first, action.started_date)
    return choose_comparison(panel, unit, panel.waves[: last + 1], acting)


def _closed(waves: Sequence[Wave]) -> list[tuple[str, dt.date]]:
    return [(wave.key, timezone.localdate(wave.closes_at)) for wave in waves]


def _follow(plans: list[EffectPlan]) -> None:
    """Note which actions were given up, and who answers for them since they were handed over. Neither is hashed."""
    for plan in plans:
        owner = owner_of(plan.kind, plan.action_id)  # type: ignore[arg-type]
        if owner is not None and owner.pk != plan.owner_id:
            EffectPlan.objects.filter(pk=plan.pk).update(owner=owner)
        if plan.dropped_date is None:
            day = dropped_date_of(plan.kind, plan.action_id)  # type: ignore[arg-type]
            if day is not None:
                EffectPlan.objects.filter(pk=plan.pk, dropped_date=None).update(dropped_date=day)
