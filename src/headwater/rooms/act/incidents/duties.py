"""What the top leader owes about an incident: knowing, meeting, doing the same task, fixing, telling. And its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.incidents import telling
from headwater.rooms.act.incidents.refusals import IncidentChangedError, IncidentRefusedError
from headwater.rooms.act.incidents.who import (
    account_of,
    is_askable,
    is_injured,
    is_top_leader,
    may_see,
    may_work,
    top_leader,
)
from headwater.rooms.act.logic.incidents import (
    ASK_AGAIN,
    FIX,
    KNOW,
    MEET,
    REPEAT,
    TELL,
    Owed,
    hour_of,
    meet_by,
    names_somebody,
    unsettled,
)
from headwater.rooms.act.models import Incident, IncidentDuty, IncidentOpening
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of

MOST_WORDS, MOST_EXCUSE = 1000, 500
SYSTEM_EXCUSE = "asked_not_to_be_met"
"""The excuse kept where the injured person does not want to be met; shown in the language of the page."""


def open_incident(*, incident_id: UUID, actor: User, now: datetime) -> Incident:
    """Keep that somebody who may see it opened its page, the first time. By the top leader's own account it counts as
    known. Again changes nothing. Raises Incident.DoesNotExist, PermissionDenied.
    """
    viewer = viewer_of(actor, today=localdate(now))
    with transaction.atomic():
        found = _locked(incident_id)
        if not (may_see(viewer, found) or may_work(viewer, found)):
            raise PermissionDenied
        _opening, is_new = IncidentOpening.objects.get_or_create(incident=found, by=actor, defaults={"at": now})
        if is_new:
            _record("incident.opened", found, actor, now)
        if found.opened_at is None and is_top_leader(viewer):
            found.opened_at, found.opened_by = now, actor
            found.save(update_fields=["opened_at", "opened_by"])
            IncidentDuty.objects.filter(incident=found, key=KNOW, kept_at=None, excused_at=None).update(
                kept_at=now, kept_by=actor
            )
            _record("incident.known", found, actor, now)
    return found


def answer_meeting(*, incident_id: UUID, answer: str, actor: User, now: datetime) -> Incident:
    """Keep whether the injured person, by their own account, wants to be met. Never asked of anybody else here."""
    with transaction.atomic():
        found = _locked(incident_id)
        if not is_injured(viewer_of(actor, today=localdate(now)), found):
            raise PermissionDenied
        return keep_answer(found, answer, str(actor.pk), now)


def keep_answer(found: Incident, answer: str, actor: str, now: datetime) -> Incident:
    """Keep a yes, not yet or no to being met, in the caller's transaction; the incident is locked.

    A yes gives the duty its date, a no excuses it, not yet leaves it without one. They may change their mind until they
    were met. actor: for the audit trail, "" where the entry waits for its hour.
    """
    if answer not in Incident.Meeting.values:
        raise IncidentRefusedError(_("Choose yes, not yet or no."))
    if not found.is_open:
        raise IncidentRefusedError(_("This is closed."))
    if not actor:
        found.meeting_waits, found.meeting_waits_at = answer, hour_of(now)
        found.save(update_fields=["meeting_waits", "meeting_waits_at"])
        return found
    return apply_answer(found, answer, actor, now)


def apply_answer(found: Incident, answer: str, actor: str, at: datetime) -> Incident:
    """Let an answer count, as of a moment, and put it into the audit trail."""
    duty = IncidentDuty.objects.filter(incident=found, key=MEET).first()
    if duty is None or duty.kept_at is not None or found.meeting == answer:
        return found
    found.meeting, found.meeting_at, found.version = answer, at, found.version + 1
    found.save(update_fields=["meeting", "meeting_at", "version"])
    duty.due_at = meet_by(at, found.happened_zone) if answer == Incident.Meeting.YES else None
    is_no = answer == Incident.Meeting.NO
    duty.excused_at, duty.excuse, duty.excused_by = (at, SYSTEM_EXCUSE, None) if is_no else (None, "", None)
    duty.save(update_fields=["due_at", "excused_at", "excuse", "excused_by"])
    payload = {"incident": str(found.pk), "answer": answer}
    audit.record(action="incident.meeting_answered", actor=actor, subject=str(found.pk), payload=payload, now=at)
    return found


def is_to_be_asked(incident: Incident, now: datetime) -> bool:
    """Whether the injured person should be asked: never answered, or "not yet" some days ago."""
    if not incident.is_open or incident.kind == Incident.Kind.NEAR_MISS:
        return False
    if incident.meeting == Incident.Meeting.NOT_YET and incident.meeting_at is not None:
        return now - incident.meeting_at >= ASK_AGAIN
    return incident.meeting == ""


def keep_duty(
    *, incident_id: UUID, key: str, words: str, who: Person | None, version: int, actor: User, now: datetime
) -> Incident:
    """Say that somebody was met, the same task was done, or what was fixed and by whom. words: what came of it.

    Kept already changes nothing. Raises IncidentRefusedError, IncidentChangedError, PermissionDenied.
    """
    with transaction.atomic():
        found, duty = _duty(incident_id, key, version, actor, now)
        if duty.kept_at is not None:
            return found
        if key not in (MEET, REPEAT, FIX):
            raise IncidentRefusedError(_("This is kept by doing it on its page."))
        if not words.strip():
            raise IncidentRefusedError(_("Say in a sentence what came of it."), "words")
        is_asked = key == MEET and is_askable(found)
        if key == MEET and (found.meeting == Incident.Meeting.NO or (is_asked and found.meeting != "yes")):
            raise IncidentRefusedError(_("They have not said yes to being met. Nobody is pressed."))
        duty.kept_at, duty.kept_by, duty.words, duty.who = now, actor, words.strip()[:MOST_WORDS], who
        duty.excused_at, duty.excused_by, duty.excuse = None, None, ""
        duty.save()
        _step(found, "incident.duty_kept", actor, now, duty=key)
    return found


def link_duty(*, incident_id: UUID, key: str, record: UUID, actor: User, now: datetime) -> Incident:
    """Keep which visit repeats the task, or which promise fixes it. The same again changes nothing."""
    with transaction.atomic():
        found = worked_on(incident_id=incident_id, actor=actor, now=now)
        duty = IncidentDuty.objects.get(incident=found, key=key)
        field = "visit" if key == REPEAT else "commitment"
        if getattr(duty, field) != record:
            setattr(duty, field, record)
            duty.save(update_fields=[field])
            _step(found, f"incident.{field}_linked", actor, now, record=str(record))
    return found


def excuse_duty(*, incident_id: UUID, key: str, excuse: str, version: int, actor: User, now: datetime) -> Incident:
    """Say why a duty is not kept. It stands beside the duty, for everybody who sees the incident."""
    with transaction.atomic():
        found, duty = _duty(incident_id, key, version, actor, now)
        if not excuse.strip():
            raise IncidentRefusedError(_("Say why."), "excuse")
        if key == KNOW and account_of(top_leader()) is not None:
            raise IncidentRefusedError(_("Only the top leader's own account keeps this. It cannot be excused."))
        if duty.kept_at is not None or duty.excused_at is not None:
            return found
        duty.excused_at, duty.excused_by, duty.excuse = now, actor, excuse.strip()[:MOST_EXCUSE]
        duty.save(update_fields=["excused_at", "excused_by", "excuse"])
        _step(found, "incident.duty_excused", actor, now, duty=key)
    return found


def tell_all(*, incident_id: UUID, words: str, version: int, actor: User, now: datetime) -> Incident:
    """Tell everybody what happened and what changed: on the page for all, and by mail to the unit. Names nobody.

    Told already changes nothing. Raises IncidentRefusedError, also for a note that names the injured person or whoever
    reported it.
    """
    with transaction.atomic():
        found, duty = _duty(incident_id, TELL, version, actor, now)
        if found.told_at is not None:
            return found
        if not words.strip():
            raise IncidentRefusedError(_("Say what happened and what changed."), "words")
        if named := names_somebody(words, telling.names_of(found)):
            raise IncidentRefusedError(
                _("This names somebody: %(name)s. Everybody reads it; say it without names.") % {"name": named}, "words"
            )
        found.told_text, found.told_at, found.told_by = words.strip()[:MOST_WORDS], now, actor
        found.save(update_fields=["told_text", "told_at", "told_by"])
        duty.kept_at, duty.kept_by, duty.excused_at, duty.excused_by, duty.excuse = now, actor, None, None, ""
        duty.save()
        _step(found, "incident.told", actor, now)
        telling.tell_unit_later(found, now)
    return found


def close_incident(*, incident_id: UUID, version: int, actor: User, now: datetime) -> Incident:
    """Close an incident whose duties are all kept or excused. Closed by the same account before changes nothing.

    Raises IncidentChangedError where somebody else closed or changed it since the page was loaded: of two people at
    once one closes it and the other is told.
    """
    with transaction.atomic():
        found = worked_on(incident_id=incident_id, actor=actor, now=now, closed_too=True)
        if not found.is_open:
            if found.closed_by_id == actor.pk:
                return found
            raise IncidentChangedError(_("Somebody else closed it just now. Load the page again to see how."))
        _check_version(found, version)
        if unsettled(duties_of(found)):
            raise IncidentRefusedError(_("It stays open while something is owed. Keep it, or say why not."))
        found.state, found.closed_at, found.closed_by = Incident.State.CLOSED, now, actor
        found.save(update_fields=["state", "closed_at", "closed_by"])
        _step(found, "incident.closed", actor, now)
    return found


def check_owed(*, incident_id: UUID, key: str) -> None:
    """Raise IncidentRefusedError where this kind of incident does not owe something."""
    if not IncidentDuty.objects.filter(incident=incident_id, key=key).exists():
        raise IncidentRefusedError(_("This is not owed here."))


def duties_of(incident: Incident) -> tuple[Owed, ...]:
    """Return the duties of an incident as the rules read them."""
    return tuple(owed_of(duty) for duty in IncidentDuty.objects.filter(incident=incident))


def owed_of(duty: IncidentDuty) -> Owed:
    """Return one duty as the rules read it."""
    return Owed(duty.key, duty.due_at, duty.kept_at, duty.excused_at)


def worked_on(*, incident_id: UUID, actor: User, now: datetime, closed_too: bool = False) -> Incident:
    """Lock an open incident that an actor may work on. Raises DoesNotExist, PermissionDenied, IncidentRefusedError."""
    found = _locked(incident_id)
    if not may_work(viewer_of(actor, today=localdate(now)), found):
        raise PermissionDenied
    if not found.is_open and not closed_too:
        raise IncidentRefusedError(_("This is closed."))
    return found


def _locked(incident_id: UUID) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("unit").get(pk=incident_id)


def _duty(incident_id: UUID, key: str, version: int, actor: User, now: datetime) -> tuple[Incident, IncidentDuty]:
    found = worked_on(incident_id=incident_id, actor=actor, now=now)
    check_owed(incident_id=incident_id, key=key)
    duty = IncidentDuty.objects.select_for_update().get(incident=found, key=key)
    if duty.kept_at is None and duty.excused_at is None:
        _check_version(found, version)
    return found, duty


def _check_version(found: Incident, version: int) -> None:
    if found.version != version:
        raise IncidentChangedError(_("Somebody changed this since you loaded the page. Look again, then decide."))


def _step(found: Incident, action: str, actor: User, now: datetime, **payload: str) -> None:
    """Count the change, and put it into the audit trail."""
    found.version += 1
    found.save(update_fields=["version"])
    _record(action, found, actor, now, payload)


def _record(action: str, found: Incident, actor: User, now: datetime, payload: Mapping[str, str] | None = None) -> None:
    held = {"incident": str(found.pk), **(payload or {})}
    audit.record(action=action, actor=str(actor.pk), subject=str(found.pk), payload=held, now=now)
