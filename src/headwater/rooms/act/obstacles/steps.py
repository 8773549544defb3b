"""What every change of an obstacle leaves behind: a step, an audit entry, minutes asked of its owner."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Obstacle, ObstacleStep
from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.engage.models import Ask
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User

ANSWER_MINUTES = 10
"""What an answer takes, as the house assumes."""


def add_step(
    obstacle: Obstacle, kind: str, role: str, *, now: datetime, by: Person | None = None, words: str = ""
) -> ObstacleStep:
    """Add a step, in the caller's transaction, with the obstacle locked."""
    last = ObstacleStep.objects.filter(obstacle=obstacle).aggregate(last=Max("number"))["last"] or 0
    return ObstacleStep.objects.create(
        obstacle=obstacle, number=last + 1, kind=kind, role=role, words=words, by=by, at=now
    )


def write_down(action: str, obstacle: Obstacle, *, actor: str, now: datetime, **payload: object) -> None:
    """Add an audit entry. actor: "" for an anonymous reporter."""
    told = {"state": obstacle.state, "version": obstacle.version, **payload}
    audit.record(action=action, actor=actor, subject=str(obstacle.pk), payload=told, now=now)


def check_owner(obstacle: Obstacle, *, over_reason: str, actor: User) -> None:
    """Refuse, before it is kept, an owner whom somebody chose and whose week is full. Raises OverloadError."""
    if obstacle.owner is not None:
        wanted = NewAsk(obstacle.owner, ANSWER_MINUTES, obstacle.due_date)
        check_load([wanted], over_reason=over_reason, actor=actor)


def ask_owner(obstacle: Obstacle, *, now: datetime, over_reason: str = "") -> None:
    """Count the minutes that an answer asks of its owner, anew each time it is opened again."""
    if obstacle.owner is None:
        return
    record_ask(
        person=obstacle.owner,
        kind="obstacle",
        title=_("Answer an obstacle"),
        minutes=ANSWER_MINUTES,
        due_date=obstacle.due_date,
        href=reverse("act:obstacles_one", args=[obstacle.pk]),
        source=f"{_source(obstacle)}{obstacle.version}",
        actor=None,
        now=now,
        over_reason=over_reason,
    )


def asks_done(obstacle: Obstacle, *, actor: User | None, now: datetime) -> None:
    """Note that what was asked for an answer was done."""
    for source in _standing(obstacle):
        done_ask(source=source, actor=actor, now=now)


def asks_cancelled(obstacle: Obstacle, *, now: datetime) -> None:
    """Let what was asked for an answer fall away."""
    for source in _standing(obstacle):
        cancel_ask(source=source, actor=None, now=now)


def _source(obstacle: Obstacle) -> str:
    return f"obstacle:{obstacle.pk}:"


def _standing(obstacle: Obstacle) -> list[str]:
    found = Ask.objects.filter(source__startswith=_source(obstacle), done_at=None, cancelled_at=None)
    return sorted(set(found.values_list("source", flat=True)))
