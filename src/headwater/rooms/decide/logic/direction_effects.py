"""What moving a score could bring: strength x room x reach, then downstream, with ranges by Monte Carlo.

Strength. A driver's LMG share of what all drivers explain (share x R2) is the part of the outcome's variance that goes
with it; its square root is the slope in standard deviations that such a part stands for. It equals the standardised
coefficient where drivers do not overlap, and spreads what overlaps as LMG does (Groemping 2006). Room. The score's
distance to what good units here reach, in standard deviations of people. Reach. The part of the group's people whom it
concerns. The product is the move of the group's outcome in its own points if the link is a cause, which is not shown.

Ranges. Shares, R2 and the score are drawn as normal with the standard error that their 95% range has, cut at what is
possible; draws of R2 are shared by all candidates of a group, because it is the same R2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]

DRAWS = 20_000
Z95 = 1.959963984540054
SURE = 0.95
"""A candidate is ahead of another when it is in this part of the draws."""

FEWEST_UNITS = 8
FEWEST_WAVES = 2
"""Fewer give no spread of units' own changes."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number with its 95% range."""

    value: float
    low: float
    high: float

    @property
    def se(self) -> float:
        """Its standard error, as the range implies it."""
        return (self.high - self.low) / (2 * Z95)


@dataclass(frozen=True, slots=True)
class Lever:
    """One score that could be moved, for the outcome of one group.

    share, explained: parts of one. is_clear: more than a driver of pure noise. score: where it stands, in its points.
    aim: what good units here reach. spread: SD of people in it. reach: the part of the group's people, 0 to 1.
    """

    key: str
    share: Ranged
    explained: Ranged
    is_clear: bool
    score: Ranged
    aim: float
    spread: float
    reach: float = 1.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What may come of a candidate, in points of the outcome. is_clear: whether its strength is clear of noise."""

    key: str
    value: float
    low: float
    high: float
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """What may come of it further down, in standard deviations of units' own changes.

    is_capped: the move is larger than units here have shown, and is taken as one such step.
    """

    station: str
    value: float
    low: float
    high: float
    is_capped: bool

    @property
    def is_clear(self) -> bool:
        """Whether the range leaves nought out."""
        return self.low > 0 or self.high < 0


def draw_moves(levers: Sequence[Lever], spread: float, *, seed: int = 1) -> Draws:
    """Return draws of the outcome's move by lever, float64[L, DRAWS]. spread: SD of people in the outcome.

    Raises ValueError for a spread that is not positive or a reach outside 0 to 1.
    """
    shared = np.random.default_rng(seed).standard_normal(DRAWS)
    found = np.empty((len(levers), DRAWS))
    for place, lever in enumerate(levers):
        if not (lever.spread > 0 and spread > 0 and 0 <= lever.reach <= 1):
            raise ValueError(f"{lever.key!r} has no positive spread, or a reach outside 0 to 1")
        rng = np.random.default_rng([seed, place + 1])
        explained = np.clip(lever.explained.value + lever.explained.se * shared, 0, 1)
        share = np.clip(lever.share.value + lever.share.se * rng.standard_normal(DRAWS), 0, 1)
        score = lever.score.value + lever.score.se * rng.standard_normal(DRAWS)
        room = np.maximum(lever.aim - score, 0)
        found[place] = np.sqrt(share * explained) * room / lever.spread * spread * lever.reach
    return found


def draw_room(lever: Lever, *, seed: int = 3) -> Draws:
    """Return draws of how far a lever's score would move for the whole group: its room times its reach."""
    score = lever.score.value + lever.score.se * np.random.default_rng(seed).standard_normal(DRAWS)
    return np.asarray(np.maximum(lever.aim - score, 0) * lever.reach)


def effects_of(levers: Sequence[Lever], draws: Draws) -> tuple[Effect, ...]:
    """Return the middle and the 95% range of every lever's draws; the low end is nought where noise does as well."""
    found = []
    for lever, drawn in zip(levers, draws, strict=True):
        low, middle, high = np.percentile(drawn, [2.5, 50, 97.5])
        least = float(low) if lever.is_clear else 0.0
        found.append(Effect(lever.key, float(middle), least, float(high), lever.is_clear))
    return tuple(found)


def order_by_low_end(effects: Sequence[Effect]) -> list[int]:
    """Return positions by the lower end of the range, the largest first: what can be counted on, not what is hoped."""
    return sorted(range(len(effects)), key=lambda place: (-effects[place].low, -effects[place].value, place))


def too_close_to_first(order: Sequence[int], draws: Draws) -> int:
    """Return how many candidates cannot be told from the first in 95% of draws; 0 where it stands alone."""
    if not order:
        return 0
    first = draws[order[0]]
    return sum(bool(np.mean(first > draws[place]) < SURE) for place in order[1:])


def own_changes(values: Draws) -> float | None:
    """Return the SD of units' own changes: deviations with unit and wave taken out. values: float64[U, W], NaN missing.

    The scale on which links within units are standardised. None for fewer than 8 units in two waves or more.
    """
    there = np.isfinite(values)
    kept = there.sum(axis=1) >= FEWEST_WAVES
    if values.ndim != 2 or kept.sum() < FEWEST_UNITS:
        return None
    table, there = values[kept], there[kept]
    seen = there.any(axis=0)
    table, there = table[:, seen], there[:, seen]
    waves = table.shape[1]
    if waves < FEWEST_WAVES:
        return None
    filled = np.where(there, table, 0.0)
    rest = filled.copy()
    # Two-way means of an incomplete table, by turns; a few dozen are far past any rounding shown.
    for _turn in range(50):
        rest = np.where(there, rest - rest.sum(axis=1, keepdims=True) / there.sum(axis=1, keepdims=True), 0.0)
        rest = np.where(there, rest - rest.sum(axis=0) / there.sum(axis=0), 0.0)
    free = int(there.sum()) - len(table) - waves + 1
    spread = float(np.sqrt((rest**2).sum() / free)) if free > 0 else 0.0
    return spread if spread > 1e-9 else None


def carry(moves: Draws, spread: float, steps: Mapping[str, Ranged], *, seed: int = 2) -> tuple[Carried, ...]:
    """Return what a move may bring at stations downstream.

    moves: draws of a station's move in its points. spread: SD of units' own changes in it. steps: by station, what goes
    with a change of one such SD. A move beyond one SD counts as one: no unit here has shown more.
    """
    in_steps = moves / spread
    is_capped = bool(np.median(in_steps) > 1)
    in_steps = np.clip(in_steps, -1, 1)
    found = []
    for place, (station, step) in enumerate(steps.items()):
        rng = np.random.default_rng([seed, place])
        drawn = in_steps * (step.value + step.se * rng.standard_normal(len(in_steps)))
        low, middle, high = np.percentile(drawn, [2.5, 50, 97.5])
        found.append(Carried(station, float(middle), float(low), float(high), is_capped))
    return tuple(found)
