"""Plans of released waves, read once and kept: what was frozen at launch never changes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import plan_in_force


def plan_for_pages(wave: Wave) -> WavePlan:
    """Return the plan in force of a launched wave, for pages: a large one takes half a second to read."""
    return _plan(wave.pk, wave.launched_at, json.dumps(wave.stricter, sort_keys=True))


@lru_cache(maxsize=8)
def _plan(wave_id: UUID, _launched_at: datetime | None, _stricter: str) -> WavePlan:
    return plan_in_force(Wave.objects.get(pk=wave_id))
