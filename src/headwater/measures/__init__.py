"""Measures: one file a measure, and the table of all.

A new measure is a file with a MEASURE and one line here. Item measures take `Categories`; the others say in their
module what they take.
"""

from headwater.measures import (
    csat,
    effort,
    favourable,
    injury_rate,
    mean,
    recommend,
    response_rate,
    score,
    service,
    share_favourable,
)
from headwater.measures.measure import Categories, Estimates, Measure

MEASURES: dict[str, Measure] = {
    module.MEASURE.key: module.MEASURE
    for module in (
        mean,
        favourable,
        recommend,
        csat,
        effort,
        score,
        share_favourable,
        service,
        response_rate,
        injury_rate,
    )
}

ITEM_MEASURES: dict[str, tuple[str, ...]] = {
    "recommend11": ("recommend", "mean"),
    "satisfied5": ("csat", "mean"),
    "effort7": ("effort", "mean"),
}
"""Measures of an item by its response scale; every other rated item has the mean and percent favourable."""

DEFAULT_ITEM_MEASURES: tuple[str, ...] = ("mean", "favourable")

__all__ = ["DEFAULT_ITEM_MEASURES", "ITEM_MEASURES", "MEASURES", "Categories", "Estimates", "Measure"]
