"""Worked out of every released wave: its drivers, and what matters to whom where people were asked to choose."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.working_out import findings_folder, forget_findings, writing_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import plan_in_force
from headwater.scoring import specify
from headwater.scoring.driver_storage import MANIFEST as DRIVERS
from headwater.scoring.driver_storage import load_drivers, save_drivers
from headwater.scoring.drivers import find_drivers
from headwater.scoring.importance import find_importance
from headwater.scoring.importance_storage import MANIFEST as IMPORTANCE
from headwater.scoring.importance_storage import load_importance, save_importance
from headwater.vocab import DriverBook, ImportanceBook

DRIVERS_STEP = "drivers"
IMPORTANCE_STEP = "importance"


def work_out_drivers(wave: Wave) -> bool:
    """Work out what moves each outcome: a step of `working_out.STEPS`. False where there is nothing to relate."""
    specification = specify(plan_in_force(wave).questionnaires)
    found = find_drivers(Path(settings.STORE), book_of(wave), specification)
    if found is None:
        forget_findings(wave, DRIVERS_STEP)
        return False
    with writing_findings(wave, DRIVERS_STEP) as folder:
        save_drivers(found, folder)
    return True


def work_out_importance(wave: Wave) -> bool:
    """Work out what matters to whom: a step of `working_out.STEPS`. False where nobody was asked to choose."""
    items = [item for one in plan_in_force(wave).questionnaires for item in one.items if item.kind == "best_worst"]
    found = [find_importance(Path(settings.STORE), book_of(wave), item) for item in items]
    books = [book for book in found if book is not None]
    if not books:
        forget_findings(wave, IMPORTANCE_STEP)
        return False
    with writing_findings(wave, IMPORTANCE_STEP) as folder:
        for book in books:
            save_importance(book, folder / book.item)
    return True


def drivers_of(wave: Wave) -> DriverBook | None:
    """Return the drivers of a wave, None when there are none."""
    folder = findings_folder(wave, DRIVERS_STEP)
    if not (folder / DRIVERS).is_file():
        return None
    return _drivers(folder, (folder / DRIVERS).stat().st_mtime_ns)


def importance_of(wave: Wave) -> tuple[ImportanceBook, ...]:
    """Return what matters to whom in a wave, one book a best-worst question; none when nobody was asked."""
    folder = findings_folder(wave, IMPORTANCE_STEP)
    if not folder.is_dir():
        return ()
    files = sorted(folder.glob(f"*/{IMPORTANCE}"))
    return tuple(_importance(file.parent, file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=16)
def _drivers(folder: Path, _changed: int) -> DriverBook:
    return load_drivers(folder)


@lru_cache(maxsize=16)
def _importance(folder: Path, _changed: int) -> ImportanceBook:
    return load_importance(folder)
