"""The folder `analyse` fills and the other commands read: released numbers and reports, never answers.

RESULT/project.json           what was analysed, when nothing else says it
RESULT/released/books/...     ScoreBooks, one folder a study and wave
RESULT/released/services/...  how serving units are rated, one folder a study and wave
RESULT/released/injuries/     injury rates
RESULT/released/river.json    the River
RESULT/released/audit.json    the releases as the auditor sees them
RESULT/reports/...            decks, sheets, PDFs and pages
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.cli.replacing import replaced_whole
from headwater.vocab import InjuryBook, InputError, ScoreBook, ServiceBook

PROJECT = "project.json"
RELEASED = "released"
REPORTS = "reports"
RIVER = "river.json"
SERVICES = "services"
INJURIES = "injuries"


@contextmanager
def result_folder(path: Path) -> Iterator[Path]:
    """Yield a folder beside `path` to be filled; on success it takes the place of `path`, on failure it is removed.

    Raises InputError when `path` exists and is not a result of ours, so that nobody's files are replaced by accident.
    """
    if path.exists() and not is_result(path) and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} exists and holds other files. Name an empty or new folder with --out.")
    with replaced_whole(path) as aside:
        yield aside


def is_result(path: Path) -> bool:
    """Whether a folder is a result of `analyse` or `demo`."""
    return (path / PROJECT).is_file()


def write_project(folder: Path, content: Mapping[str, Any]) -> None:
    """Write what was analysed."""
    (folder / PROJECT).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_project(folder: Path) -> dict[str, Any]:
    """Read what was analysed. Raises InputError when the folder is no result."""
    try:
        content = json.loads((folder / PROJECT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} is no result of `headwater analyse` or `headwater demo`. Run one first.") from error
    if not isinstance(content, dict):
        raise InputError(f"{folder}/{PROJECT} is damaged. Run `headwater analyse` again.")
    return content


def book_folder(folder: Path, study: str, wave: str) -> Path:
    """Return where a ScoreBook lies in a result."""
    return folder / RELEASED / "books" / study / wave


def load_books(folder: Path) -> list[ScoreBook]:
    """Return all ScoreBooks of a result, in the order of study and wave."""
    from headwater.scoring import load_book

    found = [load_book(path.parent) for path in sorted((folder / RELEASED / "books").glob("*/*/book.json"))]
    return sorted(found, key=lambda book: (book.study.key, book.wave.order))


def services_folder(folder: Path, study: str, wave: str) -> Path:
    """Return where the ratings of serving units lie in a result."""
    return folder / RELEASED / SERVICES / study / wave


def load_all_services(folder: Path) -> list[ServiceBook]:
    """Return the ratings of serving units of a result, in the order of study and wave."""
    from headwater.scoring import load_services

    paths = sorted((folder / RELEASED / SERVICES).glob("*/*/services.json"))
    found = [load_services(path.parent) for path in paths]
    return sorted(found, key=lambda book: (book.study.key, book.wave.order))


def load_injury_rates(folder: Path) -> InjuryBook | None:
    """Return the injury rates of a result, None when it has none."""
    from headwater.scoring import load_injuries

    place = folder / RELEASED / INJURIES
    return load_injuries(place) if place.is_dir() else None
