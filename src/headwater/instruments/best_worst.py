"""How balanced a best-worst design is: how often each choice, each pair and each place on the screen occurs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from headwater.vocab import IntArray, Item


@dataclass(frozen=True)
class DesignBalance:
    """Counts of a design of S sets over C choices, in the order of `choices`.

    frequency: int64[C], sets a choice is in. pairs: int64[C, C], sets two choices share, 0 on the diagonal.
    positions: int64[C, K], how often a choice stands at each place of a set, K the size of the largest set.
    """

    choices: tuple[str, ...]
    set_size: int
    equal_sets: bool
    frequency: IntArray
    pairs: IntArray
    positions: IntArray

    @property
    def balanced(self) -> bool:
        """Whether it is a balanced incomplete block design: equal sets, equal frequencies, equal pair counts."""
        upper = self.pairs[np.triu_indices(len(self.choices), 1)]
        return self.equal_sets and len(set(self.frequency.tolist())) == 1 and len(set(upper.tolist())) == 1

    @property
    def connected(self) -> bool:
        """Whether every choice is linked with every other through shared sets, so that all can be ranked."""
        if len(self.choices) == 0:
            return False
        reached = np.zeros(len(self.choices), dtype=bool)
        reached[0] = True
        while True:
            wider = reached | (self.pairs[reached].sum(axis=0) > 0)
            if np.array_equal(wider, reached):
                return bool(reached.all())
            reached = wider


def design_balance(item: Item) -> DesignBalance:
    """Count a best-worst item's design. Raises ValueError when the item is of another kind.

    Source: Louviere, Flynn and Marley (2015), Best-Worst Scaling, chapter 2: balanced incomplete block designs.
    """
    if item.kind != "best_worst":
        raise ValueError(f"{item.key} is a {item.kind} item and has no best-worst design")
    choices = tuple(choice.key for choice in item.choices)
    place = {key: number for number, key in enumerate(choices)}
    size = max((len(shown) for shown in item.sets), default=0)
    frequency = np.zeros(len(choices), np.int64)
    pairs = np.zeros((len(choices), len(choices)), np.int64)
    positions = np.zeros((len(choices), size), np.int64)
    for shown in item.sets:
        numbers = [place[key] for key in shown]
        for position, number in enumerate(numbers):
            frequency[number] += 1
            positions[number, position] += 1
        for a, b in combinations(numbers, 2):
            pairs[a, b] += 1
            pairs[b, a] += 1
    equal = len({len(shown) for shown in item.sets}) == 1
    return DesignBalance(choices, size, equal, frequency, pairs, positions)
