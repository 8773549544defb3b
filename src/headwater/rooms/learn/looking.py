"""Who has looked: written once, read by nobody but their own home page."""

from __future__ import annotations

from datetime import datetime

from headwater.rooms.learn.models import Look
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User


def note_look(*, user: User, wave: Wave, now: datetime) -> None:
    """Note that somebody opened the results of a wave. Safe to repeat."""
    Look.objects.get_or_create(user=user, wave=wave, defaults={"first_at": now})
