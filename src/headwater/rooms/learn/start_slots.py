"""A leader's own studies at the privacy desk: what is handed out, and what is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from headwater.rooms.house.slots import Erased, ExportFile
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.listen.models import Study


def erase_alone(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a leader's own answers and words out, and a person out of those whom somebody chose to ask."""
    mine = AloneStudy.objects.filter(person=UUID(person)).values("study")
    rounds = AloneRound.objects.filter(wave__study__in=mine)
    count = rounds.update(own={}, words="", from_date=None)
    for study in Study.objects.filter(pk__in=AloneStudy.objects.values("study")):
        chosen = study.population.get("people", [])
        if person in chosen:
            study.population = {**study.population, "people": [one for one in chosen if one != person]}
            study.save(update_fields=["population"])
            count += 1
    yield Erased(gettext_lazy("own answers and words of a leader who started alone"), count)


def export_alone(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down how a leader answered about themselves, and what they tried."""
    rounds = AloneRound.objects.filter(wave__study__in=AloneStudy.objects.filter(person=UUID(person)).values("study"))
    found = [
        {
            "study": one.wave.study.title,
            "wave": one.wave.title,
            "own": one.own,
            "answered": one.own_at,
            "tries": one.words,
            "from": one.from_date,
        }
        for one in rounds.select_related("wave__study").order_by("own_at")
    ]
    if found:
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("started-alone.json", "application/json", content.encode())
