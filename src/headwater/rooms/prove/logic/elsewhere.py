"""What tends to work elsewhere: means of organisations pooled by random effects, one mean an organisation.

Second stage of a meta-analysis in two stages (Riley, Lambert and Abo-Zaid 2010, BMJ 340:c221). An organisation's error
rests on as many effects as the lower end of its band says, so its variance is that of a t with one less degrees of
freedom: error squared x df / (df - 2). The interval is that of Hartung and Knapp; the prediction interval is of the
mean of an organisation that is not among them (`stats.pool_effects`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.stats import PooledEffects, pool_effects

FEWEST_ORGANISATIONS = 3
"""Organisations from which they are pooled."""
FEW_ORGANISATIONS = 5
"""Below this many, the pooled figures are said to rest on few."""

Tendency = Literal["works", "harms", "unclear", "too_few"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one organisation says of one kind of action. least: the fewest effects that its band allows."""

    organisation: str
    mean: float
    error: float
    least: int
    harm: int

    @property
    def widened(self) -> float:
        """The error as it counts: wider, the fewer effects it rests on."""
        df = self.least - 1
        return self.error * math.sqrt(df / (df - 2))


@dataclass(frozen=True)
class Elsewhere:
    """Organisations of one kind of action together. pooled: None below FEWEST_ORGANISATIONS.

    without_one: lowest and highest mean when one organisation is left out, None with fewer than four. harmed: how many
    say that some did harm.
    """

    told: tuple[Told, ...]
    pooled: PooledEffects | None
    without_one: tuple[float, float] | None
    harmed: int

    @property
    def tendency(self) -> Tendency:
        """What can be said of them."""
        if self.pooled is None:
            return "too_few"
        if self.pooled.lower > 0:
            return "works"
        return "harms" if self.pooled.upper < 0 else "unclear"


def elsewhere(told: Sequence[Told]) -> Elsewhere:
    """Return organisations together. Raises ValueError where one stands twice: it would count twice."""
    if len({one.organisation for one in told}) != len(told):
        raise ValueError("an organisation stands twice")
    pooled = without_one = None
    if len(told) >= FEWEST_ORGANISATIONS:
        pooled = _pooled(told)
        if len(told) > FEWEST_ORGANISATIONS:
            left = [_pooled([*told[:at], *told[at + 1 :]]).mean for at in range(len(told))]
            without_one = (min(left), max(left))
    return Elsewhere(tuple(told), pooled, without_one, sum(one.harm > 0 for one in told))


def _pooled(told: Sequence[Told]) -> PooledEffects:
    return pool_effects([one.mean for one in told], [one.widened for one in told])
