"""Whether questions mean the same in groups, against lavaan by way of `fit_sem`, and against planted differences.

`measurement_invariance` gives lavaan's figures for bfi (test_panel_sem). The one-factor models from moments alone give
the same as it does, to 1e-6 of chi-square and CFI.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest
from tests.oracles.oracle import load

from headwater.stats.factor_models import measurement_invariance
from headwater.stats.invariance import Compared, Sameness, judge_sameness
from headwater.stats.robust_differences import fourth_moments

SCALES = {"A": ("A1",), "C": ("C4", "C5"), "E": ("E1", "E2"), "N": (), "O": ("O2", "O5")}
"""Scales of bfi and their reversed questions."""


def compared(parts: list[np.ndarray], *, plain: bool = False) -> Compared:
    """Moments of groups of rows."""
    rows = np.concatenate(parts)
    return Compared(
        np.array([len(part) for part in parts]),
        np.array([part.mean(axis=0) for part in parts]),
        np.array([np.cov(part, rowvar=False, bias=True) for part in parts]),
        None if plain else fourth_moments(rows, np.ones(len(rows)), rows.mean(axis=0)),
    )


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("count", [3, 5])
@pytest.mark.parametrize("turned", [True, False])
def test_rungs_are_those_of_lavaan(shared: Path, scale: str, count: int, turned: bool) -> None:
    oracle = load(shared, "bfi")
    names = [f"{scale}{number}" for number in range(1, count + 1)]
    data = np.column_stack([oracle.column(name) for name in names]).astype(float)
    if turned:
        for name in set(SCALES[scale]) & set(names):
            data[:, names.index(name)] = 7 - data[:, names.index(name)]
    group = np.asarray(oracle.column("gender"))
    keep = ~np.isnan(data).any(axis=1)
    data, group = data[keep], group[keep]
    ladder = measurement_invariance(data, names, {"f": names}, group)
    found = judge_sameness([compared([data[group == one] for one in np.unique(group)], plain=True)])[0]
    for step, rung in zip(ladder.steps[:3], found.rungs, strict=True):
        assert rung.chisq == pytest.approx(step.fit.chisq, abs=1e-5, rel=1e-6)
        assert rung.df == step.fit.df
        assert rung.cfi == pytest.approx(step.fit.cfi, abs=1e-7)
    for step, rung in zip(ladder.steps[1:3], found.rungs[1:], strict=True):
        assert rung.p == pytest.approx(step.p, rel=1e-4, abs=1e-12)
    chisq = [step.fit.chisq for step in ladder.steps]
    assert chisq == sorted(chisq), "a stricter model never fits better"


def drawn(rng: np.random.Generator, n: int, items: int, *, mean: float = 0.0, ease: tuple[float, ...] = (),
          weight: tuple[float, ...] = ()) -> np.ndarray:  # fmt: skip
    """Continuous answers of one group. ease, weight: added to intercepts and loadings of the first items."""
    loading = np.linspace(0.7, 0.9, items)
    loading[: len(weight)] += weight
    rows = np.outer(mean + rng.standard_normal(n), loading) + 0.6 * rng.standard_normal((n, items))
    rows[:, : len(ease)] += ease
    return rows


def test_p_is_even_where_nothing_differs() -> None:
    rng = np.random.default_rng(1)
    plain = [
        compared([drawn(rng, 300, 4, mean=0.3 * group) for group in range(3)]) for _ in range(120)
    ]  # fmt: skip
    found = judge_sameness(plain)
    for rung in (1, 2):
        p = np.array([one.rungs[rung].p for one in found])
        assert kstest(p, "uniform").pvalue > 0.001
    assert not any(one.answer == "differs" for one in found)


def test_a_plain_test_calls_alarm_too_often_where_teams_answer_alike_and_this_one_does_not() -> None:
    rng = np.random.default_rng(2)
    plain, scaled = [], []
    for _ in range(100):
        parts = []
        for _group in range(2):
            rows = drawn(rng, 400, 4)
            parts.append(rows + 0.5 * np.repeat(rng.standard_normal((40, 4)), 10, axis=0))
        rows = np.concatenate(parts)
        made = rows - rows.mean(axis=0)
        first, second = np.triu_indices(4)
        made = np.concatenate([made, made[:, first] * made[:, second]], axis=1)
        sums = (made - made.mean(axis=0)).reshape(80, 10, -1).sum(axis=1)
        one = compared(parts, plain=True)
        plain.append(one)
        scaled.append(Compared(one.n, one.mean, one.cov, sums.T @ sums / len(rows)))
    alarms = [np.mean([one.rungs[2].p <= 0.05 for one in judge_sameness(kind)]) for kind in (plain, scaled)]
    assert alarms[0] > 0.2
    assert alarms[1] < 0.1


def only(found: tuple[Sameness, ...]) -> Sameness:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("groups", [2, 4])
@pytest.mark.parametrize("items", [3, 5])
def test_an_easier_question_is_found_with_its_size(groups: int, items: int) -> None:
    rng = np.random.default_rng(10 * groups + items)
    parts = [drawn(rng, 700, items, mean=0.2 * group) for group in range(groups - 1)]
    parts.append(drawn(rng, 600, items, mean=-0.3, ease=(0.0, 0.5)))
    found = only(judge_sameness([compared(parts)]))
    assert found.answer == "differs"
    assert [(one.group, one.item) for one in found.differences] == [(groups - 1, 1)]
    assert found.differences[0].shift == pytest.approx(0.5, abs=0.1)
    assert found.differences[0].dmacs == pytest.approx(0.5 / np.sqrt(0.75**2 * 1.05 + 0.36), abs=0.12)
    assert not found.differences[0].is_weight


def test_a_question_that_weighs_otherwise_is_found() -> None:
    rng = np.random.default_rng(4)
    parts = [drawn(rng, 900, 5), drawn(rng, 900, 5), drawn(rng, 800, 5, mean=0.5, weight=(0.0, 0.0, -0.6))]
    found = only(judge_sameness([compared(parts)]))
    assert found.answer == "differs"
    assert [(one.group, one.item, one.is_weight) for one in found.differences] == [(2, 2, True)]
    assert found.differences[0].shift == pytest.approx(-0.3, abs=0.1)


def test_two_questions_tell_only_how_easy_they_are() -> None:
    rng = np.random.default_rng(5)
    alike = compared([drawn(rng, 500, 2), drawn(rng, 500, 2, mean=0.4)])
    apart = compared([drawn(rng, 500, 2), drawn(rng, 500, 2, mean=0.4, ease=(0.6,))])
    found = judge_sameness([alike, apart])
    assert [one.answer for one in found] == ["same", "differs"]
    assert np.isnan(found[1].rungs[1].p)
    assert abs(found[1].differences[0].shift) == pytest.approx(0.6, abs=0.15)


def test_a_clear_trifle_is_no_difference() -> None:
    rng = np.random.default_rng(6)
    found = only(judge_sameness([compared([drawn(rng, 60_000, 4), drawn(rng, 60_000, 4, ease=(0.05,))])]))
    assert found.rungs[2].adjusted < 1e-6
    assert found.answer == "same"
    assert found.differences == ()


def test_questions_that_are_no_one_scale_are_not_judged() -> None:
    rng = np.random.default_rng(7)
    parts = []
    for _ in range(2):
        pair = [drawn(rng, 500, 3) for _half in range(2)]
        parts.append(np.concatenate(pair, axis=1))
    assert only(judge_sameness([compared(parts)])).answer == "loose"


def test_what_cannot_be_fitted_is_said() -> None:
    rng = np.random.default_rng(8)
    one = compared([drawn(rng, 300, 3), drawn(rng, 300, 3)], plain=True)
    broken = Compared(one.n, one.mean, one.cov * np.array([[1, -1, 1], [-1, 1, 1], [1, 1, 1]]))
    found = judge_sameness([broken, one])
    assert found[1].answer == "same"
    assert found[0].answer == "unsettled"
    assert np.isnan(found[0].rungs[2].p)
    with pytest.raises(ValueError, match="two groups"):
        judge_sameness([Compared(one.n[:1], one.mean[:1], one.cov[:1])])
