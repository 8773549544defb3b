"""Health data of a case: written and read by who may, encrypted at rest, every look kept for the injured person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.act.models import CaseHealth, HealthLook, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

FIELDS: Mapping[str, int] = {
    "description": 255,
    "body_part": 200,
    "place": 255,
    "birth_date": 10,
    "hire_date": 10,
    "sex": 1,
    "address": 300,
    "doctor": 200,
    "facility": 300,
    "emergency_room": 3,
    "in_patient": 3,
    "time_started": 5,
    "time_of_event": 5,
    "time_unknown": 3,
    "before": 2000,
    "happened": 2000,
    "injury": 2000,
    "substance": 2000,
    "death_date": 10,
}
"""What may be written, with the longest text. Dates as 2026-03-21, times as 14:05, yes or no."""


def key_of(case: InjuryCase) -> str:
    """Return the subject under whose key the health data of a case lie."""
    return f"health:{case.pk}"


def write_health(*, case_id: UUID, values: Mapping[str, str], actor: User, now: datetime) -> CaseHealth:
    """Keep the health data of a case, whole. The same again changes nothing but that it was looked at.

    Raises InjuryCase.DoesNotExist, PermissionDenied, KeyError for a field there is not, SafetyRefusedError once they
    were forgotten.
    """
    found = {name: str(value).strip()[: FIELDS[name]] for name, value in values.items() if str(value).strip()}
    with transaction.atomic():
        case = InjuryCase.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case_id)
        _require(actor, case, now)
        if case.forgotten_at is not None:
            raise SafetyRefusedError(_("The health data of this case were forgotten. Nothing is written again."))
        sealed = audit.seal_record(subject=key_of(case), place=str(case.pk), content=found)
        made, _new = CaseHealth.objects.update_or_create(
            case=case, defaults={"sealed": sealed, "changed_at": now, "changed_by": actor}
        )
        _look(case, actor, now, HealthLook.Purpose.WRITTEN)
    return made


def read_health(*, case_id: UUID, purpose: str, actor: User, now: datetime) -> dict[str, str]:
    """Return the health data of a case and keep that somebody looked. Empty where none stand or they were forgotten.

    Raises InjuryCase.DoesNotExist, PermissionDenied, ValueError for a purpose there is not.
    """
    if purpose not in HealthLook.Purpose.values:
        raise ValueError(purpose)
    with transaction.atomic():
        case = InjuryCase.objects.select_related("unit").get(pk=case_id)
        _require(actor, case, now)
        found = opened_health(case)
        if found:
            _look(case, actor, now, purpose)
    return found


def own_health(*, case: InjuryCase, actor: User) -> dict[str, str]:
    """Return the health data of somebody's own case. Raises PermissionDenied for another's."""
    if actor.person_id is None or case.person_id != actor.person_id:
        raise PermissionDenied
    return opened_health(case)


def forget_case(*, case: InjuryCase, actor: str, now: datetime) -> bool:
    """Destroy the key of a case's health data and take its names away; the counts stay. Returns whether it was done.

    Runs within the caller's transaction. Safe to repeat.
    """
    locked = InjuryCase.objects.select_for_update().get(pk=case.pk)
    if locked.forgotten_at is not None:
        return False
    HealthLook.objects.filter(case=locked).delete()
    if CaseHealth.objects.filter(case=locked).update(sealed=None):
        audit.erase_subject(subject=key_of(locked), actor=actor, now=now)
    locked.person, locked.job_title, locked.despite, locked.forgotten_at = None, "", "", now
    locked.save(update_fields=["person", "job_title", "despite", "forgotten_at"])
    return True


def opened_health(case: InjuryCase) -> dict[str, str]:
    """Return the health data of a case as they lie, without writing down a look: for the person they are about."""
    row = CaseHealth.objects.filter(case=case).exclude(sealed=None).first()
    if row is None or row.sealed is None:
        return {}
    try:
        plain = audit.open_record(subject=key_of(case), place=str(case.pk), sealed=bytes(row.sealed))
    except audit.ErasedError:
        return {}
    return {name: str(value) for name, value in plain.items()}


def _require(actor: User, case: InjuryCase, now: datetime) -> None:
    if not may(viewer_of(actor, today=timezone.localdate(now)), "safety.health", case.unit):
        raise PermissionDenied


def _look(case: InjuryCase, actor: User, now: datetime, purpose: str) -> None:
    HealthLook.objects.create(case=case, by=actor, at=now, purpose=purpose)
    payload = {"case": str(case.pk), "purpose": str(purpose)}
    audit.record(action="safety.health_seen", actor=str(actor.pk), subject=str(case.pk), payload=payload, now=now)
