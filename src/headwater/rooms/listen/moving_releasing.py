"""Results of answers that were moved in: scored, attacked by the auditor and released like those of any other wave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.moving_undoing import allow_release
from headwater.rooms.listen.waves import advance_wave
from headwater.rooms.people.models import User

SMALL = 20_000
"""Responses of a wave that is scored at once; a larger one waits for a worker."""


def release_moved(*, import_id: UUID, actor: User, now: datetime) -> None:
    """Let the waves of an import be released: small ones at once, in their order, the others by the clockwork."""
    for wave_id in allow_release(import_id=import_id, actor=actor, now=now):
        wave = Wave.objects.get(pk=wave_id)
        if (wave.responses or 0) <= SMALL:
            advance_wave(wave_id=wave_id, now=now)
        else:
            enqueue_job(name="advance_wave", arguments={"wave_id": str(wave_id)}, now=now)
