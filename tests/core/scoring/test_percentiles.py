"""Where a value stands among others."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.scoring.percentiles import percentile_among

OTHERS = np.arange(1.0, 101.0)
EXACT = np.zeros(100)


def test_without_errors_it_is_the_share_below() -> None:
    found = percentile_among(75.5, 0.0, OTHERS, EXACT)
    assert found is not None
    assert (found.value, found.low, found.high, found.others) == (75.0, 75.0, 75.0, 100)
    tied = percentile_among(50.0, 0.0, OTHERS, EXACT)
    assert tied is not None
    assert tied.value == 49.5
    turned = percentile_among(75.5, 0.0, OTHERS, EXACT, higher_is_better=False)
    assert turned is not None
    assert turned.value == 25.0


def test_the_interval_is_as_wide_as_what_is_not_known() -> None:
    found = percentile_among(50.0, 10.0, OTHERS, EXACT)
    assert found is not None
    # 1.96 errors either way: from 30.4 to 69.6 of a hundred evenly spread
    assert found.low == pytest.approx(30, abs=2)
    assert found.high == pytest.approx(70, abs=2)
    wider = percentile_among(50.0, 10.0, OTHERS, np.full(100, 10.0))
    assert wider is not None
    assert wider.high - wider.low < 45
    assert wider.low < wider.value < wider.high


def test_it_covers_at_its_level() -> None:
    rng = np.random.default_rng(5)
    truth, others, errors = 0.4, rng.standard_normal(60), np.full(60, 0.05)
    right = 100 * float(np.mean(others < truth))
    hits = 0
    for trial in range(200):
        found = percentile_among(truth + 0.2 * rng.standard_normal(), 0.2, others, errors, seed=trial)
        assert found is not None
        hits += found.low <= right <= found.high
    assert hits >= 182


def test_few_others_give_none_and_nonsense_is_refused() -> None:
    assert percentile_among(1.0, 0.1, OTHERS[:4], EXACT[:4]) is None
    with pytest.raises(ValueError, match="numbers"):
        percentile_among(float("nan"), 0.1, OTHERS, EXACT)
    with pytest.raises(ValueError, match="negative"):
        percentile_among(1.0, -0.1, OTHERS, EXACT)
