"""Adjusted p-values, Welch tests and Cohen's d against R: bh1996 (groups against the rest) and bfi (gender)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.stats.multiplicity import GroupsAgainstRest, adjust_p, flag, group_against_rest

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
