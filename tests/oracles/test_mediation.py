"""Mediation against R lm and mediation::mediate: tal_or; lagged mediation against lavaan is in test_panel_sem."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.between import between_covariance
from headwater.stats.mediation import indirect_at_rho, mediate
from headwater.stats.mediation_levels import multilevel_mediation


def test_paths_and_intervals(shared: Path) -> None:
    oracle = load(shared, "tal_or")
    result = mediate(
        oracle.column("cond"), oracle.column("pmi"), oracle.column("reaction"), bootstrap=5000, draws=1_000_000
    )
    fields = {
        "a": result.a,
        "se_a": result.se_a,
        "b": result.b,
        "se_b": result.se_b,
        "c": result.c,
        "cprime": result.c_prime,
        "indirect": result.indirect,
        "sobel_se": result.sobel_se,
        "sobel_z": result.sobel_z,
    }
    oracle.close(fields, "ols")
    scale = result.sobel_se
    monte_carlo, boot, quasi = oracle.value("mcmc_interval"), oracle.value("boot"), oracle.value("mediate")
    assert result.lower == pytest.approx(monte_carlo["lower"], abs=oracle.tol("mcmc_interval") * scale)
    assert result.upper == pytest.approx(monte_carlo["upper"], abs=oracle.tol("mcmc_interval") * scale)
    assert result.boot_se == pytest.approx(boot["se"], rel=oracle.tol("boot"))
    assert result.boot_lower == pytest.approx(boot["pct_lower"], abs=oracle.tol("boot") * scale)
    assert result.boot_upper == pytest.approx(boot["pct_upper"], abs=oracle.tol("boot") * scale)
    assert result.indirect == pytest.approx(quasi["acme"], rel=oracle.tol("mediate"))
    assert result.c_prime == pytest.approx(quasi["ade"], rel=oracle.tol("mediate"))
    assert result.lower == pytest.approx(quasi["acme_lo"], abs=oracle.tol("mediate") * scale)


def test_sensitivity_is_zero_at_rho_zero_and_the_estimate_at_none(shared: Path) -> None:
    oracle = load(shared, "tal_or")
    result = mediate(oracle.column("cond"), oracle.column("pmi"), oracle.column("reaction"))
    at = indirect_at_rho(result, [0.0, result.rho_zero])
    np.testing.assert_allclose(at, [result.indirect, 0.0], atol=1e-10)
    # residuals of mediator and outcome, treatment taken out, correlate by this much
    assert result.rho_zero == pytest.approx(0.43, abs=0.005)


def test_levels_are_kept_apart(shared: Path) -> None:
    oracle = load(shared, "bh1996")
    x, m, y, group = (oracle.column(c) for c in ("COHES", "LEAD", "WBEING", "GRP"))
    latent = multilevel_mediation(x, m, y, group, replicates=500)
    manifest = multilevel_mediation(x, m, y, group, between="manifest", draws=50_000)
    between = between_covariance(x, m, group)
    assert latent.between.a == pytest.approx(between.slope_between, rel=1e-8)
    assert latent.within is not None
    assert manifest.within is not None
    # inside groups the two agree; between them group means attenuate
    assert latent.within.indirect == pytest.approx(manifest.within.indirect, rel=1e-6)
    assert abs(manifest.between.indirect) < abs(latent.between.indirect)
    assert latent.between.lower < latent.between.indirect < latent.between.upper
