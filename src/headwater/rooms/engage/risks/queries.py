"""The register of risks: all of it for who manages it, those of one's units for a leader, one's own for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.logic.risks import Signal, median_days, warning_of
from headwater.rooms.engage.models import Risk, RiskMeasure, RiskStep
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit, evidence_from
from headwater.rooms.people.logic.roles import LEADER, Viewer, can


@dataclass(frozen=True)
class RiskLine:
    """A risk in the list. warns: the strongest warning of its scores, "" where there is none or it is not shown."""

    risk: Risk
    warns: str


@dataclass(frozen=True)
class RisksPage:
    """The register as one person sees it. days: the organisation's median from sight to report, None while few."""

    lines: tuple[RiskLine, ...]
    closed: tuple[RiskLine, ...]
    days: float | None
    manages: bool


@dataclass(frozen=True)
class MeasureLine:
    """A score that would warn. percent: how sure it is past the threshold, None where withheld."""

    measure: RiskMeasure
    warning: Signal | None
    percent: int | None
    evidence: Evidence | None


@dataclass(frozen=True)
class RiskPage:
    """One risk. measures, offered: for those who see the results of its unit."""

    risk: Risk
    reporter: str
    is_mine: bool
    steps: tuple[tuple[RiskStep, str], ...]
    measures: tuple[MeasureLine, ...]
    manages: bool
    offered: tuple[Evidence, ...]


def risks_page(*, viewer: Viewer) -> RisksPage:
    """Return what a viewer may see of the register. Raises PermissionDenied to somebody without a role."""
    if not can(viewer, "risks.report"):
        raise PermissionDenied
    every = Risk.objects.select_related("unit", "owner").order_by("-reported_at")
    seen = [one for one in every if may_see(viewer, one)]
    warnings: dict[UUID, list[float]] = {}
    for measure in RiskMeasure.objects.filter(risk__in=[one.pk for one in seen], chance__isnull=False):
        if measure.chance is not None:
            warnings.setdefault(measure.risk_id, []).append(measure.chance)
    lines = [_line(viewer, one, warnings.get(one.pk, [])) for one in seen]
    return RisksPage(
        lines=tuple(one for one in lines if one.risk.state != Risk.State.CLOSED),
        closed=tuple(one for one in lines if one.risk.state == Risk.State.CLOSED),
        days=median_days([one.days for one in every]),
        manages=can(viewer, "risks.manage"),
    )


def risk_page(*, viewer: Viewer, risk_id: UUID) -> RiskPage:
    """Return one risk. Raises Risk.DoesNotExist, also for one a viewer may not see."""
    found = Risk.objects.select_related("unit", "owner", "reporter__person").get(pk=risk_id)
    if not may_see(viewer, found):
        raise Risk.DoesNotExist
    manages = can(viewer, "risks.manage", found.unit.number)
    sees_results = can(viewer, "results.see", found.unit.number)
    steps = RiskStep.objects.filter(risk=found).select_related("by__person").order_by("at")
    measures = RiskMeasure.objects.filter(risk=found).order_by("label") if sees_results else ()
    return RiskPage(
        risk=found,
        reporter=name_of(found.reporter) if found.reporter is not None else "",
        is_mine=str(found.reporter_id) == viewer.user,
        steps=tuple((one, name_of(one.by)) for one in steps),
        measures=tuple(_measure(one) for one in measures),
        manages=manages,
        offered=tuple(one for one in evidence_for_unit(viewer=viewer, unit=found.unit.key) if one.value is not None)
        if manages
        else (),
    )


def may_see(viewer: Viewer, risk: Risk) -> bool:
    """Whether a viewer may see a risk: who reported it, who manages it, who leads its unit, who looks after it."""
    if not viewer.user:
        return False
    if str(risk.reporter_id) == viewer.user or can(viewer, "risks.manage", risk.unit.number):
        return True
    if viewer.person and str(risk.owner_id) == viewer.person:
        return True
    number = risk.unit.number
    return number is not None and any(
        one.role == LEADER and one.span is not None and one.span.holds(number) for one in viewer.holdings
    )


def _line(viewer: Viewer, risk: Risk, chances: list[float]) -> RiskLine:
    sees = bool(chances) and can(viewer, "results.see", risk.unit.number)
    return RiskLine(risk, warning_of(max(chances)) if sees else "")


def _measure(one: RiskMeasure) -> MeasureLine:
    shown = evidence_from(one.evidence) if one.evidence is not None else None
    if one.chance is None:
        return MeasureLine(one, None, None, shown)
    return MeasureLine(one, warning_of(one.chance), min(99, max(1, round(100 * one.chance))), shown)
