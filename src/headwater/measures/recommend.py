"""Likelihood to recommend: percent 9-10 less percent 0-6, with the adjusted Wald interval.

Net Promoter, NPS and Net Promoter Score are registered marks of Bain & Company, Satmetrix Systems and Fred Reichheld.
"""

from __future__ import annotations

import numpy as np

from headwater.measures.measure import Categories, Estimates, Measure
from headwater.stats import recommend_score


def estimate(categories: Categories) -> Estimates:
    """Return scores -100..100 from a 0-10 item, interval AW(3, T) (Rocks 2016) on the effective n."""
    effective = categories.effective
    promoters = categories.share(categories.codes >= 9)
    detractors = categories.share(categories.codes <= 6)
    p, d = np.nan_to_num(promoters), np.nan_to_num(detractors)
    passives = np.maximum(1 - p - d, 0)
    score = recommend_score(p * effective, passives * effective, d * effective)
    value = np.where(effective > 0, 100 * (promoters - detractors), np.nan)
    spread = 1e4 * (promoters + detractors - (promoters - detractors) ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(spread / effective)
    return Estimates(categories.people, value, se, score.adjusted_lower, score.adjusted_upper, spread, effective)


MEASURE = Measure(
    key="recommend",
    label="Likelihood to recommend",
    unit="score",
    ends=lambda _low, _high: (-100.0, 100.0),
    minimum_effect=lambda _low, _high: 5.0,
    estimate=estimate,
    source="adjusted Wald AW(3, T), Rocks 2016",
)
