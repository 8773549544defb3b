"""Cases: begun from an injury, decided by a person with the path's help, with the days that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.recordable import classify, may_be_private
from headwater.rooms.act.models import CaseClock, CaseSpell, Incident, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.clocks import begin_clock
from headwater.rooms.act.safety.establishments import number_case
from headwater.rooms.act.safety.places import establishment_of
from headwater.rooms.act.safety.refusals import DecidedMeanwhileError, SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import viewer_of

KEPT = "kept"
"""A reason of privacy that was given before and is not written down."""


@dataclass(frozen=True)
class Decision:
    """What a person decides of a case.

    answers: of the path, "yes", "no" or "". privacy: why the log shows no name, looked at and not
    written down; KEPT where it was given before. despite: why the
    decision is another than the path's.
    """

    answers: Mapping[str, str]
    is_recordable: bool
    outcome: str = ""
    illness: str = ""
    privacy: str = ""
    despite: str = ""


def begin_case(*, incident_id: UUID, actor: User, now: datetime) -> InjuryCase:
    """Begin the case of an injury, and the clock of the log. The same again returns the one that stands.

    Raises Incident.DoesNotExist, PermissionDenied, SafetyRefusedError for what is no injury.
    """
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",)).select_related("unit").get(pk=incident_id)
        require_keep(actor, incident.unit, now)
        if incident.kind != Incident.Kind.INJURY:
            raise SafetyRefusedError(_("Only an injury becomes a case."))
        standing = InjuryCase.objects.filter(incident=incident).first()
        if standing is not None:
            return standing
        made = InjuryCase.objects.create(
            incident=incident,
            unit=incident.unit,
            establishment=establishment_of(incident.unit) if incident.unit is not None else None,
            person=incident.injured,
            happened_date=incident.happened_date,
            known_at=incident.reported_at,
            begun_at=now,
            begun_by=actor,
        )
        begin_clock(case=made, event=CaseClock.Event.LOG, knew_at=incident.reported_at)
        record("safety.case_begun", made, actor, now, incident=str(incident.pk))
    return made


def place_case(
    *,
    case_id: UUID,
    unit: Unit,
    person: Person | None,
    job_title: str,
    happened_date: date,
    actor: User,
    now: datetime,
) -> InjuryCase:
    """Say where a case counts, whose it is, which job, and on which day it began. The same again changes nothing.

    Raises InjuryCase.DoesNotExist, PermissionDenied, SafetyRefusedError for a day ahead, and once names are forgotten.
    """
    with transaction.atomic():
        case = locked_case(case_id, actor, now)
        require_keep(actor, unit, now)
        if happened_date > timezone.localdate(now):
            raise SafetyRefusedError(_("It cannot have happened on a day to come."))
        if CaseSpell.objects.filter(case=case, from_date__lt=happened_date).exists():
            raise SafetyRefusedError(_("Days are counted from before this day. Correct the days first."))
        if case.forgotten_at is not None and person is not None:
            raise SafetyRefusedError(_("The name of this case was forgotten and is not written again."))
        wanted = (unit.pk, person.pk if person is not None else None, job_title.strip()[:255], happened_date)
        if wanted == (case.unit_id, case.person_id, case.job_title, case.happened_date):
            return case
        here = establishment_of(unit)
        log = (here.pk if here is not None else None, happened_date.year)
        moved = log != (case.establishment_id, case.happened_date.year)
        case.unit, case.person, case.job_title, case.happened_date = unit, person, wanted[2], happened_date
        case.establishment = here
        if moved:
            case.year = case.number = None
        case.save()
        number_case(case)
        record("safety.case_placed", case, actor, now, unit=unit.key)
    return case


def decide_case(*, case_id: UUID, seen: int, decision: Decision, actor: User, now: datetime) -> InjuryCase:
    """Decide whether a case is recordable, and how. seen: the version the decider looked at.

    The same decision again changes nothing. Raises InjuryCase.DoesNotExist, PermissionDenied, DecidedMeanwhileError
    where somebody else decided since, SafetyRefusedError for a decision that cannot stand or lacks its reason.
    """
    path = classify(decision.answers)
    outcome = decision.outcome if decision.is_recordable else ""
    despite = decision.despite.strip()[:500]
    if decision.is_recordable and (
        outcome not in InjuryCase.Outcome.values or decision.illness not in InjuryCase.Illness.values
    ):
        raise SafetyRefusedError(_("A recordable case has an outcome and one of the six types."))
    if (path.is_recordable, path.outcome if path.is_recordable else "") != (decision.is_recordable, outcome):
        if not despite:
            raise SafetyRefusedError(_("The answers lead elsewhere, or are not complete. Say why you decide so."))
    else:
        despite = ""
    with transaction.atomic():
        case = locked_case(case_id, actor, now)
        stays = decision.privacy == KEPT and case.is_private
        if decision.privacy and not stays and not may_be_private(decision.privacy, decision.illness):
            raise SafetyRefusedError(_("On request the name stays off the log for an illness only."))
        wanted = (decision.is_recordable, outcome, decision.illness, bool(decision.privacy), despite)
        standing = (case.is_recordable, case.outcome, case.illness, case.is_private, case.despite)
        if wanted == standing and dict(decision.answers) == case.answers:
            return case
        if case.version != seen:
            raise DecidedMeanwhileError(
                _("Somebody else decided this case while you looked. Nothing was changed: look again, then decide.")
            )
        case.is_recordable, case.outcome, case.illness, case.is_private, case.despite = wanted
        case.answers = dict(decision.answers)
        case.decided_at, case.decided_by, case.version = now, actor, case.version + 1
        case.save()
        number_case(case)
        _settle_log_clock(case, actor, now)
        record(
            "safety.case_decided",
            case,
            actor,
            now,
            recordable=str(case.is_recordable),
            outcome=outcome,
            illness=case.illness,
        )
    return case


def add_spell(
    *, case_id: UUID, kind: str, from_date: date, until_date: date | None, actor: User, now: datetime
) -> CaseSpell:
    """Count days away or restricted. until_date: None while they last. The same again returns what stands.

    Raises InjuryCase.DoesNotExist, PermissionDenied, SafetyRefusedError for days that cannot be or are counted already.
    """
    with transaction.atomic():
        case = locked_case(case_id, actor, now)
        if kind not in CaseSpell.Kind.values or from_date < case.happened_date:
            raise SafetyRefusedError(_("Days count from the day after the injury."))
        if until_date is not None and until_date < from_date:
            raise SafetyRefusedError(_("The last day lies before the first."))
        if from_date > timezone.localdate(now):
            raise SafetyRefusedError(_("Count days once they have begun."))
        for one in CaseSpell.objects.filter(case=case, kind=kind):
            if (one.from_date, one.until_date) == (from_date, until_date):
                return one
            ends = one.until_date or date.max
            if one.from_date <= (until_date or date.max) and from_date <= ends:
                raise SafetyRefusedError(
                    _("These days are counted already, in part. End or take away the others first.")
                )
        made = CaseSpell.objects.create(case=case, kind=kind, from_date=from_date, until_date=until_date)
        record("safety.days_added", case, actor, now, kind=kind, from_date=str(from_date), until_date=str(until_date))
    return made


def end_spell(*, spell_id: UUID, until_date: date, actor: User, now: datetime) -> CaseSpell:
    """Say on which day days away or restricted ended. The same again changes nothing.

    Raises CaseSpell.DoesNotExist, PermissionDenied, SafetyRefusedError for a day before they began.
    """
    with transaction.atomic():
        found = CaseSpell.objects.select_for_update(of=("self",)).get(pk=spell_id)
        case = locked_case(found.case_id, actor, now)
        if until_date < found.from_date:
            raise SafetyRefusedError(_("The last day lies before the first."))
        later = CaseSpell.objects.filter(case=case, kind=found.kind, from_date__gt=found.from_date)
        if later.filter(from_date__lte=until_date).exists():
            raise SafetyRefusedError(_("These days are counted already, in part. End or take away the others first."))
        if found.until_date != until_date:
            found.until_date = until_date
            found.save(update_fields=["until_date"])
            record("safety.days_ended", case, actor, now, kind=found.kind, until_date=str(until_date))
    return found


def drop_spell(*, spell_id: UUID, actor: User, now: datetime) -> None:
    """Take days away that were counted by mistake. Again changes nothing. Raises PermissionDenied."""
    with transaction.atomic():
        found = CaseSpell.objects.filter(pk=spell_id).first()
        if found is not None:
            case = locked_case(found.case_id, actor, now)
            given = {"kind": found.kind, "from_date": str(found.from_date), "until_date": str(found.until_date)}
            record("safety.days_dropped", case, actor, now, **given)
            found.delete()


def require_keep(actor: User, unit: Unit | None, now: datetime) -> None:
    """Raise PermissionDenied to who does not keep safety there."""
    if not may(viewer_of(actor, today=timezone.localdate(now)), "safety.keep", unit):
        raise PermissionDenied


def locked_case(case_id: UUID, actor: User, now: datetime) -> InjuryCase:
    """Lock a case until the transaction ends. Raises InjuryCase.DoesNotExist, PermissionDenied."""
    case = InjuryCase.objects.select_for_update(of=("self",)).select_related("unit", "incident").get(pk=case_id)
    require_keep(actor, case.unit, now)
    return case


def record(action: str, case: InjuryCase, actor: User, now: datetime, **payload: str) -> None:
    """Write an entry of the audit trail about a case."""
    audit.record(
        action=action, actor=str(actor.pk), subject=str(case.pk), payload={"case": str(case.pk), **payload}, now=now
    )


def _settle_log_clock(case: InjuryCase, actor: User, now: datetime) -> None:
    clock = CaseClock.objects.select_for_update().filter(case=case, event=CaseClock.Event.LOG).first()
    if clock is None:
        return
    if case.is_recordable and clock.done_at is None:
        clock.done_at, clock.done_by, clock.reference, clock.not_owed = now, actor, case.label, ""
        clock.save()
    elif not case.is_recordable and clock.done_at is None:
        clock.not_owed = _("The case was decided not to be recordable.")
        clock.save()
