"""Names of people and places, and words that are no names: lists beside this file, read once."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from headwater.text.lexicons import DATA, read_sections
from headwater.text.words import plain, tokens

LEAST_PART = 3
"""Parts of names with fewer letters are masked only inside a whole name."""


@cache
def masking_words() -> dict[str, list[str]]:
    """Return titles, particles, words with a capital that are no names, and the like, by section."""
    return read_sections(DATA / "masking.txt")


PARTICLES = frozenset(masking_words()["particles"])
"""Small words inside names."""


@dataclass(frozen=True, slots=True)
class NameList:
    """small: names also where they are written small. sure: wherever they have a capital. capital: also ordinary words;
    names only with a capital inside a sentence.
    """

    small: frozenset[str]
    sure: frozenset[str]
    capital: frozenset[str]


@dataclass(frozen=True)
class OwnNames:
    """What an organisation's people and units are called, made comparable. rows: names of several words, by the first.

    words: single words of people's names. unit_words: names of units that are one word.
    """

    rows: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    unit_words: frozenset[str] = frozenset()


def own_names(people: Iterable[str], units: Iterable[str]) -> OwnNames:
    """Make the names of an organisation ready for masking. people, units: names as they are written."""
    rows: dict[str, set[tuple[tuple[str, ...], str]]] = {}
    words: set[str] = set()
    unit_words: set[str] = set()
    for names, kind in ((people, "person"), (units, "place")):
        for name in names:
            parts = tuple(tokens(name))
            if len(parts) > 1:
                rows.setdefault(parts[0], set()).add((parts, kind))
            elif parts and kind == "place" and len(parts[0]) >= LEAST_PART:
                unit_words.add(parts[0])
            if kind == "person":
                words.update(part for part in parts if len(part) >= LEAST_PART and part not in PARTICLES)
    ordered = {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in rows.items()}
    return OwnNames(ordered, frozenset(words), frozenset(unit_words))


@cache
def people_list() -> NameList:
    """Return names of people in many languages."""
    listed = _listed("names.txt.gz", " ")
    return replace(listed, small=listed.small - frozenset(masking_words()["ordinary"]))


@cache
def place_list() -> NameList:
    """Return names of towns and countries, of one or several words."""
    listed = _listed("places.txt.gz", "\n")
    return replace(listed, sure=listed.sure | frozenset(plain(name) for name in masking_words()["places"]))


@cache
def longest_place() -> int:
    """Return how many words the longest name of a place has."""
    return max(len(name.split()) for name in place_list().sure)


@cache
def common_words() -> frozenset[str]:
    """Return words that are written small in ordinary text, of many languages."""
    return frozenset(_read("common.txt.gz").split())


def _listed(name: str, between: str) -> NameList:
    parts: dict[str, frozenset[str]] = {"small": frozenset(), "sure": frozenset(), "capital": frozenset()}
    for piece in _read(name).split("[")[1:]:
        title, _, body = piece.partition("]\n")
        parts[title] = frozenset(word for word in body.strip().split(between) if word)
    return NameList(**parts)


def _read(name: str) -> str:
    return gzip.decompress((DATA / name).read_bytes()).decode("utf-8")


ALLOWED = frozenset(plain(word) for word in masking_words()["allowed"])
"""Words that are written with a capital and are no names."""
