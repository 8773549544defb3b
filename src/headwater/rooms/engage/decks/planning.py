"""Which decks are due: one issue for each receiver and occasion, planned once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from headwater.rooms.engage.decks.sources import waves_of
from headwater.rooms.engage.logic.deck_times import (
    Occasion,
    Released,
    Rhythm,
    calendar_occasion,
    due_at,
    next_due_date,
    release_occasion,
)
from headwater.rooms.engage.models import DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.house import audit
from headwater.rooms.house.models import Job
from headwater.rooms.people.models import User

OVERTAKEN = "overtaken"


def plan_issues(*, now: datetime) -> int:
    """Plan what is due of every running schedule. Returns how many are new; safe to repeat."""
    running = DeckSchedule.objects.filter(since_at__isnull=False, paused_at=None, stopped_at=None)
    planned = 0
    for schedule in running.select_related("study", "unit").order_by("made_at", "pk"):
        waves = released_of(schedule) if schedule.rhythm == DeckSchedule.Rhythm.RELEASE else []
        for receiver in receivers_of(schedule):
            occasion = occasion_of(schedule, receiver, waves, now=now)
            planned += occasion is not None and plan_one(receiver=receiver, occasion=occasion, actor=None, now=now)
    return planned


def plan_one(*, receiver: DeckReceiver, occasion: Occasion, actor: User | None, now: datetime) -> bool:
    """Plan one deck, once. Those planned before and not made yet are overtaken by it. Returns whether it is new."""
    with transaction.atomic():
        issue, is_new = DeckIssue.objects.get_or_create(
            receiver=receiver, occasion=occasion.key, defaults={"due_at": now, "not_before_at": now}
        )
        if not is_new:
            return False
        write_down("deck.due", issue, actor=actor, now=now, occasion=occasion.key)
        waiting = DeckIssue.objects.select_for_update().filter(
            receiver=receiver, state__in=[DeckIssue.State.DUE, DeckIssue.State.FAILED]
        )
        for older in waiting.exclude(pk=issue.pk).exclude(sha256__gt=""):
            older.state, older.reason = DeckIssue.State.DROPPED, OVERTAKEN
            older.save(update_fields=["state", "reason"])
            write_down("deck.dropped", older, actor=actor, now=now, reason=OVERTAKEN)
    return True


def receivers_of(schedule: DeckSchedule) -> list[DeckReceiver]:
    """Return those who are sent a schedule's decks."""
    standing = DeckReceiver.objects.filter(schedule=schedule, removed_at=None, declined_at=None)
    return list(standing.select_related("user__person", "schedule").order_by("user__name", "user__email"))


def occasion_of(
    schedule: DeckSchedule, receiver: DeckReceiver, waves: Iterable[Released], *, now: datetime
) -> Occasion | None:
    """Return what a deck is due for now, None for nothing. What came before somebody was added is not made up."""
    assert schedule.since_at is not None
    since = max(schedule.since_at, receiver.added_at)
    if schedule.rhythm == DeckSchedule.Rhythm.RELEASE:
        return release_occasion(list(waves), after=timedelta(days=schedule.after_days), since=since, now=now)
    return calendar_occasion(_calendar(schedule), schedule.day, since=localdate(since), today=localdate(now))


def released_of(schedule: DeckSchedule) -> list[Released]:
    """Return the released waves that a schedule follows, each with whether all was worked out of it."""
    waves = waves_of(schedule)
    keys = {f"announce:{wave.pk}": wave.pk for wave in waves}
    done = set(Job.objects.filter(once_key__in=list(keys)).values_list("once_key", flat=True))
    ready: set[UUID] = {pk for key, pk in keys.items() if key in done}
    return [Released(str(one.pk), one.released_at, one.pk in ready) for one in waves if one.released_at is not None]


def next_moment(schedule: DeckSchedule, *, now: datetime) -> datetime | None:
    """Return when the next deck of a release that came already is due; None where the next wave decides."""
    if schedule.rhythm != DeckSchedule.Rhythm.RELEASE or schedule.since_at is None:
        return None
    after, since = timedelta(days=schedule.after_days), schedule.since_at
    coming = [due_at(one, after=after) for one in released_of(schedule) if one.released_at > since]
    return min((at for at in coming if at > now), default=None)


def next_day(schedule: DeckSchedule, *, now: datetime) -> date | None:
    """Return the next day of a calendar rhythm, None for one that follows releases."""
    if schedule.rhythm == DeckSchedule.Rhythm.RELEASE:
        return None
    return next_due_date(_calendar(schedule), schedule.day, localdate(now))


def _calendar(schedule: DeckSchedule) -> Rhythm:
    return "month" if schedule.rhythm == DeckSchedule.Rhythm.MONTH else "quarter"


def write_down(action: str, issue: DeckIssue, *, actor: User | None, now: datetime, **more: Any) -> None:
    """Write down what happened to one deck, under its schedule."""
    payload: Mapping[str, Any] = {"deck": str(issue.pk), "receiver": str(issue.receiver.user_id), **more}
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=str(issue.receiver.schedule_id), payload=payload, now=now)
