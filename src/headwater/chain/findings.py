"""What was found of one link, before it is put in words."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.chain.stations import Place
from headwater.vocab import Certainty, LinkEstimate

WEAK = 0.10
"""Links below this size are hardly there, however sure."""


@dataclass(frozen=True)
class LinkFinding:
    """One link: every estimate that was tried, the strongest design as `water`, units compared as `dry_bed`.

    robustness: share of the remaining variance of both ends that something unmeasured must explain to make the water
    run dry (Cinelli and Hazlett 2020), None when there is no water.
    """

    source: Place
    target: Place
    dry_bed: LinkEstimate | None
    water: LinkEstimate | None
    others: tuple[LinkEstimate, ...] = ()
    reliability_source: float | None = None
    reliability_target: float | None = None
    robustness: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> LinkEstimate | None:
        """The estimate on the strongest design."""
        return self.water if self.water is not None else self.dry_bed


def certainty_of(estimate: LinkEstimate | None) -> Certainty:
    """Sure: the interval lies beyond .10. Fairly sure: it lies clear of nothing. Unclear otherwise."""
    if estimate is None or not estimate.clear_of_nothing:
        return Certainty.UNCLEAR
    nearest = min(abs(estimate.low), abs(estimate.high))
    return Certainty.SURE if nearest > WEAK else Certainty.FAIRLY


def turned(effect: float, low: float, high: float, sign: int) -> tuple[float, float, float]:
    """Turn an effect and its interval round when the sign is -1."""
    return (effect, low, high) if sign > 0 else (-effect, -high, -low)
