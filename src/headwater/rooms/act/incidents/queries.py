"""Incidents as one person sees them: of their units, reported by them or about them; and what everybody was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime

from headwater.rooms.act.incidents import posters
from headwater.rooms.act.incidents.duties import owed_of
from headwater.rooms.act.incidents.notice_words import kind_words, received_words, where_words
from headwater.rooms.act.incidents.who import REPORT, SEE, is_top_leader, seen_by
from headwater.rooms.act.logic.incidents import KNOW, OWED, Standing, standing_for
from headwater.rooms.act.models import Incident, IncidentDuty
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for

MOST_CLOSED, MOST_TOLD = 100, 50
SINCE = timedelta(days=1)


@dataclass(frozen=True)
class DutyMark:
    """How one duty stands, for the table of duties. due: the day, "" without a date."""

    key: str
    standing: Standing
    due: str


@dataclass(frozen=True)
class IncidentLine:
    """An incident in a list. marks: its duties in order, None where this kind does not owe one."""

    incident: Incident
    kind: str
    where: str
    received: str
    marks: tuple[DutyMark | None, ...]
    is_new: bool


@dataclass(frozen=True)
class IncidentsPage:
    """The list as one person sees it. own: what they reported or were hurt in."""

    open: tuple[IncidentLine, ...]
    closed: tuple[IncidentLine, ...]
    own: tuple[IncidentLine, ...]
    sees: bool
    is_leader: bool
    makes_posters: bool
    unopened: int


@dataclass(frozen=True)
class ToldLine:
    """One note to everybody."""

    incident: Incident
    kind: str
    where: str


@dataclass(frozen=True)
class ToldPage:
    """What everybody was told, the latest first."""

    lines: tuple[ToldLine, ...]


def incidents_page(*, viewer: Viewer, now: datetime) -> IncidentsPage:
    """Return the incidents a viewer may see. Raises PermissionDenied to somebody without a role."""
    if not can(viewer, REPORT):
        raise PermissionDenied
    every = Incident.objects.select_related("unit").order_by("-reported_at", "pk")
    sees = has_role_for(viewer, SEE)
    opened = seen_by(viewer, every.filter(state=Incident.State.OPEN)) if sees else []
    closed = seen_by(viewer, every.filter(state=Incident.State.CLOSED)[:MOST_CLOSED]) if sees else []
    mine = Q(reporter=viewer.person_id) | Q(injured=viewer.person_id)
    own = list(every.filter(mine)) if viewer.person else []
    is_leader = is_top_leader(viewer)
    marks = _marks([*opened, *closed], now, is_leader=is_leader)
    return IncidentsPage(
        open=tuple(line_of(one, marks, now) for one in opened),
        closed=tuple(line_of(one, marks, now) for one in closed),
        own=tuple(line_of(one, {}, now) for one in own),
        sees=sees,
        is_leader=is_leader,
        makes_posters=posters.may_make(viewer),
        unopened=sum(one.opened_at is None for one in opened),
    )


def told_page(*, viewer: Viewer) -> ToldPage:
    """Return the notes to everybody. Raises PermissionDenied to somebody without a role."""
    if not can(viewer, REPORT):
        raise PermissionDenied
    told = Incident.objects.exclude(told_at=None).select_related("unit").order_by("-told_at", "pk")[:MOST_TOLD]
    return ToldPage(tuple(ToldLine(one, kind_words(one), where_words(one)) for one in told))


def line_of(incident: Incident, marks: dict[object, dict[str, DutyMark]], now: datetime) -> IncidentLine:
    """Return an incident as a line of a list."""
    found = marks.get(incident.pk, {})
    return IncidentLine(
        incident,
        kind_words(incident),
        where_words(incident),
        received_words(incident),
        tuple(found.get(key) for key in OWED["injury"]) if found else (),
        now - incident.reported_at <= SINCE,
    )


def last_day(at: datetime | None) -> date | None:
    """Return the day that ends at a moment, or that it lies in; None for none. Due days end at midnight."""
    return localtime(at - timedelta(seconds=1)).date() if at is not None else None


def day_of(at: datetime | None) -> str:
    """Return the last day until something is due, in words; "" for none."""
    day = last_day(at)
    return date_format(day, "DATE_FORMAT") if day is not None else ""


def due_of(duty: IncidentDuty) -> str:
    """Return until when a duty is due: the time for knowing, else the last day; "" without a date."""
    if duty.key == KNOW and duty.due_at is not None:
        return time_format(localtime(duty.due_at), "H:i")
    return day_of(duty.due_at)


def _marks(incidents: list[Incident], now: datetime, *, is_leader: bool) -> dict[object, dict[str, DutyMark]]:
    found: dict[object, dict[str, DutyMark]] = {}
    for duty in IncidentDuty.objects.filter(incident__in=[one.pk for one in incidents]):
        standing = standing_for(owed_of(duty), now, is_leader=is_leader)
        found.setdefault(duty.incident_id, {})[duty.key] = DutyMark(duty.key, standing, due_of(duty))
    return found
