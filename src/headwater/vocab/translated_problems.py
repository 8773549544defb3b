"""Problems in another language: a finished English message is known by its form and said again.

Messages are made where a file is read, long before anybody knows who will read them, and they are kept as they were
made. `src/headwater/locale/<code>/LC_MESSAGES/problems.mo` holds their forms; a message of no known form stays English.

What was filled in stays as it is: names of files, columns and units are people's own. Only where it is a message of a
known form itself is it said again too, and never where it stands in quotes.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from functools import lru_cache

from headwater.vocab.languages import CATALOGUES, spoken

DOMAIN = "problems"
_FILLED = re.compile(r"%\((\w+)\)s")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
"""A value as Python quotes it."""
_BETWEEN = (" -> ", "; ", ", ")
"""What stands between the things of a list that is filled in; each of them is said again by itself."""
DEEPEST = 3
"""Messages inside messages that are said again."""
_END = re.compile(r"[.?] ")
_NUMBER = re.compile(r"[\d.,+%-]*")
_VAGUE = frozenset(("", "and", "is", "more", "of", "or", "row", "to"))
"""Words that are in many names. A form that fixes no others is looked at twice."""
LONGEST = 4_000
"""Letters of a message up to which its form is looked for. Values are shortened where messages are made."""
MOST_PLACES = 12
"""Colons of what the auditor found that may belong to its place, and sentences that may end a message."""


@dataclass(frozen=True)
class _Form:
    """One form of a message. known: its longest fixed part, which a message has to hold. fixed: all its fixed parts,
    in turn with names: what is filled in between them. is_vague: people's own words could look like it.
    """

    known: str
    fixed: tuple[str, ...]
    names: tuple[str, ...]
    words: str
    is_vague: bool

    @property
    def has_words(self) -> bool:
        """Whether a form fixes more than signs."""
        return any(sign.isalpha() for part in self.fixed for sign in part)

    def read(self, message: str) -> dict[str, str] | None:
        """Return what was filled in, each value the shortest that fits; None when the message has another form.

        A value in quotes ends where its quotes end, whatever it holds. One pass over the message: no form can be made
        to take long.
        """
        return self._read(message, quoted=True) or self._read(message, quoted=False)

    def is_sure(self, values: dict[str, str], said: dict[str, str]) -> bool:
        """Whether a vague form is meant: it ends in a number or in quotes, or has no words but a message of a form."""
        last = self.names[-1]
        is_known = not self.has_words and values[last] != said[last]
        return is_known or any(one.fullmatch(values[last]) for one in (_NUMBER, _QUOTED))

    def _read(self, message: str, *, quoted: bool) -> dict[str, str] | None:
        first, *between, last = self.fixed
        at, end = len(first), len(message) - len(last)
        if end < at or not message.startswith(first) or not message.endswith(last):
            return None
        values = []
        for part in between:
            literal = _QUOTED.match(message, at, end) if quoted else None
            place = message.find(part, literal.end() if literal else at, end)
            if place < 0:
                return None
            values.append(message[at:place])
            at = place + len(part)
        return dict(zip(self.names, [*values, message[at:end]], strict=True))


def translated_problem(message: str, language: str = "") -> str:
    """Return a message of a problem in a language, by default the one in force; as it is where nobody knows it."""
    language = language or spoken()
    if not message or language.startswith("en") or len(message) > LONGEST:
        return message
    return _again(message, language, DEEPEST)


def translated_finding(line: str, language: str = "") -> str:
    """Return what the auditor found in a language: `place: what`, where the place stays and may hold colons itself."""
    parts = line.split(": ", MOST_PLACES)
    for first in range(len(parts)):
        what = ": ".join(parts[first:])
        said = translated_problem(what, language)
        if said != what:
            return ": ".join([*parts[:first], said])
    return line


def _in_two(message: str, language: str, deep: int) -> str:
    """Return a message and its remedy in a language, where both are of a known form; else as it is."""
    for _, end in zip(range(MOST_PLACES), _END.finditer(message), strict=False):
        what, remedy = message[: end.end() - 1], message[end.end() :]
        said = _again(what, language, deep), _again(remedy, language, deep)
        if said[0] != what and said[1] != remedy:
            return " ".join(said)
    return message


@lru_cache(maxsize=2_048)
def _again(message: str, language: str, deep: int) -> str:
    said = _formed(message, language, deep)
    if said is None and deep < DEEPEST:  # a sentence that another one goes on after stands without its end
        whole = _formed(f"{message}.", language, deep)
        said = whole.removesuffix(".") if whole is not None else None
    if said is not None:
        return said
    if deep and (in_two := _in_two(message, language, deep - 1)) != message:
        return in_two
    between = next((sign for sign in _BETWEEN if sign in message), "") if deep < DEEPEST else ""
    return between.join(_again(one, language, 0) for one in message.split(between)) if between else message


def _formed(message: str, language: str, deep: int) -> str | None:
    """Return a message of a known form in a language, None when it has none."""
    whole, forms = _catalogue(language)
    if message in whole:
        return whole[message]
    if " " not in message or _QUOTED.fullmatch(message):
        return None  # every form has a space; what is in quotes is somebody's own
    for form in forms:
        if form.known not in message:
            continue
        values = form.read(message)
        if values is None:
            continue
        said = {name: _again(value, language, deep - 1) for name, value in values.items()} if deep else values
        if form.is_vague and not form.is_sure(values, said):
            continue
        return form.words % said
    return None


@lru_cache(maxsize=8)
def _catalogue(language: str) -> tuple[dict[str, str], tuple[_Form, ...]]:
    codes = dict.fromkeys((language.replace("-", "_"), language.partition("-")[0]))
    found = gettext.translation(DOMAIN, CATALOGUES, list(codes), fallback=True)
    texts: dict[str, str] = {key: value for key, value in getattr(found, "_catalog", {}).items() if key and value}
    whole = {
        key.replace("%%", "%"): words.replace("%%", "%") for key, words in texts.items() if not _FILLED.search(key)
    }
    forms = [_form(key, words) for key, words in texts.items() if _FILLED.search(key)]
    # The form that fixes most of a message is tried first: it is the one the message was made with. Vague ones come
    # last.
    return whole, tuple(sorted(forms, key=lambda form: (form.is_vague, form.has_words, -sum(map(len, form.fixed)))))


def _form(source: str, words: str) -> _Form:
    parts = _FILLED.split(source)
    fixed = tuple(part.replace("%%", "%") for part in parts[::2])
    is_vague = _VAGUE.issuperset(re.split(r"\W+", " ".join(fixed)))
    return _Form(max(fixed, key=len), fixed, tuple(parts[1::2]), words, is_vague)
