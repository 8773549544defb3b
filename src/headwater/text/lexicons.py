"""Lexicons: what words of a language weigh, and the small words that turn them round.

A lexicon is a text file in data/lexicon: sections of words, "x*" for the beginning of words, "_" in rows of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from headwater.text.words import forms, plain

DATA = Path(__file__).parent / "data"
TYPO_LENGTH = 6
"""Words shorter than this are never taken for a misspelling of another."""

NOTHING = 0.0


@dataclass
class Matcher:
    """Finds entries that are words, beginnings of words, or several of either in a row."""

    words: dict[str, float] = field(default_factory=dict)
    stems: dict[str, float] = field(default_factory=dict)
    rows: dict[str, list[tuple[tuple[str, ...], float]]] = field(default_factory=dict)
    _known: dict[str, float | None] = field(default_factory=dict)

    def add(self, entry: str, weight: float) -> None:
        """Add an entry, as it stands in a file."""
        parts = tuple(plain(part) for part in entry.replace("_", " ").split())
        if not parts:
            return
        if len(parts) > 1:
            self.rows.setdefault(parts[0][:2], []).append((parts, weight))
        elif parts[0].endswith("*"):
            self.stems.setdefault(parts[0][:-1], weight)
        else:
            self.words.setdefault(parts[0], weight)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Lengths of stems, the longest first."""
        return tuple(sorted({len(stem) for stem in self.stems}, reverse=True))

    @cached_property
    def _near(self) -> dict[str, tuple[str, float, bool]]:
        """What is left of long entries when one letter is taken out (symmetric deletion, Garbe 2012)."""
        found: dict[str, tuple[str, float, bool]] = {}
        for table, is_stem in ((self.words, False), (self.stems, True)):
            for entry, weight in table.items():
                if len(entry) >= TYPO_LENGTH:
                    for shorter in (entry, *_without_a_letter(entry)):
                        found.setdefault(shorter, (entry, weight, is_stem))
        return found

    def weigh(self, word: str, *, with_typos: bool = True) -> float | None:
        """Return what a plain word weighs, None when it is not known."""
        if word not in self._known:
            if len(self._known) > 300_000:
                self._known.clear()
            found = next((weight for form in forms(word) if (weight := self._exact(form)) is not None), None)
            self._known[word] = found if found is not None or not with_typos else self._misspelt(word)
        return self._known[word]

    def row_at(self, words: list[str], start: int) -> tuple[int, float] | None:
        """Return how many words from a place make a known row of words, and what it weighs; the longest one."""
        best: tuple[int, float] | None = None
        for first in dict.fromkeys(form[:2] for form in forms(words[start])):
            for parts, weight in self.rows.get(first, ()):
                if (best is None or len(parts) > best[0]) and self._runs(parts, words, start):
                    best = (len(parts), weight)
        return best

    @staticmethod
    def _runs(parts: tuple[str, ...], words: list[str], start: int) -> bool:
        if start + len(parts) > len(words):
            return False
        return all(
            any(form.startswith(part[:-1]) if part.endswith("*") else form == part for form in forms(word))
            for part, word in zip(parts, words[start : start + len(parts)], strict=True)
        )

    def _exact(self, word: str) -> float | None:
        if word in self.words:
            return self.words[word]
        for length in self.lengths:
            if length <= len(word) and word[:length] in self.stems:
                return self.stems[word[:length]]
        return None

    def _misspelt(self, word: str) -> float | None:
        """One letter too many, too few, wrong, or two changed over; the first two letters are right."""
        if len(word) < TYPO_LENGTH or not word.isalpha():
            return None
        for length in (len(word), *(near for near in (9, 8, 7, 6) if near < len(word))):
            head = word[:length]
            for shorter in (head, *_without_a_letter(head)):
                found = self._near.get(shorter)
                if found is None or found[0][:2] != word[:2]:
                    continue
                entry, weight, is_stem = found
                if abs(len(entry) - length) <= 1 and (is_stem or length == len(word)):
                    return weight
        return None


def _without_a_letter(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(2, len(word)))


@dataclass(frozen=True)
class Lexicon:
    """The words of one language. `weights`: -3 to 3. The others say that a word is there, by weight 1."""

    language: str
    weights: Matcher
    negators: Matcher
    lacks: Matcher
    boosters: Matcher
    dampeners: Matcher
    contrast: Matcher
    wish: Matcher
    ironic: Matcher
    function: frozenset[str]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language. Raises KeyError for one that is not shipped."""
    path = DATA / "lexicon" / f"{language}.txt"
    if not path.is_file():
        raise KeyError(language)
    sections = read_sections(path)
    weights = Matcher()
    for name in sorted(sections, reverse=True):
        if name.lstrip("+-").isdigit():
            for entry in sections[name]:
                weights.add(entry, float(name))
    return Lexicon(
        language,
        weights,
        **{name: _plain_matcher(sections, name) for name in _MARKS},
        function=frozenset(plain(word) for word in sections["function"]),
    )


_MARKS = ("negators", "lacks", "boosters", "dampeners", "contrast", "wish", "ironic")


@cache
def emoji() -> tuple[Mapping[str, float], frozenset[str]]:
    """Return what emoji and emoticons weigh, and those that mean the opposite of what stands before them."""
    sections = read_sections(DATA / "emoji.txt")
    weights = {entry: float(name) for name in ("+2", "-2") for entry in sections[name]}
    return weights, frozenset(sections["ironic"])


def _plain_matcher(sections: Mapping[str, list[str]], name: str) -> Matcher:
    made = Matcher()
    for entry in sections[name]:
        made.add(entry, 1.0)
    return made


def read_sections(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            here = found.setdefault(line[1:-1], [])
        else:
            here.extend(line.split())
    return found
