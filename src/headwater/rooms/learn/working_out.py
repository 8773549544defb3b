"""After a release: everything else that a wave tells is worked out, then leaders hear that it is ready.

Steps run in their order. Each writes what it found into a folder of its own, aside first and then renamed, so it is
whole or absent; running a step again replaces what it made. A step that cannot say anything returns False and writes
nothing. One that fails stops the job, which is tried again from the beginning.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.learn.start_services import tell_owner
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.rooms.listen.serving import has_services

Step = Callable[[Wave], bool]
"""Works something out of a released wave. Returns whether there was anything to say."""

STEPS: dict[str, Step] = {}
"""What is worked out of every released wave, by name. Filled by `site`, in the order in which it runs."""

OF_SERVICES = {"river"}
"""Steps that waves of internal service take too: they have ratings of serving units in place of a score book."""

JOB = "work_out_findings"


def work_out_findings(*, wave_id: str, now: datetime, only: str = "") -> None:
    """Work out what a released wave tells: the job `work_out_findings`. only: one step by name, empty for all.

    Leaders are told when all steps are through, once. Raises KeyError for a step that is not there.
    """
    wave = Wave.objects.select_related("study").get(pk=UUID(wave_id))
    if wave.study.kept_for_id is not None:
        tell_owner(wave=wave, now=now)
        return
    if has_services(wave):
        for name in OF_SERVICES & set(STEPS):
            STEPS[name](wave)
    if not has_book(wave):
        return
    if only:
        STEPS[only](wave)
        return
    for step in STEPS.values():
        step(wave)
    enqueue_job(name="announce_results", arguments={"wave_id": wave_id}, now=now, once_key=f"announce:{wave.pk}")


def work_out_later(*, wave: Wave, step: str, now: datetime) -> None:
    """Let one step of a released wave be worked out anew, in the background."""
    enqueue_job(name=JOB, arguments={"wave_id": str(wave.pk), "only": step}, now=now)


def findings_folder(wave: Wave, name: str) -> Path:
    """Return where a step keeps what it found of a wave."""
    return book_folder(wave).parent / f"{wave.key}.findings" / name


@contextmanager
def writing_findings(wave: Wave, name: str) -> Iterator[Path]:
    """Yield an empty folder that takes the place of what the step kept before, when all went well."""
    with writing_folder(findings_folder(wave, name)) as made:
        yield made


@contextmanager
def writing_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of another one, when all went well."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as place:
        made, old = Path(place) / "new", Path(place) / "old"
        made.mkdir(mode=0o700)
        yield made
        if folder.is_dir():
            os.replace(folder, old)
        os.replace(made, folder)


def forget_findings(wave: Wave, name: str) -> None:
    """Remove what a step kept of a wave. Safe to repeat."""
    shutil.rmtree(findings_folder(wave, name), ignore_errors=True)
