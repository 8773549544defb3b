"""`headwater instruments`: list, show, check and adapt questionnaires."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headwater.formats.moving.results import SurveyImport

LENSES = ("lx", "ex", "service", "cx", "result")

READERS: dict[str, str] = {
    ".qsf": "qualtrics",
    ".lss": "limesurvey",
    ".lsa": "limesurvey",
    ".sav": "spss",
    ".zsav": "spss",
    ".json": "surveyjs",
    ".xlsx": "xlsform",
}
"""The format that reads a questionnaire, by the file's ending."""

EPILOG = """examples:
  headwater instruments                              list the library
  headwater instruments show lx_core --language es
  headwater instruments check my-questionnaire.yaml
  headwater instruments fork lx_core our_leadership --drop lx_comment --write our_leadership.yaml
  headwater instruments import survey.qsf --lens ex --write ours.yaml
"""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("action", nargs="?", choices=("list", "show", "check", "fork", "import"), default="list")
    parser.add_argument("name", nargs="?", help="key of a questionnaire, or a file")
    parser.add_argument("key", nargs="?", help="fork: key of the new questionnaire")
    parser.add_argument("--language", default="en", help="language of the words shown (en)")
    parser.add_argument("--drop", action="append", default=[], help="fork: leave out an item; again for more")
    parser.add_argument("--write", type=Path, help="fork, import: the file to write")
    parser.add_argument("--lens", choices=LENSES, default="ex", help="import: what the questionnaire looks at (ex)")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked. Returns 0, or 2 when `check` finds errors."""
    from headwater.vocab import InputError

    if arguments.action == "list":
        return _list(as_json=arguments.json)
    if not arguments.name:
        raise InputError(f"`headwater instruments {arguments.action}` needs the key or the file of a questionnaire.")
    if arguments.action == "show":
        return _show(arguments.name, arguments.language, as_json=arguments.json)
    if arguments.action == "import":
        return _import(arguments)
    if arguments.action == "check":
        return _check(Path(arguments.name), as_json=arguments.json)
    return _fork(arguments)


def _import(arguments: argparse.Namespace) -> int:
    """Move a questionnaire in from another product, and say everything that was not carried over."""
    from headwater.cli.saying import say, say_json, say_problems
    from headwater.instruments import dump_instrument
    from headwater.vocab import InputError, Lens

    path = Path(arguments.name)
    if not arguments.write:
        raise InputError("`import` needs --write FILE.")
    read = _reader(path)
    moved = read(path, lens=Lens(arguments.lens))
    dump_instrument(moved.instrument, arguments.write)
    losses = [{"what": loss.what, "where": loss.where, "why": loss.why} for loss in moved.losses]
    if arguments.json:
        problems = [asdict(problem) for problem in moved.problems]
        say_json({"ok": True, "file": str(arguments.write), "losses": losses, "problems": problems})
        return 0
    say_problems(moved.problems)
    for loss in moved.losses:
        say(f"  not carried over: {loss.what}, {loss.where}: {loss.why}")
    say(f"wrote {arguments.write}: {len(moved.instrument.items)} questions; {len(losses)} things were not carried over")
    return 0


def _reader(path: Path) -> Callable[..., SurveyImport]:
    """Return what reads a questionnaire of another product, by the file's ending. Raises InputError for others."""
    from headwater.vocab import InputError

    ending = path.suffix.lower()
    if ending not in READERS:
        raise InputError(
            f"{path.name}: no reader for {ending or 'a file without an ending'}. Known: {', '.join(READERS)}."
        )
    from importlib import import_module

    product = READERS[ending]
    read: Callable[..., SurveyImport] = getattr(import_module(f"headwater.formats.{product}"), f"read_{product}_survey")
    return read


def _list(*, as_json: bool) -> int:
    from headwater.cli.saying import say, say_json
    from headwater.instruments import library
    from headwater.vocab import say as words

    found = library()
    if as_json:
        say_json(
            {
                "ok": True,
                "instruments": [
                    {"key": one.key, "version": one.version, "lens": one.lens, "items": len(one.items)}
                    for one in found.values()
                ],
            }
        )
        return 0
    for one in found.values():
        say(f"{one.key:20} {one.version:5} {one.lens:8} {len(one.items):3} questions  {words(one.title)}")
    return 0


def _show(name: str, language: str, *, as_json: bool) -> int:
    from headwater.cli.saying import say, say_json
    from headwater.instruments import describe as describe_instrument
    from headwater.instruments import load_instrument

    instrument = load_instrument(name)
    if as_json:
        say_json({"ok": True, "instrument": asdict(instrument)})
    else:
        say(describe_instrument(instrument, language))
    return 0


def _check(path: Path, *, as_json: bool) -> int:
    from headwater.cli.saying import say, say_json, say_problems
    from headwater.instruments import check_instrument
    from headwater.vocab import InputError

    problems = check_instrument(path)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        say_json({"ok": not errors, "problems": [asdict(problem) for problem in problems]})
    else:
        say_problems(problems)
        say(f"{errors} errors, {len(problems) - errors} warnings and notes")
    return InputError.exit_code if errors else 0


def _fork(arguments: argparse.Namespace) -> int:
    from headwater.cli.saying import say, say_json
    from headwater.instruments import comparable_scales, dump_instrument, fork, load_instrument
    from headwater.vocab import InputError

    if not arguments.key or not arguments.write:
        raise InputError("`fork` needs the new key and --write FILE.")
    parent = load_instrument(arguments.name)
    made = fork(parent, arguments.key, drop=tuple(arguments.drop))
    dump_instrument(made, arguments.write)
    kept = comparable_scales(parent, made)
    if arguments.json:
        say_json({"ok": True, "file": str(arguments.write), "trends_kept": sorted(kept)})
    else:
        say(f"wrote {arguments.write}: {len(made.items)} of {len(parent.items)} questions; trends kept: {len(kept)}")
        say("edit the file to reword or add, then run `headwater instruments check` on it")
    return 0
