"""What of a wave somebody may explore: the part of its book that holds their units and the questions shown to them.

Every view, sheet and deck is made of this part alone. What a viewer may not see is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.explorer_asking import Ask, Kind
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book, previous_wave
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.scoring.narrowing import narrowed_book
from headwater.vocab import ScoreBook
from headwater.vocab.scorebook import BoolArray

EXPLORE = "results.explore"


@dataclass(frozen=True)
class Scope:
    """A wave as a viewer explores it. book: the part of its book they may see. unit: its row in that part.

    hidden: questions and scores left out. given: id of the view that was given to them, None for an analyst's own.
    waves: the waves they may choose from.
    """

    wave: Wave
    book: ScoreBook
    ask: Ask
    unit: int
    waves: tuple[Wave, ...]
    viewer: Viewer
    hidden: frozenset[str] = frozenset()
    given: UUID | None = None

    @property
    def language(self) -> str:
        """The language of the page: "en" or "es"."""
        return (get_language() or "en").partition("-")[0]

    def href(self, kind: Kind, **changed: object) -> str:
        """Return the address of a view, "" where this viewer has none."""
        if self.given is not None:
            return f"{_address('learn:explorer_given', self.given)}{self.ask.query(**changed)}"
        return f"{_address(f'learn:explorer_{kind}')}{self.ask.query(**changed)}"

    def file(self, kind: Kind, form: str) -> str:
        """Return the address of this view as a file."""
        if self.given is not None:
            return f"{reverse('learn:explorer_given_file', args=[self.given, form])}{self.ask.query()}"
        return f"{reverse('learn:explorer_file', args=[kind, form])}{self.ask.query()}"

    def name(self, row: int) -> str:
        """Return the name of a unit."""
        return self.book.tree.names[row]


def may_explore(viewer: Viewer) -> bool:
    """Whether the explorer opens to a viewer: as an analyst or experience lead of anything."""
    return any(holding.role in ACTIONS[EXPLORE] for holding in viewer.holdings)


def explored(*, viewer: Viewer, ask: Ask) -> Scope | None:
    """Return what an analyst explores, None when nothing was released. Raises PermissionDenied, Http404."""
    if not may_explore(viewer):
        raise PermissionDenied
    waves = tuple(released_waves())
    if not waves:
        return None
    wave = next((one for one in waves if str(one.pk) == ask.wave), None) if ask.wave else waves[0]
    if wave is None:
        raise Http404
    book = part_of(wave, viewer=viewer, action=EXPLORE, unit=ask.unit)
    if book is None:
        raise PermissionDenied
    row = book.tree.index_of.get(ask.unit, 0) if ask.unit else 0
    if ask.unit and ask.unit not in book.tree.index_of:
        if ask.unit in book_of(wave).tree.index_of:
            raise PermissionDenied
        ask = replace(ask, unit="")
    return Scope(wave, book, replace(ask, wave=str(wave.pk)), row, waves, viewer)


def part_of(
    wave: Wave, *, viewer: Viewer, action: str, unit: str = "", hidden: frozenset[str] = frozenset()
) -> ScoreBook | None:
    """Return the part of a wave's book that a viewer may see by an action, None when it is nothing.

    Who has several units apart from each other gets the part with `unit`, else the first.
    """
    book = book_of(wave)
    seen = seen_units(viewer=viewer, book=book, action=action)
    if seen is None:
        if not hidden:
            return book
        seen = np.ones(len(book.tree), bool)
    entrances = entrances_in(book, seen)
    if not entrances:
        return None
    row = book.tree.index_of.get(unit, -1)
    top = next((one for one in entrances if row >= 0 and book.tree.is_within(row, one)), entrances[0])
    keep = np.zeros(len(book.tree), bool)
    part = book.tree.subtree(top)
    keep[part] = seen[part]
    return _narrowed(wave, book.inputs_hash, np.packbits(keep).tobytes(), hidden)


def seen_units(*, viewer: Viewer, book: ScoreBook, action: str) -> BoolArray | None:
    """Return which units of a book a viewer may see, as the organisation stands today: bool[U], None for all."""
    if can(viewer, action):
        return None
    spans = [holding.span for holding in viewer.holdings if holding.role in ACTIONS[action] and holding.span]
    seen = np.zeros(len(book.tree), bool)
    if not spans:
        return seen
    wanted = Q()
    for span in spans:
        wanted |= Q(number__gte=span.start, number__lt=span.stop)
    for key in Unit.objects.filter(wanted, is_open=True).values_list("key", flat=True):
        if key in book.tree.index_of:
            seen[book.tree.index_of[key]] = True
    return seen


def entrances_in(book: ScoreBook, seen: BoolArray) -> list[int]:
    """Return the topmost units among those seen."""
    found: list[int] = []
    for row in np.flatnonzero(seen).tolist():
        if not found or not book.tree.is_within(row, found[-1]):
            found.append(row)
    return found


def earlier_of(wave: Wave, unit: str) -> list[tuple[Wave, str]]:
    """Return earlier waves whose results were released, the latest first, each with the unit that is the same group.

    Reorganisations in between are followed; where a unit is no whole earlier unit, its history begins.
    """
    found: list[tuple[Wave, str]] = []
    here, key = wave, unit
    while key and (before := previous_wave(here)) is not None:
        mapping = here.outcome.get("earlier")
        key = key if mapping is None else str(mapping.get(key, ""))
        if key and has_book(before) and key in book_of(before).tree.index_of:
            found.append((before, key))
        here = before
    return found


@lru_cache(maxsize=64)
def _address(view: str, *arguments: object) -> str:
    # A page of the heat map has hundreds of links to a handful of places.
    return reverse(view, args=arguments)


@lru_cache(maxsize=4)
def _narrowed(wave: Wave, inputs_hash: str, keep: bytes, hidden: frozenset[str]) -> ScoreBook:
    book = book_of(wave)
    assert book.inputs_hash == inputs_hash
    chosen = np.unpackbits(np.frombuffer(keep, np.uint8), count=len(book.tree)).astype(bool)
    return narrowed_book(book, chosen, hidden)
