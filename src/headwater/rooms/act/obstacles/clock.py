"""The clock of obstacles: what is overdue goes to the next leader up, what an anonymous reporter said counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localdate

from headwater.rooms.act.logic.obstacle_clock import due_after, next_up
from headwater.rooms.act.models import Obstacle, ObstacleClock, ObstacleStep
from headwater.rooms.act.obstacles.letters import tell_owner
from headwater.rooms.act.obstacles.owners import MANAGE, clock_days, leaders_of
from headwater.rooms.act.obstacles.services import FEWEST_LEFT, ObstacleRefusedError, locked, settle
from headwater.rooms.act.obstacles.steps import add_step, ask_owner, asks_cancelled, write_down
from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import require, viewer_of

JOB = "run_obstacle_clock"
State, Kind, Role = Obstacle.State, ObstacleStep.Kind, ObstacleStep.Role


def run_clock(*, now: datetime) -> None:
    """Do what is due: the job `run_obstacle_clock`. Again on the same day it changes nothing."""
    for pk in Obstacle.objects.filter(reply_from__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            _let_count(pk, now)
    standing = Obstacle.objects.exclude(state=State.CLOSED)
    left = standing.filter(Q(owner=None) | Q(owner__is_active=False))
    for pk in left.values_list("pk", flat=True):
        with transaction.atomic():
            _give_again(pk, now)
    for pk in standing.filter(due_date__lt=localdate(now)).values_list("pk", flat=True):
        with transaction.atomic():
            _go_up(pk, now)
    over = Obstacle.objects.filter(is_audited=False, raised_at__lte=now - timedelta(hours=1)).order_by(
        "raised_at", "pk"
    )
    for pk in over.order_by("raised_at", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            _write_late(pk, now)


def set_clock(*, days: Mapping[str, int], actor: User, now: datetime) -> None:
    """Set the days by severity and for confirming. What stands keeps its day. Raises PermissionDenied.

    Raises ObstacleRefusedError for days outside 1 to 180 and for what has no clock.
    """
    require(viewer_of(actor, today=localdate(now)), MANAGE)
    known = clock_days()
    if not set(days) <= set(known) or not all(1 <= one <= 180 for one in days.values()):
        raise ObstacleRefusedError("days")
    changed = {key: one for key, one in days.items() if known[key] != one}
    with transaction.atomic():
        for key, one in changed.items():
            ObstacleClock.objects.update_or_create(severity=key, defaults={"days": one, "changed_at": now})
        if changed:
            audit.record(
                action="obstacle.clock_set", actor=str(actor.pk), subject="obstacles", payload=changed, now=now
            )


def _write_late(pk: UUID, now: datetime) -> None:
    """Write what an anonymous obstacle leaves behind, once no minute of it can be told from where it stands."""
    found = locked(pk)
    if found.is_audited:
        return
    write_down("obstacle.raised", found, actor="", now=found.raised_at)
    # Written anew: PostgreSQL would keep the transaction that wrote it first.
    Obstacle.objects.filter(pk=pk).update(is_audited=True)
    ObstacleStep.objects.filter(obstacle=pk).update(words=F("words"))
    if found.state != State.CLOSED:
        _ask(found, now)


def _let_count(pk: UUID, now: datetime) -> None:
    found = locked(pk)
    if found.reply_from is None or found.reply_from > now:
        return
    # The fixed hour, not the moment this ran: what is kept says nothing finer.
    settle(found, is_gone=found.reply == "confirmed", words=found.reply_words, by=None, actor="", now=found.reply_from)


def _give_again(pk: UUID, now: datetime) -> None:
    found = locked(pk)
    leaders = leaders_of(found)
    if found.state == State.CLOSED or (found.owner is not None and found.owner.is_active) or not leaders:
        return
    place = min(found.level, len(leaders) - 1)
    asks_cancelled(found, now=now)
    found.owner, found.level, found.version = leaders[place], place, found.version + 1
    found.due_date = max(found.due_date, localdate(now) + timedelta(days=FEWEST_LEFT))
    found.save()
    add_step(found, Kind.HANDED, Role.CLOCK, now=now)
    write_down("obstacle.handed", found, actor=audit.SYSTEM, now=now)
    _ask(found, now)


def _go_up(pk: UUID, now: datetime) -> None:
    found = locked(pk)
    today = localdate(now)
    # A word that waits for its hour is a word: no silence is counted over it.
    if found.state == State.CLOSED or found.due_date >= today or found.reply:
        return
    people = leaders_of(found)
    way = next_up([str(one.pk) for one in people], str(found.owner_id or ""), found.level)
    if way is None:
        return
    owner = next(one for one in people if str(one.pk) == way.owner)
    moved = owner.pk != found.owner_id
    if moved:
        asks_cancelled(found, now=now)
    found.owner, found.level, found.version = owner, max(way.level, found.level), found.version + 1
    found.due_date = due_after(today, "confirm" if found.state == State.ANSWERED else found.severity, clock_days())
    found.save()
    add_step(found, Kind.ESCALATED if moved else Kind.REMINDED, Role.CLOCK, now=now)
    write_down("obstacle.escalated", found, actor=audit.SYSTEM, now=now, moved=moved)
    _ask(found, now)


def _ask(found: Obstacle, now: datetime) -> None:
    if found.state == State.OPEN:
        ask_owner(found, now=now)
    tell_owner(found, now=now)
