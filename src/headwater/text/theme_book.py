"""The theme book as a file: YAML in, checked values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from headwater.text.lexicons import DATA
from headwater.vocab import InputError, Problem, Theme, ThemeBook

MOST_THEMES = 100
MOST_WORDS = 500
LONGEST_WORD = 80
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@cache
def default_theme_book() -> ThemeBook:
    """Return the theme book that comes with Headwater."""
    path = DATA / "themes.yaml"
    return parse_theme_book(path.read_text(encoding="utf-8"), path.name)


def parse_theme_book(text: str, name: str) -> ThemeBook:
    """Read a theme book from YAML. name: what problems call the file. Raises InputError listing every problem."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(Problem(f"the theme book is no YAML ({error}).", "Correct the line.", name)) from error
    if not isinstance(content, Mapping) or not isinstance(content.get("themes"), list):
        raise InputError(Problem("a theme book has a list `themes`.", "Write one.", name))
    themes, problems = [], []
    for place, entry in enumerate(content["themes"], 1):
        try:
            learned = entry.get("learned", [entry.get("key")])
            theme = Theme(
                key=str(entry["key"]),
                label={str(code): str(words) for code, words in entry["label"].items()},
                words=_words(entry.get("words")),
                without=_words(entry.get("without")),
                learned=tuple(str(key) for key in learned),
                scales=tuple(str(key) for key in entry.get("scales", ())),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            problems.append(Problem(f"theme {place} cannot be read ({error}).", "Give it key, label and words.", name))
            continue
        themes.append(theme)
    if problems:
        raise InputError(problems)
    book = ThemeBook(int(content.get("version", 0)), tuple(themes))
    check_theme_book(book, name)
    return book


def check_theme_book(book: ThemeBook, name: str = "") -> None:
    """Raise InputError listing everything that is wrong with a theme book: keys, labels, words, limits."""
    problems: list[Problem] = []

    def wrong(message: str, remedy: str) -> None:
        problems.append(Problem(message, remedy, name))

    keys = [theme.key for theme in book.themes]
    if not keys or len(keys) > MOST_THEMES:
        wrong(f"a theme book has 1 to {MOST_THEMES} themes; this one has {len(keys)}.", "Merge or remove some.")
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        wrong(f"theme {key!r} is there twice.", "Rename or remove one.")
    for theme in book.themes:
        if not _KEY.fullmatch(theme.key):
            wrong(f"{theme.key!r} is no key of a theme.", "Use up to 40 small letters, digits and underscores.")
        if not any(words.strip() for words in theme.label.values()):
            wrong(f"theme {theme.key!r} has no name.", "Give it one in at least one language.")
        for table in (theme.words, theme.without):
            for code, entries in table.items():
                if not _LANGUAGE.fullmatch(code):
                    wrong(f"{code!r} in theme {theme.key!r} is no language code.", "Write it as `es` or `pt-BR`.")
                if len(entries) > MOST_WORDS:
                    wrong(f"theme {theme.key!r} has {len(entries)} words in {code}.", f"Keep {MOST_WORDS} at most.")
                for entry in entries:
                    if not is_entry(entry):
                        wrong(f"{entry[:LONGEST_WORD]!r} in theme {theme.key!r} finds nothing or too much.", _HOW)
    if problems:
        raise InputError(problems)


_HOW = "Write a word, the beginning of one with a star (at least two letters), or several words in a row."


def is_entry(entry: str) -> bool:
    """Whether something can be a word of a theme: letters or digits, a star only at the end of a word."""
    parts = entry.split()
    if not parts or len(entry) > LONGEST_WORD or len(parts) > 8:
        return False
    return all(_is_part(part) for part in parts) and any(len(part.rstrip("*")) >= 2 for part in parts)


def _is_part(part: str) -> bool:
    bare = part[:-1] if part.endswith("*") else part
    least = 2 if part.endswith("*") else 1
    return len(bare) >= least and "*" not in bare and any(letter.isalnum() for letter in bare)


def _words(given: Any) -> dict[str, tuple[str, ...]]:
    if given is None:
        return {}
    return {str(code): tuple(str(entry) for entry in entries) for code, entries in given.items()}
