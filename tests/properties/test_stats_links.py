"""What must hold for any data: importance, links, corrections, bootstraps; and recovery of a known truth."""

from __future__ import annotations

import itertools
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from headwater.stats.bestworst import best_worst_counts, best_worst_logit
from headwater.stats.bestworst_design import best_worst_design, design_balance
from headwater.stats.bestworst_individual import best_worst_individuals
from headwater.stats.between import between_covariance, between_covariance_from_groups, group_sums_of
from headwater.stats.between_ml import two_level_ml
from headwater.stats.bootstrap import bootstrap_interval, poisson_weight_sql, poisson_weights
from headwater.stats.did import group_time_effects
from headwater.stats.did_averages import aggregate_effects
from headwater.stats.driver_bootstrap import bootstrap_drivers, driver_levels, random_driver_null
from headwater.stats.driver_dominance import dominance
from headwater.stats.driver_sampling import lmg_grouped
from headwater.stats.drivers import all_subset_r2, driver_importance, enough_for_drivers, lmg
from headwater.stats.hybrid import within_between
from headwater.stats.mediation import indirect_interval, mediate
from headwater.stats.mediation_levels import multilevel_mediation
from headwater.stats.multiplicity import adjust_p, flag, group_against_rest
from headwater.stats.panel import first_differences, panel_fixed_effects
from headwater.stats.panel_links import panel_link
from headwater.stats.panel_sem import clpm, ri_clpm
from headwater.stats.regression import ols
from headwater.stats.sensitivity import (
    compare_dependent_correlations,
    compare_independent_correlations,
    correlation_interval,
    disattenuate,
    e_value,
    robustness_value,
)
from headwater.stats.splitsample import split_sample
from headwater.stats.wild_bootstrap import wild_cluster_bootstrap

seeds = st.integers(0, 2**31 - 1)
# written down once: a change of the hash changes every published interval
FROZEN_WEIGHTS = [
    [1, 1, 0, 1, 2, 1, 0, 0],
    [1, 4, 1, 0, 4, 1, 1, 2],
    [1, 1, 1, 1, 1, 1, 1, 2],
    [3, 1, 1, 0, 0, 1, 1, 0],
    [0, 0, 0, 0, 0, 2, 0, 1],
    [2, 0, 3, 3, 0, 1, 1, 1],
]


def drawn(seed: int, n: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ (np.eye(p) + 0.5 * rng.normal(size=(p, p)))
    return x, x @ rng.normal(size=p) + rng.normal(size=n) * 2


# drivers


@given(seeds, st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_importance_sums_to_r2_and_ignores_order_and_scale(seed: int, p: int) -> None:
    x, y = drawn(seed, 40, p)
    result = driver_importance(x, y)
    assert result.lmg.sum() == pytest.approx(result.r2, abs=1e-10)
    assert result.genizi.sum() == pytest.approx(result.r2, abs=1e-8)
    np.testing.assert_allclose(result.genizi, result.johnson, atol=1e-8)
    assert result.lmg.min() > -1e-12
    order = np.random.default_rng(seed).permutation(p)
    other = driver_importance(x[:, order] * -3.0 + 7.0, y * 0.01 - 2.0)
    np.testing.assert_allclose(other.lmg, result.lmg[order], atol=1e-9)


@given(seeds, st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_all_subsets_and_shapley_equal_brute_force(seed: int, p: int) -> None:
    x, y = drawn(seed, 30, p)
    corr = np.corrcoef(np.column_stack([x, y]).T)
    r, v = corr[:p, :p], corr[:p, p]

    def r2(subset: tuple[int, ...]) -> float:
        i = list(subset)
        return float(v[i] @ np.linalg.solve(r[np.ix_(i, i)], v[i])) if i else 0.0

    values = all_subset_r2(r, v)
    for s in range(2**p):
        assert values[s] == pytest.approx(r2(tuple(j for j in range(p) if s >> j & 1)), abs=1e-8)
    total = np.zeros(p)
    orders = list(itertools.permutations(range(p)))
    for order in orders:
        for k, j in enumerate(order):
            total[j] += r2(order[: k + 1]) - r2(order[:k])
    np.testing.assert_allclose(lmg(r, v), total / len(orders), atol=1e-8)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_grouped_values_sum_to_r2_and_complete_dominance_implies_the_rest(seed: int) -> None:
    x, y = drawn(seed, 60, 5)
    corr = np.corrcoef(np.column_stack([x, y]).T)
    grouped = lmg_grouped(corr[:-1, :-1], corr[:-1, -1], ["a", "b", "a", "c", "b"])
    assert grouped.owen.sum() == pytest.approx(grouped.r2, abs=1e-9)
    result = dominance(corr[:-1, :-1], corr[:-1, -1])
    np.testing.assert_allclose(result.conditional.mean(axis=0), result.general, atol=1e-10)
    assert (result.conditionally | ~result.complete).all()
    ahead = result.general[:, None] > result.general[None, :]
    assert (ahead | ~result.conditionally).all()


def test_owen_values_equal_brute_force_over_orders_of_groups() -> None:
    x, y = drawn(11, 80, 5)
    corr = np.corrcoef(np.column_stack([x, y]).T)
    r, v, groups = corr[:-1, :-1], corr[:-1, -1], [0, 0, 1, 1, 2]
    total, count = np.zeros(5), 0
    for blocks in itertools.permutations(range(3)):
        inner = [itertools.permutations([i for i in range(5) if groups[i] == b]) for b in blocks]
        for choice in itertools.product(*inner):
            order = [i for block in choice for i in block]
            count += 1
            before = 0.0
            for k in range(1, 6):
                i = order[:k]
                now = float(v[i] @ np.linalg.solve(r[np.ix_(i, i)], v[i]))
                total[order[k - 1]] += now - before
                before = now
    np.testing.assert_allclose(lmg_grouped(r, v, groups).owen, total / count, atol=1e-10)


def test_noise_is_not_a_driver_and_a_cause_is() -> None:
    rng = np.random.default_rng(4)
    team = np.repeat(np.arange(60), 12)
    x = rng.normal(size=(720, 3)) + rng.normal(size=(60, 3))[team] * 0.4
    y = 0.6 * x[:, 0] + 0.3 * x[:, 1] + rng.normal(size=60)[team] * 0.5 + rng.normal(size=720)
    null = random_driver_null(x, y, clusters=team, replicates=200)
    assert null.beats_random.tolist() == [True, True, False]
    result = bootstrap_drivers(x, y, clusters=team, replicates=300)
    assert result.rank1_probability[0] > 0.95
    np.testing.assert_allclose(result.rank_probability.sum(axis=0), 1)
    assert result.clusters == 60
    # a resample of whole teams is wider than one of people where teams differ
    team_level = np.random.default_rng(1).normal(size=60)[team]
    wide = bootstrap_drivers(np.column_stack([team_level, x[:, 0]]), y, clusters=team, replicates=400)
    narrow = bootstrap_drivers(np.column_stack([team_level, x[:, 0]]), y, replicates=400)
    assert wide.se[0] > narrow.se[0]


def test_levels_of_drivers_are_kept_apart() -> None:
    rng = np.random.default_rng(8)
    team = np.repeat(np.arange(200), 15)
    between, within = rng.normal(size=(200, 2)), rng.normal(size=(3000, 2))
    x = between[team] + within
    # between teams only the first driver counts, inside them only the second
    y = between[team, 0] + within[:, 1] + rng.normal(size=3000)
    for kind in ("means", "latent"):
        result = driver_levels(x, y, team, between=kind)
        assert result.within_lmg[1] > 20 * result.within_lmg[0]
        assert result.between_lmg[0] > 8 * result.between_lmg[1]
    assert driver_levels(x, y, team, between="latent").between_r2 == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize(("n", "drivers", "enough"), [(49, 3, False), (50, 10, True), (54, 11, False), (55, 11, True)])
def test_rule_for_own_drivers(n: int, drivers: int, enough: bool) -> None:
    assert enough_for_drivers(n, drivers) is enough


def test_drivers_refuse_what_cannot_be_answered() -> None:
    x, y = drawn(0, 30, 3)
    with pytest.raises(ValueError, match="no variation in x2"):
        driver_importance(np.column_stack([x[:, 0], np.ones(30)]), y)
    with pytest.raises(ValueError, match="linearly dependent"):
        driver_importance(np.column_stack([x, x[:, 0] + x[:, 1]]), y)
    with pytest.raises(ValueError, match="permutation"):
        lmg(np.eye(23), np.full(23, 0.1))
    with pytest.raises(ValueError, match="at least three"):
        bootstrap_drivers(x, y, clusters=np.repeat([0, 1], 15))
    missing = x.copy()
    missing[:5, 0] = np.nan
    np.testing.assert_allclose(driver_importance(missing, y).lmg, driver_importance(x[5:], y[5:]).lmg)


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


# corrections for many tests


@given(hnp.arrays(float, st.integers(1, 40), elements=st.floats(0, 1)))
@settings(max_examples=60, deadline=None)
def test_adjusted_p_values_are_ordered_bounded_and_nested(p: np.ndarray) -> None:
    results = {m: adjust_p(p, m) for m in ("bh", "by", "holm", "bonferroni")}
    order = np.argsort(p, kind="stable")
    for adjusted in results.values():
        assert (adjusted >= p - 1e-15).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[order]) >= -1e-15).all()
    assert (results["bh"] <= results["holm"] + 1e-12).all()
    assert (results["holm"] <= results["bonferroni"] + 1e-12).all()
    assert (results["bh"] <= results["by"] + 1e-12).all()


def test_missing_tests_are_no_part_of_the_family() -> None:
    p = np.array([0.01, np.nan, 0.04, np.nan])
    np.testing.assert_allclose(adjust_p(p), [0.02, np.nan, 0.04, np.nan])
    result = flag(p, [0.5, 0.5, 0.1, np.nan], minimum_effect=0.2, family=["a", "a", "b", "b"])
    assert result.flagged.tolist() == [True, False, False, False]
    assert result.tests == {"a": 1, "b": 1}


def test_a_group_is_compared_with_the_others_only() -> None:
    values, groups = np.array([1.0, 2, 3, 10, 11, 12, 4, 5, 9]), np.repeat(["a", "b", "c"], 3)
    result = group_against_rest(values, groups)
    assert result.labels == ("a", "b", "c")
    np.testing.assert_allclose(result.difference.estimate, [2 - 8.5, 11 - 4, 6 - 6.5])


# bootstrap


def test_poisson_weights_are_poisson_reproducible_and_unrelated() -> None:
    keys = np.random.default_rng(0).integers(-(2**63), 2**63 - 1, 4000)
    weights = poisson_weights(keys, 60)
    assert weights.dtype == np.uint8
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert np.abs(np.corrcoef(weights.T) - np.eye(60)).max() < 0.075
    counts = np.bincount(weights.ravel(), minlength=4)[:4] / weights.size
    np.testing.assert_allclose(counts, np.exp(-1) / np.array([1, 1, 2, 6]), atol=0.005)
    np.testing.assert_array_equal(poisson_weights(keys, 10, first=20), weights[:, 20:30])
    np.testing.assert_array_equal(poisson_weights(keys.view(np.uint64), 60), weights)
    # keys in sequence hash as well as random ones
    in_order = poisson_weights(np.arange(4000), 60)
    assert np.abs(np.corrcoef(in_order.T) - np.eye(60)).max() < 0.075
    assert abs(np.corrcoef(in_order[:-1].ravel(), in_order[1:].ravel())[0, 1]) < 0.01


def test_poisson_weights_are_fixed_for_ever() -> None:
    keys = np.array([0, 1, 2, 2**32, -1, 123456789012345678])
    assert poisson_weights(keys, 8).tolist() == FROZEN_WEIGHTS


def test_sql_gives_the_same_weights() -> None:
    duckdb = pytest.importorskip("duckdb")
    keys = np.random.default_rng(1).integers(-(2**63), 2**63 - 1, 200)
    weights = poisson_weights(keys, 9)
    with duckdb.connect() as connection:
        select = ", ".join(poisson_weight_sql("key", str(b)) for b in (0, 4, 8))
        query = f"SELECT {select} FROM (SELECT unnest(?::BIGINT[]) AS key)"
        rows = connection.execute(query, [keys.tolist()]).fetchall()
    np.testing.assert_array_equal(np.array(rows), weights[:, [0, 4, 8]])


def test_bootstrap_interval_of_a_mean_comes_near_the_textbook() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=800)
    weights = poisson_weights(rng.integers(0, 2**62, 800), 2000).astype(float)
    replicates = values @ weights / weights.sum(axis=0)
    for kind in ("percentile", "basic", "normal"):
        result = bootstrap_interval(values.mean(), replicates, kind=kind)
        assert float(result.se) == pytest.approx(values.std() / np.sqrt(800), rel=0.06)
        assert float(result.upper - result.lower) == pytest.approx(3.92 * values.std() / np.sqrt(800), rel=0.1)


# best-worst


@pytest.mark.parametrize(("items", "size", "sets"), [(10, 4, 15), (10, 5, 18), (7, 4, 7), (9, 3, 12), (13, 4, 13)])
def test_designs_that_exist_are_found(items: int, size: int, sets: int) -> None:
    design = best_worst_design(items, size)
    assert design.sets.shape == (sets, size)
    assert design.balance.is_bibd
    assert design.balance.position_range <= 1
    assert design.balance.connected


def test_near_balance_where_no_design_exists_and_the_seed_decides() -> None:
    first, again, other = (best_worst_design(12, 4, sets=9, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.sets, again.sets)
    assert not np.array_equal(first.sets, other.sets)
    assert first.balance.frequency_range == 0
    assert first.balance.pair_range <= 1
    assert not design_balance([[0, 1], [2, 3]]).connected


def choices(seed: int, people: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Picks from a design of 6 items by 3, with personal utilities around known means."""
    rng = np.random.default_rng(seed)
    sets = best_worst_design(6, 3).sets
    mean = np.array([1.0, 0.6, 0.2, -0.2, -0.6, -1.0])
    utility = mean + spread * rng.normal(size=(people, 6))
    best, worst = np.empty((people, len(sets))), np.empty((people, len(sets)))
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    for q, items in enumerate(sets):
        value = np.array([utility[:, items[i]] - utility[:, items[j]] for i, j in pairs]).T
        pick = (value + rng.gumbel(size=value.shape)).argmax(axis=1)
        best[:, q] = items[[pairs[k][0] for k in pick]]
        worst[:, q] = items[[pairs[k][1] for k in pick]]
    return best, worst, sets, utility - utility.mean(axis=1, keepdims=True)


def test_logit_recovers_common_utilities_and_counts_rank_them() -> None:
    best, worst, sets, _ = choices(1, 600, 0.0)
    fit = best_worst_logit(best, worst, sets)
    truth = np.array([1.0, 0.6, 0.2, -0.2, -0.6, -1.0])
    assert (np.abs(fit.utility - truth) < 4 * fit.utility_se).all()
    np.testing.assert_allclose(fit.robust_se[:-1], fit.se[:-1], rtol=0.15)
    counts = best_worst_counts(best, worst, sets)
    assert (np.diff(counts.std_bw) < 0).all()
    assert fit.share.sum() == pytest.approx(1)


def test_clustering_by_person_widens_errors_when_people_differ() -> None:
    best, worst, sets, _ = choices(2, 300, 1.2)
    fit = best_worst_logit(best, worst, sets)
    assert (fit.robust_se[:-1] > 1.3 * fit.se[:-1]).all()


def test_individual_utilities_recover_people() -> None:
    best, worst, sets, truth = choices(3, 400, 1.0)
    result = best_worst_individuals(best, worst, sets)
    assert np.corrcoef(result.utility.ravel(), truth.ravel())[0, 1] > 0.85
    np.testing.assert_allclose(result.spread, truth.std(axis=0), rtol=0.15)
    inside = np.abs(result.utility - truth) < 1.96 * result.sd
    assert inside.mean() == pytest.approx(0.95, abs=0.03)


def test_best_worst_refuses_impossible_picks() -> None:
    sets = [[0, 1, 2], [0, 1, 2]]
    with pytest.raises(ValueError, match="was not shown"):
        best_worst_counts([[3, 0]], [[0, 1]], sets, items=4)
    with pytest.raises(ValueError, match="same item"):
        best_worst_counts([[0, 0]], [[0, 1]], sets)
    with pytest.raises(ValueError, match="infinity"):
        best_worst_logit([[0, 0]] * 5, [[2, 2]] * 5, sets)
    partly = best_worst_counts(np.array([[0, np.nan], [1, 0]]), np.array([[2, 1], [np.nan, 2]]), sets)
    assert partly.tasks == 2


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


# what would overturn it


def test_published_robustness_and_e_values() -> None:
    # Cinelli and Hazlett (2020), Darfur: t 4.184 on 783 degrees of freedom gives 13.9% and 7.6%
    result = robustness_value(4.18445, 783)
    assert result.value == pytest.approx(0.139, abs=5e-4)
    assert result.value_significance == pytest.approx(0.076, abs=5e-4)
    assert result.partial_r2 == pytest.approx(0.022, abs=5e-4)
    # VanderWeele and Ding (2017): risk ratio 3.9 (1.8 to 8.7) gives 7.26 and 3.0
    assert e_value(3.9, scale="rr", limit=1.8) == pytest.approx((7.26, 3.0), abs=0.005)
    assert e_value(0.2, scale="d", limit=-0.1)[1] == 1.0


@given(st.floats(-0.95, 0.95), st.floats(4, 5000))
def test_fisher_interval_holds_the_correlation_and_narrows(r: float, n: float) -> None:
    result = correlation_interval(r, n)
    assert -1 <= result.lower <= r + 1e-12
    assert r - 1e-12 <= result.upper <= 1
    wider = correlation_interval(r, n, confidence=0.99)
    assert wider.upper - wider.lower >= result.upper - result.lower


def test_correlations_are_compared() -> None:
    # Zou (2007), tables 1 and 2: independent .49 and .36, 145 each; overlapping .396 and .179 with .088, 66
    independent = compare_independent_correlations(0.49, 145, 0.36, 145)
    assert independent.difference == pytest.approx(0.13)
    assert independent.lower < 0 < independent.upper
    dependent = compare_dependent_correlations(0.396, 0.179, 0.088, 66)
    assert (dependent.lower, dependent.upper) == pytest.approx((-0.093, 0.517), abs=0.002)
    corrected = disattenuate(0.3, 0.8, 0.5, n=200)
    assert corrected.r == pytest.approx(0.3 / np.sqrt(0.4))
    wider = disattenuate(0.3, 0.8, 0.5, n=200, se_reliability_y=0.1)
    assert wider.upper > corrected.upper
