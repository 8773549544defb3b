"""Questions to whoever reported, and answers, both ways without an account.

What leaders write reaches an anonymous reporter at fixed hours, and an anonymous answer reaches leaders once its hour
is over: nobody can ask and watch who takes out a phone.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.incidents import duties, notices, receipt_codes
from headwater.rooms.act.incidents.refusals import IncidentRefusedError
from headwater.rooms.act.incidents.reporting import UNNAMED, record
from headwater.rooms.act.incidents.unordered import forget_order
from headwater.rooms.act.incidents.who import is_askable, is_reporter, zone
from headwater.rooms.act.logic.incidents import reaches_leader_at, reaches_reporter_at, received_at
from headwater.rooms.act.models import Incident, IncidentMessage
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

_ADDRESS = re.compile(
    r"https?:|www\.|\b[\w-]+\.[a-z]{2,}/|\b[\w-]+\.(com|org|net|io|info|link|example)\b", re.IGNORECASE
)
MOST_WORDS = 2000
MOST_ANSWERS = 100
"""Answers to one incident: more would be no conversation but a flood."""


def ask_reporter(*, incident_id: UUID, text: str, key: str, actor: User, now: datetime) -> IncidentMessage:
    """Ask whoever reported it something. key: of the form; the same again returns what stands.

    A web address made for one reader would tell who opened it: an anonymous reporter is sent none.
    """
    with transaction.atomic():
        found = duties.worked_on(incident_id=incident_id, actor=actor, now=now)
        if found.is_anonymous and _ADDRESS.search(text):
            raise IncidentRefusedError(_("Write no web address: opening it could tell who they are."), "text")
        shown = reaches_reporter_at(now, is_anonymous=found.is_anonymous, zone=zone())
        made, is_new = _write(found, text, f"{actor.pk}:{key}", by=actor, at=now, visible_at=shown)
        if is_new:
            record("incident.asked", found, str(actor.pk), now)
            if not found.is_anonymous:
                notices.tell_reporter(message=made, now=now)
    return made


def answer_by_account(*, incident_id: UUID, text: str, key: str, actor: User, now: datetime) -> IncidentMessage:
    """Answer as the named reporter."""
    with transaction.atomic():
        found = Incident.objects.select_for_update(of=("self",)).get(pk=incident_id)
        if not is_reporter(viewer_of(actor, today=localdate(now)), found):
            raise PermissionDenied
        return _answer(found, text, key, str(actor.pk), now)


def answer_by_code(*, code: str, text: str, key: str, now: datetime) -> IncidentMessage:
    """Answer by the receipt code. Raises Incident.DoesNotExist for a code that follows nothing."""
    with transaction.atomic():
        found = _by_code(code)
        return _answer(found, text, key, "" if found.is_anonymous else UNNAMED, now)


def answer_meeting_by_code(*, code: str, answer: str, now: datetime) -> Incident:
    """Say, for the injured person, whether they want to be met. Raises Incident.DoesNotExist for a wrong code."""
    with transaction.atomic():
        found = _by_code(code)
        if is_askable(found):
            raise IncidentRefusedError(_("They are asked themselves."))
        return duties.keep_answer(found, answer, "" if found.is_anonymous else UNNAMED, now)


def _by_code(code: str) -> Incident:
    found = receipt_codes.find_by_code(code)
    if found is None:
        raise Incident.DoesNotExist
    return Incident.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)


def _answer(found: Incident, text: str, key: str, actor: str, now: datetime) -> IncidentMessage:
    if IncidentMessage.objects.filter(incident=found, by=None).count() >= MOST_ANSWERS:
        raise IncidentRefusedError(_("No more can be written here. Report it anew."))
    hidden = found.is_anonymous
    at, shown = received_at(now, is_anonymous=hidden), reaches_leader_at(now, is_anonymous=hidden)
    made, is_new = _write(found, text, f"answer:{key}", by=None, at=at, visible_at=shown)
    if is_new and not hidden:
        record("incident.answered", found, actor, now)
    return made


def _write(
    found: Incident, text: str, key: str, *, by: User | None, at: datetime, visible_at: datetime
) -> tuple[IncidentMessage, bool]:
    if not found.is_open:
        raise IncidentRefusedError(_("This is closed."))
    if not text.strip() or not key.strip():
        raise IncidentRefusedError(_("Write a sentence."), "text")
    if len(text) > MOST_WORDS:
        raise IncidentRefusedError(_("Say it in at most 2,000 characters."), "text")
    made, is_new = IncidentMessage.objects.get_or_create(
        key_hash=receipt_codes.keyed("incident-message", f"{found.pk}:{key}"),
        defaults={
            "incident": found,
            "by": by,
            "text": text.strip(),
            "at": at,
            "visible_at": visible_at,
            "is_audited": by is not None or not found.is_anonymous,
        },
    )
    if is_new:
        forget_order(made)
    return made, is_new
