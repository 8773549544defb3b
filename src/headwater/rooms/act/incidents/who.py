"""Who an incident concerns: the top leader, who stands in, the safety officers; and who may see and work it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Q

from headwater.rooms.act.models import Incident
from headwater.rooms.act.present_units import present_unit, top_unit
from headwater.rooms.people.logic.roles import ADMINISTRATOR, SAFETY_OFFICER, Viewer, can
from headwater.rooms.people.models import Deputy, Person, RoleGrant, Unit, User
from headwater.rooms.people.viewers import leads_whole

REPORT, SEE, WORK = "incidents.report", "incidents.see", "incidents.work"


def zone() -> str:
    """The time zone of the organisation."""
    return str(settings.TIME_ZONE)


def top_leader() -> Person | None:
    """Who leads the whole, None while nobody does."""
    top = top_unit()
    leader = top.leader if top is not None else None
    return leader if leader is not None and leader.is_active else None


def account_of(person: Person | None) -> User | None:
    """The active account of a person."""
    return User.objects.filter(person=person, is_active=True).first() if person is not None else None


def stand_ins(today: date) -> list[User]:
    """Accounts of the top leader's deputies of today, and of the safety officers, each once.

    Where there are none, administrators: they can see to it that somebody is there, who is then told in turn.
    """
    top, found = top_unit(), dict[object, User]()
    if top is not None:
        standing = Deputy.objects.filter(unit=top, ended_at=None, from_date__lte=today)
        deputed = standing.filter(Q(until_date=None) | Q(until_date__gte=today)).values("person")
        for user in User.objects.filter(person__in=deputed, person__is_active=True, is_active=True).order_by("email"):
            found[user.pk] = user
    for user in _with_role(SAFETY_OFFICER) or (_with_role(ADMINISTRATOR) if not found else []):
        found.setdefault(user.pk, user)
    return list(found.values())


def _with_role(role: str) -> list[User]:
    """Active accounts with a role over the whole organisation."""
    given = RoleGrant.objects.filter(role=role, ended_at=None, unit=None).values("user")
    here = Q(person=None) | Q(person__is_active=True)
    return list(User.objects.filter(here, pk__in=given, is_active=True).order_by("email"))


def is_top_leader(viewer: Viewer) -> bool:
    """Whether a viewer is the top leader's own account."""
    leader = top_leader()
    return leader is not None and bool(viewer.person) and viewer.person_id == leader.pk


def number_of(unit: Unit | None) -> int | None:
    """The place in the tree by which an incident is reached; of a dissolved unit that of what follows it."""
    there = present_unit(unit) if unit is not None else top_unit()
    return there.number if there is not None else None


def may_work(viewer: Viewer, incident: Incident) -> bool:
    """Whether a viewer answers, keeps duties and closes: who leads the whole, and safety officers."""
    return leads_whole(viewer) or can(viewer, WORK, number_of(incident.unit))


def may_see(viewer: Viewer, incident: Incident) -> bool:
    """Whether a viewer sees an incident for their role: of their units, of all for safety officers."""
    return can(viewer, SEE, number_of(incident.unit))


def is_reporter(viewer: Viewer, incident: Incident) -> bool:
    """Whether a viewer reported it, under their name."""
    return bool(viewer.person) and incident.reporter_id == viewer.person_id


def is_injured(viewer: Viewer, incident: Incident) -> bool:
    """Whether a viewer is who was hurt or threatened."""
    return bool(viewer.person) and incident.injured_id == viewer.person_id


def is_askable(incident: Incident) -> bool:
    """Whether who was hurt can be asked themselves: they have an account. Else the report is asked."""
    return incident.injured_id is not None and account_of(incident.injured) is not None


def seen_by(viewer: Viewer, incidents: Iterable[Incident]) -> list[Incident]:
    """Those of incidents that a viewer sees for their role. The place of each unit is looked up once."""
    numbers: dict[object, int | None] = {}
    found = []
    for one in incidents:
        if one.unit_id not in numbers:
            numbers[one.unit_id] = number_of(one.unit)
        if can(viewer, SEE, numbers[one.unit_id]):
            found.append(one)
    return found
