"""A folder of its own for each run, and a fixed cast in a small organisation."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.postgresql import embedded, is_wanted

if is_wanted():
    os.environ["HEADWATER_DATABASE_URL"] = embedded().address("headwater")
os.environ["HEADWATER_DIR"] = tempfile.mkdtemp(prefix="headwater-tests-")
os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.ALLOWED_HOSTS = ["testserver", "localhost"]

from headwater.rooms.people.imports import check_import, confirm_import  # noqa: E402
from headwater.rooms.people.models import Person, Role, Unit, User  # noqa: E402
from headwater.rooms.people.services import create_account, give_role  # noqa: E402

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PASSWORD = "quiet-river-bend-7"


def organisation_csv(*, without: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> bytes:
    """Two divisions of two teams of four under one leader: 23 people, 7 units."""
    lines = ["person_id,name,manager_id,unit_id,unit_name", "top,Ada Top,,,"]
    for division in ("north", "south"):
        lines.append(f"{division},Lea {division.title()},top,all,Works")
        for team in ("1", "2"):
            key = f"{division}{team}"
            lines.append(f"{key},Tom {key.title()},{division},{division}-d,{division.title()}")
            lines += [f"{key}{who},Per {key}{who},{key},{key}-t,Team {key}" for who in "abcd"]
    kept = [line for line in lines if line.split(",")[0] not in without]
    return "\n".join([*kept, *more]).encode() + b"\n"


@dataclass(frozen=True)
class Cast:
    """Who asks in tests. north_leader leads the north alone; outsider has an account and no role."""

    administrator: User
    experience_lead: User
    analyst: User
    privacy_officer: User
    safety_officer: User
    top_leader: User
    north_leader: User
    employee: User
    outsider: User


@pytest.fixture
def cast(db: None) -> Cast:
    """The organisation, brought in the way a real one is, and the cast."""

    def account(name: str, role: Role | None = None, person: str = "") -> User:
        found = Person.objects.get(key=person) if person else None
        user = create_account(
            email=f"{name}@example.org", name=name.title(), person=found, actor="test", now=NOW, password=PASSWORD
        )
        if role is not None:
            give_role(user=user, role=role, unit=None, actor="test", now=NOW)
        return user

    administrator = account("administrator", Role.ADMINISTRATOR)
    bring_in(organisation_csv(), administrator)
    return Cast(
        administrator,
        account("lead", Role.EXPERIENCE_LEAD),
        account("analyst", Role.ANALYST),
        account("officer", Role.PRIVACY_OFFICER),
        account("safety", Role.SAFETY_OFFICER),
        account("top", person="top"),
        account("north", person="north"),
        account("employee", person="north1a"),
        account("outsider"),
    )


def bring_in(content: bytes, actor: User, *, at: datetime = NOW, **changed: Any) -> Any:
    """Check a file and apply it."""
    values: dict[str, Any] = {"is_full": True, "effective_date": TODAY, "file_name": "people.csv", **changed}
    made = check_import(content=content, actor=actor, now=at, **values)
    return confirm_import(import_id=made.pk, actor=actor, now=at)


def signed_in(user: User) -> Client:
    """A client of somebody who signed in."""
    client = Client()
    client.force_login(user)
    return client


def unit(key: str) -> Unit:
    """A unit by its key."""
    return Unit.objects.get(key=key)


@pytest.fixture(autouse=True)
def _plain_cache() -> Iterator[None]:
    """The cache's table belongs to the served folder, not to the test database."""
    from django.test import override_settings

    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        yield


@pytest.fixture(autouse=True)
def _plain_language() -> Iterator[None]:
    """A page leaves its language behind in the thread; the next test begins in the site's own."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture
def own_folders(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own for the store, released files and keys, put back afterwards.

    Whoever seals, releases or keeps files asks for it.
    """
    from django.test import override_settings

    keys = tmp_path / "keys", tmp_path / "keys-2"
    for folder in keys:
        folder.mkdir(mode=0o700)
    with override_settings(DIR=tmp_path, STORE=tmp_path / "sealed", RELEASED=tmp_path / "released", KEYS=keys):
        yield tmp_path
