"""Between-unit association free of same-source error against lavaan and stated formulas: bh1996."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.between import (
    between_covariance,
    between_covariance_from_groups,
    group_sums_of,
    unit_mean_reliability,
)
from headwater.stats.between_ml import two_level_ml, two_level_ml_from_groups
from headwater.stats.splitsample import split_sample

FIELDS = {
    "cov_between": "cov_between",
    "var_between_x": "var_between_x",
    "var_between_y": "var_between_y",
    "r_between_latent": "r_between",
    "slope_between_latent": "slope_between",
    "cov_within": "cov_within",
    "r_within": "r_within",
}


@pytest.fixture
def army(shared: Path) -> Oracle:
    return load(shared, "bh1996")


def columns(army: Oracle) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return army.column("LEAD"), army.column("WBEING"), army.column("GRP")


def test_cross_product_estimator(army: Oracle) -> None:
    result = between_covariance(*columns(army))
    for key, field in FIELDS.items():
        army.close(getattr(result, field), "between_latent_anova.LEAD_WBEING", key)
    assert result.r_between_lower < result.r_between < result.r_between_upper


def test_group_statistics_give_the_same_as_rows(army: Oracle) -> None:
    s = group_sums_of(*columns(army))
    arrays = (s.n, s.mean_x, s.mean_y, s.sxx, s.syy, s.sxy)
    rows, groups = between_covariance(*columns(army)), between_covariance_from_groups(*arrays)
    assert groups.r_between == pytest.approx(rows.r_between, rel=1e-12)
    assert groups.se_r_between == pytest.approx(rows.se_r_between, rel=1e-12)
    ml = two_level_ml_from_groups(*arrays)
    army.close(ml.r_between, "between_latent_ml.LEAD_WBEING", "r_between")


def test_two_level_maximum_likelihood(army: Oracle) -> None:
    result = two_level_ml(*columns(army))
    for key in ("r_within", "se_within", "r_between", "se_between"):
        army.close(getattr(result, key), "between_latent_ml.LEAD_WBEING", key)


def test_split_by_parity(army: Oracle) -> None:
    result = split_sample(*columns(army))
    fields = {
        "r_individual": result.r_individual,
        "r_group_same_source": result.r_same_source,
        "r_split_oddL_evenW": result.r_odd_even,
        "r_split_evenL_oddW": result.r_even_odd,
        "r_split_mean": result.r_split,
        "rel_LEAD_halves": result.reliability_x_half,
        "rel_WBEING_halves": result.reliability_y_half,
        "r_disattenuated": result.r_disattenuated,
    }
    army.close(fields, "split_sample.LEAD_WBEING")


def test_many_splits_come_near_the_closed_forms(army: Oracle) -> None:
    result = split_sample(*columns(army), splits=100, seed=5)
    assert result.r_disattenuated == pytest.approx(two_level_ml(*columns(army)).r_between, abs=0.08)
    assert result.split_sd > 0


@pytest.mark.parametrize("variable", ["WBEING", "HRS", "LEAD", "COHES"])
def test_reliability_of_unit_means(army: Oracle, variable: str) -> None:
    result = unit_mean_reliability(army.column(variable), army.column("GRP"))
    army.close(result.icc1, f"anova.{variable}", "ICC1_n0")
    army.close(result.icc2, f"anova.{variable}", "ICC2")
