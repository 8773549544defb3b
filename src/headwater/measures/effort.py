"""Customer effort: the share who found it easy, 5 and over of 7."""

from __future__ import annotations

from headwater.measures.favourable import share_estimates
from headwater.measures.measure import Categories, Estimates, Measure, percent_ends


def estimate(categories: Categories) -> Estimates:
    """Return percents 0..100 of codes 5, 6 and 7, Wilson's interval. The mean of 1..7 is the measure `mean`."""
    share = categories.share(categories.codes >= 5)
    return share_estimates(share, categories.people, categories.effective)


MEASURE = Measure(
    key="effort",
    label="Easy",
    unit="percent",
    ends=percent_ends,
    minimum_effect=lambda _low, _high: 2.0,
    estimate=estimate,
    shrinkage="beta_binomial",
    source="share of 5 and over on a scale of ease from 1 to 7; Wilson 1927",
)
