"""Programmes of visits: which units, from when, and what they should move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.reach import GOAL
from headwater.rooms.act.models import VisitProgramme, VisitProgrammeUnit
from headwater.rooms.act.visits.services import VisitRefusedError, may_plan
from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.directions.forecasting import forecast_refusal
from headwater.rooms.decide.logic.forecasts import Range, check_forecast
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_of
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

MOST_UNITS = 60


def make_programme(
    *,
    programme_id: UUID,
    title: str,
    units: Sequence[Unit],
    starts_date: date,
    actor: User,
    now: datetime,
    goal_percent: int = GOAL,
    due_date: date | None = None,
    score: tuple[str, str, str] | None = None,
    forecast: Range | None = None,
) -> VisitProgramme:
    """Begin a programme. The same id returns what stands.

    score: study, wave and score keys of a released number of each of the units. forecast: the expected change of it,
    refused where one of the units could not show it. Raises PermissionDenied to who may not plan for each unit,
    VisitRefusedError for no unit, no title, and a forecast that cannot stand.
    """
    today = localdate(now)
    chosen = list({unit.pk: unit for unit in units}.values())
    if not title.strip() or not 1 <= len(chosen) <= MOST_UNITS:
        raise VisitRefusedError(_("Name the programme and its units."))
    if not all(may_plan(actor=actor, unit=unit, now=now) for unit in chosen):
        raise PermissionDenied
    if not 1 <= goal_percent <= 100:
        raise VisitRefusedError(_("The goal is a share between 1 and 100 percent."))
    if forecast is not None and (score is None or due_date is None):
        raise VisitRefusedError(_("A forecast names its score and the day by which it should show."))
    if due_date is not None and due_date <= starts_date:
        raise VisitRefusedError(_("An effect shows after the start."))
    found = {unit.pk: _evidence(unit, score, actor, today) for unit in chosen}
    if forecast is not None and due_date is not None:
        for unit in chosen:
            _check(found[unit.pk], unit, forecast, due_date, today)
    with transaction.atomic():
        made, is_new = VisitProgramme.objects.get_or_create(
            pk=programme_id,
            defaults={
                "title": title.strip()[:160],
                "starts_date": starts_date,
                "due_date": due_date,
                "goal_percent": goal_percent,
                "study": score[0] if score is not None else "",
                "wave": score[1] if score is not None else "",
                "score": score[2] if score is not None else "",
                "forecast_low": forecast.low if forecast is not None else None,
                "forecast_likely": forecast.likely if forecast is not None else None,
                "forecast_high": forecast.high if forecast is not None else None,
                "made_by": actor,
                "made_at": now,
            },
        )
        if is_new:
            VisitProgrammeUnit.objects.bulk_create(
                VisitProgrammeUnit(
                    programme=made,
                    unit=unit,
                    evidence=None if (number := found[unit.pk]) is None else number.as_plain(),
                )
                for unit in chosen
            )
            payload = {"title": made.title, "units": [str(unit.pk) for unit in chosen]}
            audit.record(
                action="visits.programme_made", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now
            )
    return made


def end_programme(*, programme_id: UUID, actor: User, now: datetime) -> VisitProgramme:
    """End a programme; its visits stay. Again changes nothing.

    Raises VisitProgramme.DoesNotExist, PermissionDenied to all but who made it or may plan for each of its units.
    """
    with transaction.atomic():
        found = VisitProgramme.objects.select_for_update().get(pk=programme_id)
        units = VisitProgrammeUnit.objects.filter(programme=found).select_related("unit")
        if not all(may_plan(actor=actor, unit=one.unit, now=now) for one in units):
            raise PermissionDenied
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            audit.record(
                action="visits.programme_ended", actor=str(actor.pk), subject=str(found.pk), payload={}, now=now
            )
    return found


def _evidence(unit: Unit, score: tuple[str, str, str] | None, actor: User, today: date) -> Evidence | None:
    if score is None:
        return None
    finding = Finding(score[0], score[1], unit.key, score[2])
    found = evidence_of(viewer=viewer_of(actor, today=today), finding=finding)
    if found is None:
        raise VisitRefusedError(_("This score was not released for %(unit)s.") % {"unit": unit.name})
    return found


def _check(found: Evidence | None, unit: Unit, forecast: Range, due_date: date, today: date) -> None:
    if found is None:
        raise VisitRefusedError(_("This score was not released for %(unit)s.") % {"unit": unit.name})
    fault = check_forecast(
        start=start_of(found), low=forecast.low, likely=forecast.likely, high=forecast.high, due=due_date, today=today
    )
    if fault is not None:
        raise VisitRefusedError(f"{unit.name}: {forecast_refusal(fault, found)}")
