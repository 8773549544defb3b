"""Decks on a schedule in any state, for their tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from tests.rooms.conftest import NOW, Cast
from tests.rooms.explorer_cast import leader_of

from headwater.rooms.engage.decks.sending import send_decks
from headwater.rooms.engage.decks.services import Wanted, set_up_schedule, start_schedule
from headwater.rooms.engage.models import DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

TITLE = "How your units are led"
NOTE = "Three minutes before the board meets."


def asker(user: User) -> Any:
    """Somebody as they ask."""
    return viewer_of(User.objects.select_related("person").get(pk=user.pk), today=timezone.localdate())


def waking(wave: Wave) -> datetime:
    """The Monday after a release, in the morning: two days and a weekend later."""
    assert wave.released_at is not None
    day = wave.released_at + timedelta(days=2)
    return (day + timedelta(days=(7 - day.weekday()) % 7)).replace(hour=10, minute=0)


def receivers(cast: Cast) -> tuple[User, User]:
    """Who leads the whole, and who leads one division."""
    return cast.top_leader, leader_of("d0-d", cast.administrator)


def set_up(cast: Cast, wave: Wave, *to: User, starts: bool = True, at: datetime = NOW, **changed: Any) -> DeckSchedule:
    """A schedule of units by scores after each release, running unless asked otherwise."""
    values: dict[str, Any] = {
        "title": TITLE, "kind": "heat", "rhythm": "release", "study": wave.study, "note": NOTE, "receivers": to,
    }  # fmt: skip
    who: dict[str, Any] = {"actor": cast.experience_lead, "viewer": asker(cast.experience_lead), "now": at}
    made = set_up_schedule(schedule_id=uuid4(), wanted=Wanted(**{**values, **changed}), **who)
    if starts:
        made = start_schedule(schedule_id=made.pk, **who)
    return made


def sent(cast: Cast, wave: Wave, to: User, **changed: Any) -> DeckIssue:
    """A deck that went out."""
    made = set_up(cast, wave, to, **changed)
    assert send_decks(now=waking(wave)) == 1
    return DeckIssue.objects.get(receiver__schedule=made)


def mails(to: User) -> list[dict[str, Any]]:
    """The mails of decks to somebody, as they were queued."""
    found = Job.objects.filter(name="send_mail", once_key__startswith="deck:").order_by("run_at")
    return [job.arguments for job in found if job.arguments["to"] == to.email]


def states(schedule: DeckSchedule) -> list[tuple[str, str]]:
    """State and reason of every deck of a schedule, as they were due."""
    found = DeckIssue.objects.filter(receiver__schedule=schedule).order_by("due_at", "receiver__user__email", "pk")
    return list(found.values_list("state", "reason"))


def receiver_of(schedule: DeckSchedule, user: User) -> DeckReceiver:
    """Somebody as they get a deck."""
    return DeckReceiver.objects.get(schedule=schedule, user=user)


def written(schedule: DeckSchedule) -> list[str]:
    """What the audit trail has of a schedule, in its order."""
    return list(
        AuditEntry.objects.filter(subject=str(schedule.pk)).order_by("sequence").values_list("action", flat=True)
    )
