"""Finds names of a long list in a question: parts of names, plurals and slips of the pen, rare words first.

Words weigh by how few names have them (Spärck Jones 1972), so 12,000 names take milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.text.near_words import NearWords
from headwater.text.question_words import Word, question_lexicon
from headwater.text.words import tokens

BoolArray = NDArray[np.bool_]

PLAIN_UNIT = 0.2
"""What a word as "team" or "region" weighs of a word as rare."""
LEAST_COVERED = 0.55
"""The part of a name, by weight, that has to be said."""
SHORTEST_PLURAL = 5
TOGETHER = 0.05
"""What it counts that words of a name stand together, and that they stand in its order."""
MOST_ROWS = 600
"""Names looked at for one question."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a question says. row: its place in the list. places: of the words of the question that say it."""

    row: int
    score: float
    covered: float
    places: frozenset[int]


class NameIndex:
    """The words of a list of names. Immutable once made."""

    def __init__(self, names: Sequence[str]) -> None:
        """Read the names."""
        self._words = [tuple(tokens(name)) for name in names]
        rows: dict[str, list[int]] = {}
        for row, words in enumerate(self._words):
            for word in dict.fromkeys(words):
                rows.setdefault(word, []).append(row)
        self._rows = {word: np.array(found, np.int64) for word, found in rows.items()}
        self._plain = question_lexicon().unit_words | question_lexicon().small
        self._weight = {
            word: math.log(1 + len(names) / len(found)) * (PLAIN_UNIT if word in self._plain else 1.0) + 0.05
            for word, found in self._rows.items()
        }

    def __contains__(self, word: str) -> bool:
        """Whether some name has a plain word."""
        return word in self._rows

    @cached_property
    def _near(self) -> NearWords:
        return NearWords(self._rows)

    def find(
        self, words: Sequence[Word], *, seen: BoolArray | None = None, taken: Collection[int] = (), most: int = 5
    ) -> list[Named]:
        """Return names that a question says, the best first. seen: bool[N], names that may be found, None for all.

        taken: places of words that say something else. Names that are equally well said stay in their order.
        """
        said = self._said(words, taken, seen)
        if not said:
            return []
        small = question_lexicon().small
        telling = {
            word
            for place, found in said.items()
            for word, _quality in found
            if word not in small or words[place].is_acronym
        }
        rows = self._candidates(telling, seen)
        made = [one for row in rows if (one := self._named(row, said)) is not None]
        made.sort(key=lambda one: (-round(one.score, 6), one.row))
        return made[:most]

    def _said(
        self, words: Sequence[Word], taken: Collection[int], seen: BoolArray | None
    ) -> dict[int, list[tuple[str, float]]]:
        return {
            place: known
            for place, word in enumerate(words)
            if place not in taken and (known := self._known(word, seen))
        }

    def _known(self, word: Word, seen: BoolArray | None) -> list[tuple[str, float]]:
        """Words of names that a word says. Names that may not be found leave no trace, not even by being nearer."""

        def there(one: str) -> bool:
            rows = self._rows.get(one)
            return rows is not None and (seen is None or bool(seen[rows].any()))

        if there(word.plain):
            return [(word.plain, 1.0)]
        if word.plain in self._plain:
            return []
        other = word.plain[:-1] if word.plain.endswith("s") else f"{word.plain}s"
        if len(word.plain) >= SHORTEST_PLURAL and there(other):
            return [(other, 0.9)]
        near = self._near.find(word.plain, among=there)
        return [(one, 0.7) for one in near if one not in self._plain]

    def _candidates(self, said: Collection[str], seen: BoolArray | None) -> list[int]:
        """Rows to look at: those with the rarest words said, so that a word as "team" does not bring all of them."""
        chosen: dict[int, None] = {}
        for word in sorted(said, key=lambda one: (len(self._rows[one]), one)):
            rows = self._rows[word]
            if seen is not None:
                rows = rows[seen[rows]]
            if chosen and len(chosen) + len(rows) > MOST_ROWS:
                break
            chosen.update(dict.fromkeys(rows[:MOST_ROWS].tolist()))
        return list(chosen)

    def _named(self, row: int, said: dict[int, list[tuple[str, float]]]) -> Named | None:
        words, free = self._words[row], dict(said)
        got: list[tuple[str, float, int]] = []
        for word in words:
            # Each word of a name takes a place of its own: "Team 3" does not say "Team 3.3.3".
            best = max(((quality, -place) for place, found in free.items() for one, quality in found if one == word),
                       default=None)  # fmt: skip
            if best is not None:
                got.append((word, best[0], -best[1]))
                del free[-best[1]]
        whole = sum(self._weight[word] for word in words)
        part = sum(self._weight[word] * quality for word, quality, _place in got)
        telling = any(word not in self._plain for word, _quality, _place in got) or len(got) == len(words)
        if not got or not telling or part < LEAST_COVERED * whole:
            return None
        order = [place for _word, _quality, place in got]
        together = TOGETHER if max(order) - min(order) == len(order) - 1 else 0.0
        in_order = TOGETHER if order == sorted(order) else 0.0
        return Named(row, part * part / whole + together + in_order, part / whole, frozenset(order))
