"""Exact suppression on trees of real head counts, against an independent dynamic programme.

Data: 495 soldiers of univbct (R package multilevel) by battalion, company and rank. Tolerance: none, counts are exact.
The comparison rules (bare threshold, greedy siblings) live here: the product has only the exact one.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.org import number_units, subtree_sums
from headwater.privacy import gate_tree, is_safe
from headwater.privacy.gate import contract
from headwater.vocab import UnitTree

CASES = [(name, k) for name in ("btn_company", "btn_company_rank") for k in (3, 5, 10)]


def read_case(shared: Path, name: str, k: int) -> tuple[UnitTree, np.ndarray, dict[str, Any]]:
    folder = shared / "oracles" / "suppression_tree"
    with (folder / f"tree_{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    counts = {row["node"]: int(row["own_n"]) for row in rows}
    tree = number_units(
        [row["node"] for row in rows], [None if row["parent"] == "-1" else row["parent"] for row in rows]
    )
    own = np.array([counts[unit] for unit in tree.ids], np.int64)
    results = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["results"]
    return tree, own, next(result["value"] for result in results if result["id"] == f"{name}.k{k}")


def residuals(tree: UnitTree, shown: np.ndarray, own: np.ndarray) -> np.ndarray:
    return contract(tree, shown, subtree_sums(tree, own))[1]


@pytest.mark.parametrize(("name", "k"), CASES)
def test_shows_as_many_units_as_the_oracle(shared: Path, name: str, k: int) -> None:
    tree, own, expected = read_case(shared, name, k)
    shown = gate_tree(tree, own, k)
    assert len(tree) == expected["nodes"]
    assert shown.sum() == expected["max_published"]
    assert is_safe(tree, shown, own, k)
    reached = subtree_sums(tree, own) >= k
    assert (~reached).sum() == expected["primary_hidden"]
    assert (reached & ~shown).sum() == expected["secondary_hidden_min"]


@pytest.mark.parametrize(("name", "k"), CASES)
def test_weighs_units_by_their_people_as_the_oracle(shared: Path, name: str, k: int) -> None:
    tree, own, expected = read_case(shared, name, k)
    totals = subtree_sums(tree, own)
    shown = gate_tree(tree, own, k, weights=totals.astype(np.float64))
    assert totals[shown].sum() == expected["max_published_weighted_by_n"]
    assert is_safe(tree, shown, own, k)


@pytest.mark.parametrize(("name", "k"), CASES)
def test_a_bare_threshold_leaks_as_many_groups_as_the_oracle_counts(shared: Path, name: str, k: int) -> None:
    tree, own, expected = read_case(shared, name, k)
    shown = subtree_sums(tree, own) >= k
    assert shown.sum() == expected["threshold_only_published"]
    assert is_safe(tree, shown, own, k) == expected["threshold_only_safe"]
    left = residuals(tree, shown, own)
    assert ((left > 0) & (left < k)).sum() == expected["threshold_only_leaks"]
    assert not is_safe(tree, shown, own, k)
