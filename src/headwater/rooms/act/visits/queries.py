"""What people see of visits: theirs, those of their units, one as it is prepared, made and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.follow_through import FollowThrough
from headwater.rooms.act.logic.reach import WEEKS, Reached
from headwater.rooms.act.models import Incident, Obstacle, Visit, VisitNote, VisitPhoto
from headwater.rooms.act.obstacles.queries import open_obstacles
from headwater.rooms.act.present_units import may, present_unit
from headwater.rooms.act.visits.allowed import PLAN, SEE, may_see, may_work, planned_units, seen_visits
from headwater.rooms.act.visits.letters import told_path
from headwater.rooms.act.visits.numbers import (
    MADE,
    VisitCalendar,
    calendar_of,
    follow_through,
    forecast_programmes,
    reached_in,
)
from headwater.rooms.act.visits.photos import photos_of
from headwater.rooms.engage.active_role.queries import own_role_page
from headwater.rooms.engage.models import RoleDuty
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.people.logic.roles import LEADER, Viewer, can
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.tabs import has_role_for

__all__ = ["follow_through", "forecast_programmes", "reached_in"]

State = Visit.State
MOST_SCORES = 5
MOST_SHOWN = 100
INCIDENT_DAYS = 90


@dataclass(frozen=True)
class VisitLine:
    """A visit in a list. is_late: past its day, or its feedback past due. raised, closed: obstacles of it."""

    visit: Visit
    is_late: bool
    raised: int
    closed: int


@dataclass(frozen=True)
class OwnTime:
    """What a leader gave in twelve weeks, and where they stand against their agreed role. wanted: 0 for none agreed.

    hours: to half an hour. done, wanted, per: visits of the period that runs.
    """

    visits: int
    hours: float
    done: int
    wanted: int
    per: str


@dataclass(frozen=True)
class VisitsPage:
    """Visits as one person sees them. scope: the unit the numbers are of. own: None for somebody who leads nothing."""

    scope: Unit | None
    reached: Reached
    through: FollowThrough
    mine: tuple[VisitLine, ...]
    ahead: tuple[VisitLine, ...]
    owed: tuple[VisitLine, ...]
    past: tuple[VisitLine, ...]
    next: tuple[tuple[Person, Unit, str, date | None], ...]
    blind: int
    plans: bool
    own: OwnTime | None


@dataclass(frozen=True)
class VisitPage:
    """One visit. scores: of the unit, as released, where the viewer may see them. works: whether the viewer changes it.

    told: the path of what the people met were told, "" before. incidents: reported in the unit lately, None where the
    viewer may not know.
    """

    visit: Visit
    unit: Unit | None
    leader: str
    scores: tuple[Evidence, ...]
    obstacles: tuple[Obstacle, ...]
    raised: tuple[Obstacle, ...]
    notes: tuple[VisitNote, ...]
    photos: tuple[VisitPhoto, ...]
    incidents: int | None
    works: bool
    is_own: bool
    told: str


@dataclass(frozen=True)
class ToldPage:
    """What the people met read."""

    visit: Visit
    leader: str
    raised: tuple[Obstacle, ...]


@dataclass(frozen=True)
class CalendarPage:
    """Visits over teams and shifts."""

    calendar: VisitCalendar
    shifts: tuple[str, ...]
    plans: bool


def opens_page(viewer: Viewer) -> bool:
    """Whether the tab opens: by role, and to whoever was ever to go on a visit."""
    return has_role_for(viewer, SEE)


def visits_page(*, viewer: Viewer, today: date) -> VisitsPage:
    """Return the page. Raises PermissionDenied to who sees no visits."""
    if not opens_page(viewer):
        raise PermissionDenied
    scope = scope_of(viewer)
    visits = [one for one in seen_visits(viewer).order_by("day", "starts", "pk") if may_see(viewer, one)]
    lines = _lines(visits, today)
    own = [one for one in lines if one.visit.leader_id == viewer.person_id]
    others = [one for one in lines if one.visit.leader_id != viewer.person_id]
    calendar = _calendar(viewer, today)
    past = sorted((one for one in lines if not one.visit.is_open), key=lambda one: one.visit.day, reverse=True)
    return VisitsPage(
        scope=scope,
        reached=reached_in(unit=scope, today=today),
        through=follow_through(unit=scope, today=today),
        mine=tuple(one for one in own if one.visit.is_open),
        ahead=tuple(one for one in others if one.visit.state == State.PLANNED),
        owed=tuple(one for one in others if one.visit.state == State.DONE),
        past=tuple(past[:MOST_SHOWN]),
        next=calendar.next,
        blind=calendar.blind,
        plans=has_role_for(viewer, PLAN),
        own=_own_time(viewer, today),
    )


def visit_page(*, viewer: Viewer, visit_id: UUID, today: date) -> VisitPage:
    """Return one visit. Raises Visit.DoesNotExist, also for one the viewer may not see."""
    found = Visit.objects.select_related("unit__leader", "leader", "programme").get(pk=visit_id)
    if not may_see(viewer, found):
        raise Visit.DoesNotExist
    home = present_unit(found.unit)
    scores = evidence_for_unit(viewer=viewer, unit=home.key) if home is not None else []
    return VisitPage(
        visit=found,
        unit=home,
        leader=str(found.leader) if found.leader is not None else _("a leader"),
        scores=tuple(one for one in scores if one.value is not None)[:MOST_SCORES],
        obstacles=tuple(one for one in open_obstacles(unit=found.unit) if one.visit_id != found.pk),
        raised=_raised(found),
        notes=tuple(VisitNote.objects.filter(visit=found).order_by("noted_at", "pk")),
        photos=photos_of(found),
        incidents=_incidents(viewer, home, today),
        works=may_work(viewer, found),
        is_own=found.leader_id is not None and found.leader_id == viewer.person_id,
        told=told_path(found) if found.state == State.CLOSED else "",
    )


def told_page(*, visit: Visit) -> ToldPage:
    """Return what the people met read of a closed visit: obstacles, who answers, and how each stands today."""
    return ToldPage(visit, str(visit.leader) if visit.leader is not None else "", _raised(visit))


def calendar_page(*, viewer: Viewer, today: date) -> CalendarPage:
    """Return teams by shifts. Raises PermissionDenied to who sees no visits."""
    if not opens_page(viewer):
        raise PermissionDenied
    shifts = tuple(str(label) for label in Visit.Shift.labels)
    return CalendarPage(_calendar(viewer, today, most=12), shifts, has_role_for(viewer, PLAN))


def photo_of(*, viewer: Viewer, photo_id: UUID) -> VisitPhoto:
    """Return a photo to who works on its visit. Raises VisitPhoto.DoesNotExist to all others."""
    found = VisitPhoto.objects.select_related("visit__unit").get(pk=photo_id)
    if not may_work(viewer, found.visit):
        raise VisitPhoto.DoesNotExist
    return found


def scope_of(viewer: Viewer) -> Unit | None:
    """Return the unit whose numbers a viewer looks at: the whole by role, else the highest unit they lead."""
    if can(viewer, SEE):
        return Unit.objects.filter(is_open=True, parent=None).order_by("number").first()
    spans = [one.span for one in viewer.holdings if one.role == LEADER and one.span is not None]
    highest = min(spans, key=lambda span: (span.start - span.stop, span.start), default=None)
    return None if highest is None else Unit.objects.filter(is_open=True, number=highest.start).first()


def _own_time(viewer: Viewer, today: date) -> OwnTime | None:
    if not viewer.has(LEADER) or not viewer.person:
        return None
    first = today - timedelta(weeks=WEEKS)
    made = Visit.objects.filter(leader=viewer.person_id, state__in=MADE, done_date__gt=first, done_date__lte=today)
    minutes = list(made.values_list("minutes_spent", flat=True))
    current = own_role_page(viewer=viewer, today=today).current
    lines = current.lines if current is not None else ()
    period = next((one.now for one in lines if one.duty.kind == RoleDuty.Kind.VISIT), None)
    line = next((one for one in lines if one.duty.kind == RoleDuty.Kind.VISIT), None)
    return OwnTime(
        visits=len(minutes),
        hours=round(sum(one or 0 for one in minutes) / 30) / 2,
        done=period.done if period is not None else 0,
        wanted=period.wanted if period is not None else 0,
        per=str(line.duty.get_per_display()) if line is not None else "",
    )


def _calendar(viewer: Viewer, today: date, most: int = 4) -> VisitCalendar:
    units = list(planned_units(viewer)) if has_role_for(viewer, PLAN) else _seen_units(viewer)
    leaders = Person.objects.filter(
        is_active=True, pk__in=Unit.objects.filter(is_open=True).exclude(leader=None).values("leader")
    )
    every = {str(one.pk): one for one in leaders}
    if not can(viewer, PLAN):
        # A leader is proposed visits of their own; the experience lead those of everybody.
        every = {key: one for key, one in every.items() if key == viewer.person}
    return calendar_of(units=units, leaders=every, today=today, most=most)


def _seen_units(viewer: Viewer) -> list[Unit]:
    if not can(viewer, SEE):
        return []
    return list(Unit.objects.filter(is_open=True).exclude(number=None).order_by("number"))


def _lines(visits: list[Visit], today: date) -> list[VisitLine]:
    counts: dict[UUID, list[int]] = {}
    for visit_id, state in Obstacle.objects.filter(visit__in=[one.pk for one in visits]).values_list("visit", "state"):
        found = counts.setdefault(visit_id, [0, 0])
        found[0] += 1
        found[1] += state == Obstacle.State.CLOSED
    lines = []
    for one in visits:
        raised, closed = counts.get(one.pk, [0, 0])
        is_late = (one.state == State.PLANNED and one.day < today) or (
            one.state == State.DONE and one.feedback_due_date is not None and one.feedback_due_date < today
        )
        lines.append(VisitLine(one, is_late, raised, closed))
    return lines


def _raised(visit: Visit) -> tuple[Obstacle, ...]:
    found = Obstacle.objects.filter(visit=visit).select_related("owner", "serving_unit", "from_unit")
    return tuple(found.order_by("raised_at", "pk"))


def _incidents(viewer: Viewer, home: Unit | None, today: date) -> int | None:
    if home is None or home.number is None or not may(viewer, "incidents.see", home):
        return None
    within: dict[str, Any] = {"unit__number__gte": home.number, "unit__number__lt": home.number + home.size}
    first = today - timedelta(days=INCIDENT_DAYS)
    return Incident.objects.filter(happened_date__gte=first, **within).count()
