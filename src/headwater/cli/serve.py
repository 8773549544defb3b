"""`headwater serve DIR`: the web application on one folder."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

EPILOG = """examples:
  headwater serve records --administrator you@example.org
  headwater serve demo-records --demo
  HEADWATER_DATABASE_URL=postgresql://me@db/headwater headwater serve records
"""
NEEDED = ("django", "granian", "allauth", "django_tasks_db", "whitenoise")


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, help="where records, mail, sealed answers and the secret lie")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--demo", action="store_true", help="bring in a sample organisation and print who can sign in")
    parser.add_argument("--people", type=int, default=2_000, help="people in the sample organisation (2,000)")
    parser.add_argument("--administrator", default="", metavar="EMAIL", help="make the first account")


def run(arguments: argparse.Namespace) -> int:
    """Replace this process by the server; nothing is returned.

    Raises InputError when the web part is not installed or the folder is a file.
    """
    from headwater.vocab import InputError

    check_installed()
    if arguments.folder.exists() and not arguments.folder.is_dir():
        raise InputError(f"{arguments.folder} is a file. Name a folder.")
    command = [sys.executable, "-m", "headwater.site", str(arguments.folder)]
    command += ["--host", arguments.host, "--port", str(arguments.port), "--people", str(arguments.people)]
    if arguments.demo:
        command.append("--demo")
    if arguments.administrator:
        command += ["--administrator", arguments.administrator]
    _become(command)


def run_site(module: str, *words: str | Path, as_json: bool) -> NoReturn:
    """Replace this process by a module of the site. Raises InputError when the web part is not installed."""
    check_installed()
    _become([sys.executable, "-m", module, *map(str, words), *(["--json"] if as_json else [])])


def check_installed() -> None:
    """Raise InputError when the web part is not installed."""
    from headwater.vocab import InputError, Problem

    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        message = f"the web application is not installed ({', '.join(lacking)} missing)."
        raise InputError(Problem(message, "Run `pip install 'headwater[web]'`."))


def _become(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell wanted
