"""Ranges and ranks from few clusters: wider by what few clusters do not know, and as before with many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from headwater.stats.few_clusters import expanded_tails, spread_as_t


def test_tails_are_those_of_tables_of_t_and_of_the_normal() -> None:
    for clusters, tail in ((5, 0.0010), (10, 0.0086), (20, 0.0159), (40, 0.0203), (100, 0.0231)):
        lower, upper = expanded_tails(clusters, 0.95)
        assert lower == pytest.approx(tail, abs=6e-5), clusters
        assert lower + upper == pytest.approx(1.0)
    assert expanded_tails(100_000, 0.9)[0] == pytest.approx(0.05, abs=1e-5)
    with pytest.raises(ValueError, match="at least two"):
        expanded_tails(1, 0.95)


def test_means_of_few_clusters_are_held_as_often_as_is_said() -> None:
    rng = np.random.default_rng(5)
    held, plain, worlds = 0, 0, 1_500
    for _ in range(worlds):
        values = rng.standard_normal(12)
        means = rng.choice(values, (400, 12)).mean(axis=1)
        low, high = np.quantile(means, expanded_tails(12, 0.95))
        held += bool(low <= 0 <= high)
        low, high = np.quantile(means, [0.025, 0.975])
        plain += bool(low <= 0 <= high)
    assert plain / worlds < 0.925
    assert 0.935 < held / worlds < 0.965


def test_normal_replicates_come_out_as_t() -> None:
    normal = stats.norm.ppf((np.random.default_rng(1).permutation(20_000) + 0.5) / 20_000)
    wide = spread_as_t(2.0 + 3.0 * normal[:, None], np.array([2.0]), 9, seed=4)[:, 0]
    told = stats.t(8, loc=2.0, scale=3.0 * np.sqrt(9 / 8))
    for place in (0.025, 0.2, 0.5, 0.9, 0.975):
        assert np.mean(wide <= told.ppf(place)) == pytest.approx(place, abs=0.01)


def test_a_replicate_is_moved_as_a_whole_and_hardly_with_many_clusters() -> None:
    rng = np.random.default_rng(2)
    estimate = np.array([[0.3, 0.2], [0.1, 0.4]])
    drawn = estimate + 0.05 * rng.standard_normal((200, 2, 2))
    wide = spread_as_t(drawn, estimate, 15, seed=1)
    factor = (wide - estimate) / (drawn - estimate)
    np.testing.assert_allclose(factor, factor[:, :1, :1] * np.ones((1, 2, 2)))
    assert (factor > 0).all()
    np.testing.assert_array_equal(wide, spread_as_t(drawn, estimate, 15, seed=1))
    assert np.abs(spread_as_t(drawn, estimate, 1_000_000, seed=1) - drawn).max() < 0.001
    with pytest.raises(ValueError, match="at least two"):
        spread_as_t(drawn, estimate, 1, seed=1)


def test_a_first_driver_of_ten_teams_is_less_sure_than_its_resamples_say() -> None:
    drawn = np.array([0.30, 0.26]) + 0.03 * np.random.default_rng(3).standard_normal((4_000, 2))
    before = np.mean(drawn[:, 0] > drawn[:, 1])
    wide = spread_as_t(drawn, np.array([0.30, 0.26]), 10, seed=2)
    after = np.mean(wide[:, 0] > wide[:, 1])
    assert 0.5 < after < before - 0.01
