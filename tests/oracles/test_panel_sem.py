"""Structural equation models against lavaan: univbct (FIML), mobi and bfi (CFA, invariance)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.factor_models import cfa, measurement_invariance
from headwater.stats.panel_sem import clpm, lagged_mediation, ri_clpm
from headwater.stats.sem import SemFit

FIT = {
    "npar": "npar",
    "chisq": "chisq",
    "df": "df",
    "pvalue": "p_value",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_lower",
    "rmsea.ci.upper": "rmsea_upper",
    "srmr": "srmr",
    "logl": "loglik",
    "aic": "aic",
    "bic": "bic",
    "ntotal": "n",
}


def check_fit(oracle: Oracle, fit: SemFit, tag: str) -> None:
    for key, expected in oracle.value(f"{tag}.fit").items():
        tol = oracle.tol(f"{tag}.fit")
        # lavaan prints a p-value below machine precision as 0, and limits of RMSEA from a loose root search
        assert getattr(fit, FIT[key]) == pytest.approx(expected, rel=tol, abs=1e-6), key


def check_paths(oracle: Oracle, fit: SemFit, tag: str, rename: dict[str, str], skip: tuple[str, ...] = ()) -> int:
    """Compares every path the file lists; the number compared."""
    tol, compared = oracle.tol(f"{tag}.par"), 0
    for name, expected in oracle.value(f"{tag}.par").items():
        if any(s in name for s in skip):
            continue
        mine = name
        for old, new in rename.items():
            mine = mine.replace(old, new)
        if mine not in fit.names:
            left, right = mine.split("~~")
            mine = f"{right}~~{left}"
        i = fit.at(mine)
        np.testing.assert_allclose(
            [fit.est[i], fit.se[i], fit.std[i]],
            [expected["est"], expected["se"], np.nan if expected["std.all"] is None else expected["std.all"]],
            rtol=tol,
            atol=1e-6,
            err_msg=name,
        )
        compared += 1
    return compared


@pytest.fixture
def soldiers(shared: Path) -> Oracle:
    return load(shared, "univbct")


def wide(oracle: Oracle, name: str) -> np.ndarray:
    """One row a soldier, waves 1 to 3."""
    _, first = np.unique(oracle.column("SUBNUM"), return_index=True)
    return oracle.matrix([f"{name}{t}" for t in (1, 2, 3)])[first]


RENAME = {f"JOBSAT{t}": f"x{t}" for t in (1, 2, 3)} | {f"COMMIT{t}": f"y{t}" for t in (1, 2, 3)}


def test_plain_cross_lagged_panel(soldiers: Oracle) -> None:
    result = clpm(wide(soldiers, "JOBSAT"), wide(soldiers, "COMMIT"))
    check_fit(soldiers, result.fit, "clpm_fiml")
    assert check_paths(soldiers, result.fit, "clpm_fiml", RENAME) == 23
    soldiers.close(result.x_to_y[0], "clpm_fiml.par", "COMMIT2~JOBSAT1", "est")


def test_random_intercept_cross_lagged_panel(soldiers: Oracle) -> None:
    result = ri_clpm(wide(soldiers, "JOBSAT"), wide(soldiers, "COMMIT"))
    check_fit(soldiers, result.fit, "riclpm_fiml_equal_lags")
    # latent means are fixed to zero in lavaan's table and are not paths here
    latent_means = tuple(f"{v}~1" for v in ("RIx", "RIy", "wx1", "wx2", "wx3", "wy1", "wy2", "wy3"))
    assert check_paths(soldiers, result.fit, "riclpm_fiml_equal_lags", RENAME, latent_means) > 40
    assert len(result.x_to_y) == 1


def test_lagged_mediation(soldiers: Oracle) -> None:
    jobs, commit, ready = (wide(soldiers, v) for v in ("JOBSAT", "COMMIT", "READY"))
    result = lagged_mediation(commit[:, 0], ready[:, 0], ready[:, 1], jobs[:, 0], jobs[:, 2])
    check_fit(soldiers, result.fit, "lagged_mediation_fiml")
    names = {"COMMIT1": "x1", "READY1": "m1", "READY2": "m2", "JOBSAT1": "y1", "JOBSAT3": "y3"}
    check_paths(soldiers, result.fit, "lagged_mediation_fiml", names, skip=(":=",))
    soldiers.close(result.indirect, "lagged_mediation_fiml.par", "ind:=a*b", "est")
    soldiers.close(result.indirect_se, "lagged_mediation_fiml.par", "ind:=a*b", "se")
    soldiers.close(result.total, "lagged_mediation_fiml.par", "tot:=cp+a*b", "est")


MOBI = {
    "IMAG": [f"IMAG{i}" for i in range(1, 6)],
    "PERQ": [f"PERQ{i}" for i in range(1, 8)],
    "PERV": ["PERV1", "PERV2"],
    "CUSA": [f"CUSA{i}" for i in range(1, 4)],
    "CUSL": ["CUSL1", "CUSL3"],
}
FIVE = {f: [f"{f}{i}" for i in range(1, 6)] for f in "ACENO"}


def reversed_items(oracle: Oracle) -> tuple[np.ndarray, list[str]]:
    names = [v for items in FIVE.values() for v in items]
    data = oracle.matrix(names)
    for item in oracle.value("recode"):
        data[:, names.index(item)] = 7 - data[:, names.index(item)]
    return data, names


def test_confirmatory_factors_of_customers(shared: Path) -> None:
    oracle = load(shared, "mobi")
    names = [v for items in MOBI.values() for v in items]
    fit = cfa(oracle.matrix(names), names, MOBI)
    check_fit(oracle, fit, "cfa5")
    assert check_paths(oracle, fit, "cfa5", {}) == 53


def test_confirmatory_factors_of_personality(shared: Path) -> None:
    oracle = load(shared, "bfi")
    data, names = reversed_items(oracle)
    fit = cfa(data[~np.isnan(oracle.column("gender"))], names, FIVE)
    check_fit(oracle, fit, "cfa5")
    check_paths(oracle, fit, "cfa5", {})


def test_measurement_invariance_ladder(shared: Path) -> None:
    oracle = load(shared, "bfi")
    data, names = reversed_items(oracle)
    ladder = measurement_invariance(data, names, FIVE, oracle.column("gender"))
    for step in ladder.steps:
        for key, expected in oracle.value(f"mi.{step.name}").items():
            tol = oracle.tol(f"mi.{step.name}")
            assert getattr(step.fit, FIT[key]) == pytest.approx(expected, rel=tol, abs=1e-9), key
    changes: dict[str, float] = {}
    for step in ladder.steps[1:]:
        changes |= {f"dchisq_{step.name}": step.delta_chisq, f"ddf_{step.name}": step.delta_df}
    oracle.close(changes, "mi.lrt")
    oracle.close(ladder.latent_means[0], "mi.latent_mean_diff_female")
    # five plain factors fit these items badly: nothing above may be read from the ladder
    assert ladder.highest == "none"
