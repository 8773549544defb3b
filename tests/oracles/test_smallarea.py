"""Shrinkage of small units: lme4 and sae on shared data, published values and scipy's own distributions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats
from tests.oracles.oracle import load

from headwater.stats.intercepts import random_intercept
from headwater.stats.smallarea import beta_binomial, shrink_means, shrink_proportions


def test_shrinking_to_the_grand_mean_is_the_blup(shared: Path) -> None:
    data = load(shared, "bh1996")
    fit = random_intercept(data.column("WBEING"), data.column("GRP"))
    got = shrink_means(fit.group_mean, fit.sigma2 / fit.group_n, fit.grand_mean, fit.tau00)
    rows = data.value("eb.WBEING.blup").values()
    np.testing.assert_allclose(got.estimate, [row["eb_mean"] for row in rows], rtol=1e-6)
    np.testing.assert_allclose(got.sd, [row["cond_sd"] for row in rows], rtol=1e-5)
    wider = shrink_means(fit.group_mean, fit.sigma2 / fit.group_n, fit.grand_mean, fit.tau00, parent_variance=fit.se**2)
    np.testing.assert_allclose(wider.sd, fit.prediction_sd)


def test_known_sampling_variances(shared: Path) -> None:
    data = load(shared, "milk")
    at = data.value("fh_mean.REML")
    got = shrink_means(data.column("yi"), data.column("SD") ** 2, at["mu"], at["refvar"])
    data.close(got.estimate, "fh_mean.eblup")
    data.close(got.weight, "fh_mean.gamma")


def test_units_of_different_parents() -> None:
    got = shrink_means([4.0, 2.0, np.nan], [0.1, 0.1, 0.1], [3.0, 3.0, 2.5], [0.1, 0.0, 0.2])
    assert got.estimate.tolist() == [3.5, 3.0, 2.5]
    assert got.weight.tolist() == [0.5, 0.0, 0.0]
    assert got.sd[2] == pytest.approx(np.sqrt(0.2))


def test_share_is_the_posterior_of_a_beta_prior() -> None:
    got = shrink_proportions([3, 0, 7], [5, 0, 9], 0.6, 0.1)
    posterior = stats.beta(np.array([3, 0, 7]) + 5.4, np.array([2, 0, 2]) + 3.6)
    np.testing.assert_allclose(got.estimate, posterior.mean())
    np.testing.assert_allclose(got.sd, posterior.std())
    np.testing.assert_allclose([got.lower, got.upper], posterior.interval(0.95))
    assert got.weight[1] == 0
    assert got.estimate[1] == pytest.approx(0.6)


def test_beta_binomial_is_at_the_maximum_of_the_likelihood(shared: Path) -> None:
    data = load(shared, "bh1996")
    groups = data.column("GRP").astype(int)
    n = np.bincount(groups)[1:]
    x = np.bincount(groups, weights=data.column("LEAD") > 3)[1:]
    got = beta_binomial(x, n)

    def cost(point: np.ndarray) -> float:
        a, b = np.exp(point)
        return -float(stats.betabinom.logpmf(x, n, a, b).sum())

    found = optimize.minimize(cost, [1.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    a, b = np.exp(found.x)
    assert got.log_likelihood == pytest.approx(-found.fun, rel=1e-10)
    assert got.mean == pytest.approx(a / (a + b), rel=1e-5)
    assert got.rho == pytest.approx(1 / (a + b + 1), rel=1e-4)
    np.testing.assert_allclose(got.shrunken.estimate, (x + a) / (n + a + b), rtol=1e-5)


def test_litters() -> None:
    # Litters of treated rats (Williams 1975), held to scipy's likelihood at the estimate and its neighbours.
    x = np.array([12, 11, 10, 9, 10, 9, 9, 8, 8, 4, 7, 4, 5, 3, 3, 0])
    n = np.array([12, 11, 10, 9, 11, 10, 10, 9, 9, 5, 9, 7, 10, 6, 10, 7])
    got = beta_binomial(x, n)
    prior = 1 / got.rho - 1
    a, b = got.mean * prior, (1 - got.mean) * prior
    here = stats.betabinom.logpmf(x, n, a, b).sum()
    assert got.log_likelihood == pytest.approx(here)
    for da, db in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)):
        assert stats.betabinom.logpmf(x, n, a * da, b * db).sum() < here
    assert 0.2 < got.rho < 0.5


def test_units_that_do_not_differ_share_one_figure() -> None:
    got = beta_binomial([5, 5, 5, 0], [10, 10, 10, 0])
    assert got.rho == 0
    assert (got.shrunken.estimate == 0.5).all()
    assert got.shrunken.lower[0] < 0.5 < got.shrunken.upper[0]


def test_a_unit_without_answers_gets_the_mean() -> None:
    got = beta_binomial([9, 1, 8, 2, 0], [10, 10, 10, 10, 0])
    assert got.rho > 0.1
    assert got.shrunken.estimate[4] == pytest.approx(got.mean)
    assert got.shrunken.weight[4] == 0


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="variances must not be negative"):
        shrink_means(1, -1, 1, 1)
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        shrink_proportions(1, 2, 0.0, 0.1)
    with pytest.raises(ValueError, match="rho must lie"):
        shrink_proportions(1, 2, 0.5, 0.0)
    with pytest.raises(ValueError, match="exceed n"):
        beta_binomial([3, 1], [2, 2])
    with pytest.raises(ValueError, match="fewer than two units"):
        beta_binomial([1], [2])
    with pytest.raises(ValueError, match="no unit has two answers"):
        beta_binomial([1, 0], [1, 1])
    with pytest.raises(ValueError, match="everybody or nobody"):
        beta_binomial([2, 3], [2, 3])
    with pytest.raises(ValueError, match="hardly differ within"):
        beta_binomial([10, 0, 10, 0], [10, 10, 10, 10])
    with pytest.raises(ValueError, match="one-dimensional"):
        beta_binomial([[1, 2]], [[2, 2]])
