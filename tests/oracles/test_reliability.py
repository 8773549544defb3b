"""Reliability and dimension of scales against R psych 2.2.9, lavaan 0.6-14 and semTools: mobi, bfi, cohesion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.factors import (
    bartlett_sphericity,
    eigenvalues,
    factor_analysis,
    item_correlation,
    kmo,
    parallel_analysis,
    schmid_leiman_omega,
    spearman_correlation,
)
from headwater.stats.polychoric import alpha_ordinal, polychoric_correlation
from headwater.stats.reliability import (
    alpha,
    alpha_from_covariance,
    average_variance_extracted,
    composite_reliability,
    htmt,
    item_covariance,
    omega,
)

SIZES = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSL": 3}
MOBI = {name: [f"{name}{i}" for i in range(1, size + 1)] for name, size in SIZES.items()}
BFI = {name: [f"{name}{i}" for i in range(1, 6)] for name in "ACENO"}
ALPHA_FIELDS = {
    "k": "k",
    "n": "n",
    "raw": "raw",
    "std": "standardized",
    "G6": "guttman_lambda6",
    "mean_r": "mean_r",
    "ase": "ase",
    "feldt_lower": "feldt_lower",
    "feldt_upper": "feldt_upper",
}
CFA_SCALES = {name: MOBI[name] for name in ("IMAG", "PERQ", "PERV", "CUSA")} | {"CUSL": ["CUSL1", "CUSL3"]}


@pytest.fixture
def mobi(shared: Path) -> Oracle:
    return load(shared, "mobi")


@pytest.fixture
def bfi(shared: Path) -> Oracle:
    return load(shared, "bfi")


def _keyed(data: Oracle, names: list[str]) -> np.ndarray:
    """Items with those the recode entry names turned around, on the scale 1 to 6."""
    turned = set(data.value("recode"))
    return np.column_stack([7 - data.column(n) if n in turned else data.column(n) for n in names])


@pytest.mark.parametrize("scale", MOBI)
def test_alpha_of_customers(mobi: Oracle, scale: str) -> None:
    got = alpha(mobi.matrix(MOBI[scale]))
    for field, name in ALPHA_FIELDS.items():
        mobi.close(getattr(got, name), f"alpha.{scale}", field)
    mobi.close(got.item_rest, f"item_rest.{scale}")
    if SIZES[scale] > 2:
        mobi.close(got.if_deleted, f"alpha_drop.{scale}")
    else:
        assert np.isnan(got.if_deleted).all()


@pytest.mark.parametrize("scale", [name for name in MOBI if SIZES[name] > 2])
def test_omega_of_customers(mobi: Oracle, scale: str) -> None:
    got = omega(mobi.matrix(MOBI[scale]))
    mobi.close(got.omega_total, f"omega1.{scale}", "omega_total")
    mobi.close(got.omega_observed, f"omega1.{scale}", "omega_observed_var")


def test_omega_finds_the_factor_that_fits_best(bfi: Oracle) -> None:
    # Two clusters of items: a search from the first eigenvector alone ends on the lesser factor.
    items = bfi.matrix(["C4", "N4", "N3", "C1", "C3"])
    got = omega(items)
    fit = factor_analysis(item_correlation(items, missing="listwise"), 1, method="ml")
    variances = np.diag(item_covariance(items, missing="listwise")) * (got.n - 1) / got.n
    np.testing.assert_allclose(got.uniquenesses / variances, fit.uniquenesses, atol=1e-4)


@pytest.mark.parametrize("scale", BFI)
def test_scales_with_missing_answers(bfi: Oracle, scale: str) -> None:
    items = _keyed(bfi, BFI[scale])
    pairwise, listwise = alpha(items), alpha(items, missing="listwise")
    bfi.close(pairwise.raw, f"alpha.{scale}", "raw_pairwise")
    bfi.close(pairwise.standardized, f"alpha.{scale}", "std")
    bfi.close(listwise.raw, f"alpha.{scale}", "raw_listwise")
    bfi.close(listwise.n, f"alpha.{scale}", "n_listwise")
    bfi.close(omega(items).omega_total, f"omega1.{scale}", "omega_total")


@pytest.mark.parametrize("scale", BFI)
def test_polychoric(bfi: Oracle, scale: str) -> None:
    items = _keyed(bfi, BFI[scale])
    got = polychoric_correlation(items)
    expected = bfi.value(f"polychoric.{scale}")
    for i, name in enumerate(expected):
        bfi.close(got[i], f"polychoric.{scale}", name)
    bfi.close(alpha_ordinal(items).raw, f"alpha_ordinal.{scale}")


def test_alpha_of_platoons(shared: Path) -> None:
    data = load(shared, "cohesion")
    data.close(alpha(data.matrix([f"COH0{i}" for i in range(1, 6)])).raw, "alpha.all5")


def test_dimension_of_quality(mobi: Oracle) -> None:
    items = mobi.matrix(MOBI["PERQ"])
    r = item_correlation(items)
    mobi.close(eigenvalues(r), "eigen.PERQ")
    mobi.close(kmo(r).overall, "kmo.PERQ", "msa")
    mobi.close(bartlett_sphericity(r, items.shape[0]).chisq, "kmo.PERQ", "bartlett_chisq")
    ranks = spearman_correlation(items)
    for i, name in enumerate(MOBI["PERQ"]):
        mobi.close(ranks[i], "spearman.PERQ", name)


def test_schmid_leiman(mobi: Oracle) -> None:
    got = schmid_leiman_omega(item_correlation(mobi.matrix(MOBI["PERQ"])), 3)
    mobi.close(got.omega_h, "omega_sl.PERQ", "omega_h")
    mobi.close(got.omega_total, "omega_sl.PERQ", "omega_tot")


def test_five_factors_of_personality(bfi: Oracle) -> None:
    items = _keyed(bfi, [name for scale in BFI.values() for name in scale])
    complete = items[~np.isnan(items).any(axis=1) & ~np.isnan(bfi.column("gender"))]
    fit = factor_analysis(item_correlation(complete), 5)
    bfi.close(fit.uniquenesses, "efa5.uniquenesses")
    bfi.close(fit.rms_residual, "efa5.rms")
    found = parallel_analysis(complete, simulations=10)
    bfi.close(found.factors, "parallel", "nfact")
    bfi.close(found.components, "parallel", "ncomp")


@pytest.mark.parametrize("scale", CFA_SCALES)
def test_composite_reliability_from_published_estimates(mobi: Oracle, scale: str) -> None:
    estimates = mobi.value("cfa5.par")
    loadings = [estimates[f"{scale}=~{item}"]["est"] for item in CFA_SCALES[scale]]
    residuals = [estimates[f"{item}~~{item}"]["est"] for item in CFA_SCALES[scale]]
    variance = estimates[f"{scale}~~{scale}"]["est"]
    cov = np.cov(mobi.matrix(CFA_SCALES[scale]), rowvar=False, ddof=0)
    reliability = composite_reliability(loadings, residuals, factor_variance=variance, observed_variance=cov.sum())
    extracted = average_variance_extracted(loadings, residuals, factor_variance=variance, observed_variance=cov.trace())
    implied = composite_reliability(loadings, residuals, factor_variance=variance)
    assert implied == pytest.approx(reliability, abs=0.02)
    mobi.close(reliability, "cfa5.composite_reliability", scale)
    mobi.close(extracted, "cfa5.AVE", scale)


def test_htmt(mobi: Oracle) -> None:
    names = [item for scale in CFA_SCALES.values() for item in scale]
    scales = [scale for scale, items in CFA_SCALES.items() for _ in items]
    got = htmt(item_correlation(mobi.matrix(names)), scales)
    for i, scale in enumerate(CFA_SCALES):
        mobi.close(got[i], "cfa5.htmt", scale)
    # Scales of equal correlations: both means agree.
    flat = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    for mean in ("geometric", "arithmetic"):
        np.testing.assert_allclose(htmt(flat, [1, 1, 2, 2], mean=mean), 1)


def test_pairwise_covariance_equals_each_pair_alone() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 3)) + 5
    x[rng.random(x.shape) < 0.2] = np.nan
    cov = item_covariance(x)
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
        assert cov[i, j] == pytest.approx(np.cov(x[both, i], x[both, j])[0, 1])
        assert item_correlation(x)[i, j] == pytest.approx(np.corrcoef(x[both, i], x[both, j])[0, 1])


def test_polychoric_of_two_halves_is_tetrachoric() -> None:
    # Equal margins: r = sin(pi / 2 * (4 a - 1)) for a share a in the first cell.
    counts = [40, 10, 10, 40]
    x = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], counts, axis=0)
    assert polychoric_correlation(x)[0, 1] == pytest.approx(np.sin(np.pi / 2 * 0.6), abs=1e-6)


def test_says_what_is_wrong() -> None:
    good = np.random.default_rng(0).normal(size=(30, 4))
    still = good.copy()
    still[:, 2] = 3
    for call in (alpha, omega, item_correlation):
        with pytest.raises(ValueError, match="item 3 of 4 never varies"):
            call(still)
    with pytest.raises(ValueError, match="never varies"):
        polychoric_correlation(np.ones((5, 2)))
    with pytest.raises(ValueError, match="at least 2"):
        alpha([1, 2, 3])
    with pytest.raises(ValueError, match="empty"):
        alpha(np.empty((0, 3)))
    with pytest.raises(ValueError, match="pairwise or listwise"):
        alpha(good, missing="drop")
    with pytest.raises(ValueError, match="fewer than two rows"):
        alpha(good[:1])
    with pytest.raises(ValueError, match="three items"):
        omega(good[:, :2])
    with pytest.raises(ValueError, match="keyed in one direction"):
        alpha_from_covariance([[1, -1], [-1, 1]], 10)
    with pytest.raises(ValueError, match="square"):
        alpha_from_covariance([[1, 2, 3]], 10)
    with pytest.raises(ValueError, match="combination of others"):
        kmo(np.ones((3, 3)))
    with pytest.raises(ValueError, match="cannot carry"):
        factor_analysis(item_correlation(good), 3)
    with pytest.raises(ValueError, match="three or more group factors"):
        schmid_leiman_omega(item_correlation(good), 2)
    with pytest.raises(ValueError, match="too few for 4 items"):
        parallel_analysis(good[:4])
    with pytest.raises(ValueError, match="at least one simulation"):
        parallel_analysis(good, simulations=0)
    with pytest.raises(ValueError, match="one item"):
        htmt(np.eye(3), ["a", "a", "b"])
    with pytest.raises(ValueError, match="use Pearson"):
        polychoric_correlation(good)
