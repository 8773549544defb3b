"""Agreement and intraclass correlation against R multilevel 2.8: bh1996, univbct and cohesion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.agreement import anova_icc, average_deviation, awg, null_variance, rwg, rwg_j, rwg_j_lindell

ANOVA_FIELDS = {
    "N": "n",
    "G": "n_groups",
    "n_mean": "n_mean",
    "n0_searle": "n0",
    "n_harmonic": "n_harmonic",
    "MSB": "ms_between",
    "MSW": "ms_within",
    "F": "f",
    "df1": "df_between",
    "df2": "df_within",
    "p": "p_value",
    "ICC1_bliese": "icc1",
    "ICC1_n0": "icc1_searle",
    "ICC2": "icc2",
    "eta2": "eta_squared",
}
ITEMS = [f"COH0{i}" for i in range(1, 6)]


@pytest.fixture
def companies(shared: Path) -> Oracle:
    return load(shared, "bh1996")


@pytest.fixture
def platoons(shared: Path) -> Oracle:
    return load(shared, "cohesion")


def _platoon_labels(data: Oracle) -> list[str]:
    return [f"{u}-{p}" for u, p in zip(data.column("UNIT"), data.column("PLATOON"), strict=True)]


@pytest.mark.parametrize("name", ["WBEING", "HRS", "LEAD", "COHES"])
@pytest.mark.parametrize("field", ANOVA_FIELDS)
def test_anova_of_companies(companies: Oracle, name: str, field: str) -> None:
    result = anova_icc(companies.column(name), companies.column("GRP"))
    companies.close(getattr(result, ANOVA_FIELDS[field]), f"anova.{name}", field)


def test_anova_with_missing_values_and_pairs_as_labels(shared: Path, platoons: Oracle) -> None:
    waves = load(shared, "univbct")
    result = anova_icc(waves.column("JSAT"), waves.column("SUBNUM"))
    for field, name in ANOVA_FIELDS.items():
        waves.close(getattr(result, name), "anova.JSAT_by_person", field)
    pairs = list(zip(platoons.column("UNIT"), platoons.column("PLATOON"), strict=True))
    small = anova_icc(platoons.column("COH01"), pairs)
    for field, name in ANOVA_FIELDS.items():
        platoons.close(getattr(small, name), "icc.COH01", field)


@pytest.mark.parametrize("name", ["COHES", "LEAD"])
def test_rwg_of_companies(companies: Oracle, name: str) -> None:
    result = rwg(companies.column(name), companies.column("GRP"), null_variance(5))
    companies.close(result.value, f"rwg.{name}", "by_group")
    companies.close(result.mean, f"rwg.{name}", "mean")
    companies.close(result.median, f"rwg.{name}", "median")


def test_awg_and_ad_of_companies(companies: Oracle) -> None:
    values, groups = companies.column("COHES"), companies.column("GRP")
    agreement = awg(values, groups, low=1, high=5)
    companies.close(agreement.value, "awg.COHES", "by_group")
    companies.close(agreement.mean, "awg.COHES", "mean")
    mean_based = average_deviation(values, groups)
    companies.close(mean_based.value, "adm_mean.COHES", "by_group")
    companies.close(mean_based.mean, "adm_mean.COHES", "mean")
    companies.close(average_deviation(values, groups, center="median").mean, "adm_median.COHES", "mean")


def test_multi_item_indices_of_platoons(platoons: Oracle) -> None:
    items, groups = platoons.matrix(ITEMS), _platoon_labels(platoons)
    null = null_variance(5)
    platoons.close(rwg_j(items, groups, null).value, "rwgj")
    platoons.close(rwg_j_lindell(items, groups, null).value, "rwgj_lindell")
    platoons.close(average_deviation(items, groups).value, "adm")
    platoons.close(awg(items, groups).value, "awg")
    platoons.close(rwg(platoons.column("COH01"), groups, null).value, "rwg.COH01")
    assert list(rwg_j(items, groups, null).groups) == sorted(set(groups))


def test_missing_answers_by_choice(platoons: Oracle) -> None:
    items, groups = platoons.matrix(ITEMS), _platoon_labels(platoons)
    kept = ~np.isnan(items).any(axis=1)
    whole = [g for g, k in zip(groups, kept, strict=True) if k]
    assert rwg_j(items, groups, 2, missing="listwise").value.tolist() == rwg_j(items[kept], whole, 2).value.tolist()
    for center in ("mean", "median"):
        got = average_deviation(items, groups, center=center, missing="available")
        first = items[:3]
        middle = np.nanmean(first, axis=0) if center == "mean" else np.nanmedian(first, axis=0)
        assert got.value[0] == pytest.approx(np.nanmean(np.abs(first - middle), axis=0).mean())
    with pytest.raises(ValueError, match="available or listwise"):
        awg(items, groups, missing="pairwise")


def test_a_skewed_null_lowers_agreement(companies: Oracle) -> None:
    values, groups = companies.column("LEAD"), companies.column("GRP")
    uniform = rwg(values, groups, null_variance(5))
    skewed = rwg(values, groups, null_variance(5, "slight_skew"))
    assert (skewed.value <= uniform.value).all()
    assert skewed.mean < 0.65 < uniform.mean


def test_null_variances() -> None:
    assert null_variance(5) == 2
    assert null_variance(7) == 4
    assert null_variance(5, "slight_skew") == 1.34
    assert null_variance(7, "slight_skew") == 2.90
    assert null_variance(5, "triangular") == pytest.approx(4 / 3)
    assert null_variance(5, "maximum") == 4
    # The published 5-point distributions behind the table.
    points = np.arange(1, 6)
    for shape, share in {
        "slight_skew": [0.05, 0.15, 0.20, 0.35, 0.25],
        "moderate_skew": [0, 0.10, 0.15, 0.40, 0.35],
        "heavy_skew": [0, 0, 0.10, 0.40, 0.50],
    }.items():
        mean = points @ np.array(share)
        assert null_variance(5, shape) == pytest.approx((points - mean) ** 2 @ np.array(share))
    with pytest.raises(ValueError, match="pass a variance of your own"):
        null_variance(6, "slight_skew")
    with pytest.raises(ValueError, match="unknown shape"):
        null_variance(5, "bell")
    with pytest.raises(ValueError, match="2 points or more"):
        null_variance(1)


def test_indices_outside_their_range() -> None:
    split, groups = [1, 5, 1, 5, 3, 3], [1, 1, 1, 1, 2, 2]
    assert rwg(split, groups, 2.0).value.tolist() == [0, 1]
    assert rwg(split, groups, 2.0, negative_to_zero=False).value[0] < 0
    two = np.column_stack([split, split])
    assert rwg_j(two, groups, 2.0).value.tolist() == [0, 1]
    assert np.isnan(rwg_j(two, groups, 2.0, negative_to_zero=False).value[0])
    alone = rwg([1, 2, 3], ["a", "a", "b"], 2.0)
    assert np.isnan(alone.value[1])
    assert alone.mean == alone.value[0]
    # Mean too close to the end of the scale for its size, and everybody at the end.
    assert np.isnan(awg([1, 2], [1, 1]).value[0])
    assert awg([5, 5], [1, 1]).value[0] == 1


@pytest.mark.parametrize(
    ("values", "groups", "message"),
    [
        ([], [], "at least one row"),
        ([1, 2], [1, 1], "two groups"),
        ([1, 2], [1, 2], "every group has one row"),
        ([3, 3, 3, 3], [1, 1, 2, 2], "never vary"),
        ([1, 2, 3], [1, 2], "differ in length"),
        ([np.nan, np.nan], [1, 2], "no row has both"),
        (["x", "y"], [1, 2], "not numbers"),
    ],
)
def test_anova_says_what_is_wrong(values: list[float], groups: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        anova_icc(values, groups)


def test_agreement_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="above 0"):
        rwg([1, 2], [1, 1], 0)
    with pytest.raises(ValueError, match="two or more items"):
        rwg_j([1, 2], [1, 1], 2)
    with pytest.raises(ValueError, match="one item"):
        rwg([[1, 2], [2, 3]], [1, 1], 2)
    with pytest.raises(ValueError, match="mean or median"):
        average_deviation([1, 2], [1, 1], center="mode")
    with pytest.raises(ValueError, match="outside"):
        awg([1, 7], [1, 1])
    with pytest.raises(ValueError, match="lowest and highest"):
        awg([1, 2], [1, 1], low=5, high=1)
