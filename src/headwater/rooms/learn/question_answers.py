"""An answer to a question, and what it is looked up with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.rooms.learn.books import told_book
from headwater.rooms.learn.explorer_asking import Ask
from headwater.rooms.learn.explorer_scope import EXPLORE
from headwater.rooms.learn.question_sources import Source, Sources, theme_key
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.scoring.heat import Against, clear_sizes
from headwater.scoring.questions import Subject, Word, question_lexicon, question_words
from headwater.vocab import ScoreBook
from headwater.vocab.scorebook import BoolArray

MOST = 6
"""Answers to one question: more are read by nobody, and the page they lead to has them all."""


@dataclass(frozen=True)
class Answer:
    """One released finding in a sentence, and the page it stands on. step: what can be done about it is asked by these
    keys: study, wave, unit, score; empty where nothing is offered.
    """

    sentence: str
    unit: str
    wave: str
    href: str
    link: str
    step: tuple[str, str, str, str] | tuple[()] = ()


@dataclass(frozen=True)
class Answers:
    """Answers, the first the best. notice: what has to be said before them, or in place of them."""

    told: tuple[Answer, ...] = ()
    notice: str = ""


@dataclass(frozen=True)
class Lookup:
    """What to look up for a viewer. units: keys of units they may see. waves: those that were named, none for the
    latest. words: of the question.
    """

    sources: Sources
    kind: str
    subject: Subject | None
    units: tuple[str, ...]
    is_of_units: bool
    end: str
    lenses: tuple[str, ...]
    waves: tuple[Wave, ...]
    words: tuple[Word, ...]
    now: datetime

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.sources.viewer

    @property
    def language(self) -> str:
        """The language of the page."""
        return (get_language() or "en").partition("-")[0]

    @property
    def score(self) -> str:
        """The key of the score or question, "" for none."""
        return "" if self.subject is None or self.subject.kind == "theme" else self.subject.key

    @property
    def theme(self) -> str:
        """The key of the theme, "" for none."""
        return "" if self.subject is None else theme_key(self.subject)

    def candidates(self) -> tuple[Source, ...]:
        """The waves to look in, the best first: those that were named, else the latest of each study."""
        if not self.waves:
            return self.sources.latest
        return tuple(one for wave in self.waves if (one := self.sources.at(wave)) is not None)

    def source(self) -> Source | None:
        """The first wave that has the score and the units, else the first that has the score; None for none."""
        found = [one for one in self.candidates() if not self.score or one.column(self.score) is not None]
        whole = (one for one in found if all(one.row(unit) is not None for unit in self.units))
        return next(whole, found[0] if found else None)

    def rows(self, source: Source) -> tuple[int, ...]:
        """The units that were named, in a wave."""
        return tuple(row for unit in self.units if (row := source.row(unit)) is not None)


def wave_name(wave: Wave) -> str:
    """Return what a wave is called, with its study."""
    return f"{wave.study.title}, {wave.title}"


def score_answer(look: Lookup, source: Source, row: int, number: int, sentence: str) -> Answer:
    """Return a sentence on one score of one unit as an answer: analysts are led to the explorer, others to the team."""
    tree, column = source.book.tree, source.book.columns[number]
    if can(look.viewer, EXPLORE):
        ask = Ask(wave=str(source.wave.pk), unit=tree.ids[row], score=column.key)
        href, link = f"{reverse('learn:explorer_score')}{ask.query()}", _("The score in the explorer")
    else:
        href, link = team_address(source, row), _("The page of the unit")
    step = (source.wave.study.key, source.wave.key, tree.ids[row], column.subject)
    return Answer(sentence, tree.names[row], wave_name(source.wave), href, link, step)


def team_address(source: Source, row: int) -> str:
    """Return the page of a unit in a wave."""
    return reverse("learn:team_unit", args=[source.wave.pk, row])


def book_in_words(source: Source) -> ScoreBook:
    """Return the book of a source to make sentences of."""
    return told_book(source.wave, source.book)


def units_asked(look: Lookup, source: Source) -> BoolArray:
    """Return which units may be listed: those the viewer may see, below the unit named, of the sort asked for.

    "Which regions" asks for units with that word in their names, where there are at least two.
    """
    tree, found = source.book.tree, source.seen.copy()
    rows = look.rows(source)
    if rows:
        below = np.zeros(len(tree), bool)
        below[tree.subtree(rows[0])] = True
        below[rows[0]] = False
        found &= below
    if not look.is_of_units:
        return found
    sorts = {word.stem for word in look.words if word.plain in question_lexicon().unit_words}
    for stem in sorts:
        called = np.array([_has_word(name, stem) for name in tree.names], bool) & found
        if called.sum() >= 2:
            return called
    return found


def _has_word(name: str, stem: str) -> bool:
    return stem in name.casefold() and any(word.stem == stem for word in question_words(name))


def clearest_cells(
    source: Source, numbers: Sequence[int], against: Against, *, asked: BoolArray, end: str, most: int = MOST
) -> list[tuple[int, int]]:
    """Return (unit, column) of differences that stand clear, the clearest first, a unit once. end: "low" for the worse
    ones, "high" for the better ones, "" for both.
    """
    if not numbers:
        return []
    sizes = clear_sizes(source.book, source.book.everybody, numbers, against)
    rows = source.book.everybody.rows
    sizes = np.where(asked[rows, None], sizes, 0.0)
    keys = {"low": -sizes, "high": sizes}.get(end, np.abs(sizes))
    best = keys.argmax(axis=1)
    top = keys[np.arange(len(rows)), best]
    order = np.argsort(-top, kind="stable")[:most]
    return [(int(rows[place]), int(numbers[best[place]])) for place in order.tolist() if top[place] > 0]
