"""Which themes a comment speaks of: by the words of the theme book, and by the learned model where it is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from headwater.text.lexicons import Matcher
from headwater.text.words import SHIPPED, tokens
from headwater.vocab import UNKNOWN_LANGUAGE, Theme, ThemeBook

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class BookMatcher:
    """A theme book made ready for one language: for each theme its words, and the words that rule it out."""

    themes: tuple[tuple[Matcher, Matcher], ...]


def find_themes(
    texts: Sequence[str],
    languages: Sequence[str],
    book: ThemeBook,
    *,
    votes: Mapping[str, NDArray[np.float64]] | None = None,
    surely: float = 0.5,
) -> BoolArray:
    """Find the themes of comments.

    languages: of each comment; an unknown one is looked for in all shipped languages. votes: chance of each learned
    theme by its key, float64[N], as `learned.theme_votes` gives; a theme is taken from `surely` on, unless one of its
    `without` words stands there. Returns bool[N, T].
    """
    found = np.zeros((len(texts), len(book.themes)), bool)
    ruled_out = np.zeros_like(found)
    matchers: dict[str, BookMatcher] = {}
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        words = tokens(text)
        for code in _codes(language):
            if code not in matchers:
                matchers[code] = book_matcher(book, code)
            for number, (with_words, without) in enumerate(matchers[code].themes):
                if not found[place, number] and _speaks(with_words, words):
                    found[place, number] = True
                if _speaks(without, words, with_typos=False):
                    ruled_out[place, number] = True
    if votes is not None:
        for number, theme in enumerate(book.themes):
            for key in theme.learned:
                if key in votes:
                    found[:, number] |= votes[key] >= surely
    found &= ~ruled_out
    return found


def caught_by(text: str, language: str, entry: str) -> bool:
    """Whether one word of a theme catches a comment, as `find_themes` would."""
    matcher = Matcher()
    matcher.add(entry, 1.0)
    return _speaks(matcher, tokens(text)) and language != ""


def _codes(language: str) -> tuple[str, ...]:
    if language == UNKNOWN_LANGUAGE:
        return SHIPPED
    return tuple(dict.fromkeys((language, language.split("-", maxsplit=1)[0])))


def book_matcher(book: ThemeBook, language: str) -> BookMatcher:
    """Return a theme book made ready for a language."""
    return BookMatcher(tuple((_ready(theme, language, True), _ready(theme, language, False)) for theme in book.themes))


@lru_cache(maxsize=4_000)
def _made(key: str, language: str, entries: tuple[str, ...]) -> Matcher:
    matcher = Matcher()
    for entry in entries:
        matcher.add(entry, 1.0)
    return matcher


def _ready(theme: Theme, language: str, with_words: bool) -> Matcher:
    table = theme.words if with_words else theme.without
    return _made(theme.key, language, table.get(language, ()))


def _speaks(matcher: Matcher, words: list[str], *, with_typos: bool = True) -> bool:
    if any(matcher.weigh(word, with_typos=with_typos) is not None for word in words):
        return True
    return bool(matcher.rows) and any(matcher.row_at(words, place) is not None for place in range(len(words)))
