"""An organisation of 100,000 people in a folder of its own, for benchmarks of pages and launches over it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DIVISIONS, REGIONS, TEAMS = 8, 25, 40
"""Divisions of regions of teams: 8,209 units."""


@contextmanager
def own_folder(kept: str = "") -> Iterator[Path]:
    """A folder with an empty database, removed in the end; Django is set up over it. kept: one that stays."""
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="headwater-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "HEADWATER_DIR": str(folder),
        "HEADWATER_KEYS": "",
        "HEADWATER_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "headwater.site.settings",
    }
    try:
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield folder
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(folder.with_name(f"{folder.name}-keys"), ignore_errors=True)


def bring_in(people: int) -> None:
    """Write an organisation of so many people, each with an address and three attributes, and number its units."""
    from django.db import transaction

    from headwater.rooms.people.models import OrganisationState, Person, Unit
    from headwater.rooms.people.trees import renumber_units

    units: list[Any] = [Unit(key="all", name="Harbour Transit")]
    for division in range(DIVISIONS):
        units.append(Unit(key=f"d{division}", name=f"Division {division + 1}", parent=units[0]))
        above = units[-1]
        for region in range(REGIONS):
            units.append(Unit(key=f"d{division}r{region}", name=f"Region {division + 1}.{region + 1}", parent=above))
            over = units[-1]
            units += [
                Unit(key=f"{over.key}t{team}", name=f"Team {over.name[7:]}.{team + 1}", parent=over)
                for team in range(TEAMS)
            ]
    above_of = {unit.key: unit.parent for unit in units}
    leaders = [
        Person(
            key=f"l-{unit.key}", name=f"Leader of {unit.name}", unit=above_of[unit.key], email=f"l-{unit.key}@x.example"
        )
        for unit in units
    ]
    for unit, leader in zip(units, leaders, strict=True):
        unit.leader = leader
    teams = [unit for unit in units if "t" in unit.key]
    others = [
        Person(
            key=f"p{number}",
            name=f"Person {number}",
            unit=teams[number % len(teams)],
            email=f"p{number}@x.example",
            attributes={
                "tenure": ("under one year", "one to five years", "over five years")[number // 7 % 3],
                "area": ("depot", "desk", "road")[number // 11 % 3],
                "site": f"Site {number % 40}",
            },
        )
        for number in range(people - len(leaders))
    ]
    with transaction.atomic():
        # Units name leaders who name units: first the units alone.
        for unit in units:
            unit.leader = None
        Unit.objects.bulk_create(units, batch_size=5_000)
        Person.objects.bulk_create([*leaders, *others], batch_size=5_000)
        for unit, leader in zip(units, leaders, strict=True):
            unit.leader = leader
        Unit.objects.bulk_update(units, ["leader"], batch_size=500)
        OrganisationState.objects.get_or_create(pk=1)
        renumber_units()


def account(role: str, person: str = "") -> Any:
    """A user of a role over everything, or one who is a person of the organisation."""
    from django.utils import timezone

    from headwater.rooms.people.models import Person, Role
    from headwater.rooms.people.services import create_account, give_role

    now = timezone.now()
    found = Person.objects.get(key=person) if person else None
    user = create_account(email=f"{role or person}@example.org", name="Bench", person=found, actor="benchmark", now=now)
    if role:
        give_role(user=user, role=Role(role), unit=None, actor="benchmark", now=now)
    return user
