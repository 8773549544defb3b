"""The next word on a commitment, as a minute in the calendar of what its owner is asked."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.commitments import next_word
from headwater.rooms.act.models import CheckIn, Commitment
from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.people.models import Person, User

CHECK_MINUTES = 1
"""Half a minute, as the letter says; the calendar counts whole ones."""


def check_first_word(*, owner: Person, first_step: date, due: date, over_reason: str, actor: User, today: date) -> None:
    """Refuse, before it is kept, a commitment in the name of somebody else whose week is full. Raises OverloadError."""
    day = max(next_word(first_step=first_step, due=due, checked=None), today)
    check_load([NewAsk(owner, CHECK_MINUTES, day)], over_reason=over_reason, actor=actor)


def ask_word(found: Commitment, *, actor: User | None, now: datetime, over_reason: str = "") -> None:
    """Count the minute of the next word for the owner, on its day or today, in the caller's transaction and lock."""
    said = CheckIn.objects.filter(commitment=found).order_by("at").values_list("at", flat=True).last()
    day = next_word(
        first_step=found.first_step_date, due=found.due_date, checked=None if said is None else localdate(said)
    )
    record_ask(
        person=found.owner,
        kind="commitment",
        title=_("Say how your commitment goes: %(unit)s") % {"unit": found.unit.name},
        minutes=CHECK_MINUTES,
        due_date=max(day, localdate(now)),
        href=reverse("act:commitments_one", args=[found.pk]),
        source=_source(found, _words(found)),
        actor=actor,
        now=now,
        over_reason=over_reason,
    )


def word_said(found: Commitment, *, now: datetime) -> None:
    """Note that the word that was asked for was said, once its check-in is kept."""
    done_ask(source=_source(found, _words(found) - 1), actor=None, now=now)


def ask_no_word(found: Commitment, *, of: Person | None = None, now: datetime) -> None:
    """Let the next word fall away. of: whose, everybody's by default."""
    cancel_ask(source=_source(found, _words(found)), actor=None, now=now, person=of)


def _words(found: Commitment) -> int:
    return CheckIn.objects.filter(commitment=found).count()


def _source(found: Commitment, words: int) -> str:
    """Each word is asked for once: the ask names how many were said before."""
    return f"commitment:{found.pk}:{words}"
