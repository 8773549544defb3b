"""What directions answer in the house's slots: what needs this viewer, the step from a finding, one person's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.decide.directions.allowed import CHOOSE, may_choose, may_prepare, units_with
from headwater.rooms.decide.directions.queries import reviews_due
from headwater.rooms.decide.logic.directions import REVIEW_AHEAD_DAYS, REVIEW_MINUTES
from headwater.rooms.decide.models import CandidateRating, Direction, DirectionCandidate, DirectionReview
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep
from headwater.rooms.learn.evidence import plain_score
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import viewer

CHOOSE_MINUTES, START_MINUTES = 20, 5
MOST_UNITS = 3
"""Units for which home asks to choose at once."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield reviews that are due, to who chooses or answers for them, and units whose board waits for a choice."""
    asker, today = viewer(request), timezone.localdate(now)
    person = asker.person_id if asker.person else None
    mine = Q(owner=person) if person is not None else Q(pk__in=[])
    if has_role_for(asker, CHOOSE):
        mine |= units_with(asker, CHOOSE, field="unit__")
    going = Direction.objects.filter(mine, state=Direction.State.GOING).select_related("unit", "goal", "owner")
    for direction, due in reviews_due(list(going.order_by("target_date")[:50]), today, ahead=REVIEW_AHEAD_DAYS):
        chooses = may_choose(asker, direction.unit)
        yield Need(
            f"direction-review-{direction.pk}",
            _("Directions"),
            _("Look again at “%(title)s”") % {"title": direction.title},
            _("Due %(day)s. It serves: %(goal)s. Go on, change it, or stop, and say why.")
            % {"day": date_format(due), "goal": direction.goal.title},
            REVIEW_MINUTES,
            reverse("decide:directions_review" if chooses else "decide:directions_one", args=[direction.pk]),
            _("Look at it") if chooses else _("Get ready for it"),
            order=1,
        )
    if has_role_for(asker, CHOOSE):
        yield from _to_choose(request)


def _to_choose(request: HttpRequest) -> Iterator[Need]:
    asker = viewer(request)
    rated = CandidateRating.objects.values("candidate")
    waiting = DirectionCandidate.objects.filter(
        units_with(asker, CHOOSE, field="unit__"), state=DirectionCandidate.State.OPEN, pk__in=rated
    )
    counts: dict[UUID, int] = {}
    for pk in waiting.order_by("unit__number").values_list("unit", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    led = set(Direction.objects.filter(unit__in=counts, state=Direction.State.GOING).values_list("unit", flat=True))
    units = Unit.objects.filter(pk__in=[pk for pk in counts if pk not in led], is_open=True).order_by("number")
    for unit in units[:MOST_UNITS]:
        yield Need(
            f"direction-choose-{unit.pk}",
            _("Directions"),
            _("Choose a direction for %(unit)s") % {"unit": unit.name},
            ngettext(
                "%(n)s candidate stands on the board with its effort and readiness. Choose one or few.",
                "%(n)s candidates stand on the board with their effort and readiness. Choose one or few.",
                counts[unit.pk],
            )
            % {"n": counts[unit.pk]},
            CHOOSE_MINUTES,
            f"{reverse('decide:directions_board')}?{urlencode({'unit': unit.key})}",
            _("Open the board"),
            order=1,
        )


def next_steps_of(request: HttpRequest, finding: Finding) -> Iterator[NextStep]:
    """Yield the step from a finding to a direction, to who prepares or chooses for its unit."""
    asker = viewer(request)
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not finding.score or not may_prepare(asker, unit):
        return
    query = {
        "study": finding.study,
        "wave": finding.wave,
        "unit": finding.unit,
        "score": plain_score(finding.score),
    }
    yield NextStep(
        "commit",
        _("Start a direction"),
        _("What it would take, what may come of it, and the smallest change that can be seen."),
        f"{reverse('decide:directions_finding')}?{urlencode(query)}",
        START_MINUTES,
    )


def erase_person(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take away who asked to stop something and what was written beside estimates. Who answered for a direction stays,
    as an id: the organisation's record of its decisions.
    """
    asked = DirectionCandidate.objects.filter(asked_by=UUID(person)).update(asked_by=None)
    yield Erased(gettext_lazy("requests to stop something"), asked)
    notes = CandidateRating.objects.filter(by__person=UUID(person)).exclude(note="").update(note="")
    yield Erased(gettext_lazy("notes beside estimates"), notes)
    kept = Direction.objects.filter(owner=UUID(person)).count()
    if kept:
        why = gettext_lazy("the organisation's record of its decisions; the name is gone with the person's")
        yield Erased(gettext_lazy("directions answered for"), kept, why)


def export_person(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which directions a person answers for, chose and reviewed, what they asked to stop and estimated."""
    own = UUID(person)
    found: dict[str, list[dict[str, Any]]] = {
        "directions": [
            {
                "title": one.title,
                "unit": one.unit.key,
                "state": one.state,
                "why": one.why,
                "target": one.target,
                "by": one.target_date,
                "answers_for_it": one.owner_id == own,
                "chosen_at": one.chosen_at,
            }
            for one in Direction.objects.filter(Q(owner=own) | Q(chosen_by__person=own)).select_related("unit")
        ],
        "reviews": [
            {"direction": one.direction.title, "held": one.held_at, "decided": one.decision, "why": one.why}
            for one in DirectionReview.objects.filter(held_by__person=own).select_related("direction")
        ],
        "candidates": [
            {
                "title": one.title,
                "unit": one.unit.key,
                "why": one.why if one.asked_by_id != own else "",
                "asked_for_it": one.asked_by_id == own,
            }
            for one in DirectionCandidate.objects.filter(Q(asked_by=own) | Q(made_by__person=own)).select_related(
                "unit"
            )
        ],
        "estimates": [
            {
                "candidate": one.candidate.title,
                "effort": one.effort,
                "readiness": one.readiness,
                "note": one.note,
                "at": one.rated_at,
            }
            for one in CandidateRating.objects.filter(by__person=own).select_related("candidate")
        ],
    }
    kept = {name: lines for name, lines in found.items() if lines}
    if kept:
        content = json.dumps(kept, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("directions.json", "application/json", content.encode())
