"""What a receiver does: opens a briefing, says where they stand, decides, rates it, and makes it their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.active_role.services import BRIEFING, record_act
from headwater.rooms.engage.asks import done_ask
from headwater.rooms.engage.briefings.handing_on import need_no_more
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError, source_of
from headwater.rooms.engage.models import AttitudeReading, Briefing, BriefingCopy, RoleDuty
from headwater.rooms.engage.models.briefings import MOST_MESSAGE, SUREST
from headwater.rooms.engage.stakeholders.services import read_attitude
from headwater.rooms.house import audit
from headwater.rooms.people.models import User


@dataclass(frozen=True)
class Answer:
    """What a receiver answers. level, sure: where they stand now, and how sure. taken_as: the goal as they see it."""

    taken_as: str
    level: str
    sure: int
    decision: str = ""
    words: str = ""


def open_copy(
    *, copy_id: UUID, actor: User | None, now: datetime, level: str = "", sure: int | None = None
) -> BriefingCopy:
    """Note that the receiver opened it by its button, with where they stood before. Only the first time counts.

    level, sure: the two-question check before reading; "" and None when they skipped it. actor: None by a link.
    """
    _check_stand(level, sure, may_skip=True)
    with transaction.atomic():
        copy = _sent(copy_id)
        if copy.opened_at is not None:
            return copy
        copy.opened_at, copy.before_level, copy.before_sure = now, level, sure if level else None
        copy.save(update_fields=["opened_at", "before_level", "before_sure"])
        if level:
            _keep_attitude(copy, level, "before", now)
        _write_down("briefing.opened", copy, actor, now, checked=bool(level))
    return copy


def answer_copy(*, copy_id: UUID, answer: Answer, actor: User | None, now: datetime) -> BriefingCopy:
    """Keep a receiver's answer; answering again corrects it. The minutes asked of them are done.

    Raises BriefingRefusedError before it was opened, without the check, and for a decision nobody asked for.
    """
    _check_stand(answer.level, answer.sure, may_skip=False)
    if answer.taken_as not in Briefing.Goal.values:
        raise BriefingRefusedError(_("Say what it asks of you."))
    with transaction.atomic():
        copy = _sent(copy_id)
        if copy.opened_at is None:
            raise BriefingRefusedError(_("Open it first."))
        decides = copy.briefing.goal == Briefing.Goal.DECISION
        if decides != bool(answer.decision) or (decides and answer.decision not in BriefingCopy.Decision.values):
            raise BriefingRefusedError(_("Say yes, no or later.") if decides else _("No decision is asked here."))
        values = {
            "taken_as": answer.taken_as,
            "after_level": answer.level,
            "after_sure": answer.sure,
            "decision": answer.decision,
            "words": answer.words.strip()[:1000],
        }
        if copy.answered_at is not None and all(getattr(copy, name) == value for name, value in values.items()):
            return copy
        for name, value in values.items():
            setattr(copy, name, value)
        copy.answered_at = now
        copy.save(update_fields=[*values, "answered_at"])
        _keep_attitude(copy, answer.level, "after", now)
        done_ask(source=source_of(copy), person=copy.stakeholder, actor=actor, now=now)
        need_no_more(copy, now=now)
        _keep_decided(copy, actor, now)
        _write_down("briefing.answered", copy, actor, now, decided=answer.decision)
    return copy


def rate_copy(*, copy_id: UUID, usefulness: int, actor: User | None, now: datetime) -> BriefingCopy:
    """Keep how useful it was to the receiver, 0 not at all to 4 very. Rating again replaces it."""
    if not 0 <= usefulness <= SUREST:
        raise BriefingRefusedError(_("Usefulness lies between 0 and 4."))
    with transaction.atomic():
        copy = _sent(copy_id)
        if copy.opened_at is None:
            raise BriefingRefusedError(_("Open it first."))
        if copy.usefulness != usefulness:
            copy.usefulness, copy.rated_at = usefulness, now
            copy.save(update_fields=["usefulness", "rated_at"])
            _write_down("briefing.rated", copy, actor, now)
    return copy


def make_own(*, copy_id: UUID, name: str, message: str, words: str, actor: User | None, now: datetime) -> BriefingCopy:
    """Keep the receiver's own version to pass upward: their name, their sentence, their words. Safe to repeat."""
    name, message, words = " ".join(name.split())[:200], " ".join(message.split())[:MOST_MESSAGE], words.strip()[:1000]
    if not name or not message:
        raise BriefingRefusedError(_("Your version has your name and one sentence."))
    with transaction.atomic():
        copy = _sent(copy_id)
        if copy.opened_at is None:
            raise BriefingRefusedError(_("Open it first."))
        values = {"upward_name": name, "upward_message": message, "upward_words": words}
        if any(getattr(copy, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(copy, key, value)
            copy.save(update_fields=list(values))
            _write_down("briefing.made_own", copy, actor, now)
    return copy


def _sent(copy_id: UUID) -> BriefingCopy:
    copy = BriefingCopy.objects.select_for_update().filter(pk=copy_id, sent_at__isnull=False).first()
    if copy is None:
        raise BriefingRefusedError(_("It was not sent."))
    return copy


def _check_stand(level: str, sure: int | None, *, may_skip: bool) -> None:
    if may_skip and not level:
        return
    if level not in AttitudeReading.Level.values or sure is None or not 0 <= sure <= SUREST:
        raise BriefingRefusedError(_("Say where you stand, and how sure you are."))


def _keep_attitude(copy: BriefingCopy, level: str, when: str, now: datetime) -> None:
    read_attitude(
        stakeholder=copy.stakeholder,
        level=level,
        source=AttitudeReading.Source.CHECK,
        source_key=f"briefing:{copy.pk}:{when}",
        actor=None,
        now=now,
    )


def _keep_decided(copy: BriefingCopy, actor: User | None, now: datetime) -> None:
    """Let a yes or a no count in the active role of whoever decided, from the day it was asked. Only the first does."""
    person, asked_at = copy.stakeholder.person, copy.sent_at
    if person is None or asked_at is None or copy.decision not in (BriefingCopy.Decision.YES, BriefingCopy.Decision.NO):
        return
    record_act(
        person=person,
        kind=RoleDuty.Kind.DECISION,
        at_date=localdate(now),
        asked_date=localdate(asked_at),
        source=f"{BRIEFING}{copy.pk}",
        actor=actor,
        now=now,
    )


def _write_down(action: str, copy: BriefingCopy, actor: User | None, now: datetime, **payload: object) -> None:
    told = {"copy": str(copy.pk), **payload}
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=str(copy.briefing_id), payload=told, now=now)
