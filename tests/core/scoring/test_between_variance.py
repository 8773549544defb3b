"""The spread between siblings where there are none to compare."""

from __future__ import annotations

import numpy as np

from headwater.scoring.steadying import between_variance


def test_families_of_one_say_nothing_of_the_spread_between_siblings() -> None:
    rng = np.random.default_rng(1)
    value, variance = rng.normal(3.5, 0.4, 40), rng.uniform(0.01, 0.2, 40) / 3
    found = between_variance(value, variance, np.arange(40), np.ones(40, bool))
    assert found.tau2 == 0.0
    assert found.expected == np.inf
