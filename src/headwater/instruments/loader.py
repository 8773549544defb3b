"""Questionnaires from files: the library that comes with Headwater, and an organisation's own."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from headwater.instruments.nodes import FieldPath, parse_nodes, read_bytes
from headwater.instruments.parsing import Reader, parse_instrument, read_response_scale
from headwater.vocab import InputError, Instrument, Problem, ResponseScale

_HERE = Path(__file__).parent
LIBRARY = _HERE / "library"
_STANDARD_SCALES = _HERE / "response_scales.yaml"


def load_instrument(source: str | os.PathLike[str], version: str | None = None) -> Instrument:
    """Load a questionnaire by the path of its file, or by its key (or `key@version`) in the library.

    A string is a path when it ends in .yaml or .yml or holds a separator. Without `version` the library gives the
    newest. Raises InputError listing every problem with file, line, field and remedy, or the keys there are.
    """
    if isinstance(source, str) and not _is_path(source):
        return _from_library(source, version)
    instrument, problems = _read(Path(source))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    if version is not None and instrument.version != version:
        message = f"the file holds version {instrument.version}, not {version}."
        raise InputError(Problem(message, "Name the version it holds, or another file.", str(source)))
    return instrument


def check_instrument(path: str | os.PathLike[str]) -> tuple[Problem, ...]:
    """Return every problem of a questionnaire file, warnings included; empty when there is none. Never raises for
    what the file holds.
    """
    try:
        return _read(Path(path))[1]
    except InputError as error:
        return error.problems


def read_instrument(text: str, name: str) -> Instrument:
    """Read a questionnaire from the text of a YAML file; `name` is what problems call it.

    Raises InputError listing every problem with line, field and remedy.
    """
    instrument, problems = parse_instrument(parse_nodes(text.encode(), name), name, standard_response_scales())
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    return instrument


def library() -> dict[str, Instrument]:
    """Return the newest version of every questionnaire in the library, by key in alphabetical order."""
    return {key: versions[max(versions, key=_order)] for key, versions in _shelf().items()}


@cache
def standard_response_scales() -> dict[str, ResponseScale]:
    """Return the response scales that a questionnaire may name by the word `standard`."""
    name = _STANDARD_SCALES.name
    root = parse_nodes(read_bytes(_STANDARD_SCALES), name)
    reader = Reader(root, name)
    found = {}
    for key, node in root.values.items():
        path: FieldPath = (key,)
        found[key] = read_response_scale(reader, node, path, key)
    if reader.problems:
        raise InputError(reader.problems)
    return found


def _read(path: Path) -> tuple[Instrument, tuple[Problem, ...]]:
    return parse_instrument(parse_nodes(read_bytes(path), str(path)), str(path), standard_response_scales())


def _from_library(source: str, version: str | None) -> Instrument:
    key, _, named = source.partition("@")
    wanted = version or named
    if version and named and version != named:
        raise InputError(f"{source} names another version than {version}. Name one.")
    shelf = _shelf()
    if key not in shelf:
        known = ", ".join(shelf)
        raise InputError(f"the library has no questionnaire {key!r}. It has {known}; a file ends in .yaml.")
    versions = shelf[key]
    if not wanted:
        return versions[max(versions, key=_order)]
    if wanted not in versions:
        raise InputError(f"the library has no version {wanted!r} of {key}. It has {', '.join(versions)}.")
    return versions[wanted]


@cache
def _shelf() -> dict[str, dict[str, Instrument]]:
    shelf: dict[str, dict[str, Instrument]] = {}
    for path in sorted(LIBRARY.glob("*.yaml")):
        instrument = load_instrument(path)
        versions = shelf.setdefault(instrument.key, {})
        if instrument.version in versions:
            raise InputError(f"the library holds {instrument.key}@{instrument.version} twice. Remove {path.name}.")
        versions[instrument.version] = instrument
    return dict(sorted(shelf.items()))


def _order(version: str) -> tuple[int, ...]:
    """Order versions by their numbers, so that 1.10 follows 1.9."""
    return tuple(int(part) for part in version.split("."))


def _is_path(source: str) -> bool:
    return source.lower().endswith((".yaml", ".yml")) or "/" in source or os.sep in source
