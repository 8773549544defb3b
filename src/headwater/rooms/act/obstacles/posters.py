"""Posters: a link of a unit, drawn as a QR code, under which anybody tells an obstacle without an account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from headwater.rooms.act.models import ObstaclePoster
from headwater.rooms.act.obstacles.codes import digest_of_token, is_same, token_of
from headwater.rooms.act.obstacles.owners import SEE
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.house import audit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import require, viewer_of


def make_poster(*, unit: Unit, is_new: bool, actor: User, now: datetime) -> ObstaclePoster:
    """Return the poster of a unit; with is_new a fresh one, after which the old link opens nothing more.

    Raises PermissionDenied to who does not lead or look after the unit.
    """
    require(viewer_of(actor, today=localdate(now)), SEE, unit)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        found = ObstaclePoster.objects.filter(unit=unit).first()
        if found is not None and not is_new and found.ended_at is None:
            return found
        number = 1 if found is None else found.number + 1
        values = {
            "number": number,
            "digest": digest_of_token(token_of(unit.pk, number)),
            "made_by": actor,
            "made_at": now,
            "ended_at": None,
        }
        made, _is_first = ObstaclePoster.objects.update_or_create(unit=unit, defaults=values)
        payload = {"number": number}
        audit.record(action="obstacle.poster_made", actor=str(actor.pk), subject=str(unit.pk), payload=payload, now=now)
    return made


def poster_of(*, unit: Unit) -> ObstaclePoster | None:
    """Return the poster of a unit that opens, None before there is one."""
    return ObstaclePoster.objects.filter(unit=unit, ended_at=None).first()


def token_of_poster(poster: ObstaclePoster) -> str:
    """Return what stands in a poster's address."""
    return token_of(poster.unit_id, poster.number)


def unit_of_token(token: str) -> Unit | None:
    """Return the unit of a poster as it stands today, None for a link nobody made or one that ended."""
    digest = digest_of_token(token)
    found = ObstaclePoster.objects.select_related("unit__leader").filter(digest=digest, ended_at=None).first()
    if found is None or not is_same(found.digest, digest):
        return None
    return present_unit(found.unit)
