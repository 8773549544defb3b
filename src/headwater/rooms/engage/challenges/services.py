"""Keeping a challenge and its words, and sharing it. All of it by its owner alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.models import Challenge, ChallengeShare
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

WORDS = ("asked", "asked_by", "why_leader", "why_organisation", "why_team", "alternative")
AFTER = ("said_date", "said_how", "answer", "outcome", "look_back_date")
MOST_EVIDENCE = 4


class ChallengeRefusedError(HeadwaterError):
    """A challenge or an ask for support cannot stand so; the message says why."""

    exit_code = 3


def keep_challenge(*, challenge_id: UUID, words: Mapping[str, Any], actor: User, now: datetime) -> Challenge:
    """Keep a challenge under an id its form chose, so that sending a form twice makes one; or change one's own.

    words: by name of WORDS and AFTER; what is not given stays. Raises Challenge.DoesNotExist for another's,
    ChallengeRefusedError for what cannot stand.
    """
    given = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in words.items()
        if name in (*WORDS, *AFTER)
    }
    with transaction.atomic():
        found = Challenge.objects.select_for_update().filter(pk=challenge_id).first()
        if found is not None and found.owner_id != actor.pk:
            raise Challenge.DoesNotExist
        is_new = found is None
        if found is None:
            found = Challenge(pk=challenge_id, owner=actor, made_at=now, changed_at=now)
        elif all(getattr(found, name) == value for name, value in given.items()):
            return found
        for name, value in given.items():
            setattr(found, name, value)
        _check(found, localdate(now))
        found.changed_at = now
        found.save(force_insert=is_new)
        _record("challenge.made" if is_new else "challenge.changed", found, actor, now)
    return found


def add_evidence(*, challenge_id: UUID, finding: Finding, actor: User, now: datetime) -> Challenge:
    """Add a released number to one's own challenge, as it stands now. The same number again changes nothing.

    Raises Challenge.DoesNotExist, and ChallengeRefusedError for a number that is not shown to the actor.
    """
    shown = evidence_of(viewer=viewer_of(actor, today=localdate(now)), finding=finding)
    if shown is None or not shown.is_shown:
        raise ChallengeRefusedError(_("This score is not shown to you for this unit."))
    with transaction.atomic():
        found = Challenge.objects.select_for_update().get(pk=challenge_id, owner=actor)
        keys = [(one["study"], one["wave"], one["unit"], one["score"]) for one in found.evidence]
        if (shown.study, shown.wave, shown.unit, shown.score) in keys:
            return found
        if len(keys) >= MOST_EVIDENCE:
            raise ChallengeRefusedError(_("Four numbers are enough. Take one away first."))
        found.evidence, found.changed_at = [*found.evidence, shown.as_plain()], now
        found.save(update_fields=["evidence", "changed_at"])
        _record("challenge.evidence_added", found, actor, now)
    return found


def drop_evidence(*, challenge_id: UUID, place: int, actor: User, now: datetime) -> Challenge:
    """Take one number away from one's own challenge. place: from 0. Raises Challenge.DoesNotExist."""
    with transaction.atomic():
        found = Challenge.objects.select_for_update().get(pk=challenge_id, owner=actor)
        if 0 <= place < len(found.evidence):
            found.evidence = [one for number, one in enumerate(found.evidence) if number != place]
            found.changed_at = now
            found.save(update_fields=["evidence", "changed_at"])
            _record("challenge.evidence_dropped", found, actor, now)
    return found


def share_challenge(*, challenge_id: UUID, user: User, actor: User, now: datetime) -> ChallengeShare:
    """Let somebody read one's own challenge. Again changes nothing. Raises Challenge.DoesNotExist."""
    if user.pk == actor.pk:
        raise ChallengeRefusedError(_("It is yours already."))
    with transaction.atomic():
        found = Challenge.objects.select_for_update().get(pk=challenge_id, owner=actor)
        share, is_new = ChallengeShare.objects.get_or_create(
            challenge=found, user=user, ended_at=None, defaults={"shared_at": now}
        )
        if is_new:
            _record("challenge.shared", found, actor, now)
    return share


def end_share(*, share_id: UUID, actor: User, now: datetime) -> None:
    """Share a challenge with somebody no more. Raises ChallengeShare.DoesNotExist for another's."""
    with transaction.atomic():
        share = ChallengeShare.objects.select_for_update(of=("self",)).select_related("challenge")
        found = share.get(pk=share_id, challenge__owner=actor)
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            _record("challenge.unshared", found.challenge, actor, now)


def erase_challenge(*, challenge_id: UUID, actor: User, now: datetime) -> None:
    """Erase one's own challenge wholly. Again changes nothing."""
    with transaction.atomic():
        found = Challenge.objects.select_for_update().filter(pk=challenge_id, owner=actor).first()
        if found is not None:
            ChallengeShare.objects.filter(challenge=found).delete()
            _record("challenge.erased", found, actor, now)
            found.delete()


def _check(found: Challenge, today: date) -> None:
    if not found.asked or not found.asked_by:
        raise ChallengeRefusedError(_("Say what was asked, and by whom."))
    if (found.answer or found.outcome) and found.said_date is None:
        raise ChallengeRefusedError(_("Say first on which day you said it."))
    if found.said_date is not None and found.said_date > today:
        raise ChallengeRefusedError(_("You cannot have said it on a day to come."))


def _record(action: str, found: Challenge, actor: User, now: datetime) -> None:
    """Ids alone: that somebody keeps a challenge, never what it says or whom it is about."""
    payload = {"challenge": str(found.pk)}
    audit.record(action=action, actor=str(actor.pk), subject=str(actor.pk), payload=payload, now=now)
