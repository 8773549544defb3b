"""Adjusted p-values, Welch tests and Cohen's d against R: bh1996 (groups against the rest) and bfi (gender)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.multiplicity import GroupsAgainstRest, adjust_each, adjust_p, flag, group_against_rest

METHODS = {"BH": "bh", "BY": "by", "holm": "holm", "bonferroni": "bonferroni"}


def check(oracle: Oracle, p: np.ndarray, tag: str) -> None:
    oracle.close(p, f"{tag}.p")
    counts = {"raw": int((p < 0.05).sum())}
    for name, method in METHODS.items():
        adjusted = adjust_p(p, method)  # type: ignore[arg-type]
        oracle.close(adjusted, f"{tag}.p_{name}")
        counts[name] = int((adjusted < 0.05).sum())
    oracle.close(counts, f"{tag}.n_flagged_05")


def test_every_company_against_the_rest(shared: Path) -> None:
    oracle = load(shared, "bh1996")
    result = group_against_rest(oracle.column("WBEING"), oracle.column("GRP"))
    check(oracle, result.difference.p_value, "flag_vs_rest.WBEING")
    flags = flag(result.difference.p_value, result.d, minimum_effect=0.2)
    assert 0 < flags.flagged.sum() <= oracle.value("flag_vs_rest.WBEING.n_flagged_05")["BH"]
    assert (np.abs(result.d[flags.flagged]) >= 0.2).all()
    assert (flags.direction[flags.flagged] == np.sign(result.d[flags.flagged])).all()


@pytest.fixture
def gender(shared: Path) -> tuple[Oracle, list[GroupsAgainstRest], list[str]]:
    oracle = load(shared, "bfi")
    names = [f"{s}{i}" for s in "ACENO" for i in range(1, 6)]
    data = oracle.matrix(names)
    for item in oracle.value("recode"):
        data[:, names.index(item)] = 7 - data[:, names.index(item)]
    sex = oracle.column("gender")
    keep = ~np.isnan(data).any(axis=1) & ~np.isnan(sex)
    return oracle, [group_against_rest(data[keep, j], sex[keep]) for j in range(len(names))], names


def test_items_by_gender(gender: tuple[Oracle, list[GroupsAgainstRest], list[str]]) -> None:
    oracle, results, _ = gender
    check(oracle, np.array([r.difference.p_value[1] for r in results]), "gender_items")


def test_cohen_d_by_gender(gender: tuple[Oracle, list[GroupsAgainstRest], list[str]]) -> None:
    oracle, results, names = gender
    oracle.close({n: float(r.d[1]) for n, r in zip(names, results, strict=True)}, "gender_items.cohen_d")


@pytest.mark.parametrize("seed", range(6))
def test_many_families_at_once_are_those_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    family = rng.integers(0, 9, 300)
    p = np.where(rng.random(300) < 0.2, np.nan, np.round(rng.random(300) ** 3, 2))  # with ties, and a family of none
    p[family == 4] = np.nan
    expected = np.full(300, np.nan)
    for one in range(9):
        expected[family == one] = adjust_p(p[family == one])
    found = adjust_each(p, family)
    assert found.tobytes() == expected.tobytes()
    assert np.isnan(adjust_each(np.full(3, np.nan), np.zeros(3, np.int64))).all()
    assert adjust_each(np.zeros(0), np.zeros(0, np.int64)).shape == (0,)


def test_a_p_outside_its_range_is_refused_in_any_family() -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        adjust_each(np.array([0.1, 1.2]), np.array([0, 1]))
