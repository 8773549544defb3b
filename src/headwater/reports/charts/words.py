"""The words a chart brings along, in the language of whoever asks for it. English unless a page says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Translate = Callable[[str], str]

_TRANSLATE: ContextVar[Translate] = ContextVar("translate", default=str)


def word(source: str, **filled: object) -> str:
    """Return a chart's own words in the language in force. filled: what stands for each `%(name)s`."""
    said = _TRANSLATE.get()(source)
    return said % filled if filled else said


@contextmanager
def in_words_of(translate: Translate) -> Iterator[None]:
    """Draw charts in another language. translate: from the English words to those of the page."""
    token = _TRANSLATE.set(translate)
    try:
        yield
    finally:
        _TRANSLATE.reset(token)
