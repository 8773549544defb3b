"""Worked out of every released wave: whether questions mean the same to the groups that scores are compared over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.working_out import findings_folder, forget_findings, writing_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import plan_in_force
from headwater.scoring import find_sameness, load_sameness, save_sameness, specify
from headwater.scoring.sameness_storage import MANIFEST
from headwater.vocab import SamenessBook

STEP = "sameness"


def work_out_sameness(wave: Wave) -> bool:
    """Judge every scale over every cut: a step of `working_out.STEPS`. False where nothing can be compared."""
    found = find_sameness(Path(settings.STORE), book_of(wave), specify(plan_in_force(wave).questionnaires))
    if found is None:
        forget_findings(wave, STEP)
        return False
    with writing_findings(wave, STEP) as folder:
        save_sameness(found, folder)
    return True


def sameness_of(wave: Wave) -> SamenessBook | None:
    """Return the verdicts of a wave, None when there are none."""
    folder = findings_folder(wave, STEP)
    try:
        changed = (folder / MANIFEST).stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _sameness(folder, changed)


@lru_cache(maxsize=16)
def _sameness(folder: Path, _changed: int) -> SamenessBook:
    return load_sameness(folder)
