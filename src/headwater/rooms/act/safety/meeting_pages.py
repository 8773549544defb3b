"""The page of a safety meeting: its agenda as one person may see it, attendance and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from headwater.reports.charts.numerals import plain, span
from headwater.rooms.act.logic.injury_rates import RATE_KINDS
from headwater.rooms.act.logic.safety_clocks import zone_of
from headwater.rooms.act.models import (
    CaseClock,
    Incident,
    IncidentDuty,
    MeetingDecision,
    MeetingPresence,
    SafetyMeeting,
)
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.meetings import Item, agenda_of
from headwater.rooms.act.safety.rates import title_of
from headwater.rooms.decide.account_field import name_of
from headwater.rooms.people.logic.roles import LEADER, SAFETY_OFFICER, Viewer, can
from headwater.rooms.people.models import Person, Unit


@dataclass(frozen=True)
class Point:
    """One point of an agenda. what, unit: in words. due: when it is owed, in the place's own time, None for no moment.
    due_date: the last day of what is owed by the end of a day.

    href: the page of what it is about, "" where the viewer has none.
    """

    what: str
    unit: str
    day: date | None
    due: datetime | None
    due_date: date | None
    is_late: bool
    href: str


@dataclass(frozen=True)
class RateWords:
    """A rate of the whole in words."""

    title: str
    value: str
    span: str
    cases: int


@dataclass(frozen=True)
class DecisionLine:
    """A decision. is_mine: whether the viewer carries it out."""

    decision: MeetingDecision
    is_late: bool
    is_mine: bool


@dataclass(frozen=True)
class MeetingPage:
    """One meeting. hidden: points about units that the viewer does not lead. minutes: what the agenda takes."""

    meeting: SafetyMeeting
    incidents: tuple[Point, ...]
    duties: tuple[Point, ...]
    clocks: tuple[Point, ...]
    rates: tuple[RateWords, ...]
    rates_of: str
    is_partial: bool
    carried: tuple[DecisionLine, ...]
    decided: tuple[DecisionLine, ...]
    present: tuple[Person, ...]
    holder: str
    hidden: int
    keeps: bool
    minutes: int


def may_meet(viewer: Viewer) -> bool:
    """Whether somebody takes part in safety meetings: leaders, and who keeps safety."""
    return viewer.has(LEADER) or viewer.has(SAFETY_OFFICER)


def meetings_page(*, viewer: Viewer) -> tuple[SafetyMeeting, ...]:
    """Return the meetings, the latest first. Raises PermissionDenied to who takes no part."""
    if not may_meet(viewer):
        raise PermissionDenied
    return tuple(SafetyMeeting.objects.order_by("-week_date")[:60])


def meeting_page(*, viewer: Viewer, meeting_id: UUID, now: datetime) -> MeetingPage:
    """Return one meeting. Raises SafetyMeeting.DoesNotExist, PermissionDenied to who takes no part."""
    if not may_meet(viewer):
        raise PermissionDenied
    meeting = SafetyMeeting.objects.select_related("held_by__person").get(pk=meeting_id)
    today = timezone.localdate(now)
    items = agenda_of(meeting, now)
    units = {one.key: one for one in Unit.objects.filter(key__in={item["unit"] for item in items if item["unit"]})}
    seen = [item for item in items if _may_see(viewer, item, units)]
    by_section: dict[str, list[Item]] = {}
    for item in seen:
        by_section.setdefault(item["section"], []).append(item)
    at = meeting.held_at or now
    points = {
        name: tuple(_point(item, units, at, viewer) for item in by_section.get(name, ()))
        for name in ("incidents", "duties", "clocks")
    }
    rates = by_section.get("rates", [])
    carried_ids = [item["id"] for item in by_section.get("carried", ())]
    carried = MeetingDecision.objects.filter(pk__in=carried_ids).select_related("owner").order_by("due_date", "made_at")
    own = MeetingDecision.objects.filter(meeting=meeting).select_related("owner").order_by("made_at")
    present = MeetingPresence.objects.filter(meeting=meeting).select_related("person").order_by("person__name")
    return MeetingPage(
        meeting=meeting,
        incidents=points["incidents"],
        duties=points["duties"],
        clocks=points["clocks"],
        rates=tuple(_rates(rates[0])) if rates else (),
        rates_of=str(rates[0]["year"]) if rates else "",
        is_partial=bool(rates and (rates[0]["partial"] or rates[0]["months"] < 12)),
        carried=tuple(_decision(one, viewer, today) for one in carried),
        decided=tuple(_decision(one, viewer, today) for one in own),
        present=tuple(one.person for one in present),
        holder=name_of(meeting.held_by) if meeting.held_by is not None else "",
        hidden=len(items) - len(seen),
        keeps=can(viewer, "safety.keep"),
        minutes=minutes_of(items),
    )


def minutes_of(items: list[Item]) -> int:
    """Return how long an agenda takes: five minutes an incident, two for anything else, at least ten."""
    return max(10, sum(5 if item["section"] == "incidents" else 2 for item in items))


def _may_see(viewer: Viewer, item: Item, units: dict[str, Unit]) -> bool:
    if item["section"] == "carried":
        return True
    unit = units.get(item["unit"])
    return may(viewer, "safety.see", unit) if unit is not None else can(viewer, "safety.keep") or _leads_all(viewer)


def _leads_all(viewer: Viewer) -> bool:
    return can(viewer, "incidents.see", 0)


def _point(item: Item, units: dict[str, Unit], at: datetime, viewer: Viewer) -> Point:
    unit = units.get(item["unit"])
    due = datetime.fromisoformat(item["due"]) if item.get("due") else None
    late = due is not None and due < at
    if due is not None:
        due = due.astimezone(zone_of(item["zone"])) if item.get("zone") else timezone.localtime(due)
    ends_day = due is not None and (due.hour, due.minute) == (0, 0)
    last = due.date() - timedelta(days=1) if due is not None and ends_day else None
    day = date.fromisoformat(item["day"]) if item.get("day") else None
    view, opens = "act:incidents_one", may(viewer, "incidents.see", unit)
    if item["section"] == "clocks":
        view, opens = "act:safety_case", may(viewer, "safety.keep", unit)
    href = reverse(view, args=[item["id"]]) if opens else ""
    return Point(_what(item), unit.name if unit is not None else "", day, due, last, late, href)


def _what(item: dict[str, Any]) -> str:
    if item["section"] == "clocks":
        return str(CaseClock.Event(item["event"]).label)
    kind = str(Incident.Kind(item["kind"]).label)
    return f"{IncidentDuty.Key(item['duty']).label} ({kind})" if item["section"] == "duties" else kind


def _rates(item: Item) -> list[RateWords]:
    return [
        RateWords(title_of(kind), plain(value, 1), span(low, high, 1), int(cases))
        for kind in RATE_KINDS
        if kind in item["rates"]
        for value, low, high, cases in [item["rates"][kind]]
    ]


def _decision(one: MeetingDecision, viewer: Viewer, today: date) -> DecisionLine:
    mine = one.owner_id is not None and str(one.owner_id) == viewer.person
    return DecisionLine(one, one.done_at is None and one.due_date < today, mine)
