"""Problems in another language: a finished English message is known by its form and said again.

Messages are made where a file is read, long before anybody knows who will read them, and they are kept as they were
made. `src/headwater/locale/<code>/LC_MESSAGES/problems.mo` holds their forms; a message of no known form stays English.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from functools import lru_cache

from headwater.vocab.languages import CATALOGUES, spoken

DOMAIN = "problems"
_FILLED = re.compile(r"%\((\w+)\)s")
DEEPEST = 3
"""Messages inside messages that are said again."""


@dataclass(frozen=True)
class _Form:
    """One form of a message. known: its longest fixed part, which a message has to hold."""

    known: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    words: str


def translated_problem(message: str, language: str = "") -> str:
    """Return a message of a problem in a language, by default the one in force; as it is where nobody knows it."""
    language = language or spoken()
    if not message or language.startswith("en"):
        return message
    return _again(message, language, DEEPEST)


def translated_finding(line: str, language: str = "") -> str:
    """Return what the auditor found in a language: `place: what`, where the place stays and may hold colons itself."""
    parts = line.split(": ")
    for first in range(len(parts)):
        what = ": ".join(parts[first:])
        said = translated_problem(what, language)
        if said != what:
            return ": ".join([*parts[:first], said])
    return line


def _again(message: str, language: str, deep: int) -> str:
    whole, forms = _catalogue(language)
    if message in whole:
        return whole[message]
    for form in forms:
        if form.known not in message:
            continue
        found = form.pattern.fullmatch(message)
        if found is None:
            continue
        values = found.groupdict()
        if deep:
            values = {name: _again(value, language, deep - 1) for name, value in values.items()}
        return form.words % values
    return message


@lru_cache(maxsize=8)
def _catalogue(language: str) -> tuple[dict[str, str], tuple[_Form, ...]]:
    codes = dict.fromkeys((language.replace("-", "_"), language.partition("-")[0]))
    found = gettext.translation(DOMAIN, CATALOGUES, list(codes), fallback=True)
    texts: dict[str, str] = {key: value for key, value in getattr(found, "_catalog", {}).items() if key and value}
    whole = {
        key.replace("%%", "%"): words.replace("%%", "%") for key, words in texts.items() if not _FILLED.search(key)
    }
    forms = [_form(key, words) for key, words in texts.items() if _FILLED.search(key)]
    # The form that fixes most of a message is tried first: it is the one the message was made with.
    return whole, tuple(sorted(forms, key=lambda form: -len(_FILLED.sub("", form.pattern.pattern))))


def _form(source: str, words: str) -> _Form:
    parts = _FILLED.split(source)
    fixed, names = [part.replace("%%", "%") for part in parts[::2]], parts[1::2]
    pattern = re.escape(fixed[0])
    for name, part in zip(names, fixed[1:], strict=True):
        pattern += f"(?P<{name}>.*?)" + re.escape(part)
    return _Form(max(fixed, key=len), re.compile(pattern, re.DOTALL), tuple(names), words)
