"""Links between units, panels and effects: what must hold for any data, and recovery of a known truth."""

from __future__ import annotations

import itertools
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from headwater.stats.between import between_covariance, between_covariance_from_groups, group_sums_of
from headwater.stats.between_ml import two_level_ml
from headwater.stats.did import group_time_effects
from headwater.stats.did_averages import aggregate_effects
from headwater.stats.hybrid import within_between
from headwater.stats.mediation import indirect_interval, mediate
from headwater.stats.mediation_levels import multilevel_mediation
from headwater.stats.panel import first_differences, panel_fixed_effects
from headwater.stats.panel_links import panel_link
from headwater.stats.panel_sem import clpm, ri_clpm
from headwater.stats.regression import ols
from headwater.stats.splitsample import split_sample
from headwater.stats.wild_bootstrap import wild_cluster_bootstrap

seeds = st.integers(0, 2**31 - 1)


# links between units


@given(seeds, st.floats(0.1, 10), st.floats(-5, 5))
@settings(max_examples=25, deadline=None)
def test_between_covariance_follows_scale_and_ignores_order_labels_and_shift(
    seed: int, scale: float, shift: float
) -> None:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 12, 150)
    x = rng.normal(size=150) + rng.normal(size=12)[group]
    y = rng.normal(size=150) + 0.5 * x
    base = between_covariance(x, y, group)
    order = rng.permutation(150)
    other = between_covariance(x[order] * scale + shift, y[order], [f"team {g}" for g in group[order]])
    assert other.cov_between == pytest.approx(base.cov_between * scale, rel=1e-6, abs=1e-9)
    assert other.se_cov_between == pytest.approx(base.se_cov_between * scale, rel=1e-6, abs=1e-9)
    np.testing.assert_allclose([other.r_between, other.r_within], [base.r_between, base.r_within], rtol=1e-6)
    flipped = between_covariance(y, x, group)
    assert flipped.cov_between == pytest.approx(base.cov_between, rel=1e-9)


def test_group_statistics_may_arrive_with_empty_groups() -> None:
    rng = np.random.default_rng(3)
    s = group_sums_of(rng.normal(size=90), rng.normal(size=90), np.repeat(np.arange(9), 10))
    arrays = [s.n, s.mean_x, s.mean_y, s.sxx, s.syy, s.sxy]
    padded = [np.append(a, extra) for a, extra in zip(arrays, (0, np.nan, np.nan, np.nan, np.nan, np.nan), strict=True)]
    with_empty, without = between_covariance_from_groups(*padded), between_covariance_from_groups(*arrays)
    assert asdict(with_empty) == pytest.approx(asdict(without), rel=1e-9, nan_ok=True)


def teams(seed: int, groups: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Between correlation .5, and errors of persons that correlate .6: same-source bias."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), size)
    between = rng.multivariate_normal([0, 0], [[0.2, 0.1], [0.1, 0.2]], groups)
    within = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], groups * size)
    both = between[group] + within
    return both[:, 0], both[:, 1], group


def test_same_source_error_is_taken_out() -> None:
    x, y, group = teams(1, 600, 10)
    naive = np.corrcoef(np.bincount(group, weights=x), np.bincount(group, weights=y))[0, 1]
    closed, ml = between_covariance(x, y, group), two_level_ml(x, y, group)
    split = split_sample(x, y, group, splits=40)
    assert naive > 0.52
    for estimate, se in ((closed.r_between, closed.se_r_between), (ml.r_between, ml.se_between)):
        assert abs(estimate - 0.5) < 3 * se
    assert split.r_disattenuated == pytest.approx(0.5, abs=3 * closed.se_r_between)
    assert split.r_split < 0.5


@pytest.mark.slow
def test_intervals_of_between_correlations_cover() -> None:
    hits = np.zeros(2)
    for seed in range(300):
        x, y, group = teams(seed, 80, 12)
        closed, ml = between_covariance(x, y, group), two_level_ml(x, y, group)
        hits += [
            closed.r_between_lower <= 0.5 <= closed.r_between_upper,
            ml.r_between_lower <= 0.5 <= ml.r_between_upper,
        ]
    assert (hits / 300 > 0.90).all()
    assert (hits / 300 < 0.985).all()


# regression, panels, mediation


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_two_way_effects_equal_dummies_in_unbalanced_panels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit, period = (v.ravel() for v in np.meshgrid(np.arange(9), np.arange(5), indexing="ij"))
    keep = rng.random(45) < 0.8
    unit, period = unit[keep], period[keep]
    assume(np.bincount(unit, minlength=9).min() >= 2)
    assume(np.bincount(period, minlength=5).min() >= 2)
    x = rng.normal(size=(len(unit), 2))
    y = x @ [1.0, -0.5] + unit + 0.3 * period + rng.normal(size=len(unit))
    fe = panel_fixed_effects(y, x, unit, period, se="classic")
    dummies = np.column_stack([unit[:, None] == np.arange(1, 9), period[:, None] == np.arange(1, 5)]).astype(float)
    full = ols(y, np.column_stack([x, dummies]))
    np.testing.assert_allclose(fe.coef, full.coef[1:3], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(fe.se, full.se[1:3], rtol=1e-7)
    link = panel_link(x[:, 0], y, unit, period)
    assert link.within is not None
    assert -1 <= link.within.r <= 1


def test_panel_link_tells_stable_differences_from_change() -> None:
    rng = np.random.default_rng(5)
    unit, period = np.repeat(np.arange(150), 4), np.tile(np.arange(4), 150)
    place = rng.normal(size=150)[unit]
    x = place + rng.normal(size=600) * 0.5
    y = place + rng.normal(size=600) * 0.5
    link = panel_link(x, y, unit, period)
    assert link.across.r > 0.6
    assert link.within is not None
    assert link.within.lower < 0 < link.within.upper
    assert link.first_difference is not None
    assert abs(link.first_difference.r) < 3 * link.first_difference.se
    weighted = panel_link(x, y, unit, period, np.full(600, 3.0))
    assert weighted.within is not None
    assert weighted.within.r == pytest.approx(link.within.r, rel=1e-9)


def test_labels_of_any_kind_name_the_same_groups() -> None:
    x, y, group = teams(3, 12, 6)
    base = between_covariance(x, y, group)
    as_text = [f"unit {g}" for g in group]
    as_pairs = [("north", int(g)) for g in group]
    for labels in (as_text, as_pairs, np.array(as_text, dtype=object), group.astype(float)):
        assert between_covariance(x, y, labels).r_between == pytest.approx(base.r_between, rel=1e-9)
    part = between_covariance(x[6:], y[6:], group[6:])
    for gap in (None, float("nan")):
        with_gap = [gap if g == 0 else f"unit {g}" for g in group]
        result = between_covariance(x, y, with_gap)
        assert result.groups == 11
        assert result.r_between == pytest.approx(part.r_between, rel=1e-9)


def test_panels_refuse_repeats_and_constant_predictors() -> None:
    rng = np.random.default_rng(0)
    unit, period = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
    y = rng.normal(size=15)
    with pytest.raises(ValueError, match="rows in one period"):
        panel_fixed_effects(y, rng.normal(size=15), unit, np.zeros(15))
    with pytest.raises(ValueError, match="no variation within units in size"):
        panel_fixed_effects(y, unit.astype(float), unit, period, names=["size"])
    with pytest.raises(ValueError, match="not identified"):
        panel_fixed_effects(y, period.astype(float), unit, period, names=["year"])
    with pytest.raises(ValueError, match="adjacent"):
        first_differences(y[::2], rng.normal(size=8), np.arange(8), period[:8])
    with pytest.raises(ValueError, match="needs groups"):
        ols(y, rng.normal(size=15), se="CR1")


def test_within_and_between_effects_are_recovered_apart() -> None:
    rng = np.random.default_rng(6)
    group = np.repeat(np.arange(150), 20)
    level = rng.normal(size=150)
    x = level[group] + rng.normal(size=3000)
    own = x - (np.bincount(group, weights=x) / 20)[group]
    y = 0.2 * own + 0.8 * (x - own) + rng.normal(size=150)[group] * 0.4 + rng.normal(size=3000)
    for estimator in ("random_intercept", "ols"):
        result = within_between(y, x, group, estimator=estimator)
        assert abs(result.within[0] - 0.2) < 4 * result.within_se[0]
        assert abs(result.between[0] - 0.8) < 4 * result.between_se[0]
        assert result.contextual[0].lower < 0.6 < result.contextual[0].upper


def test_wild_bootstrap_equals_enumeration_of_all_signs() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(7), 8)
    x = np.column_stack([rng.normal(size=56) + rng.normal(size=7)[group], rng.normal(size=56)])
    y = 0.3 * x[:, 0] + rng.normal(size=7)[group] * 0.5 + rng.normal(size=56)
    result = wild_cluster_bootstrap(y, x, group, weights="rademacher", replicates=128)
    design, restricted = np.column_stack([np.ones(56), x]), np.column_stack([np.ones(56), x[:, 1]])
    bread = np.linalg.inv(design.T @ design)

    def t(values: np.ndarray) -> float:
        coef = bread @ design.T @ values
        residual = values - design @ coef
        scores = np.array([design[group == g].T @ residual[group == g] for g in range(7)])
        return float(coef[1] / np.sqrt((bread @ scores.T @ scores @ bread)[1, 1] * 7 / 6))

    fitted = restricted @ np.linalg.lstsq(restricted, y, rcond=None)[0]
    stars = [abs(t(fitted + (y - fitted) * np.array(s)[group])) for s in itertools.product([1, -1], repeat=7)]
    assert result.enumerated
    assert result.t == pytest.approx(t(y), rel=1e-9)
    assert result.p == pytest.approx(np.mean(np.array(stars) >= abs(t(y)) * (1 - 1e-10)))
    edge = wild_cluster_bootstrap(y, x, group, null=result.upper + 1e-6, weights="rademacher", replicates=128)
    assert edge.p <= 0.05 + 1 / 128


@pytest.mark.slow
def test_wild_bootstrap_holds_its_level_with_few_clusters() -> None:
    rejected = np.zeros(2)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        group = np.repeat(np.arange(8), 15)
        x = rng.normal(size=8)[group] + 0.3 * rng.normal(size=120)
        y = rng.normal(size=8)[group] * 0.7 + rng.normal(size=120)
        wild = wild_cluster_bootstrap(y, x, group, replicates=399, seed=seed)
        rejected += [wild.p < 0.05, ols(y, x, groups=group, se="CR0").p[1] < 0.05]
    assert rejected[0] / 400 < 0.09
    assert rejected[0] < rejected[1]


def test_indirect_interval_and_mediation_recover_the_product() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=2000)
    m = 0.5 * x + rng.normal(size=2000)
    y = 0.4 * m + 0.1 * x + rng.normal(size=2000)
    result = mediate(x, m, y, bootstrap=400)
    assert result.lower < 0.2 < result.upper
    assert result.c == pytest.approx(result.c_prime + result.indirect)
    assert result.boot_lower == pytest.approx(result.lower, abs=0.02)
    # with certain paths there is nothing to be unsure about
    assert indirect_interval(0.5, 0.0, 0.4, 0.0) == pytest.approx((0.2, 0.2))
    with pytest.raises(ValueError, match="covariance"):
        indirect_interval(0.5, 0.1, 0.4, 0.1, cov_ab=0.5)


def test_mediation_over_levels_recovers_both() -> None:
    rng = np.random.default_rng(9)
    group = np.repeat(np.arange(300), 8)
    bx = rng.normal(size=300)
    bm = 0.6 * bx + rng.normal(size=300) * 0.5
    by = 0.5 * bm + rng.normal(size=300) * 0.5
    wx = rng.normal(size=2400)
    wm = -0.4 * wx + rng.normal(size=2400)
    wy = 0.3 * wm + rng.normal(size=2400)
    x, m, y = bx[group] + wx, bm[group] + wm, by[group] + wy
    result = multilevel_mediation(x, m, y, group, replicates=300)
    assert result.within is not None
    assert result.within.lower < -0.12 < result.within.upper < 0
    assert 0 < result.between.lower < 0.3 < result.between.upper
    team = multilevel_mediation(bx[group], m, y, group, design="2-1-1", replicates=300)
    assert team.within is None
    assert team.between.lower < 0.3 < team.between.upper
    with pytest.raises(ValueError, match="2-1-1 needs"):
        multilevel_mediation(x, m, y, group, design="2-1-1")


def panel_of_units(seed: int, units: int, effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Stable differences that correlate .6, and inside units an effect of x on y one wave later."""
    rng = np.random.default_rng(seed)
    stable = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], units)
    x, y = np.empty((units, 4)), np.empty((units, 4))
    wx, wy = rng.normal(size=(2, units))
    for t in range(4):
        x[:, t], y[:, t] = stable[:, 0] + wx, stable[:, 1] + wy
        wx, wy = 0.3 * wx + rng.normal(size=units), 0.3 * wy + effect * wx + rng.normal(size=units)
    x[rng.random(x.shape) < 0.05] = np.nan
    return x, y


def test_random_intercepts_do_not_invent_an_effect() -> None:
    x, y = panel_of_units(1, 800, 0.0)
    plain, inside = clpm(x, y, equal_lags=True), ri_clpm(x, y)
    assert abs(plain.x_to_y[0]) > 3 * plain.x_to_y_se[0]
    assert abs(inside.x_to_y[0]) < 3 * inside.x_to_y_se[0]
    assert inside.r_intercepts == pytest.approx(0.6, abs=0.12)
    assert inside.fit.rmsea < 0.03 < plain.fit.rmsea


def test_random_intercepts_find_an_effect_that_is_there() -> None:
    x, y = panel_of_units(2, 800, 0.25)
    result = ri_clpm(x, y)
    assert abs(result.x_to_y[0] - 0.25) < 3 * result.x_to_y_se[0]
    assert abs(result.y_to_x[0]) < 3 * result.y_to_x_se[0]
    assert abs(result.x_to_x[0] - 0.3) < 3 * result.x_to_x_se[0]


def test_two_waves_are_refused_with_the_reason() -> None:
    x, y = panel_of_units(0, 60, 0.0)
    with pytest.raises(ValueError, match="needs three"):
        ri_clpm(x[:, :2], y[:, :2])
    assert len(clpm(x[:, :2], y[:, :2]).x_to_y) == 1
    x[:, 2] = np.nan
    with pytest.raises(ValueError, match="x at wave 3"):
        ri_clpm(x, y)


# staggered starts


def staggered(seed: int, units: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Starts in 3, 4 or never; effects 1, 2, 3 ... after the start for the first cohort, half for the second."""
    rng = np.random.default_rng(seed)
    start = rng.choice([3.0, 4.0, np.inf], units, p=[0.3, 0.3, 0.4])
    periods = np.arange(1.0, 7.0)
    y = rng.normal(size=(units, 1)) * 2 + 0.3 * periods + rng.normal(size=(units, 6))
    size = np.where(start == 3, 1.0, 0.5)[:, None]
    y += np.where(periods >= start[:, None], (periods - np.where(np.isinf(start), 0, start)[:, None] + 1) * size, 0)
    return y.ravel(), np.repeat(np.arange(units), 6), np.tile(periods, units), np.repeat(start, 6)


def test_staggered_effects_are_recovered() -> None:
    y, unit, period, start = staggered(1, 4000)
    for control in ("never", "not_yet"):
        effects = group_time_effects(y, unit, period, start, control=control)
        after = effects.event >= 0
        truth = np.where(effects.cohort == 3, 1.0, 0.5) * (effects.event + 1)
        assert (np.abs(effects.att - truth)[after] < 4 * effects.se[after]).all()
        assert (np.abs(effects.att)[~after] < 4 * effects.se[~after]).all()
        assert effects.pre_trend.p > 0.001
        event = aggregate_effects(effects, "dynamic")
        first = event.att[event.label == 0][0]
        assert first == pytest.approx(0.75, abs=4 * event.se[event.label == 0][0])
    assert (effects.band_upper - effects.att > effects.upper - effects.att).all()


def test_effects_ignore_unit_levels_and_row_order() -> None:
    y, unit, period, start = staggered(2)
    base = group_time_effects(y, unit, period, start)
    order = np.random.default_rng(0).permutation(len(y))
    moved = group_time_effects((y + 10.0 * unit)[order], unit[order], period[order], start[order])
    np.testing.assert_allclose(moved.att, base.att, atol=1e-7)
    np.testing.assert_allclose(moved.se, base.se, rtol=1e-7)
    clustered = group_time_effects(y, unit, period, start, clusters=unit // 4)
    np.testing.assert_allclose(clustered.att, base.att, rtol=1e-12)
    assert not np.allclose(clustered.se, base.se)
    with pytest.raises(ValueError, match="first_treated changes"):
        group_time_effects(y, unit, period, np.where(period == 6, 5.0, start))
    with pytest.raises(ValueError, match="never starts"):
        group_time_effects(y, unit, period, np.full(len(y), 4.0))


@pytest.mark.slow
def test_event_study_intervals_cover() -> None:
    hits, bands = [], []
    for seed in range(200):
        effects = group_time_effects(*staggered(seed, 240), draws=499)
        truth = np.where(effects.event >= 0, np.where(effects.cohort == 3, 1.0, 0.5) * (effects.event + 1), 0.0)
        hits.append(((effects.lower <= truth) & (truth <= effects.upper)).mean())
        bands.append(((effects.band_lower <= truth) & (truth <= effects.band_upper)).all())
    assert np.mean(hits) == pytest.approx(0.95, abs=0.02)
    assert np.mean(bands) == pytest.approx(0.95, abs=0.05)
