"""Posters: a QR code on a wall that opens the report form at a place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from headwater.rooms.act.incidents.who import WORK, number_of
from headwater.rooms.act.logic.receipts import ALPHABET
from headwater.rooms.act.models import IncidentPoster
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import LEADER, Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import leads_whole, viewer_of

SIGNS = 8


@dataclass(frozen=True)
class PosterLine:
    """One poster and its address."""

    poster: IncidentPoster
    address: str


@dataclass(frozen=True)
class PostersPage:
    """Posters that a viewer made or may make, and the address that names no place."""

    lines: tuple[PosterLine, ...]
    general: str


def may_make(viewer: Viewer, unit: Unit | None = None) -> bool:
    """Whether a viewer puts up posters: safety officers and the top leader anywhere, leaders in their units."""
    if leads_whole(viewer) or can(viewer, WORK):
        return True
    if unit is None:
        return any(one.role == LEADER for one in viewer.holdings)
    number = number_of(unit)
    return number is not None and any(
        one.role == LEADER and one.span is not None and one.span.holds(number) for one in viewer.holdings
    )


def posters_page(*, viewer: Viewer) -> PostersPage:
    """Return the posters that hang where a viewer may put some up. Raises PermissionDenied."""
    if not may_make(viewer):
        raise PermissionDenied
    hanging = IncidentPoster.objects.filter(ended_at=None).select_related("unit").order_by("unit__name", "place")
    lines = tuple(PosterLine(one, address_of_code(one.code)) for one in hanging if may_make(viewer, one.unit))
    return PostersPage(lines, urljoin(settings.ADDRESS, reverse("incident:report")))


def poster_for(*, viewer: Viewer, poster_id: UUID) -> PosterLine:
    """Return one poster to print. Raises IncidentPoster.DoesNotExist, PermissionDenied."""
    found = IncidentPoster.objects.select_related("unit").get(pk=poster_id)
    if not may_make(viewer, found.unit):
        raise PermissionDenied
    return PosterLine(found, address_of_code(found.code))


def make_poster(*, poster_id: UUID, unit: Unit | None, place: str, actor: User, now: datetime) -> IncidentPoster:
    """Make a poster under an id its form chose: the same again returns the one that stands. Raises PermissionDenied."""
    viewer = viewer_of(actor, today=localdate(now))
    if not may_make(viewer, unit) or (unit is None and not (leads_whole(viewer) or can(viewer, WORK))):
        raise PermissionDenied
    with transaction.atomic():
        made, is_new = IncidentPoster.objects.get_or_create(
            pk=poster_id,
            defaults={
                "code": "".join(secrets.choice(ALPHABET) for _sign in range(SIGNS)),
                "unit": unit,
                "place": " ".join(place.split())[:200],
                "made_at": now,
                "made_by": actor,
            },
        )
        if is_new:
            _record("incident.poster_made", made, actor, now)
    return made


def end_poster(*, poster_id: UUID, actor: User, now: datetime) -> None:
    """Take a poster down. Its code still opens the form. Again changes nothing. Raises PermissionDenied."""
    with transaction.atomic():
        found = IncidentPoster.objects.select_for_update(of=("self",)).select_related("unit").get(pk=poster_id)
        if not may_make(viewer_of(actor, today=localdate(now)), found.unit):
            raise PermissionDenied
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            _record("incident.poster_ended", found, actor, now)


def poster_of(code: str) -> IncidentPoster | None:
    """Return the poster of a code; None for one nobody made. Of a dissolved unit it names what followed it."""
    if not code:
        return None
    found = IncidentPoster.objects.select_related("unit").filter(code=code.upper()[:16]).first()
    if found is not None and found.unit is not None and not found.unit.is_open:
        found.unit = present_unit(found.unit)
    return found


def address_of_code(code: str) -> str:
    """Return the address behind a poster."""
    return urljoin(settings.ADDRESS, reverse("incident:poster", args=[code]))


def _record(action: str, poster: IncidentPoster, actor: User, now: datetime) -> None:
    payload = {"poster": str(poster.pk)}
    audit.record(action=action, actor=str(actor.pk), subject=str(poster.pk), payload=payload, now=now)
