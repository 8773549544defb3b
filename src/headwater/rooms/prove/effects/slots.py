"""What effects answer in the slots of the house: what waits, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import viewer
from headwater.rooms.prove.models import EffectCheck, EffectPlan

LOOK_MINUTES = 3
MOST_NEEDS = 5


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the verdicts on a viewer's own actions that they have not looked at: they hear first."""
    asker = viewer(request)
    if not asker.person or not asker.holdings:
        return
    waiting = EffectCheck.objects.filter(plan__owner=asker.person_id, is_judging=True, seen_at=None)
    for check in waiting.select_related("plan", "wave").order_by("-made_at")[:MOST_NEEDS]:
        yield Need(
            f"effect-{check.plan_id}",
            _("Effects"),
            _("Did it work? “%(title)s”") % {"title": check.plan.title},
            _("Checked with %(wave)s. You hear first; others see it three days later, or once you have looked.")
            % {"wave": check.wave.title},
            LOOK_MINUTES,
            reverse("prove:effects_one", args=[check.plan_id]),
            _("Look"),
        )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person from the actions they answer for, with their words; verdicts stay, of the unit and of nobody."""
    own = EffectPlan.objects.filter(owner=UUID(person))
    yield Erased(
        gettext_lazy("actions whose effect is checked"),
        own.update(owner=None, title=""),
        gettext_lazy("The effect on the unit's score stays, without name and words, so that no result goes missing."),
    )


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the plans and checks of a person's own actions."""
    plans = EffectPlan.objects.filter(owner=UUID(person)).select_related("unit").order_by("registered_at")
    found = [
        {
            "kind": plan.kind,
            "title": plan.title,
            "unit": plan.unit.key,
            "score": plan.score,
            "forecast": [plan.low, plan.likely, plan.high],
            "started": plan.started_date,
            "due": plan.due_date,
            "registered": plan.registered_at,
            "checks": list(
                EffectCheck.objects.filter(plan=plan)
                .order_by("made_at")
                .values("wave__key", "verdict", "effect", "low", "high", "made_at", "seen_at")
            ),
        }
        for plan in plans
    ]
    if found:
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("effects.json", "application/json", content.encode())
