"""Internal service: how the units that are served rate a unit that serves them.

The value is that of a scale score (`score`): the mean of the items' means. What is its own is who answers about whom,
which `headwater.scoring.services` keeps apart: one system of ratings a serving unit, over the tree of units served.
"""

from __future__ import annotations

from headwater.measures.measure import Measure, code_ends

MEASURE = Measure(
    key="service",
    label="Internal service",
    unit="points",
    ends=code_ends,
    minimum_effect=lambda low, high: 0.05 * (high - low),
    estimate=None,
    source="mean of item means over the raters of one serving unit; t interval on persons' scores",
)
