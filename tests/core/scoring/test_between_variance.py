"""The spread between siblings where there are none to compare."""

from __future__ import annotations

import numpy as np

from headwater.measures import Estimates
from headwater.scoring.points import Points
from headwater.scoring.releasing import bounded
from headwater.scoring.steadying import between_variance
from headwater.vocab import Bound, Column, Lens


def test_families_of_one_say_nothing_of_the_spread_between_siblings() -> None:
    rng = np.random.default_rng(1)
    value, variance = rng.normal(3.5, 0.4, 40), rng.uniform(0.01, 0.2, 40) / 3
    found = between_variance(value, variance, np.arange(40), np.ones(40, bool))
    assert found.tau2 == 0.0
    assert found.expected == np.inf


def test_a_limit_counts_half_way_to_the_end_and_says_nothing_of_what_is_behind_it() -> None:
    column = Column("favourable", "q", Lens.EX, {"en": "q"}, 0.0, 100.0, "percent", 2.0, role="item")
    told = []
    for behind in (8, 7):  # of eight people: both are "85% or more"
        points = Points(np.array([8, 8, 8]), np.array([behind, 5, 0]), 1, None)
        value = 100.0 * points.points / 8
        made = bounded(column, estimates_of(value, np.full(3, 8.0)), points, 2000.0)
        told.append((made.value, made.middle, made.bound))
    for first, second in zip(*told, strict=True):
        assert np.array_equal(first, second)
    assert told[0][2].tolist() == [Bound.AT_LEAST, Bound.EXACT, Bound.AT_MOST]
    np.testing.assert_allclose(told[0][0], [85.0, 62.5, 15.0])
    np.testing.assert_allclose(told[0][1], [92.5, 62.5, 7.5])


def estimates_of(value: np.ndarray, n: np.ndarray) -> Estimates:
    """Percents of people with the interval of drawing lots."""
    spread = value * (100 - value)
    error = np.sqrt(spread / n)
    return Estimates(n, value, error, value - 2 * error, value + 2 * error, spread, n)
