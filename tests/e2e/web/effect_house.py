"""A folder in which one team comes to be led better, one stays as it was, and the clock shows what we say.

python -m tests.e2e.web.effect_house before FOLDER          people, accounts, and a first wave that is released
python -m tests.e2e.web.effect_house serve FOLDER AT PORT   the pages as they were at that time
python -m tests.e2e.web.effect_house later FOLDER           two further waves, released and checked as they would be
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What a browser needs to know. until: when the answers of the last wave were in."""

    study: str
    wave: str
    score: str
    password: str
    helped: str
    idle: str
    until: str
    emails: dict[str, str]


def set_up(folder: Path) -> None:
    """Read the settings for a folder; what tests change of them stays out."""
    os.environ["HEADWATER_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"
    import django
    from django.conf import settings

    django.setup()
    kept = {name: getattr(settings, name) for name in ("PASSWORD_HASHERS", "ALLOWED_HOSTS")}
    import tests.rooms.conftest

    assert tests.rooms.conftest.PASSWORD
    for name, value in kept.items():
        setattr(settings, name, value)


def set_clock(at: datetime) -> None:
    """Let it be so late from now on, for everything that asks Django."""
    from django.utils import timezone

    ahead = at - datetime.now(tz=UTC)
    timezone.now = lambda: datetime.now(tz=UTC) + ahead


def before() -> Facts:
    """Bring an organisation in, make accounts, and release a first wave."""
    from types import SimpleNamespace

    from django.core.management import call_command
    from tests.rooms.conftest import NOW, PASSWORD
    from tests.rooms.effects_cast import HELPED, IDLE, SCORE, first_wave
    from tests.rooms.explorer_cast import leader_of

    from headwater.rooms.people.models import Role
    from headwater.rooms.people.services import create_account, give_role

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    cast: Any = SimpleNamespace()
    for name, role in (("administrator", Role.ADMINISTRATOR), ("experience_lead", Role.EXPERIENCE_LEAD)):
        user = create_account(
            email=f"{name}@example.org", name=name.title(), person=None, actor="test", now=NOW, password=PASSWORD
        )
        give_role(user=user, role=role, unit=None, actor="test", now=NOW)
        setattr(cast, name, user)
    wave = first_wave(cast)
    emails = {key: leader_of(key, cast.experience_lead).email for key in (HELPED, IDLE, "all")}
    emails["lead"] = cast.experience_lead.email
    return Facts(wave.study.key, wave.key, SCORE, PASSWORD, HELPED, IDLE, wave.late_until.isoformat(), emails)


def later() -> str:
    """Register what was promised, and release two waves; each feels more of what was done in one team, none elsewhere.

    Returns when the answers of the last were in.
    """
    from types import SimpleNamespace

    from tests.rooms.effects_cast import HELPED, SIZE_OF_IT, later_wave

    from headwater.rooms.listen.models import Wave
    from headwater.rooms.people.models import User
    from headwater.rooms.prove.effects.checking import catch_up, work_out_effects

    cast: Any = SimpleNamespace(experience_lead=User.objects.get(email="experience_lead@example.org"))
    wave = Wave.objects.get()
    catch_up(now=wave.late_until + timedelta(days=12))
    for share in (0.5, 1.0):
        wave = later_wave(cast, wave, {HELPED: share * SIZE_OF_IT})
        set_clock(wave.late_until)
        assert work_out_effects(wave)
    return str(wave.late_until.isoformat())


def serve(port: int) -> None:
    """Serve the pages until somebody ends it."""
    from django.core.servers.basehttp import run

    from headwater.site.wsgi import application

    run("127.0.0.1", port, application, threading=True)


def main() -> None:
    """Do what the first word says."""
    doing, folder, *rest = sys.argv[1:]
    set_up(Path(folder))
    if doing == "serve":
        set_clock(datetime.fromisoformat(rest[0]))
        serve(int(rest[1]))
    else:
        sys.stdout.write(json.dumps(asdict(before()) if doing == "before" else later()) + "\n")


if __name__ == "__main__":
    main()
