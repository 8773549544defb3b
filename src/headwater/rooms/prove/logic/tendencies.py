"""What tends to work here: effects of the same kind of action on the same kind of score, pooled. All count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.rooms.prove.logic.verdicts import JUDGED, Verdict
from headwater.stats import PooledEffects, pool_effects

FEWEST = 5
"""Effects from which a tendency is said."""

Tendency = Literal["works", "harms", "unclear", "not_enough"]


@dataclass(frozen=True, slots=True)
class Found:
    """One registered action: its verdict, and its effect toward the better with the standard error, None untold."""

    family: tuple[str, ...]
    verdict: Verdict
    value: float | None = None
    se: float | None = None


@dataclass(frozen=True)
class Family:
    """Actions of one kind on scores of one kind.

    counts: by verdict, of all that were registered, dropped ones too. pooled: None below FEWEST effects.
    """

    key: tuple[str, ...]
    counts: dict[Verdict, int]
    pooled: PooledEffects | None

    @property
    def judged(self) -> int:
        """Actions with an effect."""
        return sum(self.counts[one] for one in JUDGED)

    @property
    def missing(self) -> int:
        """Actions that are more before a tendency is said."""
        return max(FEWEST - self.judged, 0)

    @property
    def tendency(self) -> Tendency:
        """What can be said of them."""
        if self.pooled is None:
            return "not_enough"
        if self.pooled.lower > 0:
            return "works"
        return "harms" if self.pooled.upper < 0 else "unclear"


def tendencies(found: Sequence[Found]) -> tuple[Family, ...]:
    """Return the families in their keys' order, each pooled by random effects."""
    families: dict[tuple[str, ...], list[Found]] = {}
    for one in found:
        families.setdefault(one.family, []).append(one)
    made = []
    for key in sorted(families):
        own = families[key]
        counts = Counter(one.verdict for one in own)
        effects = [(one.value, one.se) for one in own if one.value is not None and one.se]
        pooled = None
        if len(effects) >= FEWEST:
            pooled = pool_effects([value for value, _se in effects], [se for _value, se in effects])
        made.append(Family(key, {name: counts.get(name, 0) for name in (*JUDGED, "early", "untold")}, pooled))
    return tuple(made)


def by_chance(judged: int) -> float:
    """Return how many of so many checks would look like an effect, or like harm, if nothing had any."""
    return 0.05 * judged
