"""What a viewer's questions can be about: their released waves, the units they may see, and what was asked there.

Names of units that a viewer may not see are not among those that a question can say, so that it is answered as if
there were none. Indexes are made once for what was released and kept; a released book never changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.comment_queries import comments_in, kept_comments
from headwater.rooms.learn.explorer_scope import entrances_in, seen_units
from headwater.rooms.learn.service_queries import Asked as ServiceAsked
from headwater.rooms.learn.service_queries import ServicePage, service_page, service_waves, services_in
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.scoring.questions import (
    THEME,
    Named,
    NameIndex,
    Subject,
    SubjectIndex,
    Word,
    question_lexicon,
    question_words,
    score_subject,
    theme_subject,
)
from headwater.vocab import Column, IntArray, ScoreBook, UnitTree
from headwater.vocab.scorebook import BoolArray

SEE = "results.see"
MOST_STUDIES = 6
SINCE = frozenset({"since", "than", "from", "desde"})
"""Words before a wave that is looked back to."""


@dataclass(frozen=True)
class Source:
    """The latest released wave of a study, as far as a viewer may see it.

    seen: bool[U], units of its book they may see. entrances: the topmost of them.
    """

    wave: Wave
    book: ScoreBook
    seen: BoolArray
    entrances: tuple[int, ...]

    def row(self, unit: str) -> int | None:
        """Return the row of a unit that the viewer may see, None for any other."""
        row = self.book.tree.index_of.get(unit)
        return row if row is not None and self.seen[row] else None

    def column(self, subject: str) -> int | None:
        """Return the number of a score or question, in points where there are points; None where it was not asked."""
        return column_numbers(self.book).get(subject)


@dataclass(frozen=True)
class Sources:
    """All that a viewer's questions can be about. latest: of each study, the latest first. waves: further ones."""

    viewer: Viewer
    latest: tuple[Source, ...]
    waves: tuple[Wave, ...]
    services: tuple[Wave, ...]

    @cached_property
    def subjects(self) -> SubjectIndex:
        """What they can be about."""
        marks = tuple((one.wave, one.book.inputs_hash, kept_comments(one.wave)) for one in self.latest)
        served = tuple((wave, str(wave.outcome.get("inputs_hash", ""))) for wave in self.services[:1])
        return _subjects(marks, served)

    @cached_property
    def units(self) -> UnitNames:
        """The units of all waves."""
        books = [(one.wave, one.book.inputs_hash, False) for one in self.latest]
        return _units((*books, *((wave, str(wave.outcome.get("inputs_hash", "")), True) for wave in self.services[:1])))

    @cached_property
    def may(self) -> BoolArray:
        """Which of all units the viewer may see: bool[N]."""
        found = np.zeros(len(self.units.keys), bool)
        for one in self.latest:
            found[self.units.places(one.book.tree)[one.seen]] = True
        for wave in self.services[:1]:
            book = services_in(wave).books[0]
            seen = seen_units(viewer=self.viewer, book=book, action=SEE)
            found[self.units.places(book.tree)[slice(None) if seen is None else seen]] = True
        return found

    @cached_property
    def serving(self) -> BoolArray:
        """Which of all units the viewer may see, or sees as serving units on the page of internal service: bool[N]."""
        found = self.may.copy()
        page = self.service_page() if not found.all() else None
        if page is not None:
            tree, shown = services_in(page.wave).tree, {row.name for row in page.rows}
            servers = [tree.index_of[key] for key in services_in(page.wave).servers]
            rows = [row for row in servers if tree.names[row] in shown]
            found[self.units.places(tree)[rows]] = True
        return found

    def service_page(self, wave: Wave | None = None, score: str = "") -> ServicePage | None:
        """Return the page of internal service of a wave, the latest by default, None for none.

        Who does not see all sees it at the level of their own topmost unit: above it there is nothing of theirs.
        """
        if not self.services:
            return None
        wave = wave or self.services[0]
        book = services_in(wave).books[0]
        seen = seen_units(viewer=self.viewer, book=book, action=SEE)
        tops = [] if seen is None else entrances_in(book, seen)
        level = str(int(book.tree.depth[tops[0]])) if tops else ""
        return service_page(viewer=self.viewer, asked=ServiceAsked(str(wave.pk), score, level))

    def find_units(self, words: Sequence[Word], taken: frozenset[int]) -> list[Named]:
        """Return names of units that the viewer may see among words."""
        return self.units.index.find(words, seen=None if self.may.all() else self.may, taken=taken)

    def find_serving(self, words: Sequence[Word], taken: frozenset[int]) -> list[Named]:
        """Return names of units among words, those included that serve the viewer's."""
        return self.units.index.find(words, seen=self.serving, taken=taken)

    def key(self, named: Named) -> str:
        """Return the key of a unit that was found."""
        return self.units.keys[named.row]

    def named_waves(self, words: Sequence[Word]) -> tuple[tuple[Wave, ...], frozenset[str]]:
        """Return the waves whose titles a question says, the latest first, and the plain words that say them.

        A title is said by all its words but numbers. What stands after "since" is what the next wave is compared with.
        """
        plains = [word.plain for word in words]
        found: list[Wave] = []
        said: set[str] = set()
        for wave in self.waves:
            own = {word.plain for word in question_words(wave.title)}
            # "May 2026" is said by all of it: "may" alone says no month.
            telling = {word for word in own - question_lexicon().small if not word.isdigit()} or own
            if not telling or not telling <= set(plains):
                continue
            said |= own
            first = min(plains.index(word) for word in telling)
            if not SINCE & set(plains[max(first - 2, 0) : first]):
                found.append(wave)
        return tuple(found), frozenset(said)

    def at(self, wave: Wave) -> Source | None:
        """Return one wave as a source, None where the viewer sees nothing of it."""
        return next((one for one in self.latest if one.wave == wave), None) or _source(self.viewer, wave)


@dataclass(frozen=True)
class UnitNames:
    """The units of several waves, each once. index: of their names."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    index: NameIndex

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Place by key."""
        return {key: place for place, key in enumerate(self.keys)}

    def places(self, tree: UnitTree) -> IntArray:
        """Return the place of each unit of a tree: int64[U]."""
        if tree.ids == self.keys:
            return np.arange(len(tree.ids), dtype=np.int64)
        return np.array([self.place_of[key] for key in tree.ids], np.int64)


def sources_for(*, viewer: Viewer) -> Sources:
    """Return what a viewer's questions can be about: nothing of a study of which they see nothing."""
    latest: list[Source] = []
    waves: list[Wave] = []
    seen: set[object] = set()
    for wave in released_waves():
        waves.append(wave)
        if wave.study_id in seen or len(seen) >= MOST_STUDIES:
            continue
        source = _source(viewer, wave)
        if source is not None:
            seen.add(wave.study_id)
            latest.append(source)
    return Sources(viewer, tuple(latest), tuple(one for one in waves if one.study_id in seen), tuple(service_waves()))


def _source(viewer: Viewer, wave: Wave) -> Source | None:
    book = book_of(wave)
    seen = seen_units(viewer=viewer, book=book, action=SEE)
    if seen is None:
        return Source(wave, book, np.ones(len(book.tree), bool), (0,))
    entrances = entrances_in(book, seen)
    return Source(wave, book, seen, tuple(entrances)) if entrances else None


def column_numbers(book: ScoreBook) -> dict[str, int]:
    """Return the number of the column that stands for each score or question: points before percents."""
    found: dict[str, int] = {}
    for number, column in enumerate(book.columns):
        kept = found.get(column.subject)
        if column.role != "response" and (kept is None or _rank(column) < _rank(book.columns[kept])):
            found[column.subject] = number
    return found


def _rank(column: Column) -> int:
    return 0 if column.unit == "points" else 1


@lru_cache(maxsize=16)
def _units(marks: tuple[tuple[Wave, str, bool], ...]) -> UnitNames:
    names: dict[str, str] = {}
    for wave, _hash, is_service in marks:
        tree = services_in(wave).tree if is_service else book_of(wave).tree
        for key, name in zip(tree.ids, tree.names, strict=True):
            names.setdefault(key, name)
    return UnitNames(tuple(names), tuple(names.values()), NameIndex(tuple(names.values())))


@lru_cache(maxsize=16)
def _subjects(marks: tuple[tuple[Wave, str, object], ...], services: tuple[tuple[Wave, str], ...]) -> SubjectIndex:
    found: dict[str, Subject] = {}
    for wave, _hash, _kept in marks:
        for one in _of_columns(book_of(wave).columns):
            found.setdefault(one.key, one)
    for wave, _hash in services:
        for one in _of_columns([column for book in services_in(wave).books[:1] for column in book.columns]):
            found.setdefault(one.key, one)
    for wave, _hash, _kept in marks:
        kept = kept_comments(wave)
        for theme in () if kept is None else comments_in(*kept).themes.themes:
            subject = theme_subject(theme)
            found.setdefault(subject.key, subject)
    return SubjectIndex(found.values())


def _of_columns(columns: Collection[Column]) -> list[Subject]:
    asked: dict[str, list[Column]] = {}
    for column in columns:
        if column.role == "item" and column.scale:
            asked.setdefault(column.scale, []).append(column)
    made = []
    for column in columns:
        if column.role == "response":
            continue
        is_item = column.role == "item"
        texts = [column.label] if is_item else [one.label for one in asked.get(column.subject, ())]
        name = {} if is_item else column.label
        outcome = column.role == "outcome"
        made.append(score_subject(column.subject, name, texts, is_item=is_item, is_outcome=outcome))
    return made


def theme_key(subject: Subject) -> str:
    """Return the key of a theme, "" for a score."""
    return subject.key.removeprefix(THEME) if subject.kind == "theme" else ""
