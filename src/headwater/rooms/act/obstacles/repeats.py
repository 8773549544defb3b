"""Repeats: obstacles of one service that may be the same matter, joined by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.likeness import alike_pairs
from headwater.rooms.act.models import Obstacle, ObstacleGroup
from headwater.rooms.act.obstacles.owners import manages, may_answer
from headwater.rooms.act.obstacles.services import ObstacleRefusedError
from headwater.rooms.act.obstacles.steps import write_down
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

MOST_COMPARED = 300


@dataclass(frozen=True)
class Alike:
    """Two obstacles that may be one. percent: how alike their words are."""

    one: Obstacle
    other: Obstacle
    percent: int


def alike_of(obstacles: Sequence[Obstacle]) -> tuple[Alike, ...]:
    """Return pairs that speak alike, of one service and not yet joined, the most alike first."""
    by_service: dict[UUID | None, dict[str, Obstacle]] = {}
    for one in obstacles[:MOST_COMPARED]:
        by_service.setdefault(one.serving_unit_id, {})[str(one.pk)] = one
    found = []
    for listed in by_service.values():
        texts = {key: f"{one.what} {one.to_customers}" for key, one in listed.items()}
        for first, second, index in alike_pairs(texts):
            one, other = listed[first], listed[second]
            if one.group_id is None or one.group_id != other.group_id:
                found.append(Alike(one, other, round(100 * index)))
    return tuple(sorted(found, key=lambda pair: (-pair.percent, str(pair.one.pk))))


def join_repeats(*, first: UUID, second: UUID, title: str, actor: User, now: datetime) -> ObstacleGroup:
    """Say that two obstacles of one service are the same matter. Groups that they belong to become one.

    Each keeps its own clock and its own word: joining answers nothing. Again changes nothing. Raises
    Obstacle.DoesNotExist, PermissionDenied, ObstacleRefusedError for two services and for no title.
    """
    with transaction.atomic():
        pair = sorted((first, second))
        list(Obstacle.objects.select_for_update().filter(pk__in=pair).order_by("pk"))
        one, other = (Obstacle.objects.select_related("serving_unit", "from_unit", "group").get(pk=pk) for pk in pair)
        viewer = viewer_of(actor, today=localdate(now))
        if not all(manages(viewer, each) or may_answer(viewer, each) for each in (one, other)):
            raise PermissionDenied
        if one.pk == other.pk or one.serving_unit_id != other.serving_unit_id:
            raise ObstacleRefusedError(_("They come from two services."))
        if one.group is not None and one.group_id == other.group_id:
            return one.group
        group = one.group or other.group
        if group is None:
            if not title.strip():
                raise ObstacleRefusedError(_("Say in a few words what it is."))
            group = ObstacleGroup.objects.create(title=title.strip()[:160], made_by=actor, made_at=now)
        theirs = {each.group_id for each in (one, other) if each.group_id is not None}
        Obstacle.objects.filter(group__in=theirs).update(group=group)
        Obstacle.objects.filter(pk__in=pair).update(group=group)
        ObstacleGroup.objects.filter(pk__in=theirs).exclude(pk=group.pk).delete()
        for each in (one, other):
            write_down("obstacle.joined", each, actor=str(actor.pk), now=now, group=str(group.pk))
    return group


def part_repeat(*, obstacle_id: UUID, actor: User, now: datetime) -> None:
    """Say that an obstacle is a matter of its own after all. Again changes nothing. Raises PermissionDenied."""
    with transaction.atomic():
        found = Obstacle.objects.select_for_update(of=("self",)).get(pk=obstacle_id)
        viewer = viewer_of(actor, today=localdate(now))
        if not (manages(viewer, found) or may_answer(viewer, found)):
            raise PermissionDenied
        if found.group_id is not None:
            Obstacle.objects.filter(pk=found.pk).update(group=None)
            write_down("obstacle.parted", found, actor=str(actor.pk), now=now)
