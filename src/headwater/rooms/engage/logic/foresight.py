"""How well somebody foresees: distances, ranges that held, and how sure they were. Pure arithmetic on predictions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

FEWEST_OWN = 5
"""Predictions from which one person's foresight is said."""
FEWEST_LEADERS = 5
"""Leaders from which the foresight of the organisation is said; as many must be new before it is said again."""
FEWEST_PREDICTIONS = 20
FEWEST_SHOWN = 3
"""Predictions from which an anonymous team's are drawn."""
SURE_STEP, DISTANCE_STEP = 10, 5
"""Figures of the organisation are rounded to these percents, so that no single one changes them to the digit."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One prediction of a score beside what was released.

    value, low, high: as foreseen. sure: percent, that the truth lies in the range. truth: as released. floor, ceiling:
    of the scale.
    """

    value: float
    low: float
    high: float
    sure: int
    truth: float
    floor: float
    ceiling: float

    @property
    def distance(self) -> float:
        """How far the truth lies above what was foreseen, in the score's unit."""
        return self.truth - self.value

    @property
    def is_inside(self) -> bool:
        """Whether the truth lies in the range that was given, ends included."""
        return self.low <= self.truth <= self.high

    @property
    def share_of_scale(self) -> float:
        """The distance without its sign as a share of the whole scale, 0 to 1."""
        return abs(self.distance) / (self.ceiling - self.floor)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What several predictions add up to.

    inside: share of ranges that held. sure: mean sureness as a share. brier: mean squared difference of sureness and
    outcome, 0 the best, 0.25 for always saying 50 (Brier, Monthly Weather Review 78, 1950). distance: mean distance as
    a share of the scale. lean: mean signed distance as a share of the scale, above 0 where the truth was higher.
    low, high: 95% Wilson interval of `inside` (Wilson, JASA 22, 1927).
    """

    predictions: int
    inside: float
    low: float
    high: float
    sure: float
    brier: float
    distance: float
    lean: float


def foresight_of(predictions: Sequence[Foreseen], *, fewest: int = FEWEST_OWN) -> Foresight | None:
    """Return what predictions add up to, None below `fewest`."""
    count = len(predictions)
    if count < max(fewest, 1):
        return None
    held = sum(one.is_inside for one in predictions)
    low, high = wilson(held, count)
    return Foresight(
        predictions=count,
        inside=held / count,
        low=low,
        high=high,
        sure=math.fsum(one.sure for one in predictions) / count / 100,
        brier=math.fsum((one.sure / 100 - one.is_inside) ** 2 for one in predictions) / count,
        distance=math.fsum(one.share_of_scale for one in predictions) / count,
        lean=math.fsum(one.distance / (one.ceiling - one.floor) for one in predictions) / count,
    )


def wilson(part: int, whole: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the Wilson score interval of a share. Raises ValueError for a part that is not of the whole."""
    if not 0 <= part <= whole or whole < 1:
        raise ValueError(f"{part} is no part of {whole}")
    share = part / whole
    scale = 1 + z * z / whole
    centre = (share + z * z / (2 * whole)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return max(0.0, centre - reach), min(1.0, centre + reach)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One prediction of one leader for the organisation's figures. leader: an opaque id. at: when it was revealed."""

    leader: str
    at: datetime
    foreseen: Foreseen


@dataclass(frozen=True, slots=True)
class HouseForesight:
    """Rounded figures of the organisation: percents to the nearest SURE_STEP and DISTANCE_STEP."""

    sure: int
    inside: int
    distance: int


def house_foresight(
    contributions: Iterable[Contribution], *, said_before: datetime | None, was: HouseForesight | None = None
) -> HouseForesight | None:
    """Return the organisation's figures, None while they would tell of somebody or would not be new.

    They need FEWEST_LEADERS leaders and FEWEST_PREDICTIONS predictions in all, and, after they were said, as many
    leaders with predictions revealed since. Every leader counts the same, however much they foresaw, and what is left
    is rounded: two versions differ by at least FEWEST_LEADERS leaders, and the answer of one moves a mean of n leaders
    by at most one part in n.
    """
    every = list(contributions)
    leaders: dict[str, list[Foreseen]] = {}
    for one in every:
        leaders.setdefault(one.leader, []).append(one.foreseen)
    if len(leaders) < FEWEST_LEADERS or len(every) < FEWEST_PREDICTIONS:
        return None
    if said_before is not None and len({one.leader for one in every if one.at > said_before}) < FEWEST_LEADERS:
        return None
    means = [found for own in leaders.values() if (found := foresight_of(own, fewest=1)) is not None]
    made = HouseForesight(
        sure=_rounded(100 * _mean([one.sure for one in means]), SURE_STEP),
        inside=_rounded(100 * _mean([one.inside for one in means]), SURE_STEP),
        distance=_rounded(100 * _mean([one.distance for one in means]), DISTANCE_STEP),
    )
    return None if made == was else made


def team_distance(values: Sequence[float], truth: float, *, fewest: int = FEWEST_SHOWN) -> float | None:
    """Return how far the truth lies above the middle prediction of a team, None below `fewest` predictions."""
    return truth - median(values) if len(values) >= fewest else None


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _rounded(value: float, step: int) -> int:
    return math.floor(value / step + 0.5) * step
