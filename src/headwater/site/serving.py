"""Prepares a folder and runs the process group: Granian with two workers, and one worker for jobs."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path

WORKERS, THREADS = 2, 4
ACCOUNTS = "demo-accounts.json"
RESTARTS, LONG_ENOUGH = 3, 20.0
"""How often in a row the web server is started again when it ends within so many seconds."""
PATIENCE = 60.0
"""Seconds that starting and stopping may take."""


def prepare(*, demo: bool, people: int, administrator: str) -> None:
    """Bring the database up to date and make the first accounts. Raises InputError."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if demo:
        _prepare_demo(Path(settings.DIR), people)
    if administrator:
        _make_administrator(administrator)
    _say_how_to_begin()


def _prepare_demo(folder: Path, people: int) -> None:
    from django.utils import timezone

    from headwater.rooms.house.slots import build_demo
    from headwater.rooms.people.demo import DemoAccount, seed_demo
    from headwater.rooms.people.models import OrganisationImport, User
    from headwater.vocab import InputError, Problem

    listed = folder / ACCOUNTS
    if listed.is_file():
        accounts = [DemoAccount(**account) for account in json.loads(listed.read_text(encoding="utf-8"))]
    elif User.objects.exists() or OrganisationImport.objects.exists():
        message = "this folder holds a real organisation."
        raise InputError(Problem(message, "Name a new folder for the demonstration.", str(folder)))
    else:
        accounts = seed_demo(people=people, seed=1, now=timezone.now())
        aside = folder / f".{ACCOUNTS}"
        aside.write_text(json.dumps([asdict(account) for account in accounts], indent=1) + "\n", encoding="utf-8")
        aside.chmod(0o600)
        os.replace(aside, listed)
    _say("Who can sign in:")
    for account in accounts:
        _say(f"  {account.role:<16} {account.email:<32} {account.password}")
    for line in build_demo(people=people, seed=1, now=timezone.now()):
        _say(line)


def _make_administrator(email: str) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction
    from django.utils import timezone

    from headwater.rooms.house import audit
    from headwater.rooms.people.models import Role, RoleGrant
    from headwater.rooms.people.services import create_account, give_role
    from headwater.vocab import InputError, Problem

    try:
        validate_email(email)
    except ValidationError:
        raise InputError(Problem(f"{email!r} is no e-mail address.", "Write name@example.org.")) from None
    if RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True).exists():
        raise InputError(Problem("there is an administrator already.", "Ask them for the role on the roles page."))
    password, now = secrets.token_urlsafe(15), timezone.now()
    with transaction.atomic():
        user = create_account(email=email, name="", person=None, actor=audit.SYSTEM, now=now, password=password)
        give_role(user=user, role=Role.ADMINISTRATOR, unit=None, actor=audit.SYSTEM, now=now)
    _say(f"Administrator {user.email} signs in with {password} (shown this once; change it on first sign-in)")


def _say_how_to_begin() -> None:
    from headwater.rooms.people.models import User

    if not User.objects.exists():
        _say("Nobody can sign in yet. Start again with --administrator you@example.org to make the first account.")


def serve(*, host: str, port: int) -> int:
    """Run until a signal comes. Returns 0, or the web server's exit code when it cannot be kept running.

    The web server gives up when its workers are killed in quick succession. It is started again, unless it ends
    several times in a row before it has run for long.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    web, began, short = subprocess.Popen(web_command(host, port)), time.monotonic(), 0
    jobs = subprocess.Popen(jobs_command())
    try:
        _announce(host, port, web, stop)
        while not stop.wait(1.0):
            if web.poll() is not None:
                short = short + 1 if time.monotonic() - began < LONG_ENOUGH else 1
                if short > RESTARTS:
                    sys.stderr.write("the web server ended\n")
                    return web.returncode or 1
                sys.stderr.write("the web server ended; it is started again\n")
                web, began = subprocess.Popen(web_command(host, port)), time.monotonic()
            if jobs.poll() is not None:
                sys.stderr.write("the worker for jobs ended; it is started again\n")
                jobs = subprocess.Popen(jobs_command())
    finally:
        _end(web, jobs)
    return 0


def web_command(host: str, port: int) -> list[str]:
    """Return how Granian is started."""
    options = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    where = ["--host", host, "--port", str(port), "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *options, *where, "headwater.site.wsgi:application"]


def jobs_command() -> list[str]:
    """Return how the worker for jobs is started."""
    return [sys.executable, "-m", "django", "work"]


def _announce(host: str, port: int, web: subprocess.Popen[bytes], stop: threading.Event) -> None:
    """Say the address once the server answers there."""
    shown = f"[{host}]" if ":" in host else host
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and web.poll() is None and not stop.wait(0.2):
        try:
            with urllib.request.urlopen(f"http://{shown}:{port}/health", timeout=5):
                break
        except urllib.error.HTTPError:
            break
        except OSError:
            continue
    if web.poll() is None and not stop.is_set():
        _say(f"Headwater is at http://{shown}:{port}")


def _end(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
