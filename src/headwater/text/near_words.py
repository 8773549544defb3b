"""Words a slip of the pen away: a letter left out, added or changed, or two that changed places; two in long words.

They are found by leaving letters out on both sides (symmetric deletion, Garbe 2012), then measured (Damerau 1964).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

SHORTEST = 5
"""Shorter words are never taken for a slip of another."""
LONG = 9
"""From so many letters on, two slips are allowed."""


class NearWords:
    """Some words, to be found by what is nearly them. Words with digits are not: another number is another thing."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index the words."""
        self._by_part: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= SHORTEST and word.isalpha():
                for part in _parts(word):
                    self._by_part.setdefault(part, []).append(word)

    def find(self, word: str, *, among: Callable[[str], bool] | None = None) -> list[str]:
        """Return the words nearest to one, all equally near, in alphabetical order. among: which may be found."""
        if len(word) < SHORTEST or not word.isalpha():
            return []
        near = {one for part in _parts(word) for one in self._by_part.get(part, ())}
        far = {one: slips(word, one) for one in near if one[0] == word[0] and (among is None or among(one))}
        allowed = 2 if len(word) >= LONG else 1
        best = min(far.values(), default=allowed + 1)
        return sorted(one for one, count in far.items() if count == best) if best <= allowed else []


def slips(first: str, second: str) -> int:
    """Return how many slips lie between two words: Damerau-Levenshtein, each pair of letters swapped at most once."""
    before: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        now = [row]
        for column, other in enumerate(second, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, now
    return last[-1]


def _parts(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]
