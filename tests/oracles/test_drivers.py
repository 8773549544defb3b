"""Driver importance against relaimpo and Johnson's formula: swiss, mobi, bh1996 (tolerances of the files)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.driver_bootstrap import bootstrap_drivers
from headwater.stats.driver_dominance import dominance
from headwater.stats.driver_sampling import lmg_grouped, lmg_permutation
from headwater.stats.drivers import DriverImportance, driver_importance, driver_importance_from_correlation

PERQ = [f"PERQ{i}" for i in range(1, 8)]
SWISS = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
CASES = [
    ("swiss", "relimp5", "Fertility", SWISS, True),
    ("mobi", "relimp7.CUSA1_on_PERQ", "CUSA1", PERQ, True),
    ("mobi", "relimp5.CUSL3", "CUSL3", ["IMAG1", "PERQ1", "PERV1", "CUSA1", "CUSA2"], False),
    ("bh1996", "relimp3", "WBEING", ["HRS", "LEAD", "COHES"], True),
]
IDS = [case[1] for case in CASES]
FIELDS = ("lmg", "last", "first", "betasq", "pratt", "genizi", "car", "lmg_share", "johnson_share", "std_beta", "vif")


def check(result: DriverImportance, oracle: Oracle, tag: str) -> None:
    oracle.close(result.n, f"{tag}.n")
    oracle.close(result.r2, f"{tag}.R2")
    oracle.close(result.adj_r2, f"{tag}.adjR2")
    for name in FIELDS:
        oracle.close(getattr(result, name), f"{tag}.{name}")
    oracle.close(result.johnson, f"{tag}.johnson_raw")


@pytest.mark.parametrize(("data", "tag", "y", "xs", "boot"), CASES, ids=IDS)
def test_every_measure_equals_relaimpo(shared: Path, data: str, tag: str, y: str, xs: list[str], boot: bool) -> None:
    oracle = load(shared, data)
    check(driver_importance(oracle.matrix(xs), oracle.column(y)), oracle, tag)


def test_sufficient_statistics_give_the_same(shared: Path) -> None:
    oracle = load(shared, "swiss")
    corr = np.corrcoef(oracle.matrix([*SWISS, "Fertility"]).T)
    check(driver_importance_from_correlation(corr[:-1, :-1], corr[:-1, -1], 47), oracle, "relimp5")


@pytest.mark.parametrize(
    ("data", "tag", "y", "xs", "boot"), [c for c in CASES if c[4]], ids=[c[1] for c in CASES if c[4]]
)
def test_case_bootstrap_agrees_within_monte_carlo_error(
    shared: Path, data: str, tag: str, y: str, xs: list[str], boot: bool
) -> None:
    oracle = load(shared, data)
    result = bootstrap_drivers(oracle.matrix(xs), oracle.column(y), replicates=2000, seed=1)
    tol = oracle.tol(f"{tag}.lmg_boot")
    for j, row in enumerate(oracle.value(f"{tag}.lmg_boot").values()):
        assert result.se[j] == pytest.approx(row["se"], rel=tol)
        # limits within a fraction of the standard error, as the file asks
        assert result.lower[j] == pytest.approx(row["lo"], abs=2 * tol * row["se"])
        assert result.upper[j] == pytest.approx(row["hi"], abs=2 * tol * row["se"])
    np.testing.assert_allclose(
        result.rank1_probability, list(oracle.value(f"{tag}.lmg_rank_prob_top1").values()), atol=0.05
    )


def test_conditional_dominance_equals_the_table(shared: Path) -> None:
    oracle = load(shared, "swiss")
    corr = np.corrcoef(oracle.matrix([*SWISS, "Fertility"]).T)
    result = dominance(corr[:-1, :-1], corr[:-1, -1])
    for size in range(5):
        oracle.close(result.conditional[size], "dominance.complete", f"size{size}")
    oracle.close(result.general, "relimp5.lmg")


def test_sampled_and_grouped_values_agree_with_exact_ones(shared: Path) -> None:
    oracle = load(shared, "mobi")
    corr = np.corrcoef(oracle.matrix([*PERQ, "CUSA1"]).T)
    x, y = corr[:-1, :-1], corr[:-1, -1]
    tag = "relimp7.CUSA1_on_PERQ"
    exact = np.array(list(oracle.value(f"{tag}.lmg").values()))
    sampled = lmg_permutation(x, y, permutations=8000, seed=3)
    assert (np.abs(sampled.lmg - exact) < 4.5 * sampled.mc_se).all()
    oracle.close(sampled.lmg.sum(), f"{tag}.R2")
    oracle.close(lmg_grouped(x, y, PERQ).owen, f"{tag}.lmg")
