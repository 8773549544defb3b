"""Which themes a comment speaks of: by the words of the theme book and by what was learned from examples.

Words that an organisation wrote decide alone. Words of the shipped book are evidence where the theme may learn: they
are weighed together with the rest of the comment, because "late" and "staff" stand in comments on many things. A theme
that does not learn (`Theme.learned` is empty) has its words alone, all of which decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from headwater.text.learned import Leanings
from headwater.text.lexicons import Matcher
from headwater.text.theme_book import default_theme_book
from headwater.text.words import SHIPPED, forms, tokens
from headwater.vocab import UNKNOWN_LANGUAGE, Theme, ThemeBook

BoolArray = NDArray[np.bool_]

RULED_OUT = 2
MOST_KNOWN = 300_000


@dataclass
class BookReader:
    """A theme book made ready for one language.

    Each theme has three matchers: words that decide, words that are evidence only, words that rule it out.
    """

    matchers: tuple[tuple[Matcher, Matcher, Matcher], ...]
    _alone: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _rows: dict[str, tuple[tuple[int, int, Matcher], ...]] = field(default_factory=dict)

    def marks(self, words: list[str]) -> tuple[int, int, int]:
        """Return three sets of themes, a bit each: decided, hinted and ruled out by words or rows of words."""
        found = [0, 0, 0]
        for place, word in enumerate(words):
            alone = self._alone.get(word)
            if alone is None:
                alone = self._learn(word)
            for kind in range(3):
                found[kind] |= alone[kind]
            for number, kind, matcher in self._rows[word]:
                if not found[kind] >> number & 1 and matcher.row_at(words, place) is not None:
                    found[kind] |= 1 << number
        return found[0], found[1], found[2]

    def _learn(self, word: str) -> tuple[int, int, int]:
        """Look a word up in every theme, once."""
        if len(self._alone) > MOST_KNOWN:
            self._alone.clear()
            self._rows.clear()
        found = [0, 0, 0]
        rows = []
        heads = {form[:2] for form in forms(word)}
        for number, kinds in enumerate(self.matchers):
            for kind, matcher in enumerate(kinds):
                if matcher.weigh(word, with_typos=kind != RULED_OUT) is not None:
                    found[kind] |= 1 << number
                if not heads.isdisjoint(matcher.rows):
                    rows.append((number, kind, matcher))
        self._rows[word] = tuple(rows)
        self._alone[word] = (found[0], found[1], found[2])
        return self._alone[word]


def find_themes(
    texts: Sequence[str], languages: Sequence[str], book: ThemeBook, *, leanings: Leanings | None = None
) -> BoolArray:
    """Find the themes of comments.

    languages: of each comment; an unknown one is looked for in all shipped languages. leanings: what
    `learned.lean_to_themes` says of the comments; without them every word of the book decides. One of the `without`
    words rules a theme out in any case. Returns bool[N, T].
    """
    marked = np.zeros((3, len(texts), len(book.themes)), bool)
    readers: dict[str, BookReader] = {}
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        words = tokens(text)
        for code in _codes(language):
            if code not in readers:
                readers[code] = book_reader(book, code)
            for kind, bits in enumerate(readers[code].marks(words)):
                while bits:
                    marked[kind, place, (bits & -bits).bit_length() - 1] = True
                    bits &= bits - 1
    found, hinted, ruled_out = marked
    if leanings is None:
        found |= hinted
    else:
        for number, theme in enumerate(book.themes):
            for key in theme.learned:
                if key in leanings.logits:
                    logits = leanings.logits[key] + leanings.word_adds[key] * hinted[:, number]
                    found[:, number] |= logits >= leanings.least
    found &= ~ruled_out
    return found


class Caught:
    """Which of many comments each word of a theme catches, as `find_themes` would: words are looked up, not comments.

    texts: comments of one language. What a word caught is kept.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Read the comments."""
        self._said = [tokens(text) for text in texts]
        self._having: dict[str, list[int]] = {}
        for number, words in enumerate(self._said):
            for word in dict.fromkeys(words):
                self._having.setdefault(word, []).append(number)
        # An entry and a word that it catches begin with the same two letters, also where the word is misspelt.
        self._heads: dict[str, list[str]] = {}
        for word in self._having:
            for head in {form[:2] for form in forms(word)}:
                self._heads.setdefault(head, []).append(word)
        self._found: dict[str, tuple[int, ...]] = {}

    def by(self, entry: str) -> tuple[int, ...]:
        """Return the places of the comments that a word of a theme catches, in their order."""
        if entry not in self._found:
            matcher = _made((entry,))
            found: set[int] = set()
            for alone in (*matcher.words, *matcher.stems):
                near = self._heads.get(alone[:2], ()) if len(alone) > 1 else self._having
                found.update(*(self._having[word] for word in near if matcher.weigh(word) is not None))
            first = {word for head in matcher.rows for word in self._heads.get(head, ())}
            for number in {number for word in first for number in self._having[word]} - found:
                words = self._said[number]
                if any(word in first and matcher.row_at(words, place) for place, word in enumerate(words)):
                    found.add(number)
            self._found[entry] = tuple(sorted(found))
        return self._found[entry]


def _codes(language: str) -> tuple[str, ...]:
    if language == UNKNOWN_LANGUAGE:
        return SHIPPED
    return tuple(dict.fromkeys((language, language.split("-", maxsplit=1)[0])))


def book_reader(book: ThemeBook, language: str) -> BookReader:
    """Return a theme book made ready for a language."""
    return BookReader(tuple(_matchers(theme, language) for theme in book.themes))


def _matchers(theme: Theme, language: str) -> tuple[Matcher, Matcher, Matcher]:
    entries = theme.words.get(language, ())
    shipped = frozenset(word for key in theme.learned for word in _shipped_words().get((key, language), ()))
    return (
        _made(tuple(word for word in entries if word not in shipped)),
        _made(tuple(word for word in entries if word in shipped)),
        _made(theme.without.get(language, ())),
    )


@cache
def _shipped_words() -> dict[tuple[str, str], tuple[str, ...]]:
    """The words of the shipped book by theme and language."""
    return {(theme.key, code): words for theme in default_theme_book().themes for code, words in theme.words.items()}


@lru_cache(maxsize=4_000)
def _made(entries: tuple[str, ...]) -> Matcher:
    matcher = Matcher()
    for entry in entries:
        matcher.add(entry, 1.0)
    return matcher
