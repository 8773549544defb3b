"""Response rate: answered of invited, shown by the rule that nobody can be singled out by it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.measures.measure import Measure, percent_ends
from headwater.vocab import FloatArray, IntArray


def bounded_counts(answered: IntArray, invited: IntArray, k: int) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
    """Return who answered and who was asked, as a rate may say them, and which units may have a rate: [U] each.

    Fewer than k answers count as k; fewer than k missing as k missing.
    """
    told = np.maximum(answered, k)
    asked = np.maximum(invited, told + k)
    return told, asked, np.asarray(invited >= 2 * k)


def estimate(answered: IntArray, invited: IntArray, k: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return percents and which of them may be shown.

    answered, invited: int64[U]. A rate is shown for units of at least 2k invited. A near-full rate is that of k people
    who did not answer, answered / (answered + k): beside the number who answered it gives back nothing else. Rates of
    fewer than k answers are shown as k answers.
    """
    told, asked, shown = bounded_counts(answered, invited, k)
    return np.where(shown, 100.0 * told / asked, np.nan), shown


MEASURE = Measure(
    key="response_rate",
    label="Answered",
    unit="percent",
    ends=percent_ends,
    minimum_effect=lambda _low, _high: 2.0,
    estimate=None,
    shrinkage="beta_binomial",
    source="AAPOR response rate 2 on a complete frame: answered forms of invited people; Wilson 1927",
)
