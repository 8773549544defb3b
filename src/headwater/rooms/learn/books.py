"""Released ScoreBooks, read once and kept: a released book never changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.scoring import load_book
from headwater.vocab import ScoreBook


def released_waves() -> list[Wave]:
    """Return the waves that numbers were released of, the latest first."""
    found = Wave.objects.filter(state=Wave.State.RELEASED).select_related("study").order_by("-released_at")
    return [wave for wave in found if has_book(wave)]


def book_of(wave: Wave) -> ScoreBook:
    """Return the book of a released wave. Raises LookupError when none was released, InputError for a damaged one."""
    if not has_book(wave):
        raise LookupError(f"no numbers of wave {wave.key} were released")
    return _book(book_folder(wave), str(wave.outcome.get("inputs_hash", "")))


@lru_cache(maxsize=16)
def _book(folder: Path, inputs_hash: str) -> ScoreBook:
    return load_book(folder)
