"""Difference in differences against R lm (jtrain) and against means worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.did import did_2x2, group_time_effects
from headwater.stats.did_averages import aggregate_effects


def test_two_by_two(shared: Path) -> None:
    oracle = load(shared, "jtrain")
    firm, year, y, grant = (oracle.column(c) for c in ("fcode", "year", "lscrap", "grant"))
    firms = np.unique(firm)

    def at(values: np.ndarray, when: int) -> np.ndarray:
        return np.array([values[(firm == f) & (year == when)][0] for f in firms])

    result = did_2x2(at(y, 1987), at(y, 1988), at(grant, 1988), se="classic")
    for i, name in enumerate(("(Intercept)", "grant.1988")):
        oracle.close({"Estimate": result.coef[i], "Std. Error": result.se[i]}, "did_1987_88", name)


# Six units, three periods: two never start, two start in 2, two in 3.
WIDE = np.array([[1.0, 2, 3], [2, 2, 5], [1, 5, 6], [2, 7, 8], [4, 4, 9], [3, 5, 9]])
START = np.array([np.nan, np.nan, 2, 2, 3, 3])


def long() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return WIDE.ravel(), np.repeat(list("abcdef"), 3), np.tile([1.0, 2.0, 3.0], 6), np.repeat(START, 3)


def test_group_time_effects_by_hand() -> None:
    effects = group_time_effects(*long())
    found = {(g, t): a for g, t, a in zip(effects.cohort, effects.period, effects.att, strict=True)}
    # cohort 2: changes 4 and 5 against 1 and 0; then 5 and 6 against 2 and 3; cohort 3 before: 0 and 2
    # against 1 and 0; after: 5 and 4 against 1 and 3
    assert found == pytest.approx({(2, 2): 4.0, (2, 3): 3.0, (3, 2): 0.5, (3, 3): 2.5})
    assert effects.event.tolist() == [0, 1, -1, 0]


def test_not_yet_started_units_serve_as_comparison() -> None:
    effects = group_time_effects(*long(), control="not_yet")
    found = {(g, t): a for g, t, a in zip(effects.cohort, effects.period, effects.att, strict=True)}
    # in period 2 cohort 3 has not started: changes 1, 0, 0, 2 have mean 0.75
    assert found[2, 2] == pytest.approx(4.5 - 0.75)
    assert found[2, 3] == pytest.approx(3.0)


def test_averages_by_hand() -> None:
    effects = group_time_effects(*long())
    simple = aggregate_effects(effects, "simple")
    assert simple.overall == pytest.approx((4 + 3 + 2.5) / 3)
    dynamic = aggregate_effects(effects, "dynamic")
    assert dict(zip(dynamic.label, dynamic.att, strict=True)) == pytest.approx({-1: 0.5, 0: 3.25, 1: 3.0})
    assert dynamic.overall == pytest.approx((3.25 + 3.0) / 2)
    cohort = aggregate_effects(effects, "cohort")
    assert cohort.att == pytest.approx([3.5, 2.5])
    assert cohort.overall == pytest.approx(3.0)
    assert aggregate_effects(effects, "calendar").att == pytest.approx([4.0, 2.75])


def test_two_periods_equal_the_regression() -> None:
    rng = np.random.default_rng(2)
    before, after = rng.normal(size=(2, 200))
    treated = rng.integers(0, 2, 200).astype(float)
    effects = group_time_effects(
        np.concatenate([before, after]),
        np.tile(np.arange(200), 2),
        np.repeat([0.0, 1.0], 200),
        np.tile(np.where(treated == 1, 1.0, np.inf), 2),
    )
    plain = did_2x2(before, after, treated, se="HC1")
    assert effects.att[0] == pytest.approx(plain.coef[1], rel=1e-10)
    # influence functions divide by n where HC1 divides by n - 2
    assert effects.se[0] == pytest.approx(plain.se[1] * np.sqrt(198 / 200), rel=1e-10)
