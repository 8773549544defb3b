"""What safety answers in the slots of the house: what waits, erasure, export, what is kept how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.act.models import (
    CaseClock,
    CaseSpell,
    HealthLook,
    Incident,
    InjuryCase,
    MeetingDecision,
    MeetingPresence,
)
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.clocks import line_of
from headwater.rooms.act.safety.health import forget_case, opened_health
from headwater.rooms.act.safety.keeping_pages import places_page
from headwater.rooms.act.templatetags.safety import clock_words
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import leads_whole, viewer

CLOCK_MINUTES, CASE_MINUTES, POST_MINUTES, DECISION_MINUTES, LOOK_MINUTES = 10, 5, 10, 5, 2
SOON = timedelta(days=3)
LOOKS_SHOWN = timedelta(days=7)
FIVE_YEARS = 1827
"""Days: records are kept five years after the end of the year they belong to (29 CFR 1904.33)."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield running clocks first, then injuries without a case, postings, decisions, and looks at one's own data."""
    asker = viewer(request)
    keeps = has_role_for(asker, "safety.keep")
    if keeps or leads_whole(asker):
        yield from _clocks(asker, now, keeps=keeps)
    if keeps:
        yield from _waiting(asker, now)
        yield from _postings(asker, now)
        yield from _without_owner()
    yield from _decisions(asker, now)
    yield from _looks(asker, now)


def _clocks(asker: Viewer, now: datetime, *, keeps: bool) -> Iterator[Need]:
    found = CaseClock.objects.filter(done_at=None, not_owed="").select_related("case__unit").order_by("due_at")
    for clock in found:
        is_log = clock.event == CaseClock.Event.LOG
        if is_log and (not keeps or clock.due_at - now > SOON):
            continue
        if not (may(asker, "safety.keep", clock.case.unit) or leads_whole(asker)):
            continue
        line = line_of(clock, now)
        is_late = line.reading.state == "late"
        text = (
            _("The law wanted to know by %(at)s. Tell it now; late is said plainly.")
            if is_late
            else _("The law wants to know by %(at)s.")
        )
        local = f"{date_format(line.local, 'DATE_FORMAT')}, {line.local:%H:%M} {line.zone_short}"
        yield Need(
            f"clock-{clock.pk}",
            _("Safety"),
            f"{str(clock.get_event_display()).capitalize()}: {clock_words(line)}",
            text % {"at": local},
            CLOCK_MINUTES,
            _page_of(clock, keeps=keeps),
            _("Look"),
            order=0,
            is_urgent=not is_log or is_late,
        )


def _page_of(clock: CaseClock, *, keeps: bool) -> str:
    if keeps:
        return reverse("act:safety_case", args=[clock.case_id])
    return reverse("act:incidents_one", args=[clock.case.incident_id])


def _waiting(asker: Viewer, now: datetime) -> Iterator[Need]:
    begun = InjuryCase.objects.values("incident")
    injuries = Incident.objects.filter(kind=Incident.Kind.INJURY, state=Incident.State.OPEN).exclude(pk__in=begun)
    count = sum(may(asker, "safety.keep", one.unit) for one in injuries.select_related("unit"))
    if count:
        title = ngettext("One injury has no case yet", "%(n)s injuries have no case yet", count) % {"n": count}
        yield Need(
            "safety-cases",
            _("Safety"),
            title,
            _("Did somebody die, stay in hospital, or lose a limb or an eye? Then hours count."),
            CASE_MINUTES * count,
            reverse("act:safety_cases"),
            _("Begin"),
            order=0,
        )


def _postings(asker: Viewer, now: datetime) -> Iterator[Need]:
    for line in places_page(viewer=asker, today=timezone.localdate(now)):
        if line.posting.state not in ("due", "late"):
            continue
        late = line.posting.state == "late"
        title = (
            ngettext(
                "The summary of %(place)s is not posted, one day late",
                "The summary of %(place)s is not posted, %(n)s days late",
                line.posting.days_late,
            )
            if late
            else _("The summary of %(place)s is to be posted by 1 February")
        )
        yield Need(
            f"posting-{line.place.pk}-{line.last_year}",
            _("Safety"),
            title % {"place": line.place.name, "n": line.posting.days_late},
            _("Have it certified, post it until 30 April, and say when."),
            POST_MINUTES,
            reverse("act:safety_year", args=[line.place.pk, line.last_year]),
            _("Make it"),
            order=1,
            is_urgent=late,
        )


def _decisions(asker: Viewer, now: datetime) -> Iterator[Need]:
    if not asker.person:
        return
    until = timezone.localdate(now) + SOON
    found = MeetingDecision.objects.filter(owner=asker.person_id, done_at=None, due_date__lte=until)
    for one in found.order_by("due_date", "made_at"):
        yield Need(
            f"safety-decision-{one.pk}",
            _("Safety meeting"),
            one.text[:120],
            _("You do this by %(day)s.") % {"day": date_format(one.due_date)},
            DECISION_MINUTES,
            reverse("act:safety_meeting", args=[one.meeting_id]),
            _("Say that it is done"),
            order=2,
        )


def _without_owner() -> Iterator[Need]:
    """Decisions of the meeting whose owner left, to who keeps safety: they are carried out, or decided anew."""
    waiting = MeetingDecision.objects.filter(Q(owner=None) | Q(owner__is_active=False), done_at=None)
    first = waiting.order_by("due_date", "made_at").first()
    if first is None:
        return
    count = waiting.count()
    title = ngettext("One decision has nobody", "%(n)s decisions have nobody", count) % {"n": count}
    yield Need(
        "safety-decisions-left",
        _("Safety meeting"),
        title,
        _("Whoever was to do it left. Say that it is done, or decide in the next meeting who does it."),
        DECISION_MINUTES * count,
        reverse("act:safety_meeting", args=[first.meeting_id]),
        _("Look"),
        order=2,
    )


def _looks(asker: Viewer, now: datetime) -> Iterator[Need]:
    if not asker.person:
        return
    looks = HealthLook.objects.filter(case__person=asker.person_id, at__gte=now - LOOKS_SHOWN).exclude(by=asker.user_id)
    count = looks.count()
    if count:
        yield Need(
            "health-looks",
            _("Safety"),
            ngettext(
                "Your health data were opened once this week",
                "Your health data were opened %(n)s times this week",
                count,
            )
            % {"n": count},
            _("See by whom, and for what."),
            LOOK_MINUTES,
            reverse("act:safety_own"),
            _("See"),
        )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Destroy the keys of a person's health data and take their name from cases; counts stay. Leave meetings."""
    pk = UUID(person)
    own = InjuryCase.objects.filter(Q(person=pk) | Q(person=None, incident__injured=pk))
    forgotten = sum(forget_case(case=one, actor=actor, now=now) for one in own)
    present, _kinds = MeetingPresence.objects.filter(person=pk).delete()
    decided = MeetingDecision.objects.filter(owner=pk).update(owner=None)
    kept = gettext_lazy("The counts of the log stay, without a name: day, unit, outcome, type and days.")
    yield Erased(gettext_lazy("injury cases: name and health data"), forgotten, kept if forgotten else "")
    yield Erased(gettext_lazy("names in minutes of safety meetings"), present + decided)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down a person's cases with their health data and who looked, and their part in safety meetings."""
    pk = UUID(person)
    cases = []
    for case in InjuryCase.objects.filter(person=pk).order_by("happened_date"):
        cases.append(
            {
                "day": case.happened_date,
                "number": case.label,
                "job_title": case.job_title,
                "recordable": case.is_recordable,
                "outcome": case.outcome,
                "type": case.illness,
                "name_left_out": case.is_private,
                "days": list(CaseSpell.objects.filter(case=case).values("kind", "from_date", "until_date")),
                "health": opened_health(case),
                "looks": list(HealthLook.objects.filter(case=case).order_by("at").values("at", "purpose", "by__name")),
            }
        )
    meetings = MeetingPresence.objects.filter(person=pk).values_list("meeting__week_date", flat=True)
    decisions = MeetingDecision.objects.filter(owner=pk).values("text", "due_date", "done_at", "done_words")
    found = {"cases": cases, "meetings": list(meetings), "decisions": list(decisions)}
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("safety.json", "application/json", content.encode())


def _forget_cases(before: datetime, now: datetime) -> int:
    """Forget names and health data of cases whose year ended before a moment."""
    year = timezone.localdate(before).year
    old = InjuryCase.objects.filter(forgotten_at=None, happened_date__year__lt=year)
    return sum(forget_case(case=one, actor=audit.SYSTEM, now=now) for one in old)


CASES_KEPT = Kept(
    gettext_lazy("Names and health data of injury cases"),
    gettext_lazy("Counted from the end of the year a case began in. The law asks for five years; the counts stay."),
    FIVE_YEARS,
    FIVE_YEARS,
    _forget_cases,
)
