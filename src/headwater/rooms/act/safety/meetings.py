"""The weekly safety meeting: drafted from the records, held with who was there; open decisions carry over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.act.models import (
    CaseClock,
    Incident,
    IncidentDuty,
    MeetingDecision,
    MeetingPresence,
    SafetyMeeting,
)
from headwater.rooms.act.present_units import top_unit
from headwater.rooms.act.safety.rates import rates_page
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import SAFETY_OFFICER, Holding, Viewer, can
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of

WEEK = timedelta(days=7)
JOB = "draft_safety_meeting"
Item = dict[str, Any]
"""One point of an agenda: section, unit (its key, "" for the whole), id, and values, all plain."""


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def draft_meeting(*, week_date: date, now: datetime) -> SafetyMeeting:
    """Make the draft of a week's meeting; the one that stands is returned."""
    made, is_new = SafetyMeeting.objects.get_or_create(week_date=monday_of(week_date), defaults={"made_at": now})
    if is_new:
        payload = {"week": str(made.week_date)}
        audit.record(
            action="safety.meeting_drafted", actor=audit.SYSTEM, subject=str(made.pk), payload=payload, now=now
        )
    return made


def draft_next_meeting(*, now: datetime) -> None:
    """Make next week's draft: the job `draft_safety_meeting`. Safe to repeat."""
    if top_unit() is not None:
        draft_meeting(week_date=timezone.localdate(now) + WEEK, now=now)


def agenda_of(meeting: SafetyMeeting, now: datetime) -> list[Item]:
    """Return the agenda of a meeting: as it was when held, else made from the records as they stand."""
    if meeting.state == SafetyMeeting.State.HELD:
        return list(meeting.agenda)
    return [*_incidents(meeting, now), *_duties(now), *_clocks(now), *_rates(now), *_carried(meeting)]


def hold_meeting(
    *, meeting_id: UUID, present: Sequence[Person], notes: str, actor: User, now: datetime
) -> SafetyMeeting:
    """Keep that a meeting was held, with its agenda as it stood, who was there and what was noted. Once.

    Raises SafetyMeeting.DoesNotExist, PermissionDenied, SafetyRefusedError with nobody there and before its week.
    """
    _require(actor, now)
    with transaction.atomic():
        meeting = SafetyMeeting.objects.select_for_update().get(pk=meeting_id)
        if meeting.state == SafetyMeeting.State.HELD:
            return meeting
        if not present:
            raise SafetyRefusedError(_("Say who was there."))
        if timezone.localdate(now) < meeting.week_date:
            raise SafetyRefusedError(_("Its week has not begun."))
        meeting.agenda = agenda_of(meeting, now)
        meeting.state, meeting.held_at, meeting.held_by = SafetyMeeting.State.HELD, now, actor
        meeting.notes = notes.strip()[:4000]
        meeting.save()
        people = {one.pk: one for one in present}.values()
        MeetingPresence.objects.bulk_create([MeetingPresence(meeting=meeting, person=one) for one in people])
        _record("safety.meeting_held", meeting, actor, now, present=str(len(people)))
    return meeting


def add_decision(
    *, decision_id: UUID, meeting_id: UUID, text: str, owner: Person, due_date: date, actor: User, now: datetime
) -> MeetingDecision:
    """Keep a decision with who does it by when, under an id its form chose: the same again returns what stands.

    Raises SafetyMeeting.DoesNotExist, PermissionDenied, SafetyRefusedError without words or for a day gone by.
    """
    _require(actor, now)
    if not text.strip():
        raise SafetyRefusedError(_("Say what was decided."))
    if due_date < timezone.localdate(now):
        raise SafetyRefusedError(_("This day is over."))
    with transaction.atomic():
        standing = MeetingDecision.objects.filter(pk=decision_id).first()
        if standing is not None:
            return standing
        meeting = SafetyMeeting.objects.select_for_update().get(pk=meeting_id)
        made = MeetingDecision.objects.create(
            pk=decision_id, meeting=meeting, text=text.strip()[:500], owner=owner, due_date=due_date, made_at=now
        )
        _record("safety.decision_made", meeting, actor, now, decision=str(made.pk), due_date=str(due_date))
    return made


def finish_decision(*, decision_id: UUID, words: str, actor: User, now: datetime) -> MeetingDecision:
    """Say that a decision is carried out, and how. For its owner and who keeps safety; again changes nothing.

    Raises MeetingDecision.DoesNotExist, PermissionDenied, SafetyRefusedError without words.
    """
    with transaction.atomic():
        found = MeetingDecision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision_id)
        if actor.person_id is None or found.owner_id != actor.person_id:
            _require(actor, now)
        if found.done_at is not None:
            return found
        if not words.strip():
            raise SafetyRefusedError(_("Say what was done."))
        found.done_at, found.done_by, found.done_words = now, actor, words.strip()[:500]
        found.save()
        _record("safety.decision_done", found.meeting, actor, now, decision=str(found.pk))
    return found


def _incidents(meeting: SafetyMeeting, now: datetime) -> list[Item]:
    """What was reported since the last meeting that was held, or in the seven days before this one's week."""
    last = SafetyMeeting.objects.filter(state=SafetyMeeting.State.HELD, week_date__lt=meeting.week_date)
    held = last.order_by("-week_date").values_list("held_at", flat=True).first()
    start = timezone.make_aware(datetime.combine(meeting.week_date - WEEK, datetime.min.time()))
    since = min(held, start) if held is not None else start
    found = (
        Incident.objects.filter(reported_at__gte=since, reported_at__lte=now)
        .select_related("unit")
        .order_by("happened_date", "pk")
    )
    return [
        _item("incidents", one, one.unit.key if one.unit is not None else "", kind=one.kind, day=str(one.happened_date))
        for one in found
    ]


def _duties(now: datetime) -> list[Item]:
    waiting = IncidentDuty.objects.filter(kept_at=None, excused_at=None, incident__state=Incident.State.OPEN)
    waiting = waiting.filter(incident__reported_at__lte=now)
    found = waiting.select_related("incident__unit").order_by("due_at", "incident__happened_date", "key")
    return [
        _item(
            "duties",
            one.incident,
            one.incident.unit.key if one.incident.unit is not None else "",
            duty=one.key,
            kind=one.incident.kind,
            day=str(one.incident.happened_date),
            due=one.due_at.isoformat() if one.due_at is not None else "",
        )
        for one in found
    ]


def _clocks(now: datetime) -> list[Item]:
    open_ones = CaseClock.objects.filter(done_at=None, not_owed="", knew_at__lte=now).select_related("case__unit")
    return [
        _item(
            "clocks",
            one.case,
            one.case.unit.key if one.case.unit is not None else "",
            event=one.event,
            due=one.due_at.isoformat(),
            zone=one.zone,
        )
        for one in open_ones.order_by("due_at")
    ]


def _rates(now: datetime) -> list[Item]:
    top = top_unit()
    if top is None:
        return []
    whole = Viewer("", "", (Holding(SAFETY_OFFICER, None),))
    page = rates_page(viewer=whole, unit_key=top.key, year=None, kind="trir", today=timezone.localdate(now))
    found = page.whole.found
    rates = {kind: [rate.value, rate.low, rate.high, rate.cases] for kind, rate in page.whole.cells if rate is not None}
    values = {"year": page.year, "months": len(page.months), "rates": rates, "partial": found.is_partial}
    return [{"section": "rates", "unit": top.key, "id": "", **values}]


def _carried(meeting: SafetyMeeting) -> list[Item]:
    waiting = MeetingDecision.objects.filter(done_at=None, meeting__week_date__lt=meeting.week_date)
    found = waiting.select_related("owner").order_by("due_date", "made_at")
    return [{"section": "carried", "unit": "", "id": str(one.pk), "due": str(one.due_date)} for one in found]


def _item(section: str, of: Incident | Any, unit: str, **values: str) -> Item:
    return {"section": section, "unit": unit, "id": str(of.pk), **values}


def _require(actor: User, now: datetime) -> None:
    if not can(viewer_of(actor, today=timezone.localdate(now)), "safety.keep"):
        raise PermissionDenied


def _record(action: str, meeting: SafetyMeeting, actor: User, now: datetime, **payload: str) -> None:
    found = {"meeting": str(meeting.pk), **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(meeting.pk), payload=found, now=now)
