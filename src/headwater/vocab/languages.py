"""The language in which numbers are put into words: set around a document, read wherever a sentence is made.

Sentences are written in English in the code. `src/headwater/locale/<code>/LC_MESSAGES/headwater.mo` holds them in
another language; where a sentence is missing it stays English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "locale"
DOMAIN = "headwater"

_SWAPPED = str.maketrans(",.", ".,")
"""Thousands and decimals as Spanish marks them."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


def spoken() -> str:
    """Return the code of the language in force; "en" unless somebody said otherwise."""
    return _LANGUAGE.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Put numbers into words in another language. language: a code, "es" or "es-mx"."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def to_say(source: str, /) -> str:
    """Mark English words that are made now and said later, in the language of who reads them. Returns them as given."""
    return source


def said(source: str, /, **filled: object) -> str:
    """Return English words in the language in force. filled: what stands for each `%(name)s`."""
    words = _catalogue(spoken()).gettext(source) if source else source
    return joined(words % filled) if filled else words


def said_of(one: str, many: str, number: int, /, **filled: object) -> str:
    """Return English words for a number of things. `%(n)s` is the number, with the language's mark of thousands."""
    return joined(_catalogue(spoken()).ngettext(one, many, number) % {"n": marked(f"{number:,}"), **filled})


def marked(number: str, /) -> str:
    """Return a number written as English writes it, 1,106.5, with the marks of the language in force."""
    return number.translate(_SWAPPED) if spoken().startswith("es") else number


_CONTRACTED = re.compile(r"\b([Aa]|[Dd]e) el (?=[a-záéíóúüñ«])")
_SOUND_I = re.compile(r"\by (?=[«“]?(?:[iIíÍ]|[hH][iíIÍ](?![aeo])))")
_SOUND_O = re.compile(r"\bo (?=[«“]?[hH]?[oOóÓ])")


def joined(words: str, /) -> str:
    """Join what was filled in to what stands before it as Spanish does: "a el" is "al", "y i" is "e i", "o o" "u o"."""
    if not spoken().startswith("es"):
        return words
    words = _CONTRACTED.sub(r"\1l ", words)
    return _SOUND_O.sub("u ", _SOUND_I.sub("e ", words))


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    codes = dict.fromkeys((language.replace("-", "_"), language.partition("-")[0]))
    return gettext.translation(DOMAIN, CATALOGUES, list(codes), fallback=True)
