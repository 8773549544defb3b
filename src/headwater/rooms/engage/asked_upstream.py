"""What rooms upstream ask of people in minutes, kept as all that is asked: the answers to three slots of the house."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from headwater.rooms.engage.asks import (
    NewAsk,
    OverloadError,
    cancel_ask,
    check_load,
    done_ask,
    is_own,
    own_words,
    record_ask,
)
from headwater.rooms.house.slots import AskedMinutes
from headwater.rooms.people.models import Person, User


def keep_ask(*, person: str, asked: AskedMinutes, actor: str, now: datetime) -> None:
    """Keep minutes asked of a person. Raises Person.DoesNotExist, and AskRefusedError as `record_ask`."""
    record_ask(
        person=Person.objects.get(pk=UUID(person)),
        kind=asked.kind,
        title=asked.title,
        minutes=asked.minutes,
        due_date=asked.due_date,
        href=asked.href,
        source=asked.source,
        actor=User.objects.get(pk=UUID(actor)),
        now=now,
        over_reason=asked.over_reason,
    )


def warn_of_ask(*, person: str, asked: AskedMinutes, actor: str) -> tuple[str, ...]:
    """Say whom minutes would overload, with what to do; a plain notice to who asks it of themself. () where they fit.

    Raises Person.DoesNotExist.
    """
    wanted = NewAsk(Person.objects.get(pk=UUID(person)), asked.minutes, asked.due_date, asked.source)
    asker = User.objects.get(pk=UUID(actor))
    if is_own(wanted.person, asker):
        return tuple(filter(None, [own_words(wanted)]))
    try:
        check_load([wanted], over_reason=asked.over_reason, actor=asker)
    except OverloadError as full:
        return full.lines
    return ()


def end_ask(*, source: str, is_done: bool, actor: str, now: datetime) -> None:
    """Note that what a source asked was done, or let it fall away."""
    end = done_ask if is_done else cancel_ask
    end(source=source, actor=User.objects.get(pk=UUID(actor)), now=now)
