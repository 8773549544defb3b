"""Every measure against numbers worked by hand or by a reference package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.measures import ITEM_MEASURES, MEASURES, Categories, injury_rate, response_rate, score
from headwater.measures.measure import t_interval
from headwater.stats import mean_interval


def categories(counts: list[list[int]], low: int = 1) -> Categories:
    n = np.array(counts, np.float64)
    return Categories(np.arange(low, low + n.shape[1], dtype=np.float64), n)


def test_every_measure_is_in_the_table_under_its_key() -> None:
    assert all(key == measure.key for key, measure in MEASURES.items())
    assert {
        "mean",
        "favourable",
        "recommend",
        "csat",
        "effort",
        "score",
        "service",
        "response_rate",
        "injury_rate",
    } <= set(MEASURES)
    assert all(MEASURES[key].estimate is not None for keys in ITEM_MEASURES.values() for key in keys)


def test_mean_by_hand() -> None:
    found = MEASURES["mean"].estimate(categories([[0, 0, 1, 2, 1]]))  # type: ignore[misc]
    assert found.value[0] == 4.0
    assert found.spread[0] == pytest.approx(2 / 3)
    assert found.se[0] == pytest.approx(np.sqrt(2 / 3 / 4))
    assert found.low[0] == pytest.approx(4 - 3.182446 * np.sqrt(1 / 6), rel=1e-6)


def test_favourable_leaves_out_those_who_skipped() -> None:
    found = MEASURES["favourable"].estimate(categories([[1, 1, 2, 4, 2]]))  # type: ignore[misc]
    assert found.value[0] == 60.0
    assert found.n[0] == 10
    assert (found.low[0], found.high[0]) == pytest.approx((31.2674, 83.1820), abs=1e-3)  # Wilson of 6 of 10


def test_recommend_score_of_phone_customers(shared: Path) -> None:
    oracle = load(shared, "mobi")
    ratings = oracle.column("CUSL3")
    counts = np.bincount(ratings.astype(int), minlength=11)[None, :]
    found = MEASURES["recommend"].estimate(categories(counts.tolist(), 0))  # type: ignore[misc]
    p, d = (ratings >= 9).mean(), (ratings <= 6).mean()
    assert found.value[0] == pytest.approx(100 * (p - d))
    n = len(ratings)
    tp, td = (p * n + 0.75) / (n + 3), (d * n + 0.75) / (n + 3)
    half = 1.959964 * np.sqrt((tp + td - (tp - td) ** 2) / (n + 3))
    assert found.low[0] == pytest.approx(100 * (tp - td - half), rel=1e-6)
    assert found.high[0] == pytest.approx(100 * (tp - td + half), rel=1e-6)


def test_csat_and_effort_by_hand() -> None:
    csat = MEASURES["csat"].estimate(categories([[1, 0, 1, 5, 3]]))  # type: ignore[misc]
    effort = MEASURES["effort"].estimate(categories([[1, 1, 1, 1, 2, 2, 2]]))  # type: ignore[misc]
    assert csat.value[0] == 80.0
    assert effort.value[0] == 60.0


def test_weighted_means_of_schools_with_their_linearised_errors(shared: Path) -> None:
    """Stratified schools as one stratum of unequal weights; codes are thousands of the index, rounded."""
    oracle = load(shared, "apistrat")
    codes = np.rint(oracle.column("api00") / 100).astype(int)
    weight = oracle.column("pw")
    low, high = int(codes.min()), int(codes.max())
    n, w, w2 = (np.array([[values[codes == code].sum() for code in range(low, high + 1)]])
                for values in (np.ones(len(codes)), weight, weight**2))  # fmt: skip
    found = MEASURES["mean"].estimate(  # type: ignore[misc]
        Categories(np.arange(low, high + 1, dtype=np.float64), n, w, w2)
    )
    mean = np.average(codes, weights=weight)
    variance = len(codes) / (len(codes) - 1) * (weight**2 * (codes - mean) ** 2).sum() / weight.sum() ** 2
    assert found.value[0] == pytest.approx(mean)
    assert found.se[0] == pytest.approx(np.sqrt(variance))
    assert found.effective[0] == pytest.approx(weight.sum() ** 2 / (weight**2).sum())


def test_a_scale_score_is_the_mean_of_item_means() -> None:
    found = score.estimate(np.array([[3.0, 4.0, 5.0]]), np.array([9.0]), np.array([0.81]), np.array([9.0]))
    assert found.value[0] == 4.0
    assert found.se[0] == pytest.approx(0.3)


def test_nobody_and_one_person_give_no_interval() -> None:
    for key in ("mean", "favourable", "recommend"):
        low = 0 if key == "recommend" else 1
        width = 11 if key == "recommend" else 5
        found = MEASURES[key].estimate(categories([[0] * width, [1] + [0] * (width - 1)], low))  # type: ignore[misc]
        assert np.isnan(found.value[0])
        assert np.isnan(found.low[0])
        assert not np.isnan(found.value[1])
    mean = MEASURES["mean"].estimate(categories([[1, 0, 0, 0, 0]]))  # type: ignore[misc]
    assert np.isnan(mean.low[0])


def test_the_looked_up_t_interval_equals_the_plain_one() -> None:
    n = np.array([0, 1, 2, 5, 40, 2047, 2048, 100_000], np.float64)
    value, se = np.linspace(1, 5, 8), np.linspace(0.1, 0.9, 8)
    low, high = t_interval(value, se, n)
    plain = mean_interval(value, se * np.sqrt(n), n)
    assert np.allclose(low[2:], plain.lower[2:])
    assert np.allclose(high[2:], plain.upper[2:])
    assert np.isnan(low[:2]).all()


def test_response_rates_are_capped_so_that_nobody_is_singled_out() -> None:
    answered, invited = np.array([0, 3, 10, 19, 20, 4]), np.array([20, 20, 20, 20, 20, 9])
    rate, shown = response_rate.estimate(answered, invited, 5)
    assert shown.tolist() == [True] * 5 + [False]
    assert rate[:5].tolist() == pytest.approx([25.0, 25.0, 50.0, 100 * 19 / 24, 80.0])
    assert np.isnan(rate[5])


def test_injury_rates_with_exact_intervals() -> None:
    found = injury_rate.estimate(np.array([3.0]), np.array([100_000.0]), "trir")
    assert (found.rate[0], found.low[0], found.high[0]) == pytest.approx((6.0, 1.24, 17.53), abs=0.005)
    assert not found.partial
    assert injury_rate.estimate(np.array([3.0]), np.array([1e5]), "ltifr", months=7).partial
    cases = injury_rate.cases_of("dart", np.array([1.0]), np.array([2.0]), np.array([3.0]), np.array([4.0]))
    assert cases[0] == 5
    with pytest.raises(ValueError, match="hours"):
        injury_rate.estimate(np.array([1.0]), np.array([0.0]), "trir")
