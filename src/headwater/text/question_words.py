"""What the words of a question say beside names: what kind of answer is wanted, which end, whether of many units.

The words are in data/questions.yaml, in English and Spanish. Nothing is learned and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from headwater.text.lexicons import DATA
from headwater.text.words import plain_word, token_spans

GAP = "_"
LONGEST_GAP = 3
SHORTEST_STEM = 4
_ENDINGS = ("iciones", "aciones", "ings", "ing", "ies", "edly", "ed", "es", "s", "ly")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question. text: as written. plain: without accents and capitals. stem: without its ending."""

    text: str
    plain: str
    stem: str

    @property
    def is_acronym(self) -> bool:
        """Whether it is written as initials: "IT", "HR2"."""
        return 2 <= len(self.text) <= 5 and self.text.isupper()


def question_words(question: str) -> tuple[Word, ...]:
    """Return the words of a question in their order."""
    spans = token_spans(question.replace("’", "'"))
    bare = [text[:-2] if text.lower().endswith("'s") else text for text, _span in spans]
    found = [(text, plain_word(text)) for text in bare]
    return tuple(Word(text, word, stem_of(word)) for text, word in found)


@cache
def stem_of(word: str) -> str:
    """Return a plain word without English or Spanish endings of number, gender and tense, at least four letters."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - 1:
            word = word[: -len(ending)] + ("y" if ending == "ies" else "ac" if ending == "aciones" else "")
            break
    if len(word) > SHORTEST_STEM and word[-1] in "aoe":
        word = word[:-1]
    return word


Span = tuple[int, int]


@dataclass
class PhraseTable:
    """Finds words, beginnings of words ("drop*") and several in a row, with up to three words for "_"."""

    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[str]) -> PhraseTable:
        """Return a table of entries as they stand in a file: plain words."""
        made = cls()
        for entry in entries:
            parts = tuple(entry.split())
            made.rows.setdefault(parts[0][:2], []).append(parts)
        return made

    def find(self, words: Sequence[str]) -> list[Span]:
        """Return where entries stand in plain words: first and last place plus one."""
        found = []
        for start, word in enumerate(words):
            for parts in self.rows.get(word[:2], ()):
                stop = _matched(parts, words, start)
                if stop:
                    found.append((start, stop))
        return found


def _matched(parts: Sequence[str], words: Sequence[str], start: int) -> int:
    at = start
    for place, part in enumerate(parts):
        if part == GAP:
            rest = parts[place + 1 :]
            stops = (_matched(rest, words, at + skipped) for skipped in range(1, LONGEST_GAP + 1))
            return next((stop for stop in stops if stop), 0)
        if at >= len(words) or not is_match(part, words[at]):
            return 0
        at += 1
    return at


def is_match(part: str, word: str) -> bool:
    """Whether a plain word is what a part of an entry stands for."""
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


@dataclass(frozen=True)
class QuestionLexicon:
    """What words say. kinds: by kind, what counts twice and what once. ends: "low" and "high"."""

    kinds: Mapping[str, tuple[PhraseTable, PhraseTable]]
    ends: Mapping[str, PhraseTable]
    units: PhraseTable
    unit_words: frozenset[str]
    before_names: frozenset[str]
    small: frozenset[str]
    lenses: Mapping[str, PhraseTable]
    scores: Mapping[str, tuple[str, ...]]


@cache
def question_lexicon() -> QuestionLexicon:
    """Return the words that come with Headwater."""
    import yaml

    content: dict[str, Any] = yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8"))
    return QuestionLexicon(
        kinds={
            kind: (PhraseTable.of(_all(words["strong"])), PhraseTable.of(_all(words["weak"])))
            for kind, words in content["kinds"].items()
        },
        ends={end: PhraseTable.of(_all(words)) for end, words in content["ends"].items()},
        units=PhraseTable.of(_all(content["units"])),
        unit_words=frozenset(_all(content["unit_words"])),
        before_names=frozenset(_all(content["before_names"])),
        small=frozenset(_all(content["small"])),
        lenses={lens: PhraseTable.of(_all(words)) for lens, words in content["lenses"].items()},
        scores={key: tuple(_all(words)) for key, words in content["scores"].items()},
    )


def _all(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    return [entry for entries in by_language.values() for entry in entries]
