"""Changing a theme book: every change is a new book, checked as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from headwater.vocab import InputError, Problem, Theme, ThemeBook


def edited(
    book: ThemeBook,
    key: str,
    *,
    label: Mapping[str, str],
    words: Mapping[str, Sequence[str]],
    without: Mapping[str, Sequence[str]],
    votes: bool,
) -> ThemeBook:
    """Return the book with a theme changed. votes: whether the learned model may still vote for it."""
    old = _theme(book, key)
    new = replace(
        old,
        label={**old.label, **{code: text.strip() for code, text in label.items() if text.strip()}},
        words=_merged(old.words, words),
        without=_merged(old.without, without),
        learned=old.learned if votes else (),
    )
    return _with(book, {key: (new,)})


def renamed(book: ThemeBook, key: str, label: Mapping[str, str]) -> ThemeBook:
    """Return the book with a theme under another name; its key stays, so that its past is found."""
    old = _theme(book, key)
    return edited(book, key, label=label, words={}, without={}, votes=bool(old.learned))


def added(book: ThemeBook, *, label: Mapping[str, str], words: Mapping[str, Sequence[str]]) -> ThemeBook:
    """Return the book with a new theme at its end."""
    name = next((text for text in label.values() if text.strip()), "")
    if not name:
        raise InputError(Problem("a theme needs a name.", "Write one."))
    theme = Theme(_free_key(book, name), dict(label), _merged({}, words))
    return replace(book, themes=(*book.themes, theme))


def merged(book: ThemeBook, into: str, others: Sequence[str]) -> ThemeBook:
    """Return the book with themes put together: words, exclusions, scales and learned votes of all."""
    first = _theme(book, into)
    rest = [_theme(book, key) for key in dict.fromkeys(others) if key != into]
    if not rest:
        raise InputError(Problem("choose a second theme to put together with the first.", "Choose one."))
    whole = replace(
        first,
        words=_joined([first.words, *(one.words for one in rest)]),
        without=_joined([first.without, *(one.without for one in rest)]),
        learned=tuple(dict.fromkeys(key for one in (first, *rest) for key in one.learned)),
        scales=tuple(dict.fromkeys(key for one in (first, *rest) for key in one.scales)),
    )
    return _with(book, {into: (whole,), **{one.key: () for one in rest}})


def split(book: ThemeBook, key: str, *, label: Mapping[str, str], words: Mapping[str, Sequence[str]]) -> ThemeBook:
    """Return the book with some words of a theme moved to a new one after it.

    The learned model cannot tell the two apart, so it votes for neither.
    """
    old = _theme(book, key)
    name = next((text for text in label.values() if text.strip()), "")
    moved = {
        code: tuple(one for one in entries if one in set(old.words.get(code, ()))) for code, entries in words.items()
    }
    if not name or not any(moved.values()):
        raise InputError(Problem("a new theme needs a name and words of the old one.", "Write a name, choose words."))
    left = {
        code: tuple(one for one in entries if one not in set(moved.get(code, ())))
        for code, entries in old.words.items()
    }
    new = Theme(_free_key(book, name), dict(label), {c: e for c, e in moved.items() if e}, old.without, (), old.scales)
    return _with(book, {key: (replace(old, words=left, learned=()), new)})


def removed(book: ThemeBook, key: str) -> ThemeBook:
    """Return the book without a theme."""
    _theme(book, key)
    return _with(book, {key: ()})


def _theme(book: ThemeBook, key: str) -> Theme:
    try:
        return book.theme(key)
    except KeyError:
        raise InputError(Problem("this theme is no longer in the book.", "Load the page again.")) from None


def _with(book: ThemeBook, changes: Mapping[str, tuple[Theme, ...]]) -> ThemeBook:
    themes = [new for old in book.themes for new in changes.get(old.key, (old,))]
    return replace(book, themes=tuple(themes))


def _merged(old: Mapping[str, tuple[str, ...]], new: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found = dict(old)
    for code, entries in new.items():
        clean = tuple(dict.fromkeys(" ".join(one.split()).casefold() for one in entries if one.strip()))
        if clean:
            found[code] = clean
        else:
            found.pop(code, None)
    return found


def _joined(tables: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    codes = dict.fromkeys(code for table in tables for code in table)
    return {code: tuple(dict.fromkeys(one for table in tables for one in table.get(code, ()))) for code in codes}


def _free_key(book: ThemeBook, name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:30]
    base = base if base[:1].isalpha() else f"theme_{base}".rstrip("_")
    taken = {theme.key for theme in book.themes}
    return next(key for number in range(1, 10_000) if (key := base if number == 1 else f"{base}_{number}") not in taken)
