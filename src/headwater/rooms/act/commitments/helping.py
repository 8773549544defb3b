"""Help with a commitment: asked of one person by name, answered, and given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.services import HELP, CommitmentRefusedError
from headwater.rooms.act.models import Commitment, HelpAsk
from headwater.rooms.act.models.commitments import MOST_LINE
from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.engage.logic.asks import MOST_MINUTES
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User

Answer = HelpAsk.Answer


def ask_help(
    *,
    commitment_id: UUID,
    help_id: UUID,
    asked: Person,
    what: str,
    minutes: int,
    by_date: date,
    over_reason: str,
    actor: User,
    now: datetime,
) -> HelpAsk:
    """Ask somebody for help, by the owner, under an id the form chose; the same again returns the one that stands.

    over_reason: why it is asked although their week is past its cap. Raises CommitmentRefusedError,
    OverloadError where none is given.
    """
    what = " ".join(what.split())[:MOST_LINE]
    with transaction.atomic():
        found = Commitment.objects.select_for_update().filter(pk=commitment_id).first()
        if found is None or found.owner_id != actor.person_id or not found.is_open:
            raise CommitmentRefusedError(_("Only who answers for an open commitment can ask for help with it."))
        standing = HelpAsk.objects.filter(pk=help_id, commitment=found).first()
        if standing is not None:
            return standing
        if asked.pk == found.owner_id:
            raise CommitmentRefusedError(_("Ask somebody else."), "asked")
        if not what or not 1 <= minutes <= MOST_MINUTES:
            raise CommitmentRefusedError(_("Say what you need, and how many minutes it takes."), "what")
        if by_date < localdate(now):
            raise CommitmentRefusedError(_("The day has passed."), "by_date")
        if HelpAsk.objects.filter(commitment=found, asked=asked, ended_at=None).exists():
            raise CommitmentRefusedError(_("You have asked them already. Wait for their answer."), "asked")
        check_load([NewAsk(asked, minutes, by_date)], over_reason=over_reason, actor=actor)
        try:
            with transaction.atomic():
                made = HelpAsk.objects.create(
                    pk=help_id,
                    commitment=found,
                    asked=asked,
                    asked_by=actor,
                    what=what,
                    minutes=minutes,
                    by_date=by_date,
                    asked_at=now,
                )
        except IntegrityError:
            raise CommitmentRefusedError(_("Load the page again, and send it once more.")) from None
        record_ask(
            person=asked,
            kind="help",
            title=_("Help with a commitment of %(name)s") % {"name": found.owner},
            minutes=minutes,
            due_date=by_date,
            href=reverse("act:commitments_help", args=[made.pk]),
            source=f"{HELP}:{made.pk}",
            over_reason=over_reason,
            actor=actor,
            now=now,
        )
        _record("help_asked", made, actor, now, {"of": str(asked.pk), "minutes": minutes})
    return made


def answer_help(*, help_id: UUID, answer: str, words: str, actor: User, now: datetime) -> HelpAsk:
    """Answer an ask for help, by who was asked: yes, no, or given. The same again changes nothing.

    No ends the ask; given ends it and counts its minutes as done. Raises CommitmentRefusedError.
    """
    words = " ".join(words.split())[:MOST_LINE]
    with transaction.atomic():
        found = HelpAsk.objects.select_for_update().filter(pk=help_id).first()
        if found is None or actor.person_id is None or found.asked_id != actor.person_id:
            raise CommitmentRefusedError(_("Only who was asked can answer."))
        if found.answer == answer and found.words == words:
            return found
        if found.ended_at is not None:
            raise CommitmentRefusedError(_("It is over already."))
        if answer not in Answer.values:
            raise CommitmentRefusedError(_("Answer yes, no, or given."), "answer")
        found.answer, found.words, found.answered_at = answer, words, now
        if answer == Answer.GIVEN:
            found.ended_at = now
            done_ask(source=f"{HELP}:{found.pk}", actor=actor, now=now)
        elif answer == Answer.NO:
            found.ended_at = now
            cancel_ask(source=f"{HELP}:{found.pk}", actor=actor, now=now)
        found.save(update_fields=["answer", "words", "answered_at", "ended_at"])
        _record("help_answered", found, actor, now, {"answer": answer})
    return found


def _record(what: str, found: HelpAsk, actor: User, now: datetime, payload: dict[str, Any]) -> None:
    told = {"help": str(found.pk), **payload}
    audit.record(
        action=f"commitment.{what}", actor=str(actor.pk), subject=str(found.commitment_id), payload=told, now=now
    )
