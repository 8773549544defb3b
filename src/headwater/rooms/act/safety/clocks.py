"""Legal clocks of cases: started when the employer knew, met with a reference, or not owed with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.safety_clocks import (
    SEVERE,
    US_FEDERAL,
    Deadline,
    Reading,
    deadline,
    read_clock,
    zone_of,
)
from headwater.rooms.act.models import CaseClock, InjuryCase, SafetyRule
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.places import rules
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of


@dataclass(frozen=True)
class ClockLine:
    """A clock and how it stands. local: the deadline as the place's own clocks show it, with the zone's short name."""

    clock: CaseClock
    reading: Reading
    local: datetime
    zone_short: str

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self.reading.state in ("running", "late")


def line_of(clock: CaseClock, now: datetime) -> ClockLine:
    """Return how a clock stands."""
    reading = read_clock(clock.due_at, now, done_at=clock.done_at, is_owed=not clock.not_owed)
    local = clock.due_at.astimezone(zone_of(clock.zone))
    return ClockLine(clock, reading, local, local.tzname() or clock.zone)


def begin_clock(*, case: InjuryCase, event: str, knew_at: datetime) -> CaseClock | None:
    """Start a clock within the caller's transaction; one that runs is set to when it was known, one that ended stays.

    Returns None where the authority has no rule for the event.
    """
    authority = case.establishment.authority if case.establishment is not None else US_FEDERAL
    zone = case.establishment.zone if case.establishment is not None else case.incident.happened_zone
    rule = rules().get((authority, event))
    standing = CaseClock.objects.select_for_update().filter(case=case, event=event).first()
    if rule is None or (standing is not None and standing.done_at is not None):
        return standing
    until: Deadline = deadline(rule, knew_at, zone)
    values = {
        "authority": rule.authority,
        "how": rule.how,
        "source": rule.source,
        "knew_at": knew_at,
        "zone": zone,
        "due_at": until.due_at,
        "last_date": until.last_date,
        "not_owed": "",
    }
    return CaseClock.objects.update_or_create(case=case, event=event, defaults=values)[0]


def start_clock(*, case_id: UUID, event: str, knew_at: datetime, actor: User, now: datetime) -> CaseClock:
    """Start the clock of a severe event, or correct since when it was known while nothing is told yet.

    Raises InjuryCase.DoesNotExist, PermissionDenied, SafetyRefusedError for a moment that cannot be, an event that is
    none, and an authority without a rule for it.
    """
    with transaction.atomic():
        related = ("unit", "incident", "establishment")
        case = InjuryCase.objects.select_for_update(of=("self",)).select_related(*related).get(pk=case_id)
        _require(actor, case, now)
        if event not in SEVERE:
            raise SafetyRefusedError(_("There is no such clock."))
        if knew_at > now:
            raise SafetyRefusedError(_("Nobody can have known it at a moment to come."))
        if timezone.localdate(knew_at, zone_of("UTC")) < case.happened_date - timedelta(days=1):
            raise SafetyRefusedError(_("Nobody can have known it before it happened."))
        clock = begin_clock(case=case, event=event, knew_at=knew_at)
        if clock is None:
            raise SafetyRefusedError(_("The authority of this establishment has no rule for that. Add one first."))
        if clock.knew_at == knew_at and clock.done_at is None:
            _record("safety.clock_started", clock, actor, now, event=event, knew_at=knew_at.isoformat())
    return clock


def meet_clock(*, clock_id: UUID, done_at: datetime, reference: str, actor: User, now: datetime) -> CaseClock:
    """Say when the authority was told, and its reference. The same again changes nothing.

    Raises CaseClock.DoesNotExist, PermissionDenied, SafetyRefusedError for a moment that cannot be, and without a
    reference.
    """
    with transaction.atomic():
        clock = _locked(clock_id, actor, now)
        if clock.done_at is not None:
            return clock
        if not reference.strip():
            raise SafetyRefusedError(_("Write who took it down, or its number."))
        if not clock.knew_at <= done_at <= now:
            raise SafetyRefusedError(_("This moment lies before you knew, or ahead."))
        clock.done_at, clock.done_by, clock.reference, clock.not_owed = done_at, actor, reference.strip()[:200], ""
        clock.save()
        state = line_of(clock, now).reading.state
        _record("safety.clock_met", clock, actor, now, done_at=done_at.isoformat(), state=state)
    return clock


def waive_clock(*, clock_id: UUID, why: str, actor: User, now: datetime) -> CaseClock:
    """Say why a clock need not be met. The same again changes nothing.

    Raises CaseClock.DoesNotExist, PermissionDenied, SafetyRefusedError without a reason, and for one that was met.
    """
    with transaction.atomic():
        clock = _locked(clock_id, actor, now)
        if not why.strip():
            raise SafetyRefusedError(_("Say why it need not be told."))
        if clock.done_at is not None:
            raise SafetyRefusedError(_("It was told already."))
        if clock.not_owed != why.strip()[:300]:
            clock.not_owed = why.strip()[:300]
            clock.save()
            _record("safety.clock_waived", clock, actor, now, why=clock.not_owed)
    return clock


def keep_rule(
    *,
    authority: str,
    event: str,
    hours: int | None,
    days: int | None,
    how: str,
    source: str,
    is_active: bool,
    actor: User,
    now: datetime,
) -> SafetyRule:
    """Keep a rule of an authority; clocks that run already stay as they began. The same again changes nothing.

    Raises PermissionDenied, SafetyRefusedError for a rule without one length.
    """
    if not can(viewer_of(actor, today=timezone.localdate(now)), "safety.keep"):
        raise PermissionDenied
    if (hours is None) == (days is None) or event not in CaseClock.Event.values or not authority.strip():
        raise SafetyRefusedError(_("A clock runs for hours or for days, not both."))
    values = {
        "hours": hours,
        "days": days,
        "how": how.strip()[:300],
        "source": source.strip()[:200],
        "is_active": is_active,
    }
    with transaction.atomic():
        key: dict[str, Any] = {"authority": authority.strip()[:40], "event": event}
        standing = SafetyRule.objects.select_for_update().filter(**key).first()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        changed = {"changed_at": now, "changed_by": actor}
        made, _new = SafetyRule.objects.update_or_create(**key, defaults={**values, **changed})
        audit.record(
            action="safety.rule_kept", actor=str(actor.pk), subject=str(made.pk), payload={**key, **values}, now=now
        )
    return made


def _require(actor: User, case: InjuryCase, now: datetime) -> None:
    if not may(viewer_of(actor, today=timezone.localdate(now)), "safety.keep", case.unit):
        raise PermissionDenied


def _locked(clock_id: UUID, actor: User, now: datetime) -> CaseClock:
    found = CaseClock.objects.select_for_update(of=("self",)).select_related("case__unit").get(pk=clock_id)
    _require(actor, found.case, now)
    return found


def _record(action: str, clock: CaseClock, actor: User, now: datetime, **payload: str) -> None:
    found = {"clock": str(clock.pk), **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(clock.case_id), payload=found, now=now)
