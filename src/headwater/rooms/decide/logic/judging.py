"""Several people judge alone, then together: how far they agree, what to talk about, when a reason is owed.

Scores are whole levels 0..4. Krippendorff (2004) takes .80 for reliable and .667 as the least for a tentative reading;
which side of it a small panel is on is said only where the interval is on one side.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from headwater.stats.raters import krippendorff_alpha, pair_agreement, rater_icc

LEVELS = (0, 1, 2, 3, 4)
TALK = 2
"""Levels apart from which a difference is talked about and its outcome needs a reason."""
ALIKE, TENTATIVE = 0.8, 0.667
LEAST_ROWS = 8
"""Fewer judgements than this say too little for a coefficient."""
Verdict = Literal["alike", "mostly", "apart", "open", "few", "flat"]
Row = TypeVar("Row", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people who judged alone agree. rows: things judged by two or more. None where it cannot be computed.

    exact, near: shares of pairs with the same level, and with levels at most one apart. alpha: Krippendorff's, ordinal,
    its 95% range drawn over rows. icc, icc_mean: ICC(2,1) and ICC(2,k) with 95% ranges, over rows everybody judged.
    """

    rows: int
    raters: int
    exact: float | None = None
    near: float | None = None
    alpha: float | None = None
    alpha_low: float | None = None
    alpha_high: float | None = None
    icc: float | None = None
    icc_low: float | None = None
    icc_high: float | None = None
    icc_mean: float | None = None
    icc_mean_low: float | None = None
    icc_mean_high: float | None = None

    @property
    def verdict(self) -> Verdict:
        """What it comes to; "open" where the range lies on both sides of the line, "flat" where nothing varies."""
        if self.rows < LEAST_ROWS:
            return "few"
        if self.alpha is None or self.alpha_low is None or self.alpha_high is None:
            return "flat"
        if self.alpha_low >= ALIKE:
            return "alike"
        if self.alpha_low >= TENTATIVE:
            return "mostly"
        return "apart" if self.alpha_high < TENTATIVE else "open"

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON; `agreement_from` reads them back."""
        return asdict(self)


def agreement_from(plain: Mapping[str, Any]) -> Agreement:
    """Return an agreement as it was kept."""
    return Agreement(**plain)


def agreement_of(ratings: Sequence[Sequence[int | None]]) -> Agreement:
    """Return the agreement of judgements: a row a thing judged, a column a person, None where they did not."""
    kept = [row for row in ratings if sum(one is not None for one in row) > 1]
    if not kept:
        return Agreement(0, max((len(row) for row in ratings), default=0))
    x = np.array([[np.nan if one is None else one for one in row] for row in kept], dtype=float)
    pairs = pair_agreement(x)
    found: dict[str, float] = {"exact": pairs.exact, "near": pairs.within_one}
    try:
        alpha = krippendorff_alpha(x, kind="ordinal")
        found |= {"alpha": alpha.alpha, "alpha_low": alpha.low, "alpha_high": alpha.high}
    except ValueError:  # Nothing varies.
        pass
    try:
        icc = rater_icc(x)
        found |= {"icc": icc.single, "icc_low": icc.single_low, "icc_high": icc.single_high}
        found |= {"icc_mean": icc.average, "icc_mean_low": icc.average_low, "icc_mean_high": icc.average_high}
    except ValueError:  # Fewer than two rows that everybody judged, or nothing varies.
        pass
    return Agreement(len(kept), x.shape[1], **{key: _kept(value) for key, value in found.items()})


def _kept(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Apart(Generic[Row]):
    """One thing on which people differ. scores: ascending."""

    row: Row
    scores: tuple[int, ...]

    @property
    def spread(self) -> int:
        """Levels from the lowest to the highest."""
        return self.scores[-1] - self.scores[0]


def apart_first(scores: Mapping[Row, Sequence[int]]) -> list[Apart[Row]]:
    """Return what was judged by two or more, the largest difference first, in the given order within one spread."""
    found = [Apart(row, tuple(sorted(given))) for row, given in scores.items() if len(given) > 1]
    return sorted(found, key=lambda one: -one.spread)


def owes_reason(scores: Sequence[int], together: int) -> bool:
    """Whether a level agreed together needs a reason: they were far apart, or it lies outside what any of them gave."""
    if not scores:
        return True
    return max(scores) - min(scores) >= TALK or not min(scores) <= together <= max(scores)


def common_level(scores: Sequence[int]) -> int | None:
    """Return the level that all gave, None where they differ or nobody gave any."""
    return scores[0] if scores and len(set(scores)) == 1 else None
