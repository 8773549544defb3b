"""What value cases answer in the house's slots: one person's data. They hold no person but who made and presented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy

from headwater.rooms.house.slots import Erased, ExportFile
from headwater.rooms.prove.models import ValueCase, ValueVersion


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Count the cases a person made: they stay, as an account without a name."""
    own = UUID(person)
    count = ValueCase.objects.filter(made_by__person=own).count()
    if count:
        why = gettext_lazy("the organisation's record of its decisions; the name is gone with the person's")
        yield Erased(gettext_lazy("value cases made"), count, why)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which cases a person made and presented."""
    own = UUID(person)
    made = Q(made_by__person=own) | Q(presented_by__person=own)
    found = [
        {
            "case": one.case.title,
            "version": one.number,
            "made_at": one.made_at,
            "presented_at": one.presented_at,
            "for": one.why,
        }
        for one in ValueVersion.objects.filter(made).select_related("case").order_by("made_at")
    ]
    if found:
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("value-cases.json", "application/json", text.encode())
