"""Goals and the vision as they are written, ordered and retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.rooms.decide.directions.visions import kept_words
from headwater.rooms.decide.models import Direction, DirectionReview, Goal, VisionVersion
from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError

MOST_GOALS = 12


class GoalRefusedError(HeadwaterError):
    """A goal that cannot be kept so; the message says why."""

    exit_code = 3


class StaleVisionError(HeadwaterError):
    """Somebody wrote a newer version since the page was opened; nothing was overwritten."""

    exit_code = 3


def add_goal(*, title: str, why: str, by_date: date | None, actor: User, now: datetime) -> Goal:
    """Write a goal, at the end. One that stands under the same title is returned as it is.

    Raises GoalRefusedError for one more than can be kept in mind.
    """
    title = " ".join(title.split())
    with transaction.atomic():
        standing = Goal.objects.select_for_update().filter(retired_at=None)
        known = standing.filter(title=title).first()
        if known is not None:
            return known
        if standing.count() >= MOST_GOALS:
            raise GoalRefusedError(_("More than %(n)s goals are none. Retire one first.") % {"n": MOST_GOALS})
        last = Goal.objects.aggregate(last=Max("position"))["last"]
        goal = Goal.objects.create(
            title=title, why=why.strip(), by_date=by_date, position=(last or 0) + 1, made_at=now, made_by=actor
        )
        _record("goal.added", goal, actor, now)
    return goal


def change_goal(*, goal_id: UUID, title: str, why: str, by_date: date | None, actor: User, now: datetime) -> Goal:
    """Write a goal anew while nothing serves it. Raises GoalRefusedError for one that is served, or retired."""
    with transaction.atomic():
        goal = Goal.objects.select_for_update().get(pk=goal_id)
        values = {"title": " ".join(title.split()), "why": why.strip(), "by_date": by_date}
        if all(getattr(goal, name) == value for name, value in values.items()):
            return goal
        if goal.retired_at is not None or is_served(goal):
            raise GoalRefusedError(
                _("A direction names this goal, so its words stay. Retire it and write the new one beside it.")
            )
        if Goal.objects.filter(retired_at=None, title=values["title"]).exclude(pk=goal.pk).exists():
            raise GoalRefusedError(_("Another goal is called so already."))
        for name, value in values.items():
            setattr(goal, name, value)
        goal.save()
        _record("goal.changed", goal, actor, now)
    return goal


def move_goal(*, goal_id: UUID, by: int, actor: User, now: datetime) -> None:
    """Let a goal change places with its neighbour. by: -1 earlier, 1 later. At the end nothing happens."""
    with transaction.atomic():
        standing = list(Goal.objects.select_for_update().filter(retired_at=None).order_by("position", "made_at"))
        place = next((at for at, goal in enumerate(standing) if goal.pk == goal_id), None)
        if place is None or by not in (-1, 1) or not 0 <= place + by < len(standing):
            return
        standing[place], standing[place + by] = standing[place + by], standing[place]
        for position, goal in enumerate(standing, 1):
            if goal.position != position:
                goal.position = position
                goal.save(update_fields=["position"])
        _record("goal.moved", standing[place + by], actor, now)


def retire_goal(*, goal_id: UUID, actor: User, now: datetime) -> None:
    """Retire a goal; one that no direction ever named is taken away. Raises GoalRefusedError while one serves it."""
    with transaction.atomic():
        goal = Goal.objects.select_for_update().filter(pk=goal_id).first()
        if goal is None or goal.retired_at is not None:
            return
        if Direction.objects.filter(goal=goal, state=Direction.State.GOING).exists():
            raise GoalRefusedError(_("A direction that goes on serves this goal. Finish or stop it first."))
        if is_served(goal):
            goal.retired_at = now
            goal.save(update_fields=["retired_at"])
            _record("goal.retired", goal, actor, now)
        else:
            _record("goal.removed", goal, actor, now)
            goal.delete()


def is_served(goal: Goal) -> bool:
    """Whether a direction or a review ever named a goal."""
    return Direction.objects.filter(goal=goal).exists() or DirectionReview.objects.filter(goal=goal).exists()


def write_vision(*, title: str, sections: Mapping[str, str], basis: int, actor: User, now: datetime) -> VisionVersion:
    """Keep the vision as its next version; one that changes nothing is not kept again.

    basis: the number the page was built on, 0 for none. Raises StaleVisionError when somebody was faster.
    """
    title, words = " ".join(title.split()), kept_words(sections)
    standing = VisionVersion.objects.order_by("-number").first()
    number = 0 if standing is None else standing.number
    if standing is not None and (standing.title, standing.sections) == (title, words):
        return standing
    if number != basis:
        raise StaleVisionError("the vision was written anew since this page was opened")
    try:
        with transaction.atomic():
            made = VisionVersion.objects.create(
                number=number + 1, title=title, sections=words, made_at=now, made_by=actor
            )
            audit.record(
                action="vision.written", actor=str(actor.pk), subject=str(made.pk), payload={"number": made.number},
                now=now,
            )  # fmt: skip
    except IntegrityError:
        raise StaleVisionError("the vision was written anew since this page was opened") from None
    return made


def _record(action: str, goal: Goal, actor: User, now: datetime) -> None:
    payload = {"title": goal.title, "position": goal.position}
    audit.record(action=action, actor=str(actor.pk), subject=str(goal.pk), payload=payload, now=now)
