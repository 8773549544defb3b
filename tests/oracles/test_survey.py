"""Design-based estimation and weighting against R survey 4.1-1: apistrat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.survey import (
    SurveyDesign,
    SurveyEstimate,
    survey_design,
    survey_domain_means,
    survey_mean,
    survey_quantile,
    survey_ratio,
    survey_regression,
    survey_total,
)
from headwater.stats.survey_inference import (
    rao_scott_test,
    survey_jackknife_mean,
    survey_proportion_interval,
    survey_t_test,
)
from headwater.stats.weights import calibrate, post_stratify, rake

SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
TOTALS = [6194, 755, 1018, 3914069]


@pytest.fixture
def schools(shared: Path) -> Oracle:
    return load(shared, "apistrat")


@pytest.fixture
def design(schools: Oracle) -> SurveyDesign:
    return survey_design(schools.column("pw"), strata=schools.column("stype"), population=schools.column("fpc"))


@pytest.fixture
def replaced(schools: Oracle) -> SurveyDesign:
    return survey_design(schools.column("pw"), strata=schools.column("stype"))


def _close(schools: Oracle, got: SurveyEstimate, result: str) -> None:
    schools.close(got.estimate, result, "est")
    schools.close(got.se, result, "se")


def _auxiliaries(schools: Oracle) -> np.ndarray:
    kind = schools.column("stype")
    return np.column_stack([np.ones(kind.size), kind == "H", kind == "M", schools.column("api99")]).astype(float)


@pytest.mark.parametrize("name", ["api00", "api99", "enroll", "meals"])
def test_means_and_totals(schools: Oracle, design: SurveyDesign, replaced: SurveyDesign, name: str) -> None:
    values = schools.column(name)
    got = survey_mean(values, design)
    _close(schools, got, f"mean.{name}")
    schools.close(got.design_effect, f"mean.{name}", "deff")
    schools.close(got.lower, f"mean.{name}", "ci_lower")
    schools.close(got.upper, f"mean.{name}", "ci_upper")
    schools.close(got.df, f"mean.{name}", "df")
    _close(schools, survey_mean(values, replaced), f"mean_nofpc.{name}")
    _close(schools, survey_total(values, design), f"total.{name}")


@pytest.mark.parametrize("method", ["logit", "likelihood", "asin", "beta", "mean", "xlogit"])
def test_share(schools: Oracle, design: SurveyDesign, method: str) -> None:
    yes = schools.column("sch.wide") == "Yes"
    got = survey_proportion_interval(yes, design, method=method)
    schools.close(got.estimate, f"ciprop.{method}", "p")
    schools.close(got.lower, f"ciprop.{method}", "lower")
    schools.close(got.upper, f"ciprop.{method}", "upper")
    mean = survey_mean(yes, design)
    schools.close(mean.estimate, "prop.sch.wide", "Yes")
    schools.close(1 - mean.estimate, "prop.sch.wide", "No")
    schools.close(mean.se, "prop.sch.wide", "se")


@pytest.mark.parametrize("by", ["stype", "awards"])
def test_domains(schools: Oracle, design: SurveyDesign, by: str) -> None:
    got = survey_domain_means(schools.column("api00"), schools.column(by), design)
    for i, label in enumerate(got.domains):
        schools.close([got.estimate[i], got.se[i]], f"by.{by}", label)


def test_ratio_regression_quantiles(schools: Oracle, design: SurveyDesign) -> None:
    _close(schools, survey_ratio(schools.column("api.stu"), schools.column("enroll"), design), "ratio")
    fit = survey_regression(schools.column("api00"), schools.matrix(["ell", "meals", "mobility"]), design)
    for i, row in enumerate(schools.value("svyglm")):
        schools.close([fit.coef[i], fit.se[i]], "svyglm", row)
    schools.close(survey_quantile(schools.column("api00"), design, [0.25, 0.5, 0.75]), "quantile.api00")


def test_raking(schools: Oracle) -> None:
    margins = [(schools.column("stype"), SCHOOLS), (schools.column("sch.wide"), WIDE)]
    weighting = rake(margins, start=schools.column("pw"))
    w = weighting.weights
    schools.close(w, "rake.weights")
    _close(schools, survey_mean(schools.column("api00"), _with(schools, weighting, population=False)), "rake")
    schools.close(w.min(), "rake", "w_min")
    schools.close(w.max(), "rake", "w_max")
    schools.close(weighting.design_effect, "rake", "kish_deff")
    both = (schools.column("stype") == "E") & (schools.column("sch.wide") == "Yes")
    schools.close(w[both].sum(), "rake", "total_E_Yes")


def _with(schools: Oracle, weighting: object, *, population: bool = True) -> SurveyDesign:
    return survey_design(
        weighting,  # type: ignore[arg-type]
        strata=schools.column("stype"),
        population=schools.column("fpc") if population else None,
    )


def test_calibration(schools: Oracle) -> None:
    x, pw, y = _auxiliaries(schools), schools.column("pw"), schools.column("api00")
    linear = calibrate(x, TOTALS, start=pw)
    _close(schools, survey_mean(y, _with(schools, linear)), "calibrate_greg")
    schools.close(linear.weights.min(), "calibrate_greg", "w_min")
    schools.close(linear.weights.max(), "calibrate_greg", "w_max")
    # The reference stopped 1.6e-9 from the solution; its own tolerance covers that.
    _close(
        schools, survey_mean(y, _with(schools, calibrate(x, TOTALS, start=pw, distance="raking"))), "calibrate_raking"
    )
    # An auxiliary that is known is estimated without error.
    assert survey_mean(schools.column("api99"), _with(schools, linear)).se == pytest.approx(0, abs=1e-9)


def test_post_stratification(schools: Oracle) -> None:
    weighting = post_stratify(schools.column("stype"), SCHOOLS, start=schools.column("pw"))
    got = survey_mean(schools.column("api00"), _with(schools, weighting, population=False))
    _close(schools, got, "poststrat.api00")


def test_tests(schools: Oracle, design: SurveyDesign) -> None:
    t = survey_t_test(schools.column("api00"), schools.column("sch.wide"), design)
    schools.close([t.difference, t.t, t.df, t.p_value], "ttest")
    table = rao_scott_test(schools.column("sch.wide"), schools.column("stype"), design)
    schools.close([table.f, table.df_numerator, table.df_denominator, table.p_value], "raoscott")
    _close(schools, survey_jackknife_mean(schools.column("api00"), design), "jkn.api00")


def test_those_who_did_not_answer_stay_in_the_design(schools: Oracle, design: SurveyDesign) -> None:
    values = schools.column("api00").copy()
    values[schools.column("awards") == "No"] = np.nan
    got = survey_mean(values, design)
    domain = survey_domain_means(schools.column("api00"), schools.column("awards"), design)
    assert [got.estimate, got.se] == pytest.approx([domain.estimate[1], domain.se[1]])


def test_clusters_raise_the_error(schools: Oracle) -> None:
    values, counties = schools.column("api00"), schools.column("cnum")
    one = survey_mean(values, survey_design(schools.column("pw")))
    many = survey_mean(values, survey_design(schools.column("pw"), clusters=counties))
    assert many.df == np.unique(counties).size - 1
    # By hand: totals of scores by county, with replacement.
    w = schools.column("pw")
    score = w * (values - one.estimate) / w.sum()
    totals = np.array([score[counties == c].sum() for c in np.unique(counties)])
    by_hand = totals.size / (totals.size - 1) * ((totals - totals.mean()) ** 2).sum()
    assert many.se == pytest.approx(np.sqrt(by_hand))


def test_trimming_keeps_totals_and_bounds(schools: Oracle) -> None:
    margins = [(schools.column("stype"), SCHOOLS), (schools.column("sch.wide"), WIDE)]
    free = rake(margins)
    bound = rake(margins, trim=(0.4865, 1.43))
    ratio = bound.weights / (6194 / 200)
    assert ratio.min() >= 0.4865 - 1e-12
    assert ratio.max() <= 1.43 + 1e-12
    assert bound.trimmed > 0
    assert (free.weights / (6194 / 200)).max() > 1.43
    for labels, totals in margins:
        for label, total in totals.items():
            assert bound.weights[labels == label].sum() == pytest.approx(total, rel=1e-9)
    x, pw = _auxiliaries(schools), schools.column("pw")
    for distance in ("linear", "raking"):
        cut = calibrate(x, TOTALS, start=pw, distance=distance, trim=(0.97, 1.03))
        assert cut.trimmed > 0
        np.testing.assert_allclose(x.T @ cut.weights, TOTALS, rtol=1e-8)
        assert np.abs(cut.weights / pw - 1).max() <= 0.03 + 1e-12


def test_says_what_is_wrong(schools: Oracle, design: SurveyDesign) -> None:
    y = schools.column("api00")
    cases: dict[str, Callable[[], object]] = {
        "no known total for": lambda: rake([(["a", "b"], {"a": 1.0})]),
        "nobody answered in": lambda: rake([(["a", "b"], {"a": 1.0, "b": 1.0, "c": 1.0})]),
        "make them agree": lambda: rake([(["a", "b"], {"a": 1, "b": 1}), (["x", "y"], {"x": 5, "y": 5})]),
        "margins is empty": lambda: rake([]),
        "missing labels": lambda: rake([(["a", None], {"a": 1.0})]),
        "differ in length": lambda: rake([(["a", "b"], {"a": 1, "b": 1}), (["x"], {"x": 2})]),
        "total of 0 or below": lambda: rake([(["a", "b"], {"a": 1.0, "b": 0.0})]),
        "bounds below and above 1": lambda: rake([(["a", "b"], {"a": 1, "b": 1})], trim=(2, 3)),
        "widen trim or merge": lambda: rake([(["a", "b"], {"a": 1, "b": 99})], trim=(0.9, 1.1)),
        "missed by": lambda: rake([(["a", "b"], {"a": 1, "b": 2}), (["x", "y"], {"x": 2, "y": 1})]),
        "auxiliary repeats": lambda: calibrate(np.ones((3, 2)), [3, 3]),
        "totals for": lambda: calibrate(np.ones((3, 1)), [3, 3]),
        "linear or raking": lambda: calibrate(np.ones((3, 1)), [3], distance="logit"),
        "starting weights": lambda: calibrate(np.ones((3, 1)), [3], start=[1, 0, 1]),
        "first-stage unit": lambda: survey_design([1, 1, 1], strata=["a", "a", "b"]),
        "known and above 0": lambda: survey_design([1, -1]),
        "smaller than the sample": lambda: survey_design([1, 1, 1], population=[2, 2, 2]),
        "varies within a stratum": lambda: survey_design([1, 1, 1], population=[5, 6, 7]),
        "strata has missing": lambda: survey_design([1, 1], strata=["a", None]),
        "no answers": lambda: survey_mean(np.full(200, np.nan), design),
        r"values and weights differ in length": lambda: survey_mean(y[:5], design),
        "adds up to 0": lambda: survey_ratio(y, np.zeros(200), design),
        "constant or repeats": lambda: survey_regression(y, np.ones(200), design),
        "between 0 and 1": lambda: survey_quantile(y, design, [1.5]),
        "pass two": lambda: survey_t_test(y, schools.column("stype"), design),
        "one category": lambda: rao_scott_test(np.ones(200), schools.column("stype"), design),
        "recode the answers": lambda: survey_proportion_interval(y, design),
        "everybody or nobody": lambda: survey_proportion_interval(np.ones(200), design),
        "unknown method": lambda: survey_proportion_interval(np.ones(200), design, method="exact"),
        "jackknife takes": lambda: survey_jackknife_mean(
            y, _with(schools, post_stratify(schools.column("stype"), SCHOOLS))
        ),
    }
    for message, call in cases.items():
        with pytest.raises(ValueError, match=message):
            call()
