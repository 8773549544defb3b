"""Asking somebody for support, their answer, and the thanks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.engage.challenges.services import ChallengeRefusedError
from headwater.rooms.engage.logic.asks import MOST_MINUTES
from headwater.rooms.engage.models import SupportRequest
from headwater.rooms.house import audit
from headwater.rooms.people.models import User

Answer = SupportRequest.Answer


def ask_support(
    *,
    support_id: UUID,
    asked: User,
    need: str,
    by_date: date,
    minutes: int,
    over_reason: str,
    actor: User,
    now: datetime,
) -> SupportRequest:
    """Ask somebody for support, under an id its form chose: the same again returns the one that stands.

    over_reason: why it is asked although their week is past its cap. Raises ChallengeRefusedError for oneself, a past
    day, OverloadError for minutes past their cap without a reason.
    """
    with transaction.atomic():
        standing = SupportRequest.objects.filter(pk=support_id, asker=actor).first()
        if standing is not None:
            return standing
        if asked.pk == actor.pk:
            raise ChallengeRefusedError(_("Ask somebody else."))
        if by_date < localdate(now):
            raise ChallengeRefusedError(_("The day has passed."))
        if not need.strip() or not 1 <= minutes <= MOST_MINUTES:
            raise ChallengeRefusedError(_("Say what you need, and how many minutes it takes."))
        check_load([NewAsk(asked, minutes, by_date)], over_reason=over_reason, actor=actor)
        made = SupportRequest.objects.create(
            pk=support_id,
            asker=actor,
            asked=asked,
            need=need.strip()[:500],
            by_date=by_date,
            minutes=minutes,
            asked_at=now,
        )
        _ask(made, by_date, over_reason, actor, now)
        _record("support.asked", made, actor, now)
    return made


def answer_support(
    *, support_id: UUID, answer: str, words: str, later_date: date | None, actor: User, now: datetime
) -> SupportRequest:
    """Answer yes, no or later, by who was asked. Answering anew replaces it until there are thanks.

    Raises SupportRequest.DoesNotExist for one that was not asked of the actor or was taken back.
    """
    if answer not in Answer.values:
        raise ChallengeRefusedError(_("Answer yes, no or later."))
    if answer == Answer.LATER and (later_date is None or later_date < localdate(now)):
        raise ChallengeRefusedError(_("Say from which day on you can."))
    later = later_date if answer == Answer.LATER else None
    with transaction.atomic():
        found = SupportRequest.objects.select_for_update().get(pk=support_id, asked=actor, ended_at=None)
        if (found.answer, found.words, found.later_date) == (answer, words.strip(), later) or found.thanked_at:
            return found
        found.answer, found.words, found.later_date, found.answered_at = answer, words.strip()[:500], later, now
        found.save(update_fields=["answer", "words", "later_date", "answered_at"])
        if answer == Answer.NO:
            cancel_ask(source=source_of(found), actor=actor, now=now)
        else:
            _ask(found, later or found.by_date, "", actor, now)
        _record("support.answered", found, actor, now)
    return found


def thank(*, support_id: UUID, thanks: str, actor: User, now: datetime) -> SupportRequest:
    """Thank for support that was given, by who asked. Kept for both; again changes nothing.

    Raises SupportRequest.DoesNotExist, and ChallengeRefusedError before a yes or a later.
    """
    if not thanks.strip():
        raise ChallengeRefusedError(_("Say thank you in a sentence."))
    with transaction.atomic():
        found = SupportRequest.objects.select_for_update().get(pk=support_id, asker=actor, ended_at=None)
        if found.thanked_at is not None:
            return found
        if found.answer not in (Answer.YES, Answer.LATER):
            raise ChallengeRefusedError(_("There is nothing to thank for yet."))
        found.thanks, found.thanked_at = thanks.strip()[:500], now
        found.save(update_fields=["thanks", "thanked_at"])
        done_ask(source=source_of(found), actor=actor, now=now)
        _record("support.thanked", found, actor, now)
    return found


def take_back(*, support_id: UUID, actor: User, now: datetime) -> None:
    """Take an ask back, by who asked. Again changes nothing. Raises SupportRequest.DoesNotExist."""
    with transaction.atomic():
        found = SupportRequest.objects.select_for_update().get(pk=support_id, asker=actor)
        if found.ended_at is None and found.thanked_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            cancel_ask(source=source_of(found), actor=actor, now=now)
            _record("support.taken_back", found, actor, now)


def source_of(found: SupportRequest) -> str:
    """Return under which source the minutes are asked."""
    return f"support:{found.pk}"


def of_either(user: UUID) -> Q:
    """Return what somebody asked or was asked, as a filter."""
    return Q(asker=user) | Q(asked=user)


def _ask(found: SupportRequest, day: date, over_reason: str, actor: User, now: datetime) -> None:
    """The calendar says that support is asked, not what for: the experience lead reads its titles."""
    record_ask(
        person=found.asked,
        kind="support",
        title=_("Support that somebody asks of you"),
        minutes=found.minutes,
        due_date=day,
        href=reverse("engage:challenges_support", args=[found.pk]),
        source=source_of(found),
        actor=actor,
        now=now,
        over_reason=over_reason,
    )


def _record(action: str, found: SupportRequest, actor: User, now: datetime) -> None:
    payload = {"support": str(found.pk)}
    audit.record(action=action, actor=str(actor.pk), subject=str(found.pk), payload=payload, now=now)
