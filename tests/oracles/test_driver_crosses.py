"""Driver importance from cross-products by cluster equals that from rows: relaimpo's data, ranges and all.

Tolerance 1e-9: the same resamples give the same numbers. relaimpo's own figures at the tolerances of the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.driver_bootstrap import bootstrap_drivers, driver_levels, random_driver_null
from headwater.stats.driver_crosses import bootstrap_crosses, cluster_crosses, levels_of_crosses, many_lmg
from headwater.stats.drivers import driver_importance, lmg

PERQ = [f"PERQ{i}" for i in range(1, 8)]
EXACT = 1e-9


@pytest.mark.parametrize(
    ("data", "tag", "y", "xs"),
    [
        ("swiss", "relimp5", "Fertility", ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]),
        ("mobi", "relimp7.CUSA1_on_PERQ", "CUSA1", PERQ),
        ("bh1996", "relimp3", "WBEING", ["HRS", "LEAD", "COHES"]),
    ],
)
def test_shares_and_ranges_equal_those_of_rows_and_of_relaimpo(
    shared: Path, data: str, tag: str, y: str, xs: list[str]
) -> None:
    oracle = load(shared, data)
    x, outcome = oracle.matrix(xs), oracle.column(y)
    values = np.column_stack([x, outcome])
    keep = np.isfinite(values).all(axis=1)
    values = np.where(keep[:, None], values - values[keep].mean(axis=0), np.nan)
    team = np.arange(len(values)) % 47
    crosses = cluster_crosses(values, keep, team, 47, drivers=len(xs)).take(slice(None))
    ours = bootstrap_crosses(crosses, replicates=200, seed=5)
    rows = bootstrap_drivers(x, outcome, clusters=team, replicates=200, seed=5)
    oracle.close(ours.lmg[0], f"{tag}.lmg")
    oracle.close(ours.r2[0], f"{tag}.R2")
    oracle.close(ours.vif, f"{tag}.vif")
    np.testing.assert_allclose(ours.replicates[:, 0], rows.replicates, atol=EXACT)
    np.testing.assert_allclose(ours.share_lower[0], rows.share_lower, atol=EXACT)
    np.testing.assert_allclose(ours.share_upper[0], rows.share_upper, atol=EXACT)
    np.testing.assert_allclose(ours.first[0], rows.rank1_probability, atol=EXACT)


def test_levels_equal_those_of_rows(shared: Path) -> None:
    oracle = load(shared, "bh1996")
    values = oracle.matrix(["HRS", "LEAD", "COHES", "WBEING"])
    team = np.unique(oracle.column("GRP"), return_inverse=True)[1]
    rows = driver_levels(values[:, :3], values[:, 3], team)
    centred = values - values.mean(axis=0)
    crosses = cluster_crosses(centred, np.ones(len(values), bool), team, int(team.max()) + 1, drivers=3)
    ours = levels_of_crosses(crosses, replicates=60)
    assert ours is not None
    np.testing.assert_allclose(ours.within[0] * ours.within_r2[0], rows.within_lmg, atol=EXACT)
    np.testing.assert_allclose(ours.between[0] * ours.between_r2[0], rows.between_lmg, atol=EXACT)
    assert (ours.between_lower <= ours.between).all()
    assert (ours.between <= ours.between_upper).all()


def test_noise_is_drawn_as_if_a_row_each_had_it() -> None:
    rng = np.random.default_rng(4)
    team = rng.integers(0, 40, 400)
    x = rng.standard_normal((400, 1)) + rng.standard_normal((400, 4)) + 0.4 * rng.standard_normal((40, 4))[team]
    x[:, 3] = rng.standard_normal(400)
    y = x[:, 0] + 0.4 * x[:, 1] + 2 * rng.standard_normal(400)
    crosses = cluster_crosses(np.column_stack([x, y]), np.ones(400, bool), team, 40, drivers=4)
    ours = bootstrap_crosses(crosses, replicates=1500, noise=1500, seed=1)
    rows = random_driver_null(x, y, clusters=team, replicates=1500, seed=2)
    np.testing.assert_allclose(ours.noise[0], rows.probability, atol=0.06)  # Johnson's weights beside LMG
    assert ours.clear_of_noise[0].tolist() == rows.beats_random.tolist()
    assert ours.clear_of_noise[0, 0]
    assert not ours.clear_of_noise[0, 3]


def test_several_outcomes_at_once_are_each_as_alone() -> None:
    rng = np.random.default_rng(9)
    values = rng.standard_normal((300, 1)) + rng.standard_normal((300, 8))
    corr = np.asarray(np.corrcoef(values.T))
    shares, r2 = many_lmg(corr[None], 5)
    for outcome in range(3):
        alone = driver_importance(values[:, :5], values[:, 5 + outcome])
        np.testing.assert_allclose(shares[0, outcome], alone.lmg, atol=1e-12)
        np.testing.assert_allclose(r2[0, outcome], alone.r2, atol=1e-12)


def test_many_drivers_are_sampled_and_near_the_exact_shares() -> None:
    rng = np.random.default_rng(2)
    values = rng.standard_normal((400, 1)) + rng.standard_normal((400, 17))
    corr = np.asarray(np.corrcoef(values.T))
    shares, r2 = many_lmg(corr[None], 16)
    exact = lmg(corr[:16, :16], corr[:16, 16])
    assert shares[0, 0].sum() == pytest.approx(r2[0, 0])
    assert r2[0, 0] == pytest.approx(exact.sum())
    np.testing.assert_allclose(shares[0, 0], exact, atol=0.01)


def test_what_cannot_be_resampled_is_refused() -> None:
    values = np.random.default_rng(1).standard_normal((60, 4))
    team = np.arange(60) % 6
    with pytest.raises(ValueError, match="at least three"):
        bootstrap_crosses(cluster_crosses(values, np.ones(60, bool), team % 2, 2, drivers=3))
    flat = values.copy()
    flat[:, 1] = 0.0
    with pytest.raises(ValueError, match="a driver does not vary"):
        bootstrap_crosses(cluster_crosses(flat, np.ones(60, bool), team, 6, drivers=3))
    with pytest.raises(ValueError, match="missing"):
        cluster_crosses(np.where(values > 2, np.nan, values), np.ones(60, bool), team, 6, drivers=3)
    flat = values.copy()
    flat[:, 3] = 0.0
    with pytest.raises(ValueError, match="no outcome varies"):
        bootstrap_crosses(cluster_crosses(flat, np.ones(60, bool), team, 6, drivers=3))


def test_random_groups_of_clusters_keep_shares_and_nearly_the_ranges() -> None:
    rng = np.random.default_rng(6)
    team = np.repeat(np.arange(600), 6)
    x = rng.standard_normal((3600, 1)) + rng.standard_normal((3600, 4)) + 0.5 * rng.standard_normal((600, 4))[team]
    y = x @ [0.5, 0.3, 0.1, 0.0] + 0.5 * rng.standard_normal(600)[team] + 2 * rng.standard_normal(3600)
    crosses = cluster_crosses(np.column_stack([x, y]), np.ones(3600, bool), team, 600, drivers=4)
    all_teams = bootstrap_crosses(crosses, replicates=800, seed=3)
    groups = bootstrap_crosses(crosses, replicates=800, seed=3, most=200)
    for name in ("lmg", "share", "r2", "vif", "n"):
        np.testing.assert_allclose(getattr(groups, name), getattr(all_teams, name), rtol=EXACT)
    assert groups.clusters == all_teams.clusters == 600
    assert groups.clear_of_noise.tolist() == all_teams.clear_of_noise.tolist()
    width = (groups.share_upper - groups.share_lower) / (all_teams.share_upper - all_teams.share_lower)
    assert ((width > 0.8) & (width < 1.25)).all()
    one, other = levels_of_crosses(crosses, seed=3), levels_of_crosses(crosses, seed=3, most=200)
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(other.within, one.within, rtol=EXACT)
    np.testing.assert_allclose(other.between, one.between, rtol=EXACT)
    assert (other.within_upper > other.within_lower).all()
    same = bootstrap_crosses(crosses, replicates=60, seed=3, most=600)
    np.testing.assert_array_equal(same.replicates, bootstrap_crosses(crosses, replicates=60, seed=3).replicates)
