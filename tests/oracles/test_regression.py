"""Regression, hybrid models and panels against R lm, lme4 and plm: swiss, bh1996, univbct, jtrain; NHS trusts."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.hybrid import within_between
from headwater.stats.panel import first_differences, hausman, panel_fixed_effects, random_effects
from headwater.stats.panel_links import panel_link
from headwater.stats.regression import ols


def test_least_squares(shared: Path) -> None:
    oracle = load(shared, "swiss")
    names = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
    model = ols(oracle.column("Fertility"), oracle.matrix(names), names=names)
    for i, name in enumerate(oracle.value("relimp5.ols_coef")):
        oracle.close([model.coef[i], model.se[i], model.t[i], model.p[i]], "relimp5.ols_coef", name)
    oracle.close(model.r2, "relimp5.R2")
    oracle.close(model.adj_r2, "relimp5.adjR2")


def test_hybrid_model_and_contextual_effect(shared: Path) -> None:
    oracle = load(shared, "bh1996")
    result = within_between(
        oracle.column("WBEING"),
        oracle.matrix(["LEAD", "HRS"]),
        oracle.column("GRP"),
        names=["LEAD", "HRS"],
        se="model",
    )
    for name in oracle.value("lmer.hybrid_within_between.fixef"):
        i = result.model.at(name.replace("G.", "B."))
        fixed = {"Estimate": result.model.coef[i], "Std. Error": result.model.se[i]}
        oracle.close(fixed, "lmer.hybrid_within_between.fixef", name)
    oracle.close(result.tau00, "lmer.hybrid_within_between.varcomp", "1", "vcov")
    oracle.close(result.sigma2, "lmer.hybrid_within_between.varcomp", "2", "vcov")
    oracle.close(result.contextual[0].estimate, "hybrid.contextual_LEAD", "diff")
    oracle.close(result.contextual[0].t, "hybrid.contextual_LEAD", "z")


def test_hybrid_model_with_a_covariate(shared: Path) -> None:
    oracle = load(shared, "univbct")
    result = within_between(
        oracle.column("JSAT"),
        oracle.matrix(["COMMIT", "READY"]),
        oracle.column("SUBNUM"),
        covariates=oracle.column("TIME"),
        names=["COMMIT", "READY"],
        se="model",
    )
    to_r = {"W.COMMIT": "W_COMMIT", "B.COMMIT": "M_COMMIT", "W.READY": "W_READY", "B.READY": "M_READY", "c1": "TIME"}
    for name, r_name in to_r.items():
        i = result.model.at(name)
        fixed = {"Estimate": result.model.coef[i], "Std. Error": result.model.se[i]}
        oracle.close(fixed, "lmer.within_between.fixef", r_name)
    oracle.close(result.tau00, "lmer.within_between.varcomp", "1", "vcov")


@pytest.fixture
def soldiers(shared: Path) -> Oracle:
    return load(shared, "univbct")


def test_fixed_effects_by_unit_with_stated_errors(soldiers: Oracle) -> None:
    time = soldiers.column("TIME")
    x = np.column_stack([soldiers.matrix(["COMMIT", "READY"]), time == 1, time == 2]).astype(float)
    names = ["COMMIT", "READY", "factor(TIME)1", "factor(TIME)2"]
    y, unit = soldiers.column("JSAT"), soldiers.column("SUBNUM")
    classic = panel_fixed_effects(y, x, unit, se="classic", names=names)
    clustered = panel_fixed_effects(y, x, unit, se="CR0", names=names)
    for i, name in enumerate(names):
        row = {"Estimate": classic.coef[i], "SE_classic": classic.se[i], "SE_cluster_HC0": clustered.se[i]}
        soldiers.close(row, "plm.fe", name)
    random = random_effects(y, x, unit, names=names)
    values = dict(zip(random.model.names, random.model.coef, strict=True))
    soldiers.close(values, "plm.re_hausman", "coef")
    test = hausman(classic, random.model)
    soldiers.close(test.chisq, "plm.re_hausman", "hausman_chisq")
    soldiers.close(test.p, "plm.re_hausman", "hausman_p")


def test_two_way_effects_equal_unit_effects_with_period_dummies(soldiers: Oracle) -> None:
    y, unit, time = (soldiers.column(c) for c in ("JSAT", "SUBNUM", "TIME"))
    result = panel_fixed_effects(y, soldiers.matrix(["COMMIT", "READY"]), unit, time, se="classic")
    for i, name in enumerate(("COMMIT", "READY")):
        soldiers.close(result.coef[i], "plm.fe", name, "Estimate")
        soldiers.close(result.se[i], "plm.fe", name, "SE_classic")


def test_job_training_grants(shared: Path) -> None:
    oracle = load(shared, "jtrain")
    year = oracle.column("year")
    x = np.column_stack([year == 1988, year == 1989, oracle.column("grant"), oracle.column("grant_1")]).astype(float)
    names = ["factor(year)1988", "factor(year)1989", "grant", "grant_1"]
    y, firm = oracle.column("lscrap"), oracle.column("fcode")
    fits = {se: panel_fixed_effects(y, x, firm, se=se, names=names) for se in ("classic", "CR0", "CR1")}
    for i, name in enumerate(names):
        row = {
            "Estimate": fits["classic"].coef[i],
            "SE": fits["classic"].se[i],
            "SE_cluster_HC0": fits["CR0"].se[i],
            "SE_cluster_Gm1": fits["CR1"].se[i],
        }
        oracle.close(row, "fe", name)
    oracle.close({"obs": fits["CR0"].n, "firms": fits["CR0"].groups, "within_R2": fits["CR0"].r2}, "fe.n")
    random = random_effects(y, x, firm, names=names).model
    oracle.close(dict(zip(random.names, random.coef, strict=True)), "re")


def test_first_differences(shared: Path) -> None:
    oracle = load(shared, "jtrain")
    names = ["cgrant", "cgrant_1", "factor(year)1989"]
    changes = np.column_stack([oracle.matrix(["cgrant", "cgrant_1"]), oracle.column("year") == 1989])
    given = ols(oracle.column("clscrap"), changes, names=names)
    result = first_differences(
        oracle.column("lscrap"),
        oracle.matrix(["grant", "grant_1"]),
        oracle.column("fcode"),
        oracle.column("year"),
        se="classic",
        names=names[:2],
    )
    for name in oracle.value("fd"):
        i = given.at(name)
        oracle.close({"Estimate": given.coef[i], "Std. Error": given.se[i]}, "fd", name)
        # the file's changes are stored in single precision: from the levels seven digits agree
        k = result.at(name.replace("factor(year)1989", "period1"))
        np.testing.assert_allclose([result.coef[k], result.se[k]], [given.coef[i], given.se[i]], rtol=1e-6)


SURVEY = ("Emotional_manager_rate", "Stress_rate", "Burned_out_rate", "Enough_staff_rate")


def trusts(shared: Path) -> dict[str, np.ndarray]:
    """Trust-years of 20,000 attendances and more: survey rates joined with yearly waits by ODS code and year."""
    folder = shared / "data" / "nhs"
    waits: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(2))
    with (folder / "ae_waits_by_trust_month.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["attendances_over_4hours"] != "NA" and row["total_attendances"] != "NA":
                counts = [float(row["total_attendances"]), float(row["attendances_over_4hours"])]
                waits[row["nhs_trust22_code"], row["date"][-4:]] += counts
    rows = []
    with (folder / "staff_survey_by_organisation_2021_2024.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            key = (row["ODS code"], row["Year"])
            if key in waits and waits[key][0] >= 20_000:
                total, late = waits[key]
                rates = [float(row[c]) if row[c] not in ("", "NA") else np.nan for c in SURVEY]
                rows.append([*key, *rates, 100 * (1 - late / total)])
    columns = np.array(rows, dtype=object).T
    out = {name: columns[2 + i].astype(float) for i, name in enumerate(SURVEY)}
    return {"unit": columns[0].astype(str), "year": columns[1].astype(int), "seen": columns[6].astype(float), **out}


# within: r, lower, upper; across: r, lower, upper. Printed to two decimals in the published picture.
PUBLISHED = [
    ("Emotional_manager_rate", "Stress_rate", (0.48, 0.38, 0.58), (0.64, 0.54, 0.74)),
    ("Emotional_manager_rate", "Burned_out_rate", (0.39, 0.28, 0.50), None),
    ("Emotional_manager_rate", "Enough_staff_rate", (-0.38, -0.48, -0.28), None),
    ("Stress_rate", "seen", (-0.09, -0.21, 0.04), (-0.25, -0.39, -0.12)),
    ("Burned_out_rate", "seen", (-0.07, -0.18, 0.04), None),
    ("Enough_staff_rate", "seen", (0.00, -0.09, 0.10), None),
]


@pytest.mark.parametrize(("x", "y", "within", "across"), PUBLISHED, ids=[f"{p[0]}-{p[1]}" for p in PUBLISHED])
def test_links_of_hospital_trusts(
    shared: Path,
    x: str,
    y: str,
    within: tuple[float, float, float],
    across: tuple[float, float, float] | None,
) -> None:
    data = trusts(shared)
    link = panel_link(data[x], data[y], data["unit"], data["year"])
    assert (link.units, link.unit_periods) == (141, 519)
    assert link.within is not None
    assert (link.within.units, link.within.rows) == (138, 516)
    np.testing.assert_allclose([link.within.r, link.within.lower, link.within.upper], within, atol=0.0051)
    if across is not None:
        np.testing.assert_allclose([link.across.r, link.across.lower, link.across.upper], across, atol=0.0051)
