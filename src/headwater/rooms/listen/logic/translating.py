"""The words of a questionnaire in one language beside another, and as a table for a translator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from headwater.instruments.checks import CONTROL, LANGUAGE, MAX_TEXT
from headwater.rooms.listen.logic.drafts import NOTES, Draft, problem, set_aside, settle, tidy
from headwater.vocab import InputError, Problem

COLUMNS = ("place", "source", "translation")
"""Headings of a translator's table, in English: they are read back."""


@dataclass(frozen=True)
class Phrase:
    """One place: what it is part of, its words in the source language, and those in the other, empty where missing."""

    place: str
    source: str
    words: str

    @property
    def kind(self) -> str:
        """What it is: title, purpose, item, choice, label, skip or scale."""
        return self.place.partition(".")[0]

    @property
    def subject(self) -> str:
        """The key of the item, response scale or scale; empty for title and purpose."""
        return self.place.partition(".")[2].partition(".")[0]


@dataclass(frozen=True)
class Completeness:
    """How far a language is. of: the places it needs; names of scales only where it has one, as only reports need them.

    is_offered: respondents can be asked in it. for_reports: reports speak it too.
    """

    language: str
    written: int
    of: int
    is_offered: bool
    for_reports: bool
    is_reviewed: bool
    is_source: bool

    @property
    def missing(self) -> int:
        """Places without words."""
        return self.of - self.written


def phrases(draft: Draft, language: str) -> tuple[Phrase, ...]:
    """Return every place with its words on both sides, in the order respondents meet them."""
    words = draft.words(language)
    return tuple(Phrase(place, source, words.get(place, "")) for place, source in _in_order(draft).items())


def completeness(draft: Draft) -> tuple[Completeness, ...]:
    """Return how far each language is: those offered in their order, then those that wait, by code."""
    instrument = draft.instrument
    places = draft.places
    found = []
    for language in (*instrument.languages, *sorted(draft.waiting)):
        needed = needed_places(places, draft.words(language))
        words = draft.words(language)
        found.append(
            Completeness(
                language=language,
                written=sum(1 for place in needed if words.get(place, "").strip()),
                of=len(needed),
                is_offered=language in instrument.languages,
                for_reports=language in instrument.languages and language not in instrument.respondent_only,
                is_reviewed=language in instrument.languages and language not in instrument.unreviewed,
                is_source=language == draft.source,
            )
        )
    return tuple(found)


def needed_places(places: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """Return the places a language needs: all, or all but names of scales where it has none of those."""
    named = any(place.startswith("scale.") and text.strip() for place, text in words.items())
    return [place for place in places if named or not place.startswith("scale.")]


def begin_language(draft: Draft, language: str) -> Draft:
    """Begin a translation. Standard answers that are known in the language stand there at once."""
    if not LANGUAGE.fullmatch(language) or len(language) > 10:
        raise problem("This is not a language code. Write one like fr or pt-BR.", "language")
    if language in draft.instrument.languages or language in draft.waiting:
        raise problem("The questionnaire has this language already.", "language")
    return settle(replace(draft, waiting={**draft.waiting, language: {}}), draft.instrument.languages)


def write_words(draft: Draft, language: str, words: Mapping[str, str]) -> Draft:
    """Write words of a language by place; places left out keep theirs, empty ones lose them.

    A language that loses a word is no longer offered until it is written again; one whose last word is written is
    offered, and counts as not reviewed. Raises InputError for unknown places, long texts and the source language.
    """
    if language == draft.source:
        raise problem("Words of the language others are translated from are changed question by question.", "language")
    if language not in draft.instrument.languages and language not in draft.waiting:
        raise problem("The questionnaire does not have this language.", "language")
    places = {*draft.places, NOTES}
    problems = [Problem("there is no such place.", column=place) for place in words if place not in places]
    problems += [
        Problem(f"the text is longer than {MAX_TEXT:,} characters.", column=place)
        for place, text in words.items()
        if len(text) > MAX_TEXT
    ]
    problems += [
        Problem("the text holds control characters.", "Remove them.", column=place)
        for place, text in words.items()
        if CONTROL.search(tidy(text))
    ]
    if problems:
        raise InputError(problems)
    before = draft.words(language)
    after = {place: tidy(text) for place, text in {**before, **words}.items() if text.strip()}
    if after == before:
        return draft
    order = draft.instrument.languages
    apart = set_aside(draft, [language])
    return settle(replace(apart, waiting={**apart.waiting, language: after}), order)


def drop_language(draft: Draft, language: str) -> Draft:
    """Take a language away with its words."""
    order = draft.instrument.languages
    apart = set_aside(draft, [language])
    if language not in apart.waiting:
        raise problem("The questionnaire does not have this language.", "language")
    waiting = {code: words for code, words in apart.waiting.items() if code != language}
    return settle(replace(apart, waiting=waiting), order)


def mark_reviewed(draft: Draft, language: str, *, is_reviewed: bool) -> Draft:
    """Say that a second speaker has read a language, or that nobody has as it is now."""
    instrument = draft.instrument
    if language not in instrument.languages:
        raise problem("Write all its words first.", "language")
    marked = {*instrument.unreviewed} - {language} if is_reviewed else {*instrument.unreviewed, language}
    unreviewed = tuple(code for code in instrument.languages if code in marked)
    return settle(replace(draft, instrument=replace(instrument, unreviewed=unreviewed)), instrument.languages)


def translator_rows(draft: Draft, language: str) -> list[tuple[str, str, str]]:
    """Return the table a translator fills: place, source words, words in the language."""
    return [(phrase.place, phrase.source, phrase.words) for phrase in phrases(draft, language)]


def read_translator_rows(
    rows: Sequence[Mapping[str, str]], draft: Draft, file: str
) -> tuple[dict[str, str], list[str]]:
    """Read a translator's table back: words by place, and the places whose source words changed since it went out.

    Empty translations are left alone, so that half a table does not take words away. Raises InputError with row and
    column for unknown or repeated places.
    """
    places = draft.places
    words: dict[str, str] = {}
    stale = []
    problems = []
    for number, row in enumerate(rows, start=2):
        place, source, text = (_bare(row.get(column, "").strip()) for column in COLUMNS)
        if not place and not text:
            continue
        if place not in places:
            problems.append(
                Problem(f"there is no place {place!r}.", "Keep the first column as it was.", file, number, "place")
            )
        elif place in words:
            problems.append(Problem(f"the place {place!r} stands twice.", "Keep one.", file, number, "place"))
        elif text:
            words[place] = text
            if source != " ".join(places[place].split()) and source != places[place].strip():
                stale.append(place)
    if problems:
        raise InputError(problems)
    return words, stale


def _in_order(draft: Draft) -> dict[str, str]:
    """Places as respondents meet them: title, purpose, questions with their choices, answers, then names of scales."""
    places = draft.places
    rank = {"title": 0, "purpose": 0, "item": 1, "choice": 1, "label": 2, "skip": 2, "scale": 3}
    return dict(sorted(places.items(), key=lambda pair: rank[pair[0].partition(".")[0]]))


def _bare(text: str) -> str:
    """Take away the quote that keeps a cell from being run as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@＝＋－＠" and len(text) > 1 else text
