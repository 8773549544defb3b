"""Released ScoreBooks, read once and kept: a released book never changes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.learn.working_out import writing_folder
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.scoring import load_book
from headwater.scoring.mapped_books import is_mapped, map_book, mapped_folder, mark_of
from headwater.scoring.storage import MANIFEST
from headwater.vocab import InputError, ScoreBook, say

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


def since_of(wave: Wave, book: ScoreBook) -> str:
    """Return what the wave is called that a book compares with; empty where it compares with none."""
    if not book.previous_wave:
        return ""
    found = Wave.objects.filter(study=wave.study_id, key=book.previous_wave).values_list("title", flat=True).first()
    return found or book.previous_wave


def told_book(wave: Wave, book: ScoreBook) -> ScoreBook:
    """Return a book to make words of: the wave it compares with and the questionnaires go by their titles, for people,
    and not by their keys.
    """
    study = replace(book.study, instruments=asked_of(wave))
    return replace(book, previous_wave=since_of(wave, book), study=study)


def asked_of(wave: Wave) -> tuple[str, ...]:
    """Return what the questionnaires of a launched wave are called, each with its version."""
    language = get_language() or "en"
    return tuple(
        _("%(title)s, version %(version)s") % {"title": say(one.title, language), "version": one.version}
        for one in plan_for_pages(wave).questionnaires
    )


@lru_cache(maxsize=16)
def _book(folder: Path, inputs_hash: str) -> ScoreBook:
    """Read the nouns of a book; its numbers stay in files that all processes share, made when they are first asked for.

    Where those cannot be written or read the whole book is.
    """
    mapped, mark = mapped_folder(folder), mark_of(folder / MANIFEST, inputs_hash)
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
