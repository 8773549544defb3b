"""Reporting a risk, saying what becomes of it, thanking for it, and letting scores warn of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.models import Risk, RiskMeasure, RiskStep
from headwater.rooms.engage.risks.warning import check_measure
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import require, viewer_of
from headwater.vocab import HeadwaterError


class RiskRefusedError(HeadwaterError):
    """A risk cannot stand so; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class Report:
    """What is reported. exposure: lowest, highest and in what, None where nobody knows."""

    title: str
    what: str
    unit: Unit
    seen_date: date
    through: str = ""
    exposure: tuple[int, int, str] | None = None
    upside: str = ""


def report_risk(*, risk_id: UUID, report: Report, actor: User, now: datetime) -> Risk:
    """Report a risk, under an id its form chose: the same again returns the one that stands.

    Raises PermissionDenied to somebody without a role, RiskRefusedError for what cannot stand.
    """
    today = localdate(now)
    require(viewer_of(actor, today=today), "risks.report")
    if not report.title.strip() or not report.what.strip():
        raise RiskRefusedError(_("Say what may go wrong."))
    if report.seen_date > today:
        raise RiskRefusedError(_("You cannot have seen it on a day to come."))
    low, high, unit = report.exposure if report.exposure is not None else (None, None, "")
    if low is not None and high is not None and high < low:
        raise RiskRefusedError(_("At most cannot be below at least."))
    with transaction.atomic():
        standing = Risk.objects.filter(pk=risk_id, reporter=actor).first()
        if standing is not None:
            return standing
        made = Risk.objects.create(
            pk=risk_id,
            unit=report.unit,
            title=report.title.strip()[:160],
            what=report.what.strip()[:1000],
            seen_date=report.seen_date,
            reported_date=today,
            reported_at=now,
            reporter=actor,
            through=report.through.strip()[:200],
            exposure_low=low,
            exposure_high=high,
            exposure_in=unit,
            upside=report.upside.strip()[:500],
        )
        _record("risk.reported", made, actor, now)
    return made


def move_risk(*, risk_id: UUID, state: str, why: str, owner: Person | None, actor: User, now: datetime) -> Risk:
    """Say what becomes of a risk, and who looks after it. The same again changes nothing.

    Raises Risk.DoesNotExist, PermissionDenied, RiskRefusedError without a reason.
    """
    with transaction.atomic():
        found = _managed(risk_id, actor, now)
        if state not in Risk.State.values or not why.strip():
            raise RiskRefusedError(_("Say why."))
        last = RiskStep.objects.filter(risk=found).order_by("-at").first()
        if last is not None and (last.state, last.why, found.owner) == (state, why.strip(), owner):
            return found
        found.state, found.owner = state, owner
        found.save(update_fields=["state", "owner"])
        RiskStep.objects.create(risk=found, state=state, why=why.strip()[:500], at=now, by=actor)
        _record("risk.moved", found, actor, now, state=state)
    return found


def thank_reporter(*, risk_id: UUID, thanks: str, actor: User, now: datetime) -> Risk:
    """Thank who reported a risk, once. Raises Risk.DoesNotExist, PermissionDenied, RiskRefusedError without words."""
    with transaction.atomic():
        found = _managed(risk_id, actor, now)
        if not thanks.strip():
            raise RiskRefusedError(_("Say thank you in a sentence."))
        if found.thanked_at is None:
            found.thanks, found.thanked_at = thanks.strip()[:500], now
            found.save(update_fields=["thanks", "thanked_at"])
            _record("risk.thanked", found, actor, now)
    return found


def add_measure(
    *, risk_id: UUID, study: str, wave: str, score: str, side: str, threshold: float, actor: User, now: datetime
) -> RiskMeasure:
    """Let a released score of the risk's unit warn of it; read at once, and after every release. Anew replaces it.

    Raises Risk.DoesNotExist, PermissionDenied, RiskRefusedError for a score that is not shown or a threshold off its
    scale.
    """
    with transaction.atomic():
        found = _managed(risk_id, actor, now)
        finding = Finding(study, wave, found.unit.key, score)
        shown = evidence_of(viewer=viewer_of(actor, today=localdate(now)), finding=finding)
        if shown is None or shown.value is None:
            raise RiskRefusedError(_("This score is not shown for this unit."))
        if not shown.floor <= threshold <= shown.ceiling or side not in RiskMeasure.Side.values:
            raise RiskRefusedError(_("The threshold lies on the score's scale."))
        made, is_new = RiskMeasure.objects.update_or_create(
            risk=found,
            study=study,
            score=shown.score,
            defaults={"label": shown.label[:300], "side": side, "threshold": threshold},
            create_defaults={
                "label": shown.label[:300],
                "side": side,
                "threshold": threshold,
                "added_at": now,
                "added_by": actor,
            },
        )
        check_measure(measure=made, evidence=shown, now=now)
        _record("risk.measure_added" if is_new else "risk.measure_changed", found, actor, now, score=shown.score)
    return made


def drop_measure(*, measure_id: UUID, actor: User, now: datetime) -> None:
    """Let a score warn no more. Again changes nothing. Raises PermissionDenied."""
    with transaction.atomic():
        measure = RiskMeasure.objects.select_related("risk").filter(pk=measure_id).first()
        if measure is not None:
            found = _managed(measure.risk_id, actor, now)
            _record("risk.measure_dropped", found, actor, now, score=measure.score)
            measure.delete()


def _managed(risk_id: UUID, actor: User, now: datetime) -> Risk:
    found = Risk.objects.select_for_update(of=("self",)).select_related("unit").get(pk=risk_id)
    require(viewer_of(actor, today=localdate(now)), "risks.manage", found.unit)
    return found


def _record(action: str, risk: Risk, actor: User, now: datetime, **payload: str) -> None:
    found = {"risk": str(risk.pk), **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(risk.pk), payload=found, now=now)
