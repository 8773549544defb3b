"""`headwater audit`: attack a folder of released reports as an outsider would."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headwater.privacy.audit import Verdict

EPILOG = """examples:
  headwater audit results
  headwater audit results --json

Exit code 0 when nothing was found, 4 when something leaks."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("result", type=Path, help="folder made by `analyse` or `demo`")


def run(arguments: argparse.Namespace) -> int:
    """Audit. Returns 0 when clean, 4 when something leaks."""
    from headwater.cli.saying import say_json, step

    with step("attacking what was released", quiet=arguments.json):
        verdict = audit(arguments.result)
    if arguments.json:
        say_json(verdict.to_dict())
    else:
        say_verdict(verdict)
    return verdict.exit_code


def audit(folder: Path) -> Verdict:
    """Attack a result folder."""
    from headwater.privacy.audit import audit_folder

    return audit_folder(folder)


def say_verdict(verdict: Verdict) -> None:
    """Print a verdict."""
    from headwater.cli.saying import say

    for line in verdict.lines():
        say(line)
