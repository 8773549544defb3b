"""Where and in which language to write to people: taken out of the attributes of an organisation file."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from headwater.org import PersonRow
from headwater.vocab import Problem

EMAIL, LANGUAGE = "email", "language"
HEADINGS: Mapping[str, tuple[str, ...]] = {
    EMAIL: (
        "email", "e-mail", "mail", "email address", "e-mail address", "email_address", "work email", "work_email",
        "work e-mail", "business email", "correo", "correo electronico", "correo_electronico", "correo de trabajo",
        "correo corporativo", "direccion de correo",
    ),
    LANGUAGE: (
        "language", "lang", "preferred language", "preferred_language", "language code", "locale", "idioma", "lengua",
        "idioma preferido", "idioma_preferido",
    ),
}  # fmt: skip
"""Headings without case and accents. The first one found counts."""
_WORDS: Mapping[str, str] = {
    "english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "castellano": "es", "castilian": "es",
    "french": "fr", "frances": "fr", "francais": "fr", "german": "de", "aleman": "de", "deutsch": "de",
    "arabic": "ar", "arabe": "ar", "portuguese": "pt", "portugues": "pt", "italian": "it", "italiano": "it",
    "dutch": "nl", "holandes": "nl", "neerlandes": "nl", "catalan": "ca", "polish": "pl", "polaco": "pl",
    "chinese": "zh", "chino": "zh", "hebrew": "he", "hebreo": "he",
}  # fmt: skip
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")
_ADDRESS = re.compile(r"[^@\s,;<>\"'()\[\]\\\x00-\x1f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
LONGEST = 254
MOST_LISTED = 50


def fold(heading: str) -> str:
    """Return a heading in lower case, without accents and doubled spaces."""
    plain = unicodedata.normalize("NFKD", heading)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def find_headings(names: Iterable[str]) -> dict[str, str]:
    """Return which attribute names hold the address and the language; those found only."""
    by_fold = {fold(name): name for name in names}
    return {
        field: by_fold[heading]
        for field, headings in HEADINGS.items()
        if (heading := next((one for one in headings if one in by_fold), None)) is not None
    }


def read_language(text: str) -> str | None:
    """Return the BCP 47 tag of a language written as a tag or as its name, "" for none, None when not understood."""
    if not text.strip():
        return ""
    folded = fold(text).replace("_", "-")
    if (named := _WORDS.get(folded.split(" ")[0].split("(")[0])) is not None:
        return named
    if not _TAG.fullmatch(folded):
        return None
    first, *rest = folded.split("-")
    return "-".join([first, *(part.upper() if len(part) == 2 else part.title() for part in rest)])


def read_address(text: str) -> str | None:
    """Return an e-mail address with its domain in lower case, "" for none, None when it cannot be one."""
    text = text.strip()
    if not text:
        return ""
    if len(text) > LONGEST or not _ADDRESS.fullmatch(text) or ".." in text or text[0] == ".":
        return None
    local, _, domain = text.rpartition("@")
    return None if local.endswith(".") else f"{local}@{domain.lower()}"


def take_contacts(rows: Sequence[PersonRow], file: str) -> tuple[list[PersonRow], frozenset[str], list[Problem]]:
    """Bring the address and the language of every row under the attributes "email" and "language", in one spelling.

    Returns the rows, which of the two the file has a column for, and warnings. What cannot be understood counts as not
    known.
    """
    names = dict.fromkeys(name for row in rows[:1] for name in row.attributes)
    headings = find_headings(names)
    if not headings:
        return list(rows), frozenset(), []
    problems: list[Problem] = []
    wrong: Counter[str] = Counter()
    languages: dict[str, str | None] = {}
    seen: dict[str, str] = {}
    shared = 0
    made: list[PersonRow] = []
    for row in rows:
        values = dict(row.attributes)
        for field, heading in headings.items():
            text = values.pop(heading, "")
            if field == LANGUAGE:
                if text not in languages:
                    languages[text] = read_language(text)
                found = languages[text]
            else:
                found = read_address(text)
            if found is None:
                wrong[field] += 1
                if wrong[field] <= MOST_LISTED:
                    told = "an e-mail address" if field == EMAIL else "a language"
                    remedy = "Write name@example.org." if field == EMAIL else "Write a code such as en or es."
                    problems.append(
                        Problem(f"{text[:80]!r} is not {told}; left empty.", remedy, file, row.row, heading, "warning")
                    )
            elif field == EMAIL and found:
                shared += seen.setdefault(found.casefold(), row.person) != row.person
            values[field] = found or ""
        made.append(replace(row, attributes=values))
    for field, count in wrong.items():
        if count > MOST_LISTED:
            message = f"{count - MOST_LISTED:,} more of this kind in {headings[field]!r}."
            problems.append(Problem(message, "", file, None, headings[field], "warning"))
    if shared:
        message = f"{shared:,} people share an e-mail address with somebody else; mail reaches whoever reads it."
        problems.append(Problem(message, "Give everybody their own.", file, None, headings[EMAIL], "warning"))
    return made, frozenset(headings), problems
