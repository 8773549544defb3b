"""Customer satisfaction: the share who chose 4 or 5 of 5."""

from __future__ import annotations

from headwater.measures.favourable import share_estimates
from headwater.measures.measure import Categories, Estimates, Measure, percent_ends


def estimate(categories: Categories) -> Estimates:
    """Return percents 0..100 of the two highest codes, Wilson's interval on the effective n."""
    share = categories.share(categories.codes >= categories.codes[-1] - 1)
    return share_estimates(share, categories.people, categories.effective)


MEASURE = Measure(
    key="csat",
    label="Satisfied",
    unit="percent",
    ends=percent_ends,
    minimum_effect=lambda _low, _high: 2.0,
    estimate=estimate,
    shrinkage="beta_binomial",
    source="share of the two highest of five answers; Wilson 1927",
)
