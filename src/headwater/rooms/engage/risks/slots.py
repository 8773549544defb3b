"""What the register of risks answers in the slots of the house: what waits, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.engage.models import Risk, RiskStep
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.viewers import viewer

MINUTES = 3


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield reports that nobody has looked at, to who manages the register."""
    if not can(viewer(request), "risks.manage"):
        return
    touched = RiskStep.objects.values("risk")
    waiting = Risk.objects.filter(state=Risk.State.OPEN, thanked_at=None).exclude(pk__in=touched).count()
    if waiting:
        yield Need(
            "risks",
            _("Risks"),
            ngettext("One risk was reported", "%(n)s risks were reported", waiting) % {"n": waiting},
            _("Thank for it, and say what becomes of it."),
            MINUTES * waiting,
            reverse("engage:risks"),
            _("Look"),
            order=1,
        )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person's name from risks they reported or look after, and the words in which they named others."""
    pk = UUID(person)
    reported = Risk.objects.filter(reporter__person=pk).update(reporter=None, through="", thanks="")
    owned = Risk.objects.filter(owner=pk).update(owner=None)
    yield Erased(
        gettext_lazy("names in the register of risks"),
        reported + owned,
        gettext_lazy("The risks stay without the name: they are about the work of a unit.") if reported else "",
    )


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the risks a person reported or looks after."""
    pk = UUID(person)
    words = ("title", "what", "unit__name", "seen_date", "reported_date", "state", "upside")
    found = {
        "reported": list(
            Risk.objects.filter(reporter__person=pk).order_by("reported_at").values(*words, "through", "thanks")
        ),
        "looked_after": list(Risk.objects.filter(owner=pk).order_by("reported_at").values(*words)),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("risks.json", "application/json", content.encode())
