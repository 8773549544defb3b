"""Running the command line as a person would, and looking at what it left behind."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

from headwater.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Analysed:
    """A project folder, the result made of it, and what the command said."""

    project: Path
    result: Path
    outcome: Outcome


def run(*arguments: str | Path) -> Outcome:
    """Run a command in this process. An exception other than argparse's exit is a failure of the test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def digest(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by path; folders stand with an empty one."""
    found: dict[str, str] = {}
    for place, folders, files in os.walk(folder):
        inside = Path(place)
        found |= {str((inside / name).relative_to(folder)): "" for name in folders}
        for name in files:
            path = inside / name
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
