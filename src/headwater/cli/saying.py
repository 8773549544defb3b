"""What the command line says: progress, outcomes, problems. Plain text for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypeVar

from headwater.vocab.problems import HeadwaterError, InputError, Problem

T = TypeVar("T")

MOST_SHOWN = 20
"""Problems of one kind printed before the rest is counted; all of them are in the JSON."""


def say(text: str = "") -> None:
    """Print one line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(outcome: Mapping[str, Any]) -> None:
    """Print the outcome for a program."""
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=2, default=str) + "\n")


def say_error(error: HeadwaterError, *, as_json: bool) -> None:
    """Print why nothing was done. Errors go to standard error, JSON to standard output."""
    problems = error.problems if isinstance(error, InputError) else (Problem(str(error)),)
    if as_json:
        say_json({"ok": False, "problems": [asdict(problem) for problem in problems]})
        return
    errors = [problem for problem in problems if problem.severity == "error"]
    for problem in errors[:MOST_SHOWN]:
        sys.stderr.write(f"{problem}\n")
    if len(errors) > MOST_SHOWN:
        sys.stderr.write(f"... and {len(errors) - MOST_SHOWN} more. Add --json to list them all.\n")


def say_problems(problems: Iterable[Problem]) -> None:
    """Print warnings and notes, a few of each message."""
    listed = list(problems)
    for problem in listed[:MOST_SHOWN]:
        say(f"  {problem.severity}: {problem}")
    if len(listed) > MOST_SHOWN:
        say(f"  ... and {len(listed) - MOST_SHOWN} more. Add --json to list them all.")


@contextmanager
def step(title: str, *, quiet: bool = False) -> Iterator[None]:
    """Say what is being done, and when it is done, with the seconds it took."""
    from time import monotonic

    start = monotonic()
    if not quiet and sys.stderr.isatty():
        sys.stderr.write(f"{title} ...\r")
    yield
    if not quiet:
        sys.stderr.write(f"{title} ({monotonic() - start:.1f} s)\n")
        sys.stderr.flush()


def progress(items: Iterable[T], total: int, title: str, *, quiet: bool = False) -> Iterator[T]:
    """Yield items, with a bar on a terminal when the work is long."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, total=total, description=title, console=Console(stderr=True), transient=True)
