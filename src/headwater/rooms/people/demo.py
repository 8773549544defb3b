"""A sample organisation with accounts for every role, brought in the way a real one is."""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from headwater.rooms.house import audit
from headwater.rooms.people.imports import check_import, confirm_import
from headwater.rooms.people.models import Person, Role, Unit, User
from headwater.rooms.people.services import create_account, give_role
from headwater.simulation.demonstration import demonstration, teams_to_follow
from headwater.simulation.staff import AREA, TENURE, Staff

FILE = "harbour-transit.csv"
STANDING = timedelta(days=400)
"""How long the organisation has stood as it is: longer than any of its studies."""

ATTRIBUTES = ("Time here", "Kind of work")


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration."""

    role: str
    email: str
    password: str


def seed_demo(*, people: int, seed: int, now: datetime) -> list[DemoAccount]:
    """Bring in a simulated organisation and make an account for each role. Returns them with their passwords.

    The team leader leads nine people, whose own scores can be shown; of the small team too few answer.
    """
    world = demonstration(people, seed)
    made: list[DemoAccount] = []
    stood = now - STANDING
    with transaction.atomic():
        administrator = _account("administrator", "Noa Administrator", None, Role.ADMINISTRATOR, made, now)
        checked = check_import(
            content=organisation_file(world.staff),
            file_name=FILE,
            is_full=True,
            effective_date=timezone.localdate(stood),
            actor=administrator,
            now=stood,
        )
        confirm_import(import_id=checked.pk, actor=administrator, now=stood)
        top = Unit.objects.get(parent=None, is_open=True)
        team, small = (Unit.objects.get(key=key) for key in teams_to_follow(world))
        member = Person.objects.filter(unit=team, is_active=True).order_by("key").first()
        _account("experience lead", "Eli Experience", None, Role.EXPERIENCE_LEAD, made, now)
        _account("analyst", "Ana Analyst", None, Role.ANALYST, made, now)
        _account("privacy officer", "Per Privacy", None, Role.PRIVACY_OFFICER, made, now)
        _account("safety officer", "Sol Safety", None, Role.SAFETY_OFFICER, made, now)
        _account("top leader", "", top.leader, None, made, now)
        _account("team leader", "", team.leader, None, made, now)
        _account("small team leader", "", small.leader, None, made, now)
        _account("employee", "", member, None, made, now)
    return made


def organisation_file(staff: Staff) -> bytes:
    """Write a simulated organisation as an HR system would: ids, names, managers, units, addresses, attributes."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("person_id", "name", "manager_id", "unit_id", "unit_name", "email", "language", *ATTRIBUTES))
    for place, person in enumerate(staff.ids):
        unit = int(staff.team[place])
        manager = staff.ids[int(staff.leads[unit])] if unit >= 0 else ""
        where = (staff.tree.ids[unit], staff.tree.names[unit]) if unit >= 0 else ("", "")
        speaks = "es" if place % 5 == 4 else "en"
        kind = (TENURE[staff.tenure[place]], AREA[staff.area[place]])
        address = f"{person.lower()}@harbour-transit.example"
        writer.writerow((person, staff.names[place], manager, *where, address, speaks, *kind))
    return text.getvalue().encode()


def _account(
    title: str, name: str, person: Person | None, role: Role | None, made: list[DemoAccount], now: datetime
) -> User:
    email = f"{title.replace(' ', '.')}@demo.example"
    password = secrets.token_urlsafe(12)
    user = create_account(email=email, name=name, person=person, actor=audit.SYSTEM, now=now, password=password)
    if role is not None:
        give_role(user=user, role=role, unit=None, actor=audit.SYSTEM, now=now)
    made.append(DemoAccount(title, email, password))
    return user
