"""Percent favourable: the share who chose a favourable answer, with Wilson's interval."""

from __future__ import annotations

import numpy as np

from headwater.measures.measure import Categories, Estimates, Measure, percent_ends
from headwater.stats import proportion_interval
from headwater.vocab import FloatArray


def estimate(categories: Categories) -> Estimates:
    """Return percents 0..100: 100 * sum w(favourable) / sum w(answered). Blanks and "does not apply" are in neither.

    The interval is Wilson's (1927) on Kish's effective n.
    """
    share = categories.share(categories.codes >= categories.favourable_from)
    return share_estimates(share, categories.people, categories.effective)


def share_estimates(share: FloatArray, n: FloatArray, effective: FloatArray) -> Estimates:
    """Return percents with Wilson's interval from shares 0..1, people and effective n."""
    known = ~np.isnan(share) & (effective > 0)
    successes = np.where(known, share * effective, 0.0)
    interval = proportion_interval(successes, np.where(known, effective, np.nan))
    spread = 1e4 * share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(spread / effective)
    return Estimates(n, 100 * share, se, 100 * interval.lower, 100 * interval.upper, spread, effective)


MEASURE = Measure(
    key="favourable",
    label="Percent favourable",
    unit="percent",
    ends=percent_ends,
    minimum_effect=lambda _low, _high: 2.0,
    estimate=estimate,
    shrinkage="beta_binomial",
    source="Wilson 1927",
)
