"""Reports of one unit in four forms, made when asked for and kept under the hash of what they are made of."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from headwater.reports import RENDERERS, REPORTS
from headwater.reports.brand import Brand
from headwater.reports.document import Document
from headwater.rooms.learn.books import book_of, since_of, told_book
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.look import brand_of
from headwater.vocab import ScoreBook, speaking

FORMS: Mapping[str, str] = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms of a report, with their media types."""


def leader_document(wave: Wave, row: int) -> Document:
    """Return the report of one unit for its leader in the language in force, from released numbers only.

    row: its place in the book's tree.
    """
    book = told_book(wave, book_of(wave))
    with speaking(get_language() or "en"):
        return REPORTS["leader"](book, row, brand_of(), people=_leaders(book))


def report_file(wave: Wave, row: int, form: str) -> Path:
    """Return the file of a unit's report, made now unless it was made before. Raises KeyError for an unknown form."""
    render = RENDERERS[form]
    folder = Path(settings.DIR) / "reports" / str(wave.pk)
    path = folder / f"{_name_of(wave, row, brand_of())}.{form}"
    if not path.is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as aside:
            made = Path(aside) / f"report.{form}"
            render(leader_document(wave, row), made)
            os.replace(made, path)
    return path


def download_name(wave: Wave, row: int, form: str) -> str:
    """Return the name a report is saved under: unit and wave, in letters that every system takes."""
    book = book_of(wave)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{book.tree.names[row]} {book.wave.title}").strip("-").lower()
    return f"{plain[:80] or 'report'}.{form}"


def _leaders(book: ScoreBook) -> dict[str, str]:
    """Trees of waves carry leaders by name."""
    return {name: name for name in book.tree.leaders if name}


def _name_of(wave: Wave, row: int, brand: Brand) -> str:
    book = book_of(wave)
    seed = [book.inputs_hash, since_of(wave, book), str(row), repr(brand), get_language() or "en"]
    return hashlib.sha256("\n".join(seed).encode()).hexdigest()[:32]
