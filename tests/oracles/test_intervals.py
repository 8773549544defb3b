"""Intervals against R on mobi, published examples and hand values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.differences import cohen_d, mean_difference, proportion_difference
from headwater.stats.intervals import (
    PROPORTION_METHODS,
    mean_interval,
    poisson_interval,
    proportion_interval,
    recommend_counts,
    recommend_score,
    sample_mean_interval,
)

METHODS = {
    "wilson": "wilson",
    "wilson_cc": "wilson_cc",
    "clopper_pearson": "cp",
    "agresti_coull": "ac",
    "jeffreys": "jeffreys",
    "wald": "wald",
}


@pytest.mark.parametrize("method", METHODS)
def test_share_of_top_two_boxes(shared: Path, method: str) -> None:
    data = load(shared, "mobi")
    answers = data.column("CUSA1")
    x, n = int((answers >= 9).sum()), answers.size
    got = proportion_interval(x, n, method=method)
    data.close(x, "top2box.CUSA1", "x")
    data.close(got.estimate, "top2box.CUSA1", "p")
    data.close(got.lower, "top2box.CUSA1", f"{METHODS[method]}_lower")
    data.close(got.upper, "top2box.CUSA1", f"{METHODS[method]}_upper")


def test_recommend_score(shared: Path) -> None:
    data = load(shared, "mobi")
    top, middle, low = recommend_counts(data.column("CUSL3"))
    got = recommend_score(top, middle, low)
    wilson = {name: proportion_interval(x, got.n) for name, x in (("promoter", top), ("detractor", low))}
    for field, ours in {
        "n": got.n,
        "promoters": top,
        "passives": middle,
        "detractors": low,
        "nps": got.estimate,
        "se_n": got.se_n,
        "se_nminus1": got.se_nminus1,
        "wald95_lower": got.wald_lower,
        "wald95_upper": got.wald_upper,
        "adjwald_3T_est": got.adjusted_estimate,
        "adjwald_3T_lower": got.adjusted_lower,
        "adjwald_3T_upper": got.adjusted_upper,
        "wilson_promoter_lower": wilson["promoter"].lower,
        "wilson_promoter_upper": wilson["promoter"].upper,
        "wilson_detractor_lower": wilson["detractor"].lower,
        "wilson_detractor_upper": wilson["detractor"].upper,
    }.items():
        data.close(ours, "nps.CUSL3", field)


def test_injury_rate_of_the_record_keeping_example() -> None:
    # 3 cases in 100,000 hours per 200,000 hours: 6.0 (1.24 to 17.53).
    got = poisson_interval(3, 100_000, multiplier=200_000)
    assert got.estimate == 6
    assert got.lower == pytest.approx(1.2373, abs=5e-5)
    assert got.upper == pytest.approx(17.5345, abs=5e-5)
    none = poisson_interval(0, 1)
    assert none.lower == 0
    assert none.upper == pytest.approx(-np.log(0.025))


def test_newcombe_published_example() -> None:
    # Newcombe (1998), table II, method 10: 56/70 less 48/80.
    got = proportion_difference(56, 70, 48, 80)
    assert got.estimate == pytest.approx(0.2)
    assert got.lower == pytest.approx(0.0524, abs=5e-5)
    assert got.upper == pytest.approx(0.3339, abs=5e-5)


def test_newcombe_at_the_edge() -> None:
    # Newcombe (1998), table II, method 10: 10/10 less 0/20 and 0/10 less 0/20.
    far = proportion_difference(10, 10, 0, 20)
    assert far.lower == pytest.approx(0.6791, abs=5e-5)
    assert far.upper == 1
    same = proportion_difference(0, 10, 0, 20)
    assert same.lower == pytest.approx(-0.1611, abs=5e-5)
    assert same.upper == pytest.approx(0.2775, abs=5e-5)
    assert same.p_value == 1


def test_welch_equals_the_two_sample_test_on_rows(shared: Path) -> None:
    from scipy import stats

    data = load(shared, "bh1996")
    y, g = data.column("WBEING"), data.column("GRP")
    one, rest = y[g == 4], y[g != 4]
    got = mean_difference(one.mean(), one.std(ddof=1), one.size, rest.mean(), rest.std(ddof=1), rest.size)
    reference = stats.ttest_ind(one, rest, equal_var=False)
    data.close(got.p_value, "flag_vs_rest.WBEING.p", "4")
    assert got.statistic == pytest.approx(reference.statistic)
    assert got.df == pytest.approx(reference.df)
    low, high = reference.confidence_interval()
    assert [got.lower, got.upper] == pytest.approx([low, high])


def test_gender_differences_of_personality_items(shared: Path) -> None:
    data = load(shared, "bfi")
    names = [f"{scale}{i}" for scale in "ACENO" for i in range(1, 6)]
    turned = set(data.value("recode"))
    items = np.column_stack([7 - data.column(n) if n in turned else data.column(n) for n in names])
    gender = data.column("gender")
    complete = ~np.isnan(items).any(axis=1) & ~np.isnan(gender)
    parts = [items[complete & (gender == g)] for g in (2, 1)]
    summary = [(p.mean(axis=0), p.std(axis=0, ddof=1), p.shape[0]) for p in parts]
    data.close(cohen_d(*summary[0], *summary[1]), "gender_items.cohen_d")
    data.close(mean_difference(*summary[0], *summary[1]).p_value, "gender_items.p")
    assert np.isnan(cohen_d(1, 0, 5, 2, 0, 5))
    with pytest.raises(ValueError, match="counts"):
        cohen_d(1, 1, -5, 2, 1, 5)


def test_mean_interval_of_rows_and_summary(shared: Path) -> None:
    from scipy import stats

    data = load(shared, "mobi")
    items = data.matrix(["CUSA1", "CUSA2"])
    items[:5, 1] = np.nan
    got = sample_mean_interval(items)
    for j in range(2):
        x = items[~np.isnan(items[:, j]), j]
        low, high = stats.t.interval(0.95, x.size - 1, x.mean(), stats.sem(x))
        assert [got.lower[j], got.upper[j]] == pytest.approx([low, high])
        one = mean_interval(x.mean(), x.std(ddof=1), x.size)
        assert [one.lower, one.upper] == pytest.approx([low, high])
    assert np.ndim(sample_mean_interval(items[:, 0]).estimate) == 0


def test_a_table_of_units_by_items_is_one_call() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(0, 50, (2000, 60))
    x = rng.binomial(n, 0.6)
    for method in PROPORTION_METHODS:
        got = proportion_interval(x, n, method=method)
        assert got.lower.shape == (2000, 60)
        assert np.isnan(got.lower[n == 0]).all()
        alone = proportion_interval(int(x[7, 9]), int(n[7, 9]), method=method)
        assert got.upper[7, 9] == alone.upper
    assert recommend_score(x, n - x, 0 * x).estimate.shape == (2000, 60)
    assert np.isnan(mean_interval(np.ones(3), np.ones(3), [0, 1, 2]).lower).tolist() == [True, True, False]


def test_nobody_and_everybody() -> None:
    for method in PROPORTION_METHODS:
        if method != "agresti_coull":
            assert proportion_interval(0, 9, method=method).lower == 0
            assert proportion_interval(9, 9, method=method).upper == 1


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="not be negative"):
        proportion_interval(-1, 5)
    with pytest.raises(ValueError, match="exceed n"):
        proportion_interval(6, 5)
    with pytest.raises(ValueError, match="unknown method"):
        proportion_interval(1, 5, method="exact")
    with pytest.raises(ValueError, match="between 0 and 1"):
        proportion_interval(1, 5, confidence=95)
    with pytest.raises(ValueError, match="not be negative"):
        mean_interval(1, -1, 5)
    with pytest.raises(ValueError, match="at least one row"):
        sample_mean_interval([])
    with pytest.raises(ValueError, match="counts of answers"):
        recommend_score(-1, 2, 3)
    with pytest.raises(ValueError, match="may not overlap"):
        recommend_counts([1, 2], promoter_from=5, detractor_to=6)
    with pytest.raises(ValueError, match="hours worked"):
        poisson_interval(1, 0)
    with pytest.raises(ValueError, match="cases must not"):
        poisson_interval(-1, 10)
    with pytest.raises(ValueError, match="multiplier"):
        poisson_interval(1, 10, multiplier=0)
    with pytest.raises(ValueError, match="standard deviations"):
        mean_difference(1, -1, 5, 2, 1, 5)
    assert np.isnan(mean_difference(1, 0, 5, 2, 0, 5).p_value)
