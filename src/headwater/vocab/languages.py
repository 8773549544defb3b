"""The language in which numbers are put into words: set around a document, read wherever a sentence is made.

Sentences are written in English in the code. `src/headwater/locale/<code>/LC_MESSAGES/headwater.mo` holds them in
another language; where a sentence is missing it stays English.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "locale"
DOMAIN = "headwater"

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


def said(source: str, /, **filled: object) -> str:
    """Return English words in the language in force. filled: what stands for each `%(name)s`."""
    words = _catalogue(spoken()).gettext(source) if source else source
    return words % filled if filled else words


def said_of(one: str, many: str, number: int, /, **filled: object) -> str:
    """Return English words for a number of things. `%(n)s` is the number, with a mark of thousands."""
    return _catalogue(spoken()).ngettext(one, many, number) % {"n": f"{number:,}", **filled}


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    codes = dict.fromkeys((language.replace("-", "_"), language.partition("-")[0]))
    return gettext.translation(DOMAIN, CATALOGUES, list(codes), fallback=True)
