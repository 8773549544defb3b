"""Finds what a question is about among scores, questions and themes: by name, by further words, by words of questions.

A word counts by how few subjects have it and by where: in a name, among further words, or only in a question that was
asked.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.text.near_words import NearWords
from headwater.text.question_words import PhraseTable, Word, question_lexicon, question_words, stem_of
from headwater.text.words import plain

SubjectKind = Literal["scale", "item", "theme"]

NAME, FURTHER, ASKED, VAGUE = 1.0, 0.9, 0.45, 0.6
"""What a word counts in a name, among further words, in the text of a question; as a name that says little alone."""
LEAST = 0.9
"""Below this a subject is not taken to be meant."""
RANK: Mapping[str, float] = {"scale": 1.0, "theme": 0.85, "item": 0.8}
"""Among equals a scale comes before a theme, a theme before a single question."""


@dataclass(frozen=True)
class Subject:
    """Something that a question can be about. key: unique. names, asked: in any languages. further: entries of words.

    is_outcome: what drivers can be asked of.
    """

    key: str
    kind: SubjectKind
    names: tuple[str, ...]
    asked: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    is_outcome: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """A subject that a question may mean. places: of the words that say it."""

    subject: Subject
    score: float
    places: frozenset[int]


class SubjectIndex:
    """The words of some subjects. Immutable once made."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        """Read the subjects."""
        self.subjects = tuple(subjects)
        small = question_lexicon().small
        self._names = [_stems(one.names, small) for one in self.subjects]
        self._asked = [_stems(one.asked, small) for one in self.subjects]
        self._further = [PhraseTable.of(plain(entry) for entry in one.further) for one in self.subjects]
        whole = [PhraseTable.of(_phrases(one.names)) for one in self.subjects]
        self._whole = whole
        known: dict[str, int] = {}
        for names, asked in zip(self._names, self._asked, strict=True):
            for stem in names | asked:
                known[stem] = known.get(stem, 0) + 1
        count = max(len(self.subjects), 1)
        self._weight = {stem: math.log(1 + count / found) / math.log(1 + count) for stem, found in known.items()}
        texts = (text for one in self.subjects for text in (*one.names, *one.asked))
        self._spelt = {word.plain for text in texts for word in question_words(text)}
        self._spelt.update(
            part for one in self.subjects for entry in one.further for part in plain(entry).split() if "*" not in part
        )
        self._starts = tuple(
            {
                part[:-1]
                for one in self.subjects
                for entry in one.further
                for part in plain(entry).split()
                if "*" in part
            }
        )
        self._near = NearWords(sorted(self._spelt))

    def __contains__(self, word: str) -> bool:
        """Whether a plain word is in a name or a question."""
        return word in self._weight

    def spelt(self, words: Sequence[Word], *, taken: Collection[int] = ()) -> tuple[Word, ...]:
        """Return the words with slips of the pen mended, where exactly one known word is nearest."""
        small = question_lexicon().small
        made = list(words)
        for place, word in enumerate(words):
            if place in taken or word.plain in small or word.plain in self._spelt or word.stem in self._weight:
                continue
            if word.plain.startswith(self._starts):
                continue
            near = self._near.find(word.plain)
            if len(near) == 1:
                made[place] = Word(word.text, near[0], stem_of(near[0]))
        return tuple(made)

    def find(self, words: Sequence[Word], *, taken: Collection[int] = (), most: int = 5) -> list[Meant]:
        """Return the subjects that a question may mean, the best first. taken: places that say something else."""
        plains = [word.plain for word in words]
        small = question_lexicon().small
        free = [place for place in range(len(words)) if place not in taken]
        said = [place for place in free if words[place].plain not in small]
        found = []
        for number, subject in enumerate(self.subjects):
            best = dict.fromkeys(said, 0.0)
            for place in said:
                stem = words[place].stem
                weight = self._weight.get(stem, 1.0)
                if stem in self._names[number]:
                    best[place] = NAME * weight
                elif stem in self._asked[number]:
                    best[place] = ASKED * weight
            rows = 0.0
            for table, usual in ((self._further[number], FURTHER), (self._whole[number], NAME)):
                for start, stop in table.find(plains):
                    counts = usual
                    if any(place in taken for place in range(start, stop)):
                        continue
                    if stop - start == 1 and plains[start] in small:
                        counts = VAGUE
                    rows = max(rows, 0.4 * (stop - start - 1))
                    for place in range(start, stop):
                        best[place] = max(best.get(place, 0.0), counts)
            places = frozenset(place for place, value in best.items() if value > 0)
            if not places:
                continue
            names = self._names[number]
            covered = sum(words[place].stem in names for place in places) / max(len(names), 1)
            score = (sum(best.values()) + rows + 0.3 * min(covered, 1.0)) * RANK[subject.kind]
            if score >= LEAST * RANK[subject.kind]:
                found.append(Meant(subject, score, places))
        found.sort(key=lambda one: (-round(one.score, 6), self.subjects.index(one.subject)))
        return found[:most]


def _stems(texts: Iterable[str], small: Collection[str]) -> frozenset[str]:
    return frozenset(word.stem for text in texts for word in question_words(text) if word.plain not in small)


def _phrases(texts: Iterable[str]) -> list[str]:
    return [" ".join(word.plain for word in question_words(text)) for text in texts if question_words(text)]
