"""How well forecasts of effects held, the error of the effects themselves allowed for.

A forecast is read as a distribution with its likely value in the middle and 80% between its ends, each side its own
(two-piece normal; Wallis 2014, Statistical Science 29:106). What was found is the true effect with an error, so the
forecast is widened by that error before it is scored. The continuous ranked probability score is in the score's unit,
lower is better (Gneiting and Raftery 2007, JASA 102:359); it stands beside that of saying "nothing will change".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from headwater.rooms.engage.logic.credibility import (
    SURE_OF_EFFECT,
    Z_OF_EFFECT,
    Held,
    held_of,
    interval_score,
    widened,
)

SURE = SURE_OF_EFFECT
"""Percent of forecasts whose range should hold."""
FEWEST = 5
"""Forecasts from which anything is said of them."""
_LEAST_WIDTH = 1e-9


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast of a change beside what was found. better: 1 where a rise is better, -1 where a fall is."""

    low: float
    likely: float
    high: float
    found: float
    se: float
    better: int = 1

    @property
    def widened(self) -> tuple[float, float]:
        """The ends of the range with the error of what was found."""
        return widened(self.low, self.likely, self.high, self.se)

    @property
    def held(self) -> bool:
        """Whether what was found lies in the widened range."""
        low, high = self.widened
        return low <= self.found <= high

    @property
    def interval(self) -> float:
        """The interval score of the widened range."""
        low, high = self.widened
        return interval_score(low, max(high, low + _LEAST_WIDTH), SURE, self.found)

    @property
    def crps(self) -> float:
        """The continuous ranked probability score of the forecast."""
        return _crps(self.likely, self.likely - self.low, self.high - self.likely, self)

    @property
    def crps_of_nothing(self) -> float:
        """The score of saying that nothing will change, as surely as this forecast was said."""
        half = (self.high - self.low) / 2
        return _crps(0.0, half, half, self)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What several forecasts add up to.

    held: ranges that held, of 80% that should. lean: mean of found less likely, toward the better: below 0 where too
    much was hoped. crps, nothing: mean scores of the forecasts and of saying that nothing will change. skill: 1 is
    perfect, 0 no better than that, below 0 worse; all None below FEWEST.
    """

    forecasts: int
    held: Held
    lean: float | None
    crps: float | None
    nothing: float | None
    skill: float | None
    interval: float | None


def foretold(forecasts: Sequence[Forecast]) -> Foretold:
    """Return what forecasts add up to."""
    held = held_of([(*one.widened, SURE, one.found) for one in forecasts])
    if len(forecasts) < FEWEST:
        return Foretold(len(forecasts), held, None, None, None, None, None)
    crps, nothing = (fmean(getattr(one, name) for one in forecasts) for name in ("crps", "crps_of_nothing"))
    return Foretold(
        len(forecasts),
        held,
        fmean(one.better * (one.found - one.likely) for one in forecasts),
        crps,
        nothing,
        1 - crps / nothing if nothing > 0 else None,
        fmean(one.interval for one in forecasts),
    )


def _crps(middle: float, below: float, above: float, said: Forecast) -> float:
    """CRPS of a two-piece normal with 80% between its ends, with the error of what was found added, on quantiles."""
    quantiles = _standard()
    shape = middle + np.where(quantiles < 0, below, above) / Z_OF_EFFECT * quantiles
    members = np.sort((shape[:, None] + said.se * quantiles[None, :]).ravel())
    count = len(members)
    ranks = 2 * np.arange(1, count + 1) - count - 1
    spread = float(ranks @ members) / count**2
    return float(np.abs(members - said.found).mean()) - spread


def _standard() -> NDArray[np.float64]:
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(99) + 0.5) / 99))
