"""Driver importance and best-worst scaling: what must hold for any data, and recovery of a known truth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.stats.bestworst import best_worst_counts, best_worst_logit
from headwater.stats.bestworst_design import best_worst_design, design_balance
from headwater.stats.bestworst_individual import best_worst_individuals
from headwater.stats.driver_bootstrap import bootstrap_drivers, driver_levels, random_driver_null
from headwater.stats.driver_dominance import dominance
from headwater.stats.driver_sampling import lmg_grouped
from headwater.stats.drivers import all_subset_r2, driver_importance, enough_for_drivers, lmg

seeds = st.integers(0, 2**31 - 1)


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
    with pytest.raises(ValueError, match="impossible together"):
        lmg([[1.0, 0.0], [0.0, 1.0]], [0.9, 0.9])
    missing = x.copy()
    missing[:5, 0] = np.nan
    np.testing.assert_allclose(driver_importance(missing, y).lmg, driver_importance(x[5:], y[5:]).lmg)


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
