"""Properties of the measurement statistics: what must hold for any data, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from headwater.stats.agreement import anova_icc, average_deviation, awg, rwg, rwg_j, rwg_j_lindell
from headwater.stats.arealevel import fay_herriot
from headwater.stats.contextual import split_levels, waba
from headwater.stats.differences import mean_difference, proportion_difference
from headwater.stats.intercepts import random_intercept
from headwater.stats.intervals import (
    PROPORTION_METHODS,
    mean_interval,
    poisson_interval,
    proportion_interval,
    recommend_score,
)
from headwater.stats.moments import kish_design_effect, moments_from_sums, weighted_mean
from headwater.stats.reliability import alpha
from headwater.stats.smallarea import beta_binomial, shrink_means, shrink_proportions
from headwater.stats.survey import survey_design, survey_mean
from headwater.stats.weights import calibrate, rake

SLACK = 1e-12
CASES = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def ratings(draw: st.DrawFn, groups: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Ratings 1 to 5 of people in up to `groups` groups, at least two of them with two people."""
    sizes = draw(st.lists(st.integers(2, 8), min_size=2, max_size=groups))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    values = draw(hnp.arrays(np.int64, labels.size, elements=st.integers(1, 5)))
    assume(np.unique(values).size > 1)
    return values.astype(float), labels


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 2000))
    return draw(st.integers(0, n)), n


@CASES
@given(counts(), st.sampled_from(sorted(PROPORTION_METHODS)), st.floats(0.5, 0.999))
def test_interval_of_a_share(cell: tuple[int, int], method: str, confidence: float) -> None:
    x, n = cell
    got = proportion_interval(x, n, method=method, confidence=confidence)
    assert 0 <= got.lower <= got.estimate + SLACK
    assert got.estimate - SLACK <= got.upper <= 1
    mirror = proportion_interval(n - x, n, method=method, confidence=confidence)
    assert [1 - mirror.upper, 1 - mirror.lower] == pytest.approx([got.lower, got.upper], abs=1e-9)
    wider = proportion_interval(x, n, method=method, confidence=0.9995)
    assert wider.lower <= got.lower + SLACK
    assert wider.upper >= got.upper - SLACK


@CASES
@given(counts())
def test_continuity_correction_widens(cell: tuple[int, int]) -> None:
    x, n = cell
    plain, corrected = (proportion_interval(x, n, method=m) for m in ("wilson", "wilson_cc"))
    assert corrected.lower <= plain.lower + SLACK
    assert corrected.upper >= plain.upper - SLACK


@CASES
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_recommend_score_is_odd(top: int, middle: int, low: int) -> None:
    # Of one answer AW(3, T) says so little that its interval need not hold it.
    assume(top + middle + low > 1)
    got, turned = recommend_score(top, middle, low), recommend_score(low, middle, top)
    assert got.estimate == pytest.approx(-turned.estimate)
    assert got.adjusted_lower == pytest.approx(-turned.adjusted_upper)
    assert -100 <= got.adjusted_lower <= got.estimate + 1e-9
    assert got.estimate - 1e-9 <= got.adjusted_upper <= 100


@CASES
@given(st.integers(0, 10_000), st.floats(1, 1e7))
def test_rate_interval(cases: int, hours: float) -> None:
    got = poisson_interval(cases, hours, multiplier=200_000)
    assert got.lower <= got.estimate <= got.upper
    assert poisson_interval(cases, 2 * hours, multiplier=400_000).upper == pytest.approx(got.upper)


@CASES
@given(counts(), counts())
def test_difference_of_shares_is_odd(a: tuple[int, int], b: tuple[int, int]) -> None:
    got, back = proportion_difference(*a, *b), proportion_difference(*b, *a)
    assert -1 - SLACK <= got.lower <= got.estimate + SLACK
    assert got.estimate - SLACK <= got.upper <= 1 + SLACK
    assert [-back.upper, -back.lower] == pytest.approx([got.lower, got.upper], abs=1e-9)


@CASES
@given(
    st.floats(-5, 5), st.floats(0.1, 5), st.integers(2, 100), st.floats(-5, 5), st.floats(0.1, 5), st.integers(2, 100)
)
def test_welch_interval_and_test_agree(m1: float, s1: float, n1: int, m2: float, s2: float, n2: int) -> None:
    got = mean_difference(m1, s1, n1, m2, s2, n2)
    assert min(n1, n2) - 1 - 1e-9 <= got.df <= n1 + n2 - 2 + 1e-9
    outside = got.lower > 0 or got.upper < 0
    assert outside == (got.p_value < 0.05) or abs(got.p_value - 0.05) < 1e-6


@CASES
@given(hnp.arrays(np.int64, st.integers(2, 50), elements=st.integers(-1000, 1000)))
def test_moments_of_sums_equal_those_of_rows(x: np.ndarray) -> None:
    got = moments_from_sums(x.size, int(x.sum()), int((x**2).sum()))
    assert got.mean == pytest.approx(x.mean())
    assert got.variance == pytest.approx(x.var(ddof=1))
    interval = mean_interval(got.mean, got.sd, got.n)
    assert interval.lower <= got.mean <= interval.upper


@CASES
@given(hnp.arrays(np.float64, st.integers(2, 60), elements=st.floats(0.01, 100)), seeds)
def test_weights(w: np.ndarray, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=w.size)
    deff = kish_design_effect(w)
    assert 1 - 1e-9 <= deff <= w.size + 1e-9
    assert kish_design_effect(7 * w) == pytest.approx(deff)
    got, scaled = weighted_mean(x, w), weighted_mean(3 * x + 2, 5 * w)
    assert x.min() - SLACK <= got.mean <= x.max() + SLACK
    assert scaled.mean == pytest.approx(3 * got.mean + 2)
    assert scaled.se == pytest.approx(3 * got.se, abs=1e-12)


@CASES
@given(ratings(), st.floats(0.2, 4), st.floats(-3, 3))
def test_icc_does_not_depend_on_unit_origin_or_names(
    data: tuple[np.ndarray, np.ndarray], unit: float, origin: float
) -> None:
    x, g = data
    got = anova_icc(x, g)
    names = np.array(["z", "a", "m", "q", "b", "k"], dtype=object)[g]
    moved = anova_icc(unit * x + origin, names)
    assert moved.icc1 == pytest.approx(got.icc1, abs=1e-8)
    assert moved.eta_squared == pytest.approx(got.eta_squared, abs=1e-8)
    assert got.icc1 <= 1 + SLACK
    assert 0 <= got.eta_squared <= 1


@CASES
@given(st.integers(2, 8), st.integers(2, 8), seeds)
def test_balanced_anova_equals_reml(groups: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(groups), size)
    x = rng.normal(size=labels.size) + rng.normal(size=groups)[labels]
    anova, reml = anova_icc(x, labels), random_intercept(x, labels)
    if anova.icc1 > 0:
        assert reml.icc1 == pytest.approx(anova.icc1, abs=1e-6)
        assert reml.icc2_at_mean_n == pytest.approx(anova.icc2, abs=1e-6)
        assert reml.sigma2 == pytest.approx(anova.ms_within, rel=1e-6)
    else:
        assert reml.tau00 == 0
    assert anova.icc1 == pytest.approx(anova.icc1_searle)


@CASES
@given(ratings(), seeds)
def test_shrunken_means_lie_between_raw_and_grand_mean(data: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    x, g = data
    x = x + np.random.default_rng(seed).normal(0, 0.1, x.size)
    fit = random_intercept(x, g)
    low = np.minimum(fit.group_mean, fit.grand_mean) - 1e-9
    high = np.maximum(fit.group_mean, fit.grand_mean) + 1e-9
    assert ((fit.shrunken_mean >= low) & (fit.shrunken_mean <= high)).all()
    assert ((fit.reliability >= 0) & (fit.reliability < 1)).all()
    assert (fit.conditional_sd <= fit.prediction_sd + SLACK).all()
    moved = random_intercept(2 * x - 7, g)
    assert moved.icc1 == pytest.approx(fit.icc1, abs=1e-6)


@CASES
@given(
    hnp.arrays(np.float64, 5, elements=st.floats(-10, 10)),
    hnp.arrays(np.float64, 5, elements=st.floats(0.01, 5)),
    st.floats(-10, 10),
    st.floats(0, 5),
)
def test_shrink_means_lies_between(y: np.ndarray, v: np.ndarray, parent: float, between: float) -> None:
    got = shrink_means(y, v, parent, between)
    assert (got.estimate >= np.minimum(y, parent) - 1e-9).all()
    assert (got.estimate <= np.maximum(y, parent) + 1e-9).all()
    assert (got.sd**2 <= v + 1e-9).all()
    assert ((got.lower <= got.estimate) & (got.estimate <= got.upper)).all()


@CASES
@given(counts(), st.floats(0.02, 0.98), st.floats(0.001, 0.9))
def test_shrunken_share_lies_between(cell: tuple[int, int], parent: float, rho: float) -> None:
    x, n = cell
    got = shrink_proportions(x, n, parent, rho)
    assert min(x / n, parent) - SLACK <= got.estimate <= max(x / n, parent) + SLACK
    assert 0 <= got.lower < got.upper <= 1


@CASES
@given(ratings())
def test_agreement_stays_in_range(data: tuple[np.ndarray, np.ndarray]) -> None:
    x, g = data
    items = np.column_stack([x, x])
    assert ((rwg(x, g, 2).value >= 0) & (rwg(x, g, 2).value <= 1)).all()
    assert (rwg_j(items, g, 2).value >= rwg(x, g, 2).value - SLACK).all()
    np.testing.assert_allclose(rwg_j_lindell(items, g, 2).value, rwg(x, g, 2, negative_to_zero=False).value)
    index = awg(x, g).value
    assert (np.isnan(index) | ((index <= 1 + SLACK) & (index >= -1 - 1e-9))).all()
    np.testing.assert_allclose(awg(6 - x, g).value, index, atol=1e-9)
    median = average_deviation(x, g, center="median").value
    assert (median <= average_deviation(x, g).value + SLACK).all()
    np.testing.assert_allclose(average_deviation(6 - x, g).value, average_deviation(x, g).value, atol=1e-9)


@CASES
@given(ratings(), seeds)
def test_waba_adds_up(data: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    x, g = data
    y = x + np.random.default_rng(seed).normal(size=x.size)
    got = waba(x, y, g)
    assert got.eta_between_x**2 + got.eta_within_x**2 == pytest.approx(1)
    parts = split_levels(x, g)
    np.testing.assert_allclose(parts.group_mean + parts.deviation, x)


@CASES
@given(st.integers(2, 8), st.integers(10, 60), seeds)
def test_alpha(k: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k)) + rng.normal(size=(n, 1))
    got = alpha(x)
    assert got.feldt_lower <= got.raw <= got.feldt_upper <= 1
    order = rng.permutation(k)
    shuffled = alpha(3 * x[:, order] - 5)
    assert shuffled.raw == pytest.approx(got.raw)
    np.testing.assert_allclose(shuffled.item_rest, got.item_rest[order], atol=1e-9)
    assert alpha(x, missing="listwise").raw == pytest.approx(got.raw)


@CASES
@given(st.integers(30, 200), seeds)
def test_raking_hits_its_totals(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    margins = []
    for size in (2, 3):
        labels = np.concatenate([np.arange(size), rng.integers(0, size, n - size)])
        shares = rng.dirichlet(np.full(size, 20.0))
        margins.append((rng.permutation(labels), dict(enumerate((10_000 * shares).tolist()))))
    cells = np.unique(np.column_stack([m[0] for m in margins]), axis=0).shape[0]
    assume(cells == 6)
    got = rake(margins)
    for labels, totals in margins:
        np.testing.assert_allclose(np.bincount(labels, weights=got.weights), list(totals.values()), rtol=1e-8)
    assert (got.weights > 0).all()
    assert got.design_effect >= 1 - 1e-9
    # A margin known in the population has no sampling error left.
    share = survey_mean(margins[1][0] == 0, survey_design(got))
    assert share.se < 1e-3


@CASES
@given(st.integers(20, 100), seeds)
def test_calibration_hits_its_totals(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(50, 10, n)])
    totals = np.array([1000.0, 1000 * (x[:, 1].mean() + 0.5)])
    for distance in ("linear", "raking"):
        got = calibrate(x, totals, start=np.full(n, 1000 / n), distance=distance)
        np.testing.assert_allclose(x.T @ got.weights, totals, rtol=1e-8)


@CASES
@given(st.integers(5, 30), seeds)
def test_fay_herriot_without_spread_or_with_plenty(m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(0, 3, m)
    tight, loose = fay_herriot(y, np.full(m, 1e-6)), fay_herriot(y, np.full(m, 1e6))
    np.testing.assert_allclose(tight.eblup, y, atol=1e-3)
    assert loose.variance == 0
    np.testing.assert_allclose(loose.eblup, y.mean())
    reml = fay_herriot(y, np.full(m, 0.5))
    # Equal sampling variances: REML and the moment estimator are the same.
    assert fay_herriot(y, np.full(m, 0.5), method="FH").variance == pytest.approx(reml.variance, abs=1e-9)
    assert reml.variance == pytest.approx(max(y.var(ddof=1) - 0.5, 0), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "least"), [("wilson", 0.935), ("clopper_pearson", 0.95), ("jeffreys", 0.935)])
def test_coverage_of_shares(method: str, least: float) -> None:
    """Average over shares from .05 to .95 of the coverage of nominal 95% intervals."""
    rng = np.random.default_rng(20)
    p = rng.uniform(0.05, 0.95, 200_000)
    for n in (10, 30, 100):
        got = proportion_interval(rng.binomial(n, p), n, method=method)
        assert ((got.lower <= p) & (p <= got.upper)).mean() >= least


@pytest.mark.slow
def test_coverage_of_recommend_scores() -> None:
    rng = np.random.default_rng(21)
    for share in ([0.2, 0.3, 0.5], [0.05, 0.25, 0.7], [1 / 3, 1 / 3, 1 / 3]):
        low, middle, top = rng.multinomial(25, share, 100_000).T
        got = recommend_score(top, middle, low)
        truth = 100 * (share[2] - share[0])
        assert ((got.adjusted_lower <= truth) & (truth <= got.adjusted_upper)).mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.slow
def test_coverage_of_differences() -> None:
    rng = np.random.default_rng(22)
    p1, p2 = rng.uniform(0.1, 0.9, (2, 100_000))
    got = proportion_difference(rng.binomial(20, p1), 20, rng.binomial(35, p2), 35)
    assert ((got.lower <= p1 - p2) & (p1 - p2 <= got.upper)).mean() == pytest.approx(0.955, abs=0.01)
    a, b = rng.normal(3, 1, (20_000, 8)), rng.normal(3, 2, (20_000, 20))
    welch = mean_difference(a.mean(1), a.std(1, ddof=1), 8, b.mean(1), b.std(1, ddof=1), 20)
    assert ((welch.lower <= 0) & (welch.upper >= 0)).mean() == pytest.approx(0.95, abs=0.01)


@pytest.mark.slow
def test_coverage_of_shrunken_units_on_average() -> None:
    rng = np.random.default_rng(23)
    n = rng.integers(5, 40, 4000)
    truth = rng.normal(3.5, 0.4, n.size)
    labels = np.repeat(np.arange(n.size), n)
    fit = random_intercept(truth[labels] + rng.normal(0, 1, labels.size), labels)
    half = 1.96 * fit.prediction_sd
    assert (np.abs(fit.shrunken_mean - truth) <= half).mean() == pytest.approx(0.95, abs=0.012)
    assert fit.tau00 == pytest.approx(0.16, rel=0.1)
    share = rng.beta(6, 4, n.size)
    counted = beta_binomial(rng.binomial(n, share), n)
    assert counted.rho == pytest.approx(1 / 11, rel=0.1)
    inside = (counted.shrunken.lower <= share) & (share <= counted.shrunken.upper)
    assert inside.mean() == pytest.approx(0.95, abs=0.012)


@pytest.mark.slow
def test_coverage_after_raking() -> None:
    """Raked means under unequal response: unbiased, and their linearised intervals cover."""
    rng = np.random.default_rng(24)
    size = 20_000
    sex, age = rng.integers(0, 2, size), rng.integers(0, 3, size)
    y = 3 + 0.5 * sex + 0.4 * age + rng.normal(0, 1, size)
    totals = [dict(enumerate(np.bincount(v).astype(float).tolist())) for v in (sex, age)]
    chance = 0.01 * (1 + sex) * (1 + 0.5 * age)
    covered = []
    for _ in range(600):
        took = rng.random(size) < chance
        got = survey_mean(y[took], survey_design(rake([(sex[took], totals[0]), (age[took], totals[1])])))
        covered.append(got.lower <= y.mean() <= got.upper)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)
