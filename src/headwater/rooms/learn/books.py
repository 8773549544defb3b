"""Released ScoreBooks, read once and kept: a released book never changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock

from headwater.rooms.learn.working_out import writing_folder
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.scoring import load_book
from headwater.scoring.mapped_books import is_mapped, map_book
from headwater.scoring.storage import MANIFEST
from headwater.vocab import InputError, ScoreBook

MAPPED = "mapped"
"""The folder of a wave's findings that its numbers are mapped from."""

_MAPPING = Lock()
"""One thread of a process writes at a time. Of two processes that write the same, one wins; both wrote the same."""


def released_waves() -> list[Wave]:
    """Return the waves that numbers were released of, the latest first."""
    released = Wave.objects.filter(state=Wave.State.RELEASED).select_related("study")
    # A plan names every unit and holds every question: half a second to read over five large waves.
    found = released.defer("plan").order_by("-released_at")
    return [wave for wave in found if has_book(wave)]


def book_of(wave: Wave) -> ScoreBook:
    """Return the book of a released wave. Raises LookupError when none was released, InputError for a damaged one."""
    if not has_book(wave):
        raise LookupError(f"no numbers of wave {wave.key} were released")
    return _book(book_folder(wave), str(wave.outcome.get("inputs_hash", "")))


@lru_cache(maxsize=16)
def _book(folder: Path, inputs_hash: str) -> ScoreBook:
    """Read the nouns of a book; its numbers stay in files that all processes share, made when they are first asked for.

    Where those cannot be written or read the whole book is.
    """
    mapped = folder.with_name(f"{folder.name}.findings") / MAPPED
    written = (folder / MANIFEST).stat()
    mark = f"{inputs_hash} {written.st_size} {written.st_mtime_ns}"
    with _MAPPING:
        if not is_mapped(mapped, mark):
            book = load_book(folder)
            try:
                with writing_folder(mapped) as made:
                    map_book(book, made, mark)
            except OSError:
                return book
    try:
        return load_book(folder, mapped=mapped)
    except InputError:
        return load_book(folder)
