"""What matters to whom: best-worst importance of every group large enough, released of one wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.questionnaire import Choice
from headwater.vocab.tree import UnitTree

FloatArray = NDArray[np.float64]

Verdict = Literal["found", "alike", "unstable", "few"]
"""found: groups that hold. alike: one kind of people who differ by degree. unstable: classes that do not come back in
both halves of the people, or too small. few: too few people to look."""

SPREAD_POINTS: tuple[float, ...] = (0.10, 0.25, 0.50, 0.75, 0.90)
"""Where people's own shares are read off, from the lowest to the highest."""


@dataclass(frozen=True)
class LikeMinded:
    """People who choose alike. part: their share of all, whole percent. share, low, high: float64[I], whole percents of
    importance with the 95% range.
    """

    part: float
    share: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class ImportanceBook:
    """Importance of I choices for G groups, and groups of like-minded people of all. Columnar and immutable.

    item: the best-worst question. choices: in its order; a choice has the key of the scale it stands for. unit:
    int32[G], rows of the wave's tree; cut, level: by group, empty for everybody. share, low, high: float64[G, I], whole
    percents that sum to about 100. people: int64[G], those who chose, rounded down to two figures. minimum: the fewest
    people for importance of one's own. spread: float64[5, I], people's own shares at SPREAD_POINTS, whole percents,
    each the mean of at least k people; NaN where there are too few. verdict: whether like_minded holds groups, and why
    not. agreement: adjusted Rand of the two halves, rounded to tenths, NaN where it was not looked at.
    """

    study: str
    wave: str
    item: str
    choices: tuple[Choice, ...]
    unit: NDArray[np.int32]
    cut: tuple[str, ...]
    level: tuple[str, ...]
    share: FloatArray
    low: FloatArray
    high: FloatArray
    people: NDArray[np.int64]
    minimum: int
    spread: FloatArray
    verdict: Verdict
    like_minded: tuple[LikeMinded, ...]
    agreement: float
    inputs_hash: str
    made_with: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def position_of(self) -> dict[tuple[int, str, str], int]:
        """Group by (unit row, cut, level)."""
        keys = zip(self.unit.tolist(), self.cut, self.level, strict=True)
        return {key: number for number, key in enumerate(keys)}

    def group(self, tree: UnitTree, row: int, cut: str = "", level: str = "") -> int | None:
        """Return the group of a unit, else of the nearest unit above with importance of its own, None without one."""
        for unit in (row, *tree.ancestors(row)):
            found = self.position_of.get((unit, cut, level))
            if found is not None:
                return found
        return None

    def order(self, group: int) -> list[int]:
        """Return the choices by share in a group, what matters most first."""
        return sorted(range(len(self.choices)), key=lambda choice: (-self.share[group, choice], choice))
