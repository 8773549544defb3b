"""Many totals of trees and cuts at once: the fast verdict is that of brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.privacy.test_ledger import cells, family

from headwater.privacy import RESPONDENTS, Ledger, Release, Total, cut_totals, tree_totals
from headwater.privacy.jointly import JointTotals

K = 4


def exposed_by_force(rows: list[np.ndarray], people: np.ndarray, k: int) -> bool:
    """Whether any group of whole cells of 1 to k - 1 people lies in the span."""
    held = [cell for cell in range(len(people)) if people[cell] > 0]
    matrix = np.zeros((len(rows), len(people)))
    for number, row in enumerate(rows):
        matrix[number, row] = 1
    matrix = matrix[:, held]
    rank = np.linalg.matrix_rank(matrix) if len(rows) else 0
    for group in product((0.0, 1.0), repeat=len(held)):
        small = len(rows) > 0 and 0 < people[held] @ np.array(group) < k
        if small and np.linalg.matrix_rank(np.vstack([matrix, group])) == rank:
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_is_called_safe_is_safe_and_only_that(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 7))
    people = np.array(data.draw(st.lists(st.integers(0, 6), min_size=count, max_size=count)))
    masks = data.draw(st.lists(st.integers(0, 2**count - 1), min_size=1, max_size=6))
    rows = [np.flatnonzero([mask >> cell & 1 for cell in range(count)]) for mask in masks]
    present = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    joint = JointTotals(rows, [0] * len(rows), count)
    found = joint.exposed(present, people, K, 5)
    chosen = [row for row, here in zip(rows, present, strict=True) if here]
    assert bool(found) == exposed_by_force(chosen, people, K)
    for exposure in found:
        assert exposure.proven
        assert present[list(exposure.totals)].all()
        blamed = [rows[number] for number in exposure.totals]
        assert exposed_by_force(blamed, people, K)


def test_two_trees_and_a_cut_are_three_kinds() -> None:
    tree = family("all a b c", None, "all", "all", "all")
    other = family("all x c a b", None, "all", "all", "x", "x")
    held = cells([9, 9, 9, 2], unit=["a", "b", "c", "c"], shift=["day", "night", "day", "night"])
    ledger = Ledger("pulse", "2026", K)
    ledger.commit(Release("tree", tree_totals(tree, np.ones(4, bool))), held)
    assert ledger.conflicts(Release("other", tree_totals(other, np.ones(5, bool))), held) == ()
    shown = np.array([[True, True], [False, False], [False, True], [False, False]])
    found = ledger.conflicts(Release("cut", cut_totals(tree, shown, "shift", ["day", "night"])), held)
    assert found[0].families == (RESPONDENTS,)
    assert found[0].proposed == ("all / shift night",)
    assert {name for name, _ in found[0].earlier} <= {"tree"}


def test_a_total_released_twice_is_the_earlier_ones_to_answer_for() -> None:
    held = cells([9, 2], unit=["a", "b"])
    whole, part = Total({}, "all"), Total({"unit": frozenset("a")}, "a")
    ledger = Ledger("pulse", "2026", K)
    ledger.releases.append(Release("first", (whole,)))
    found = ledger.conflicts(Release("second", (whole, part)), held)
    assert found[0].proposed == ("a",)
    assert found[0].earlier == (("first", "all"),)


def test_too_much_to_search_is_not_safe() -> None:
    draw = np.random.default_rng(4)
    count = 2_600
    rows = [np.flatnonzero(draw.random(count) < 0.004) for _ in range(900)]
    joint = JointTotals(rows, [0] * len(rows), count)
    found = joint.exposed(np.ones(len(rows), bool), np.ones(count, np.int64), K, 3)
    assert found
    assert not all(exposure.proven for exposure in found)


def test_the_strictest_k_of_all_releases_holds() -> None:
    tree = family("all a b", None, "all", "all")
    held = cells([8, 6], unit=["a", "b"])
    root, parts = np.array([True, False, False]), np.ones(3, bool)
    ledger = Ledger("pulse", "2026", 3)
    ledger.record(Release("strict", tree_totals(tree, root), k=10))
    assert ledger.conflicts(Release("loose", tree_totals(tree, parts), k=5), held)
    ledger.begin_anew("nobody opened it")
    assert ledger.conflicts(Release("loose", tree_totals(tree, parts), k=5), held) == ()
