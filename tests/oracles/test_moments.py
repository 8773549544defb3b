"""Means and variances: R survey on apistrat, and identities by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.moments import (
    effective_n,
    kish_design_effect,
    moments_from_sums,
    weighted_mean,
    weighted_mean_from_sums,
)
from headwater.stats.survey import survey_design, survey_mean


def test_weighted_mean_of_schools(shared: Path) -> None:
    data = load(shared, "apistrat")
    w, names = data.column("pw"), ["api00", "api99", "enroll", "meals"]
    got = weighted_mean(data.matrix(names), w)
    for i, name in enumerate(names):
        data.close(got.mean[i], f"mean.{name}", "est")
        # Without strata the linearised error is that of independent draws.
        plain = survey_mean(data.column(name), survey_design(w))
        assert got.se[i] == pytest.approx(plain.se, rel=1e-12)
    assert effective_n(w) * kish_design_effect(w) == pytest.approx(200)


def test_kish_design_effect_of_raked_weights(shared: Path) -> None:
    data = load(shared, "apistrat")
    data.close(kish_design_effect(list(data.value("rake.weights").values())), "rake", "kish_deff")


def test_equal_weights_are_no_weights() -> None:
    x = np.array([1.0, 4, 2, np.nan, 5])
    got = weighted_mean(x, np.full(5, 3.0))
    known = x[~np.isnan(x)]
    assert got.n == 4
    assert got.mean == pytest.approx(known.mean())
    assert got.variance == pytest.approx(known.var(ddof=1))
    assert got.se == pytest.approx(known.std(ddof=1) / 2)
    assert got.design_effect == pytest.approx(1)
    assert got.effective_n == pytest.approx(4)


def test_sums_give_what_rows_give() -> None:
    rng = np.random.default_rng(8)
    x, w = rng.integers(1, 6, (300, 4)).astype(float), rng.uniform(0.2, 3, 300)
    rows, v = weighted_mean(x, w), w[:, None]
    sums = weighted_mean_from_sums(
        n=np.full(4, 300),
        w=np.full(4, w.sum()),
        wx=(v * x).sum(axis=0),
        wxx=(v * x**2).sum(axis=0),
        ww=np.full(4, (w**2).sum()),
        wwx=(v**2 * x).sum(axis=0),
        wwxx=(v**2 * x**2).sum(axis=0),
    )
    for name, field in vars(rows).items():
        np.testing.assert_allclose(getattr(sums, name), field, rtol=1e-9)


def test_moments_of_cells() -> None:
    got = moments_from_sums([0, 1, 4], [0, 3, 10], [0, 9, 30])
    assert np.isnan(got.mean[0])
    assert got.mean[1] == 3
    assert np.isnan(got.variance[1])
    assert got.variance[2] == pytest.approx(np.var([1, 2, 3, 4], ddof=1))
    assert got.se[2] == pytest.approx(np.std([1, 2, 3, 4], ddof=1) / 2)


def test_whole_number_sums_keep_every_digit() -> None:
    # A billion answers of 10**9 and one of 10**9 + 1: floats would lose the variance.
    n, base = 10**9 + 1, 10**9
    total, squares = n * base + 1, n * base**2 + 2 * base + 1
    got = moments_from_sums(
        np.array([n], dtype=object), np.array([total], dtype=object), np.array([squares], dtype=object)
    )
    assert got.variance[0] == pytest.approx(1 / n, rel=1e-12)
    fixed = moments_from_sums(np.array([3]), np.array([3 * 10**8 + 3]), np.array([3 * 10**16 + 6 * 10**8 + 5]))
    assert fixed.variance[0] == pytest.approx(1)


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="not be negative"):
        moments_from_sums(-1, 0, 0)
    with pytest.raises(ValueError, match="too small"):
        moments_from_sums(2, 10, 10)
    with pytest.raises(ValueError, match="n is 0"):
        moments_from_sums(0, 0, 10)
    with pytest.raises(ValueError, match="not be negative"):
        weighted_mean([1, 2], [1, -1])
    with pytest.raises(ValueError, match="one weight a row"):
        weighted_mean([1, 2], [1])
    with pytest.raises(ValueError, match="empty"):
        weighted_mean([])
    with pytest.raises(ValueError, match="no weight is above 0"):
        kish_design_effect([0, 0])
    with pytest.raises(ValueError, match="not be negative"):
        kish_design_effect([1, -1])
    with pytest.raises(ValueError, match="not be negative"):
        weighted_mean_from_sums(n=-1, w=1, wx=1, wxx=1, ww=1, wwx=1, wwxx=1)
    assert np.isnan(weighted_mean([np.nan, np.nan]).mean)
    assert np.isnan(weighted_mean([5.0]).se)
