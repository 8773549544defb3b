"""`headwater ...`: the commands, on files, without the web app."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from headwater import __version__
from headwater.vocab.problems import HeadwaterError, InputError

COMMANDS: dict[str, str] = {
    "demo": "build a sample organisation and every leader's reports",
    "analyse": "answers or published tables in, ScoreBooks and the River out",
    "report": "make reports from what `analyse` released",
    "audit": "attack a folder of released reports as an outsider would",
    "simulate": "write an organisation with a known truth as plain files",
    "instruments": "list, show and adapt questionnaires",
    "osha": "check the injury upload files of the US authority",
    "serve": "run the web application on one folder",
    "backup": "everything of a served folder in one file, while it is served",
    "restore": "a backup back into a new folder",
}
"""Each command is the module of its name in `headwater.cli`, with `describe(parser)` and `run(arguments)`."""

EPILOG = """examples:
  headwater demo
  headwater analyse my-project.yaml --out results
  headwater report results --unit depot-north --form pptx
  headwater audit results
"""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; only the named command's arguments are loaded, all of them when None."""
    top = argparse.ArgumentParser(
        prog="headwater",
        description="Connects the experience of being led to the experience of work, of customers, and to results.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"headwater {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        sub.add_argument("--json", action="store_true", help="print the outcome as JSON")
        if command in (None, name):
            import_module(f"headwater.cli.{name}").describe(sub)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0 when done, 1 when something failed, 2 for bad input, 3 when refused, 4 for a leak."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in given if not word.startswith("-")), None)
    if command is not None and command not in COMMANDS:
        command = None
        options = parser("")
    else:
        options = parser(command or "")
    chosen = options.parse_args(given)
    try:
        code: int = import_module(f"headwater.cli.{chosen.command}").run(chosen)
    except HeadwaterError as error:
        from headwater.cli.saying import say_error

        say_error(error, as_json=chosen.json)
        return error.exit_code
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return 0
        from headwater.cli.saying import say_error

        say_error(HeadwaterError(f"{error.filename or 'the disk'}: {error.strerror or error}."), as_json=chosen.json)
        return HeadwaterError.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing half-written was kept\n")
        return 130
    return code


__all__ = ["COMMANDS", "InputError", "main", "parser"]
