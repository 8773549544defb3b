"""`headwater osha`: check the upload files of OSHA's Injury Tracking Application."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headwater.formats.osha import OshaFile

EPILOG = """examples:
  headwater osha form-300a.csv
  headwater osha form-300a.csv cases.csv

Of both files together it is also checked whether the cases are those that form 300A counts.
Exit code 0 when every rule is met, 2 when one is not."""

KINDS = {"summary": "form 300A", "cases": "case detail"}


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("files", type=Path, nargs="+", help="CSV or .xlsx files: form 300A, case detail, or both")


def run(arguments: argparse.Namespace) -> int:
    """Check the files. Returns 0 when every rule is met, 2 when one is not."""
    from headwater.cli.saying import say, say_json, say_problems
    from headwater.formats.osha import check_together, read_osha

    read: list[OshaFile] = [read_osha(path, name=path.name) for path in arguments.files]
    problems = [problem for one in read for problem in one.problems]
    summaries = [row for one in read for row in one.summaries]
    cases = [row for one in read for row in one.cases]
    if {one.kind for one in read} == set(KINDS) and all(one.is_sound for one in read):
        problems += [replace(problem, file="both files") for problem in check_together(summaries, cases)]
    is_sound = not any(problem.severity == "error" for problem in problems)
    if arguments.json:
        files = [{"file": path.name, "kind": one.kind, "rows": one.rows} for path, one in _named(arguments, read)]
        say_json({"ok": is_sound, "files": files, "problems": [asdict(problem) for problem in problems]})
    else:
        for path, one in _named(arguments, read):
            say(f"{path.name}: {KINDS[one.kind]}, {one.rows:,} rows")
        say_problems(problems)
        say("every rule is met" if is_sound else "not ready for the upload")
    return 0 if is_sound else 2


def _named(arguments: argparse.Namespace, read: list[OshaFile]) -> list[tuple[Path, OshaFile]]:
    return list(zip(arguments.files, read, strict=True))
