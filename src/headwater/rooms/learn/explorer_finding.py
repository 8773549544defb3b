"""Worked out of every released wave for the explorer: what top, middle and front line say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.working_out import findings_folder, writing_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import plan_in_force
from headwater.scoring import load_book, save_book, specify
from headwater.scoring.levels import wave_levels
from headwater.scoring.mapped_books import MAPPED, is_mapped, map_book
from headwater.scoring.storage import MANIFEST
from headwater.vocab import ScoreBook

NAME = "levels"
BOOK = "book"


def work_out_levels(wave: Wave) -> bool:
    """Work out what each level says: a step of `working_out.STEPS`. False where no unit has units below it."""
    book = book_of(wave)
    if len(book.tree) < 2:
        return False
    found = wave_levels(Path(settings.STORE), book, specify(plan_in_force(wave).questionnaires))
    with writing_findings(wave, NAME) as folder:
        save_book(found, folder / BOOK)
        (folder / MAPPED).mkdir()
        map_book(found, folder / MAPPED, MAPPED)
    return True


def levels_of(wave: Wave) -> ScoreBook | None:
    """Return the levels of a wave, None when they were not worked out."""
    folder = findings_folder(wave, NAME) / BOOK
    if not (folder / MANIFEST).is_file():
        return None
    return _levels(folder, str(wave.outcome.get("inputs_hash", "")))


@lru_cache(maxsize=4)
def _levels(folder: Path, inputs_hash: str) -> ScoreBook:
    mapped = folder.with_name(MAPPED)
    return load_book(folder, mapped=mapped if is_mapped(mapped, MAPPED) else None)
