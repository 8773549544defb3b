"""How balanced a best-worst design is: how often each choice, each pair and each place on the screen occurs."""

from __future__ import annotations

from collections.abc import Sequence
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


DIFFERENCE_SETS: dict[int, tuple[int, ...]] = {
    3: (0, 1, 2), 7: (0, 1, 2, 4), 13: (0, 1, 3, 9), 21: (0, 1, 4, 14, 16), 31: (0, 1, 3, 8, 12, 18),
}  # fmt: skip
"""By number of choices, a set whose turns around the circle show every pair equally often."""


def make_sets(choices: Sequence[str], size: int = 4) -> tuple[tuple[str, ...], ...]:
    """Make the screens of a best-worst item over C choices. The same choices give the same screens.

    One set is turned around the circle of choices (a cyclic design), so that every choice is shown equally often and
    equally often at each place. With 3, 7, 13, 21 or 31 choices every pair is shown equally often as well. Otherwise
    the set of `size` (at most C) is built so that pairs repeat as seldom as can be; `design_balance` says how near
    balance that is. Raises ValueError for fewer than 3 choices or screens of fewer than 3.

    Source: Colbourn and Dinitz (2007), Handbook of Combinatorial Designs, part VI.18 (difference sets).
    """
    count = len(choices)
    if count < 3 or size < 3:
        raise ValueError("best and worst need at least 3 choices, 3 on a screen")
    if count <= max(3, size):
        return (tuple(choices),)
    turn = DIFFERENCE_SETS.get(count) or _spread(count, size)
    return tuple(tuple(choices[(place + step) % count] for place in turn) for step in range(count))


def _spread(count: int, size: int) -> tuple[int, ...]:
    """Places on a circle whose distances repeat as seldom as can be, 0 and 1 among them so that turns overlap."""
    places = [0, 1]
    met = np.zeros(count, np.int64)
    met[[1, count - 1]] = 1
    while len(places) < size:
        best, worst = -1, None
        for one in range(2, count):
            if one in places:
                continue
            after = met.copy()
            for other in places:
                after[(one - other) % count] += 1
                after[(other - one) % count] += 1
            rank = (int(after.max()), int((after**2).sum()))
            if worst is None or rank < worst:
                best, worst, best_met = one, rank, after
        places.append(best)
        met = best_met
    return tuple(places)
