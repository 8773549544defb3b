"""Fay-Herriot against R sae 1.3: milk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.arealevel import fay_herriot


@pytest.fixture
def milk(shared: Path) -> Oracle:
    return load(shared, "milk")


def _major_areas(data: Oracle) -> np.ndarray:
    major = data.column("MajorArea")
    return np.column_stack([major == k for k in (2, 3, 4)]).astype(float)


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_with_predictors(milk: Oracle, method: str) -> None:
    fit = fay_herriot(milk.column("yi"), milk.column("SD") ** 2, _major_areas(milk), method=method)
    milk.close(fit.variance, f"fh_major.{method}", "refvar")
    milk.close(fit.coef, f"fh_major.{method}", "beta")
    milk.close(fit.se, f"fh_major.{method}", "se")
    if method == "REML":
        milk.close(fit.eblup, "fh_major.eblup")
        milk.close(fit.mse, "fh_major.mse")


def test_toward_the_grand_mean(milk: Oracle) -> None:
    fit = fay_herriot(milk.column("yi"), milk.column("SD") ** 2)
    milk.close(fit.variance, "fh_mean.REML", "refvar")
    milk.close(fit.coef[0], "fh_mean.REML", "mu")
    milk.close(fit.se[0], "fh_mean.REML", "se")
    milk.close(fit.eblup, "fh_mean.eblup")
    milk.close(fit.weight, "fh_mean.gamma")
    milk.close(fit.mse, "fh_mean.mse")


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_units_that_do_not_differ_get_the_common_mean(method: str) -> None:
    fit = fay_herriot([3.0, 3.01, 2.99, 3.0], [1.0, 1.0, 1.0, 1.0], method=method)
    assert fit.variance == 0
    np.testing.assert_allclose(fit.eblup, 3.0)
    assert (fit.mse > 0).all()


def test_says_what_is_wrong() -> None:
    y, d = [1.0, 2.0, 3.0], [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="choose REML, ML or FH"):
        fay_herriot(y, d, method="EB")
    with pytest.raises(ValueError, match="above 0"):
        fay_herriot(y, [1.0, 0.0, 1.0])
    with pytest.raises(ValueError, match="missing value"):
        fay_herriot([1.0, np.nan, 3.0], d)
    with pytest.raises(ValueError, match="one a unit"):
        fay_herriot(y, [1.0])
    with pytest.raises(ValueError, match="align"):
        fay_herriot(y, d, [1.0])
    with pytest.raises(ValueError, match="constant or repeats"):
        fay_herriot(y, d, [1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="too few"):
        fay_herriot(y, d, [[1.0, 2.0], [2.0, 1.0], [0.0, 5.0]])
    with pytest.raises(ValueError, match="empty"):
        fay_herriot([], [])
