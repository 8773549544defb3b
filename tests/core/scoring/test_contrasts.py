"""Two groups beside each other: the right test for how they lie, one family, limits said as limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from headwater.org import number_units
from headwater.scoring.contrasts import LEAST_REST, Group, contrast_groups, relation_of
from headwater.vocab import Bound, Column, Estimate, Lens, Sureness, Withheld

COLUMN = Column("mean", "heard", Lens.LX, {"en": "I am heard"}, 1, 5, "points", 0.2, True, "item")
TREE = number_units(["all", "north", "n1", "n2", "south"], ["", "all", "north", "north", "all"])


def of(answers: np.ndarray, unit: str = "a", bound: Bound = Bound.EXACT) -> Estimate:
    """A group's own answers as a book shows them: mean with t interval."""
    n, mean = len(answers), float(answers.mean())
    se = float(answers.std(ddof=1) / np.sqrt(n))
    half = float(stats.t.ppf(0.975, n - 1)) * se
    return Estimate(
        unit=unit, measure="mean", subject="heard", cut="", level="", n=n, value=mean, se=se, low=mean - half,
        high=mean + half, shrunken=mean, shrunken_low=mean - half, shrunken_high=mean + half, bound=bound,
        rest_value=np.nan, versus_rest=None, versus_previous=None, versus_benchmark=None,
    )  # fmt: skip


def drawn(rng: np.random.Generator, n: int, middle: float) -> np.ndarray:
    return np.clip(np.rint(middle + rng.standard_normal(n)), 1, 5)


def test_how_groups_lie_to_each_other() -> None:
    whole, north, n1, south = (Group(TREE.index_of[unit]) for unit in ("all", "north", "n1", "south"))
    assert relation_of(TREE, north, south) == "apart"
    assert relation_of(TREE, n1, whole) == "inside"
    assert relation_of(TREE, whole, n1) == "around"
    assert relation_of(TREE, north, north) == "same"
    early, late = (replace(north, cut="tenure", level=level) for level in ("early", "late"))
    desk = replace(north, cut="area", level="desk")
    assert relation_of(TREE, early, late) == "apart"
    assert relation_of(TREE, early, north) == "inside"
    assert relation_of(TREE, early, whole) == "inside"
    assert relation_of(TREE, early, desk) == "mixed"
    assert relation_of(TREE, replace(n1, cut="tenure", level="early"), early) == "inside"
    assert relation_of(TREE, n1, early) == "mixed"
    assert relation_of(TREE, early, replace(south, cut="area", level="desk")) == "apart"


def test_groups_apart_are_tested_as_welch_tests_them() -> None:
    rng = np.random.default_rng(2)
    a, b = drawn(rng, 40, 3.0), drawn(rng, 90, 3.6)
    (found,) = contrast_groups([COLUMN], [of(a)], [of(b)], relation="apart", k=5)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(a.mean() - b.mean())
    assert found.difference.p_adjusted == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
    assert found.difference.low < found.difference.value < found.difference.high


def test_a_part_is_compared_with_the_rest_not_with_the_whole() -> None:
    rng = np.random.default_rng(3)
    part, rest = drawn(rng, 60, 3.0), drawn(rng, 140, 3.6)
    (found,) = contrast_groups([COLUMN], [of(part)], [of(np.concatenate([part, rest]))], relation="inside", k=5)
    assert found.difference is not None
    assert found.second_value == pytest.approx(rest.mean())
    assert found.difference.value == pytest.approx(part.mean() - rest.mean())
    welch = stats.ttest_ind(part, rest, equal_var=False).pvalue
    assert np.log10(found.difference.p_adjusted) == pytest.approx(np.log10(welch), abs=1.0)


def test_ranges_cover_the_true_difference_at_least_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    inside = apart = 0
    rounds = 600
    for _ in range(rounds):
        part, rest = rng.normal(3.0, 1.0, 30), rng.normal(3.3, 1.0, 80)
        (one,) = contrast_groups([COLUMN], [of(part)], [of(np.concatenate([part, rest]))], relation="inside", k=5)
        (two,) = contrast_groups([COLUMN], [of(part)], [of(rest)], relation="apart", k=5)
        assert one.difference is not None
        assert two.difference is not None
        inside += one.difference.low <= -0.3 <= one.difference.high
        apart += two.difference.low <= -0.3 <= two.difference.high
    assert inside / rounds >= 0.93
    assert 0.93 <= apart / rounds <= 0.975


def test_flags_keep_their_false_discovery_rate_over_the_family() -> None:
    rng = np.random.default_rng(5)
    rounds, columns = 300, 12
    any_flag = 0
    for _ in range(rounds):
        firsts = [of(rng.normal(3.0, 1.0, 200)) for _ in range(columns)]
        seconds = [of(rng.normal(3.0, 1.0, 200)) for _ in range(columns)]
        small = replace(COLUMN, minimum_effect=0.0)
        found = contrast_groups([small] * columns, firsts, seconds, relation="apart", k=5)
        any_flag += any(one.difference and one.difference.sureness > Sureness.TOO_CLOSE for one in found)
    assert any_flag / rounds <= 0.08


def test_p_is_adjusted_over_the_columns_compared_and_trifles_are_not_flagged() -> None:
    rng = np.random.default_rng(6)
    firsts = [of(drawn(rng, 80, 3.0)) for _ in range(6)]
    seconds = [of(drawn(rng, 80, 3.4)) for _ in range(6)]
    alone = [
        contrast_groups([COLUMN], [a], [b], relation="apart", k=5)[0] for a, b in zip(firsts, seconds, strict=True)
    ]
    together = contrast_groups([COLUMN] * 6, firsts, seconds, relation="apart", k=5)
    p = np.array([one.difference.p_adjusted for one in alone if one.difference])
    adjusted = [one.difference.p_adjusted for one in together if one.difference]
    assert adjusted == pytest.approx(stats.false_discovery_control(p))
    large = replace(COLUMN, minimum_effect=3.0)
    (found,) = contrast_groups([large], firsts[:1], seconds[:1], relation="apart", k=5)
    assert found.difference is not None
    assert found.difference.sureness is Sureness.TOO_CLOSE


def test_limits_and_withheld_numbers_are_not_tested() -> None:
    rng = np.random.default_rng(7)
    low = of(drawn(rng, 40, 2.5))
    limit = replace(of(drawn(rng, 40, 4.9)), value=4.8, low=4.6, high=5.0, bound=Bound.AT_LEAST)
    other = of(drawn(rng, 40, 3.0))
    held = Withheld("x", "mean", "heard", "", "", "")
    found = contrast_groups([COLUMN] * 4, [limit, low, held, low], [low, limit, low, other], relation="apart", k=5)
    assert [one.standing for one in found] == ["limit", "limit", "withheld", "compared"]
    assert found[0].at_least == pytest.approx(4.8 - low.high)
    assert found[1].at_least == pytest.approx(low.high - 4.8)
    assert [one.difference for one in found[:3]] == [None, None, None]
    (alone,) = contrast_groups([COLUMN], [low], [other], relation="apart", k=5)
    assert found[3].difference == alone.difference
    near = replace(limit, bound=Bound.AT_MOST)
    assert contrast_groups([COLUMN], [near], [limit], relation="apart", k=5)[0].at_least <= 0


def test_a_small_rest_is_not_worked_out() -> None:
    rng = np.random.default_rng(8)
    part, rest = drawn(rng, 100, 3.0), drawn(rng, LEAST_REST * 5 - 1, 3.6)
    (found,) = contrast_groups([COLUMN], [of(part)], [of(np.concatenate([part, rest]))], relation="inside", k=5)
    assert found.standing == "rest_too_small"
    assert found.difference is None
    with pytest.raises(ValueError, match="cannot be compared"):
        contrast_groups([COLUMN], [of(part)], [of(rest)], relation="mixed", k=5)
