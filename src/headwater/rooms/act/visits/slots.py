"""What visits answer in the slots of the house: what waits, from any finding, erasure, export, retention."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.models import Visit, VisitNote, VisitPhoto
from headwater.rooms.act.present_units import leaders_up
from headwater.rooms.act.visits.allowed import PLAN
from headwater.rooms.act.visits.numbers import follow_through
from headwater.rooms.act.visits.services import FEEDBACK_MINUTES
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep
from headwater.rooms.learn.evidence import plain_score
from headwater.rooms.people.logic.roles import LEADER, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.viewers import viewer

State = Visit.State
PREPARE_MINUTES, SAY_MINUTES, ALARM_MINUTES, PLAN_MINUTES = 5, 3, 15, 3
AHEAD = timedelta(days=3)


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield visits to prepare, to say how they were, to close; and the alarm, to who leads the units of it."""
    asker, today = viewer(request), timezone.localdate(now)
    if not asker.person:
        return
    visits = Visit.objects.filter(leader=asker.person_id, state__in=(State.PLANNED, State.DONE), day__lte=today + AHEAD)
    for one in visits.select_related("unit").order_by("day", "pk"):
        yield _to_close(one, now) if one.state == State.DONE else _to_go(one, now)
    if not asker.has(LEADER):
        return
    yield from _left_behind(asker.person_id, now)
    for unit in Unit.objects.filter(leader=asker.person_id, is_open=True).exclude(number=None).order_by("number")[:3]:
        alarm = follow_through(unit=unit, today=today).alarm
        if alarm.is_on:
            yield Need(
                f"visits-alarm-{unit.pk}",
                _("Visits"),
                _("Visits to %(unit)s raise more than is cleared") % {"unit": unit.name},
                _("In %(weeks)s weeks %(raised)s obstacles were raised and %(closed)s closed. This does harm.")
                % {"weeks": alarm.weeks, "raised": alarm.raised, "closed": alarm.closed},
                ALARM_MINUTES,
                reverse("act:obstacles"),
                _("See what stands open"),
                order=2,
            )


def next_steps_of(request: HttpRequest, finding: Finding) -> Iterator[NextStep]:
    """Yield the visit to the unit of a finding, to who plans visits to it."""
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not can(viewer(request), PLAN, unit.number):
        return
    asked = {
        "study": finding.study, "wave": finding.wave, "unit": finding.unit, "score": plain_score(finding.score),
    }  # fmt: skip
    yield NextStep(
        "visit",
        _("Go there and do their work"),
        _("An hour at the front line tells what the number cannot: what blocks them, and what helps."),
        f"{reverse('act:visits_plan')}?{urlencode(asked)}",
        PLAN_MINUTES,
    )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person's name from visits they made, with what they noted and told; the visits count on."""
    pk = UUID(person)
    made = Visit.objects.filter(leader=pk)
    keys = list(made.values_list("pk", flat=True))
    notes, _kinds = VisitNote.objects.filter(visit__in=keys).delete()
    photos, _kinds = VisitPhoto.objects.filter(visit__in=keys).delete()
    VisitPhoto.objects.filter(added_by__person=pk).update(added_by=None)
    Visit.objects.filter(planned_by__person=pk).update(planned_by=None)
    named = made.update(leader=None)
    yield Erased(gettext_lazy("notes and photos of visits"), notes + photos)
    yield Erased(
        gettext_lazy("names on visits"),
        named,
        gettext_lazy("The visits stay without the name: they count for the units that were met.") if named else "",
    )


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down the visits a person made, and what they noted."""
    pk = UUID(person)
    found: dict[str, list[Any]] = {
        "visits": list(
            Visit.objects.filter(leader=pk)
            .order_by("day")
            .values("unit__name", "day", "task", "place", "state", "done_date", "minutes_spent", "met", "feedback")
        ),
        "notes": list(
            VisitNote.objects.filter(visit__leader=pk)
            .order_by("noted_at")
            .values("visit__unit__name", "kind", "words", "noted_at")
        ),
        "photos": list(
            VisitPhoto.objects.filter(added_by__person=pk)
            .order_by("consent_at")
            .values("visit__unit__name", "caption", "consent_at")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("visits.json", "application/json", content.encode())


def _forget_photos(before: datetime, now: datetime) -> int:
    return VisitPhoto.objects.filter(consent_at__lt=before).delete()[0]


def _forget_notes(before: datetime, now: datetime) -> int:
    return VisitNote.objects.filter(noted_at__lt=before).delete()[0]


PHOTOS_KEPT = Kept(
    gettext_lazy("Photos of visits"),
    gettext_lazy("Pictures of places, with what they show, are deleted."),
    180,
    1,
    _forget_photos,
)
NOTES_KEPT = Kept(
    gettext_lazy("Notes of visits"),
    gettext_lazy("What leaders noted on visits is deleted. Obstacles, numbers and what people were told stay."),
    730,
    30,
    _forget_notes,
)


def _left_behind(person: UUID, now: datetime) -> Iterator[Need]:
    """Yield visits of somebody who left, to the nearest leader of the unit: the people met still wait."""
    orphans = Visit.objects.filter(state__in=(State.PLANNED, State.DONE)).filter(
        Q(leader=None) | Q(leader__is_active=False)
    )
    for one in orphans.select_related("unit").order_by("day", "pk")[:50]:
        above = leaders_up(one.unit)
        if above and above[0].pk == person:
            yield _to_close(one, now) if one.state == State.DONE else _taken_over(one)


def _taken_over(one: Visit) -> Need:
    return Need(
        f"visit-{one.pk}",
        _("Visits"),
        _("Whoever was to visit %(unit)s left") % {"unit": one.unit.name},
        f"{date_format(one.day)}: {one.task or _('the task of an incident')}",
        SAY_MINUTES,
        reverse("act:visits_one", args=[one.pk]),
        _("Go yourself, or cancel it"),
        order=3,
    )


def _to_go(one: Visit, now: datetime) -> Need:
    is_past = one.day < timezone.localdate(now)
    title = _("How was the visit to %(unit)s?") if is_past else _("Your visit to %(unit)s")
    return Need(
        f"visit-{one.pk}",
        _("Visits"),
        title % {"unit": one.unit.name},
        f"{date_format(one.day)}: {one.task or _('the task of an incident')}",
        SAY_MINUTES if is_past else PREPARE_MINUTES,
        reverse("act:visits_close" if is_past else "act:visits_one", args=[one.pk]),
        _("Say how it was") if is_past else _("Prepare"),
        order=3,
    )


def _to_close(one: Visit, now: datetime) -> Need:
    is_late = one.feedback_due_date is not None and one.feedback_due_date < timezone.localdate(now)
    return Need(
        f"visit-{one.pk}",
        _("Visits"),
        _("The people of %(unit)s wait for your answer") % {"unit": one.unit.name},
        _("You met %(n)s of them. Owed by %(day)s: what will happen, and by whom.")
        % {"n": one.met or 0, "day": date_format(one.feedback_due_date or one.day)},
        FEEDBACK_MINUTES,
        reverse("act:visits_close", args=[one.pk]),
        _("Tell them"),
        order=2 if is_late else 3,
    )
