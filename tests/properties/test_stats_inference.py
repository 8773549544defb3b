"""Many tests, bootstraps, sensitivity, and the reference page that states them."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import headwater.stats
from headwater.stats.bootstrap import bootstrap_interval, poisson_weight_sql, poisson_weights
from headwater.stats.multiplicity import adjust_p, flag, group_against_rest
from headwater.stats.sensitivity import (
    compare_dependent_correlations,
    compare_independent_correlations,
    correlation_interval,
    disattenuate,
    e_value,
    robustness_value,
)

# written down once: a change of the hash changes every published interval
FROZEN_WEIGHTS = [
    [1, 1, 0, 1, 2, 1, 0, 0],
    [1, 4, 1, 0, 4, 1, 1, 2],
    [1, 1, 1, 1, 1, 1, 1, 2],
    [3, 1, 1, 0, 0, 1, 1, 0],
    [0, 0, 0, 0, 0, 2, 0, 1],
    [2, 0, 3, 3, 0, 1, 1, 1],
]


# corrections for many tests


@given(hnp.arrays(float, st.integers(1, 40), elements=st.floats(0, 1)))
@settings(max_examples=60, deadline=None)
def test_adjusted_p_values_are_ordered_bounded_and_nested(p: np.ndarray) -> None:
    results = {m: adjust_p(p, m) for m in ("bh", "by", "holm", "bonferroni")}
    order = np.argsort(p, kind="stable")
    for adjusted in results.values():
        assert (adjusted >= p - 1e-15).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[order]) >= -1e-15).all()
    assert (results["bh"] <= results["holm"] + 1e-12).all()
    assert (results["holm"] <= results["bonferroni"] + 1e-12).all()
    assert (results["bh"] <= results["by"] + 1e-12).all()


def test_missing_tests_are_no_part_of_the_family() -> None:
    p = np.array([0.01, np.nan, 0.04, np.nan])
    np.testing.assert_allclose(adjust_p(p), [0.02, np.nan, 0.04, np.nan])
    result = flag(p, [0.5, 0.5, 0.1, np.nan], minimum_effect=0.2, family=["a", "a", "b", "b"])
    assert result.flagged.tolist() == [True, False, False, False]
    assert result.tests == {"a": 1, "b": 1}


def test_a_group_is_compared_with_the_others_only() -> None:
    values, groups = np.array([1.0, 2, 3, 10, 11, 12, 4, 5, 9]), np.repeat(["a", "b", "c"], 3)
    result = group_against_rest(values, groups)
    assert result.labels == ("a", "b", "c")
    np.testing.assert_allclose(result.difference.estimate, [2 - 8.5, 11 - 4, 6 - 6.5])


# bootstrap


def test_poisson_weights_are_poisson_reproducible_and_unrelated() -> None:
    keys = np.random.default_rng(0).integers(-(2**63), 2**63 - 1, 4000)
    weights = poisson_weights(keys, 60)
    assert weights.dtype == np.uint8
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert np.abs(np.corrcoef(weights.T) - np.eye(60)).max() < 0.075
    counts = np.bincount(weights.ravel(), minlength=4)[:4] / weights.size
    np.testing.assert_allclose(counts, np.exp(-1) / np.array([1, 1, 2, 6]), atol=0.005)
    np.testing.assert_array_equal(poisson_weights(keys, 10, first=20), weights[:, 20:30])
    np.testing.assert_array_equal(poisson_weights(keys.view(np.uint64), 60), weights)
    # keys in sequence hash as well as random ones
    in_order = poisson_weights(np.arange(4000), 60)
    assert np.abs(np.corrcoef(in_order.T) - np.eye(60)).max() < 0.075
    assert abs(np.corrcoef(in_order[:-1].ravel(), in_order[1:].ravel())[0, 1]) < 0.01


def test_poisson_weights_are_fixed_for_ever() -> None:
    keys = np.array([0, 1, 2, 2**32, -1, 123456789012345678])
    assert poisson_weights(keys, 8).tolist() == FROZEN_WEIGHTS


def test_sql_gives_the_same_weights() -> None:
    duckdb = pytest.importorskip("duckdb")
    keys = np.random.default_rng(1).integers(-(2**63), 2**63 - 1, 200)
    weights = poisson_weights(keys, 9)
    with duckdb.connect() as connection:
        select = ", ".join(poisson_weight_sql("key", str(b)) for b in (0, 4, 8))
        query = f"SELECT {select} FROM (SELECT unnest(?::BIGINT[]) AS key)"
        rows = connection.execute(query, [keys.tolist()]).fetchall()
    np.testing.assert_array_equal(np.array(rows), weights[:, [0, 4, 8]])


def test_bootstrap_interval_of_a_mean_comes_near_the_textbook() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=800)
    weights = poisson_weights(rng.integers(0, 2**62, 800), 2000).astype(float)
    replicates = values @ weights / weights.sum(axis=0)
    for kind in ("percentile", "basic", "normal"):
        result = bootstrap_interval(values.mean(), replicates, kind=kind)
        assert float(result.se) == pytest.approx(values.std() / np.sqrt(800), rel=0.06)
        assert float(result.upper - result.lower) == pytest.approx(3.92 * values.std() / np.sqrt(800), rel=0.1)


# what would overturn it


def test_published_robustness_and_e_values() -> None:
    # Cinelli and Hazlett (2020), Darfur: t 4.184 on 783 degrees of freedom gives 13.9% and 7.6%
    result = robustness_value(4.18445, 783)
    assert result.value == pytest.approx(0.139, abs=5e-4)
    assert result.value_significance == pytest.approx(0.076, abs=5e-4)
    assert result.partial_r2 == pytest.approx(0.022, abs=5e-4)
    # VanderWeele and Ding (2017): risk ratio 3.9 (1.8 to 8.7) gives 7.26 and 3.0
    assert e_value(3.9, scale="rr", limit=1.8) == pytest.approx((7.26, 3.0), abs=0.005)
    assert e_value(0.2, scale="d", limit=-0.1)[1] == 1.0


@given(st.floats(-0.95, 0.95), st.floats(4, 5000))
def test_fisher_interval_holds_the_correlation_and_narrows(r: float, n: float) -> None:
    result = correlation_interval(r, n)
    assert -1 <= result.lower <= r + 1e-12
    assert r - 1e-12 <= result.upper <= 1
    wider = correlation_interval(r, n, confidence=0.99)
    assert wider.upper - wider.lower >= result.upper - result.lower


def test_correlations_are_compared() -> None:
    # Zou (2007), tables 1 and 2: independent .49 and .36, 145 each; overlapping .396 and .179 with .088, 66
    independent = compare_independent_correlations(0.49, 145, 0.36, 145)
    assert independent.difference == pytest.approx(0.13)
    assert independent.lower < 0 < independent.upper
    dependent = compare_dependent_correlations(0.396, 0.179, 0.088, 66)
    assert (dependent.lower, dependent.upper) == pytest.approx((-0.093, 0.517), abs=0.002)
    corrected = disattenuate(0.3, 0.8, 0.5, n=200)
    assert corrected.r == pytest.approx(0.3 / np.sqrt(0.4))
    wider = disattenuate(0.3, 0.8, 0.5, n=200, se_reliability_y=0.1)
    assert wider.upper > corrected.upper


# the reference page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "stats-links.md"
ROWS = re.findall(r"^\| `(\w+)\((.*)\)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_reference_page_lists_functions() -> None:
    assert len(ROWS) > 50


@pytest.mark.parametrize(("name", "stated"), ROWS, ids=[row[0] for row in ROWS])
def test_the_reference_page_states_the_signature(name: str, stated: str) -> None:
    page = ast.parse(f"def f({stated}): ...").body[0]
    assert isinstance(page, ast.FunctionDef)
    real = inspect.signature(getattr(headwater.stats, name)).parameters.values()
    positional = [p for p in real if p.kind is not p.KEYWORD_ONLY]
    named = [p for p in real if p.kind is p.KEYWORD_ONLY]
    assert [a.arg for a in page.args.args] == [p.name for p in positional]
    assert [a.arg for a in page.args.kwonlyargs] == [p.name for p in named]
    defaults = [p.default for p in positional if p.default is not p.empty]
    assert [ast.literal_eval(d) for d in page.args.defaults] == defaults
    stated_named = [None if d is None else ast.literal_eval(d) for d in page.args.kw_defaults]
    assert stated_named == [None if p.default is p.empty else p.default for p in named]


@pytest.mark.parametrize("number", range(6))
def test_the_examples_of_the_reference_page_print_what_they_say(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    example = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[number]
    exec(compile(example, f"example {number}", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    said = [line.split("  # ")[1] for line in example.splitlines() if "print(" in line]
    assert len(printed) == len(said)
    for output, comment in zip(printed, said, strict=True):
        # a comment may go on after the figures, or stop short with an ellipsis
        short = comment.removesuffix("...").rstrip()
        assert output.startswith(short) or short.startswith(output), (output, comment)
