"""What obstacles answer in the slots of the house: what waits, from a theme of comments, erasure, export, retention."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.act.commitments.sources import THEME
from headwater.rooms.act.models import Obstacle, ObstacleGroup, ObstacleStep
from headwater.rooms.act.obstacles.queries import waiting_for
from headwater.rooms.act.obstacles.steps import ANSWER_MINUTES
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.viewers import viewer

CONFIRM_MINUTES, RAISE_MINUTES = 1, 2
SHOWN = 5


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield obstacles to answer, each by its day, and those whose end the viewer confirms, together."""
    asker = viewer(request)
    if not asker.person or not can(asker, "obstacles.raise"):
        return
    answer, confirm = waiting_for(viewer=asker, today=timezone.localdate(now))
    for line in answer[:SHOWN]:
        one = line.obstacle
        yield Need(
            f"obstacle-{one.pk}-{one.version}",
            _("Obstacles"),
            _("It came up to you: an obstacle without an answer")
            if one.level
            else _("An obstacle waits for your answer"),
            _("%(what)s Answer by %(day)s.") % {"what": _shortened(one.what), "day": date_format(one.due_date)},
            ANSWER_MINUTES,
            reverse("act:obstacles_one", args=[one.pk]),
            _("Answer"),
            order=2 if line.days_left < 0 or one.level or one.severity == Obstacle.Severity.STOPS else 4,
        )
    if confirm:
        count = len(confirm)
        first = confirm[0].obstacle
        yield Need(
            "obstacles-confirm",
            _("Obstacles"),
            ngettext("Is it gone? One obstacle waits for your word", "Are they gone? %(n)s wait for your word", count)
            % {"n": count},
            _("Nothing closes before you say so."),
            CONFIRM_MINUTES * count,
            reverse("act:obstacles_one", args=[first.pk]) if count == 1 else reverse("act:obstacles"),
            _("Say so"),
            order=4,
        )


def next_steps_of(request: HttpRequest, finding: Finding) -> Iterator[NextStep]:
    """Yield, from a theme of released comments, the step to an obstacle that cites it."""
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not finding.score.startswith(THEME) or not can(viewer(request), "results.see", unit.number):
        return
    asked = {"study": finding.study, "wave": finding.wave, "unit": finding.unit, "score": finding.score}
    yield NextStep(
        "commit",
        _("Raise it as an obstacle"),
        _("To the service it comes from, with a day for the answer. The theme is cited."),
        f"{reverse('act:obstacles_new')}?{urlencode(asked)}",
        RAISE_MINUTES,
    )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person's name from obstacles they raised, answer for or answered; the obstacles stay, with their clock."""
    pk = UUID(person)
    raised = Obstacle.objects.filter(raised_by=pk).update(raised_by=None)
    owned = Obstacle.objects.filter(owner=pk).update(owner=None)
    steps = ObstacleStep.objects.filter(by=pk).update(by=None)
    ObstacleGroup.objects.filter(made_by__person=pk).update(made_by=None)
    total = raised + owned + steps
    kept = gettext_lazy("The obstacles stay without the name: they are about the work of units.") if total else ""
    yield Erased(gettext_lazy("names on obstacles"), total, kept)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the obstacles a person raised with their name or answers for, and their steps."""
    pk = UUID(person)
    words = ("what", "to_customers", "severity", "raised_date", "state", "answer", "closed_date", "from_unit__name")
    found = {
        "raised": list(Obstacle.objects.filter(raised_by=pk).order_by("raised_at").values(*words)),
        "answers_for": list(Obstacle.objects.filter(owner=pk).order_by("raised_at").values(*words)),
        "steps": list(
            ObstacleStep.objects.filter(by=pk).order_by("at", "pk").values("kind", "words", "at", "obstacle__what")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("obstacles.json", "application/json", content.encode())


GONE = "–"
"""Stands in place of forgotten words, in every language."""


def _forget_closed(before: datetime, now: datetime) -> int:
    """Forget the words of old closed obstacles; their dates and units stay for the counts."""
    old = Obstacle.objects.filter(state=Obstacle.State.CLOSED, closed_at__lt=before).exclude(what=GONE)
    keys = list(old.values_list("pk", flat=True))
    ObstacleStep.objects.filter(obstacle__in=keys).update(words="", by=None)
    return Obstacle.objects.filter(pk__in=keys).update(
        what=GONE, to_customers="", answer=GONE, theme_words="", raised_by=None, receipt=""
    )


CLOSED_KEPT = Kept(
    gettext_lazy("Words of closed obstacles"),
    gettext_lazy("What was raised and answered, and by whom, is forgotten. Counts, units and days stay."),
    1095,
    90,
    _forget_closed,
)


def _shortened(words: str) -> str:
    plain = " ".join(words.split())
    short = plain if len(plain) <= 120 else f"{plain[:119].rstrip()}…"
    return short if short.endswith((".", "!", "?", "…")) else f"{short}."
