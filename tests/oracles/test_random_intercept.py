"""Random-intercept models against lme4 1.1-31: bh1996 and univbct."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.intercepts import random_intercept, random_intercept_from_sums

FIELDS = ["tau00", "sigma2", "icc1", "grand_mean", "se", "icc2_mean_of_groups", "icc2_at_mean_n"]


@pytest.mark.parametrize("name", ["WBEING", "HRS", "LEAD", "COHES"])
def test_companies(shared: Path, name: str) -> None:
    data = load(shared, "bh1996")
    fit = random_intercept(data.column(name), data.column("GRP"))
    for field in FIELDS:
        data.close(getattr(fit, field), f"reml.{name}", field)
    data.close(fit.lrt_chisq, f"lrt_group.{name}", "chisq")
    data.close(fit.lrt_p, f"lrt_group.{name}", "p_halfchi2")


def test_predictions_for_companies(shared: Path) -> None:
    data = load(shared, "bh1996")
    fit = random_intercept(data.column("WBEING"), data.column("GRP"))
    data.close(fit.criterion, "lmer.null.reml_crit")
    data.close(fit.grand_mean, "lmer.null.fixef", "(Intercept)", "Estimate")
    data.close(fit.se, "lmer.null.fixef", "(Intercept)", "Std. Error")
    data.close(fit.tau00, "lmer.null.varcomp", "1", "vcov")
    expected = data.value("eb.WBEING.blup")
    assert [str(int(g)) for g in fit.groups] == list(expected)
    for field, ours in {
        "n": fit.group_n,
        "raw_mean": fit.group_mean,
        "eb_mean": fit.shrunken_mean,
        "u": fit.blup,
        "cond_sd": fit.conditional_sd,
    }.items():
        # Six digits, tighter than the file asks.
        np.testing.assert_allclose(ours, [row[field] for row in expected.values()], rtol=2e-6, atol=1e-7)
    assert (fit.prediction_sd > fit.conditional_sd).all()


def test_persons_over_time(shared: Path) -> None:
    data = load(shared, "univbct")
    fit = random_intercept(data.column("JSAT"), data.column("SUBNUM"))
    data.close(fit.criterion, "lmer.null.reml_crit")
    data.close(fit.tau00, "lmer.null.varcomp", "1", "vcov")
    data.close(fit.sigma2, "lmer.null.varcomp", "2", "vcov")
    data.close(fit.n, "lmer.null.nobs")
    data.close(fit.n_groups, "lmer.null.ngrp", "SUBNUM")


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_sums_give_the_same(shared: Path, method: str) -> None:
    data = load(shared, "bh1996")
    y, g = data.column("LEAD"), data.column("GRP").astype(int)
    labels = np.unique(g)
    n = [(g == k).sum() for k in labels] + [0]
    means = [y[g == k].mean() for k in labels] + [np.nan]
    squares = [((y[g == k] - y[g == k].mean()) ** 2).sum() for k in labels] + [0.0]
    rows = random_intercept(y, g, method=method)
    sums = random_intercept_from_sums(n, means, squares, groups=[*labels, 9999], method=method)
    total = random_intercept_from_sums(n, means, sum(squares), method=method)
    assert sums.tau00 == pytest.approx(rows.tau00, rel=1e-10)
    assert total.criterion == pytest.approx(rows.criterion, rel=1e-12)
    np.testing.assert_allclose(sums.blup, rows.blup, rtol=1e-8, atol=1e-12)
    assert sums.groups.tolist() == labels.tolist()


def test_groups_that_do_not_differ_stand_on_the_boundary() -> None:
    fit = random_intercept([1, 2, 3, 1, 2, 3, 2, 1, 3], list("aaabbbccc"))
    assert fit.tau00 == 0
    assert fit.icc1 == 0
    assert fit.lrt_p == 1
    assert (fit.shrunken_mean == fit.grand_mean).all()
    assert (fit.conditional_sd == 0).all()


def test_many_groups() -> None:
    rng = np.random.default_rng(4)
    n = rng.integers(0, 40, 50_000)
    mean = 3 + rng.normal(0, 0.4, n.size) + rng.normal(0, 1, n.size) / np.sqrt(np.maximum(n, 1))
    fit = random_intercept_from_sums(n, mean, float((n[n > 0] - 1).sum()))
    assert fit.n_groups == (n > 0).sum()
    assert fit.tau00 == pytest.approx(0.16, rel=0.03)
    assert fit.sigma2 == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize(
    ("n", "mean", "ss", "message"),
    [
        ([3], [1.0], [1.0], "two groups"),
        ([1, 1], [1.0, 2.0], [0.0, 0.0], "every group has one row"),
        ([-1, 2], [1.0, 2.0], [0.0, 0.0], "not negative"),
        ([2, 2], [1.0, 1.0], [0.0, 0.0], "never vary"),
        ([2, 2], [1.0, 2.0], [0.0, 0.0], "within-group variance is 0"),
        ([2, 2], [1.0, np.nan], [1.0, 1.0], "mean is missing"),
        ([0, 0], [1.0, 2.0], [0.0, 0.0], "no group has answers"),
        ([2, 2], [1.0], [1.0, 1.0], "one length"),
    ],
)
def test_says_what_is_wrong(n: list[int], mean: list[float], ss: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        random_intercept_from_sums(n, mean, ss)
    with pytest.raises(ValueError, match="REML or ML"):
        random_intercept([1, 2, 1, 3], [1, 1, 2, 2], method="OLS")
