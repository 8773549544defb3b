"""Linear mixed models against lme4 1.1-31 and lmerTest 3.1-3, waba against multilevel 2.8: bh1996 and univbct."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.contextual import split_levels, waba
from headwater.stats.fixed_effects import FixedEffects, linear_contrast
from headwater.stats.intercepts import random_intercept
from headwater.stats.mixed import mixed_model
from headwater.stats.nested import nested_model

# data set, result, response, group, predictors, columns with random slopes
MODELS = [
    ("bh1996", "lmer.null", "WBEING", "GRP", [], []),
    ("bh1996", "lmer.m1_hrs_contextual", "WBEING", "GRP", ["HRS", "G.HRS"], []),
    ("bh1996", "lmer.m2a_random_intercept", "WBEING", "GRP", ["HRS", "LEAD", "G.HRS"], []),
    ("bh1996", "lmer.m2_random_slope_LEAD", "WBEING", "GRP", ["HRS", "LEAD", "G.HRS"], ["LEAD"]),
    ("bh1996", "lmer.m3_cross_level", "WBEING", "GRP", ["HRS", "LEAD", "G.HRS", "LEAD:G.HRS"], ["LEAD"]),
    ("bh1996", "lmer.hybrid_within_between", "WBEING", "GRP", ["W.LEAD", "G.LEAD", "W.HRS", "G.HRS"], []),
    ("univbct", "lmer.null", "JSAT", "SUBNUM", [], []),
    ("univbct", "lmer.growth_ri", "JSAT", "SUBNUM", ["TIME"], []),
    ("univbct", "lmer.growth_rs", "JSAT", "SUBNUM", ["TIME"], ["TIME"]),
    (
        "univbct",
        "lmer.within_between",
        "JSAT",
        "SUBNUM",
        ["W_COMMIT", "M_COMMIT", "W_READY", "M_READY", "TIME"],
        [],
    ),
]


def _column(data: Oracle, name: str) -> np.ndarray:
    """A column, a product of two, or a person mean (M_) or deviation from it (W_) over rows complete in all."""
    if ":" in name:
        first, second = name.split(":")
        product: np.ndarray = data.column(first) * data.column(second)
        return product
    if name[:2] not in ("W_", "M_"):
        return data.column(name)
    used = data.matrix(["JSAT", "COMMIT", "READY"])
    values = np.where(np.isnan(used).any(axis=1), np.nan, data.column(name[2:]))
    parts = split_levels(values, data.column("SUBNUM"))
    return parts.deviation if name[0] == "W" else parts.group_mean


# lme4's optimiser stopped 2.6e-7 above the minimum of the criterion here; standard errors differ by up to
# 3.8e-5 and the variance by 1.4e-4.
STOPPED_EARLY = {"lmer.m1_hrs_contextual": 5e-5}


def _check_fixed(data: Oracle, result: str, got: FixedEffects) -> None:
    tol = STOPPED_EARLY.get(result, data.tol(f"{result}.fixef"))
    for i, (name, row) in enumerate(data.value(f"{result}.fixef").items()):
        assert got.coef[i] == pytest.approx(row["Estimate"], rel=tol)
        assert got.se[i] == pytest.approx(row["Std. Error"], rel=tol)
        data.close(got.df[i], f"{result}.satterthwaite", name, "df")
        data.close(got.t[i], f"{result}.satterthwaite", name, "t value")


@pytest.mark.parametrize(("folder", "result", "response", "by", "predictors", "slopes"), MODELS)
def test_against_lme4(
    shared: Path, folder: str, result: str, response: str, by: str, predictors: list[str], slopes: list[str]
) -> None:
    data = load(shared, folder)
    x = np.column_stack([_column(data, name) for name in predictors]) if predictors else None
    z = np.column_stack([_column(data, name) for name in slopes]) if slopes else None
    got = mixed_model(data.column(response), x, data.column(by), slopes=z, names=predictors)
    _check_fixed(data, result, got.fixed)
    data.close(got.criterion, f"{result}.reml_crit")
    assert got.criterion <= data.value(f"{result}.reml_crit") + 1e-8
    data.close(got.n, f"{result}.nobs")
    data.close(got.n_groups, f"{result}.ngrp", by)
    for row in data.value(f"{result}.varcomp").values():
        if row["grp"] == "Residual":
            ours = got.sigma2
        else:
            place = {"(Intercept)": 0} | {name: i + 1 for i, name in enumerate(slopes)}
            ours = got.random_covariance[place[row["var1"]], place[row["var2"] or row["var1"]]]
        assert ours == pytest.approx(
            row["vcov"], rel=max(data.tol(f"{result}.varcomp"), 4 * STOPPED_EARLY.get(result, 0))
        )


def test_slopes_lower_the_criterion(shared: Path) -> None:
    data = load(shared, "bh1996")
    y, g, x = data.column("WBEING"), data.column("GRP"), data.matrix(["HRS", "LEAD", "G.HRS"])
    flat = mixed_model(y, x, g)
    sloped = mixed_model(y, x, g, slopes=data.column("LEAD"))
    data.close(flat.criterion - sloped.criterion, "lrt.random_slope", "chisq")


def test_contextual_effect(shared: Path) -> None:
    data = load(shared, "bh1996")
    names = ["W.LEAD", "G.LEAD", "W.HRS", "G.HRS"]
    got = mixed_model(data.column("WBEING"), data.matrix(names), data.column("GRP"), names=names)
    effect = linear_contrast(got.fixed, [0, -1, 1, 0, 0])
    data.close(effect.estimate, "hybrid.contextual_LEAD", "diff")
    data.close(effect.z, "hybrid.contextual_LEAD", "z")


def test_four_levels(shared: Path) -> None:
    data = load(shared, "univbct")
    levels = [data.column(name) for name in ("BTN", "COMPANY", "SUBNUM")]
    got = nested_model(data.column("JSAT"), data.column("TIME"), levels)
    _check_fixed(data, "lmer.nested_4level", got.fixed)
    data.close(got.criterion, "lmer.nested_4level.reml_crit")
    rows = data.value("lmer.nested_4level.varcomp")
    tol = data.tol("lmer.nested_4level.varcomp")
    assert got.variances[::-1] == pytest.approx([rows[k]["vcov"] for k in "123"], rel=tol, abs=1e-9)
    assert got.sigma2 == pytest.approx(rows["4"]["vcov"], rel=tol)
    assert list(got.level_sizes[::-1]) == list(data.value("lmer.nested_4level.ngrp").values())


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_three_roads_to_a_random_intercept(shared: Path, method: str) -> None:
    data = load(shared, "bh1996")
    y, g = data.column("COHES"), data.column("GRP")
    sums = random_intercept(y, g, method=method)
    rows = mixed_model(y, None, g, method=method)
    nested = nested_model(y, None, [g], method=method)
    assert [rows.criterion, nested.criterion] == pytest.approx([sums.criterion] * 2, rel=1e-12)
    assert [rows.sigma2, nested.sigma2] == pytest.approx([sums.sigma2] * 2, rel=1e-7)
    assert [rows.random_covariance[0, 0], nested.variances[0]] == pytest.approx([sums.tau00] * 2, rel=1e-5)
    np.testing.assert_allclose(rows.blup[:, 0], sums.blup, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(np.sqrt(rows.blup_covariance[:, 0, 0]), sums.conditional_sd, rtol=1e-5)


@pytest.mark.parametrize("name", ["LEAD", "HRS"])
def test_waba(shared: Path, name: str) -> None:
    data = load(shared, "bh1996")
    got = waba(data.column(name), data.column("WBEING"), data.column("GRP"))
    data.close(list(vars(got).values()), f"waba.{name}_WBEING")
    parts = got.eta_between_x * got.eta_between_y * got.r_between, got.eta_within_x * got.eta_within_y * got.r_within
    assert sum(parts) == pytest.approx(got.r_total)


def test_no_group_variance_is_zero() -> None:
    y = np.tile([1.0, 2.0, 3.0, 4.0], 5)
    got = mixed_model(y, None, np.repeat(np.arange(5), 4))
    assert got.random_covariance[0, 0] == 0
    assert (got.blup == 0).all()
    assert got.fixed.coef[0] == pytest.approx(2.5)


def test_says_what_is_wrong() -> None:
    y, g = [1.0, 2.0, 1.5, 3.0, 2.0, 5.0], [1, 1, 2, 2, 3, 3]
    cases: dict[str, Callable[[], object]] = {
        "one group": lambda: mixed_model(y, None, [1] * 6),
        "every group has one row": lambda: mixed_model(y, None, range(6)),
        "constant or repeats": lambda: mixed_model(y, [1.0] * 6, g),
        "never varies": lambda: mixed_model(y, None, g, slopes=[2.0] * 6),
        "REML or ML": lambda: mixed_model(y, None, g, method="OLS"),
        "names for": lambda: mixed_model(y, np.arange(6.0), g, names=["a", "b"]),
        "align": lambda: mixed_model(y, [1.0], g),
        "no row is complete": lambda: mixed_model([np.nan] * 6, None, g),
        "explain the response exactly": lambda: mixed_model(y, y, g),
        "levels is empty": lambda: nested_model(y, None, []),
        "a level has one group": lambda: nested_model(y, None, [[1] * 6, g]),
        "leave out the innermost": lambda: nested_model(y, None, [g, range(6)]),
        "one-dimensional": lambda: waba(y, [1.0], g),
        "a variable never varies": lambda: waba(y, [1.0] * 6, g),
        "weights for": lambda: linear_contrast(mixed_model(y, None, g).fixed, [1, 2]),
        "all weights are 0": lambda: linear_contrast(mixed_model(y, None, g).fixed, [0]),
    }
    for message, call in cases.items():
        with pytest.raises(ValueError, match=message):
            call()
