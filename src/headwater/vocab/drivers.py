"""What moves an outcome: the share of each driver for every group large enough, released of one wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.lenses import Lens
from headwater.vocab.questionnaire import Texts
from headwater.vocab.tree import UnitTree

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DRIVER_FIELDS: tuple[str, ...] = (
    "share",
    "share_low",
    "share_high",
    "first",
    "within",
    "within_low",
    "within_high",
    "between",
    "between_low",
    "between_high",
)
"""Whole percents, float64[G, Q, P]. within and between: inside teams and between their means, NaN where there are too
few teams to keep them apart."""

OUTCOME_FIELDS: tuple[str, ...] = (
    "explained",
    "explained_low",
    "explained_high",
    "within_explained",
    "between_explained",
)
"""Whole percents of the outcome's differences, float64[G, Q]: R2."""


@dataclass(frozen=True, slots=True)
class DriverSubject:
    """A scale that stands as driver or outcome."""

    key: str
    label: Texts
    lens: Lens
    low: float
    high: float


@dataclass(frozen=True)
class DriverBook:
    """Driver importance of one wave: G groups, Q outcomes, P drivers. Columnar and immutable.

    related: bool[Q, P], which driver is related to which outcome; one that shares answers with it never is.
    unit: int32[G], rows of the wave's tree. cut, level: by group, empty for everybody. shown: bool[G, Q].
    fields: DRIVER_FIELDS float64[G, Q, P] and OUTCOME_FIELDS float64[G, Q]; NaN where not shown.
    clear_of_noise: bool[G, Q, P], more than a driver of pure noise in 95% of resamples. leads: bool[G, Q], whether
    the first driver can be told from the second; without it they are too close to call. inflation: float64[G, Q, P],
    VIF rounded to halves, 100 where a driver is a combination of others. people: int64[G, Q], complete answers, rounded
    down to two figures. teams: int64[G, Q], rounded down to fives. complete: float64[G, Q], the part of the group with
    complete answers, rounded down to tenths. left_out: scale by why it stands nowhere ("few": asked of few).
    minimum: by outcome, the fewest complete answers for drivers of one's own.
    """

    study: str
    wave: str
    drivers: tuple[DriverSubject, ...]
    outcomes: tuple[DriverSubject, ...]
    related: BoolArray
    unit: NDArray[np.int32]
    cut: tuple[str, ...]
    level: tuple[str, ...]
    shown: BoolArray
    fields: Mapping[str, FloatArray]
    clear_of_noise: BoolArray
    leads: BoolArray
    inflation: FloatArray
    people: NDArray[np.int64]
    teams: NDArray[np.int64]
    complete: FloatArray
    minimum: tuple[int, ...]
    left_out: Mapping[str, str]
    inputs_hash: str
    made_with: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def position_of(self) -> dict[tuple[int, str, str], int]:
        """Group by (unit row, cut, level)."""
        keys = zip(self.unit.tolist(), self.cut, self.level, strict=True)
        return {key: number for number, key in enumerate(keys)}

    @cached_property
    def outcome_of(self) -> dict[str, int]:
        """Outcome number by key."""
        return {outcome.key: number for number, outcome in enumerate(self.outcomes)}

    def group(self, tree: UnitTree, row: int, outcome: int, cut: str = "", level: str = "") -> int | None:
        """Return the group of a unit, else of the nearest unit above with drivers of its own, None when there is none.

        outcome: its number. The same level of a cut is looked for in all of them.
        """
        for unit in (row, *tree.ancestors(row)):
            found = self.position_of.get((unit, cut, level))
            if found is not None and self.shown[found, outcome]:
                return found
        return None

    def order(self, group: int, outcome: int) -> list[int]:
        """Return the drivers of an outcome in a group by share, the largest first; those not related are left out."""
        share = self.fields["share"][group, outcome]
        there = [driver for driver in range(len(self.drivers)) if self.related[outcome, driver]]
        return sorted(there, key=lambda driver: (-share[driver], -self.fields["first"][group, outcome, driver], driver))
