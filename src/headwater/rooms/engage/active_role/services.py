"""Agreeing on a leader's active role, signing it, and noting what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.models import RoleAct, RoleDuty, RoleVersion
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import EXPERIENCE_LEAD, LEADER
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

SELF = "self:"
"""Sources that begin so were noted by the leader."""
BRIEFING, VISIT, REVIEW, DIRECTION_REVIEW = "briefing:", "visit:", "review:", "direction-review:"
"""Sources that begin so came by themselves: from a briefing that was decided, a visit that was made, a review that was
opened, and a direction that was looked at again."""


class RoleRefusedError(HeadwaterError):
    """An agreement or an act cannot stand so; the message says why."""

    exit_code = 3


def propose_version(
    *, leader: User, duties: Mapping[str, tuple[int, str]], note: str, actor: User, now: datetime
) -> RoleVersion:
    """Propose what a leader does, by the leader or an experience lead. It replaces the version that waits.

    duties: amount and period by kind. The same as the version that waits returns it. Raises PermissionDenied for
    anybody else, RoleRefusedError for nothing agreed and for somebody who leads no unit.
    """
    today = localdate(now)
    if actor.pk != leader.pk and not viewer_of(actor, today=today).has(EXPERIENCE_LEAD):
        raise PermissionDenied
    if not viewer_of(leader, today=today).has(LEADER):
        raise RoleRefusedError(_("%(name)s leads no unit.") % {"name": name_of(leader)})
    if not duties:
        raise RoleRefusedError(_("Agree on one thing at least."))
    for kind, (amount, per) in duties.items():
        if (per == RoleDuty.Per.EACH) != (kind == RoleDuty.Kind.DECISION) or not 1 <= amount <= 60:
            raise RoleRefusedError(_("Decisions are agreed in days, everything else in times."))
    with transaction.atomic():
        # One writer a leader: two versions cannot take one number.
        User.objects.select_for_update().get(pk=leader.pk)
        waiting = RoleVersion.objects.filter(leader=leader, signed_at=None, dropped_at=None).first()
        if waiting is not None:
            standing = {one.kind: (one.amount, one.per) for one in RoleDuty.objects.filter(version=waiting)}
            if standing == dict(duties) and waiting.note == note.strip():
                return waiting
            waiting.dropped_at = now
            waiting.save(update_fields=["dropped_at"])
        last = RoleVersion.objects.filter(leader=leader).aggregate(last=Max("number"))["last"] or 0
        made = RoleVersion.objects.create(
            leader=leader, number=last + 1, note=note.strip()[:500], proposed_by=actor, proposed_at=now
        )
        RoleDuty.objects.bulk_create(
            RoleDuty(version=made, kind=kind, amount=amount, per=per) for kind, (amount, per) in duties.items()
        )
        _record("role.proposed", leader, actor, now, version=made.number)
    return made


def sign_version(*, version_id: UUID, actor: User, now: datetime) -> RoleVersion:
    """Sign the version that waits, by its leader alone. Again changes nothing.

    Raises RoleVersion.DoesNotExist for another's, RoleRefusedError for one that a later one replaced.
    """
    with transaction.atomic():
        found = RoleVersion.objects.select_for_update().get(pk=version_id, leader=actor)
        if found.signed_at is not None:
            return found
        if found.dropped_at is not None:
            raise RoleRefusedError(_("A later version replaced this one. Read that first."))
        found.signed_at, found.signed_name = now, name_of(actor)[:300]
        found.save(update_fields=["signed_at", "signed_name"])
        _record("role.signed", actor, actor, now, version=found.number)
    return found


def record_act(
    *,
    person: Person | User,
    kind: str,
    at_date: date,
    source: str,
    actor: User | None,
    now: datetime,
    asked_date: date | None = None,
) -> RoleAct | None:
    """Note that somebody did what a kind names; a source counts once. None for a person without an account.

    Rooms call it with their own source, as f"{VISIT}{id}" or f"{REVIEW}{id}". Raises RoleRefusedError for a day to
    come, an unknown kind, a source that is missing, and a decision without the day it was asked on.
    """
    leader = person if isinstance(person, User) else User.objects.filter(person=person, is_active=True).first()
    if leader is None:
        return None
    if kind not in RoleDuty.Kind.values or not source.strip():
        raise RoleRefusedError(_("Say what was done."))
    if at_date > localdate(now):
        raise RoleRefusedError(_("It cannot be done on a day to come."))
    if kind == RoleDuty.Kind.DECISION:
        if asked_date is None or asked_date > at_date:
            raise RoleRefusedError(_("Say on which day the decision was asked for."))
    else:
        asked_date = None
    with transaction.atomic():
        act, is_new = RoleAct.objects.get_or_create(
            leader=leader,
            source=source.strip()[:200],
            defaults={"kind": kind, "at_date": at_date, "asked_date": asked_date, "recorded_at": now},
        )
        if is_new:
            _record("role.act_noted", leader, actor, now, act=str(act.pk))
    return act


def take_back_act(*, act_id: UUID, actor: User, now: datetime) -> None:
    """Take back what one noted oneself. Again changes nothing."""
    with transaction.atomic():
        gone, _kinds = RoleAct.objects.filter(pk=act_id, leader=actor, source__startswith=SELF).delete()
        if gone:
            _record("role.act_taken_back", actor, actor, now, act=str(act_id))


def _record(action: str, leader: User, actor: User | None, now: datetime, **payload: str | int) -> None:
    who = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=who, subject=str(leader.pk), payload=payload, now=now)
