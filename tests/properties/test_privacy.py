"""The gate against exhaustive search on small organisations, with the linear span itself as the judge."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.org import number_units, subtree_sums
from headwater.privacy import gate_columns, gate_tree, is_safe, nearest_shown_above, shown_counts
from headwater.vocab import UnitTree


@st.composite
def small_trees(draw: st.DrawFn, most: int = 8) -> UnitTree:
    count = draw(st.integers(1, most))
    parents = [None, *(str(draw(st.integers(0, child - 1))) for child in range(1, count))]
    return number_units([str(unit) for unit in range(count)], parents)


@st.composite
def small_organisations(draw: st.DrawFn, most: int = 8) -> tuple[UnitTree, np.ndarray, int]:
    tree = draw(small_trees(most))
    k = draw(st.integers(2, 5))
    own = draw(st.lists(st.integers(0, k + 2), min_size=len(tree), max_size=len(tree)))
    return tree, np.array(own, np.int64), k


def membership(tree: UnitTree) -> np.ndarray:
    """Row u marks the units whose people are counted in unit u's total."""
    rows = np.zeros((len(tree), len(tree)))
    for unit in range(len(tree)):
        rows[unit, tree.subtree(unit)] = 1
    return rows


def small_groups(own: np.ndarray, k: int) -> np.ndarray:
    """Every union of the people of some units that holds 1 to k - 1 of them, as rows over occupied units."""
    occupied = np.flatnonzero(own)
    rows = []
    for size in range(1, len(occupied) + 1):
        for chosen in combinations(range(len(occupied)), size):
            if own[occupied[list(chosen)]].sum() < k:
                row = np.zeros(len(occupied))
                row[list(chosen)] = 1
                rows.append(row)
    return np.array(rows).reshape(len(rows), len(occupied))


def derives(released: np.ndarray, groups: np.ndarray) -> bool:
    """Whether any of the groups lies in the span of the released rows, by orthogonal projection."""
    if len(groups) == 0 or len(released) == 0:
        return False
    _, singular, basis = np.linalg.svd(released, full_matrices=False)
    basis = basis[singular > 1e-9]
    left = groups - groups @ basis.T @ basis
    return bool((np.abs(left).max(axis=1) < 1e-9).any())


def most_units_shown(tree: UnitTree, own: np.ndarray, k: int) -> int:
    """Exhaustive: the most units any safe set with the root shows."""
    totals = subtree_sums(tree, own)
    if totals[0] < k:
        return 0
    rows, groups, occupied = membership(tree), small_groups(own, k), np.flatnonzero(own)
    best = 0
    candidates = [unit for unit in range(1, len(tree)) if totals[unit] > 0]
    for size in range(len(candidates), -1, -1):
        if size + 1 <= best:
            break
        for chosen in combinations(candidates, size):
            if not derives(rows[np.ix_(np.array([0, *chosen]), occupied)], groups):
                best = max(best, size + 1)
                break
    return best


@settings(max_examples=150, deadline=None)
@given(small_organisations())
def test_gate_is_safe_by_the_span_of_what_it_shows(case: tuple[UnitTree, np.ndarray, int]) -> None:
    tree, own, k = case
    shown = gate_tree(tree, own, k)
    occupied = np.flatnonzero(own)
    assert not derives(membership(tree)[np.ix_(np.flatnonzero(shown), occupied)], small_groups(own, k))
    assert shown[0] == (own.sum() >= k)
    assert not shown[subtree_sums(tree, own) == 0].any()


@settings(max_examples=120, deadline=None)
@given(small_organisations())
def test_gate_never_shows_fewer_units_than_exhaustive_search(case: tuple[UnitTree, np.ndarray, int]) -> None:
    tree, own, k = case
    assert gate_tree(tree, own, k).sum() == most_units_shown(tree, own, k)


@settings(max_examples=100, deadline=None)
@given(small_organisations(), st.integers(0, 2**31))
def test_residual_test_agrees_with_the_span(case: tuple[UnitTree, np.ndarray, int], seed: int) -> None:
    tree, own, k = case
    shown = np.random.default_rng(seed).random(len(tree)) < 0.6
    occupied = np.flatnonzero(own)
    rows = membership(tree)[np.ix_(np.flatnonzero(shown), occupied)]
    assert is_safe(tree, shown, own, k) == (not derives(rows, small_groups(own, k)))


@settings(max_examples=80, deadline=None)
@given(small_organisations(7), st.integers(0, 2**31))
def test_columns_are_refined_to_the_largest_safe_set_within_the_base(
    case: tuple[UnitTree, np.ndarray, int], seed: int
) -> None:
    tree, own, k = case
    answered = np.random.default_rng(seed).binomial(own[:, None], 0.7, (len(tree), 3))
    base = gate_tree(tree, own, k)
    shown = gate_columns(tree, base, answered, k)
    totals = subtree_sums(tree, answered)
    assert not (shown & ~base[:, None]).any()
    for column in range(3):
        assert is_safe(tree, shown[:, column], answered[:, column], k)
        allowed = [unit for unit in np.flatnonzero(base) if totals[unit, column] > 0 and unit > 0]
        root = bool(base[0] and totals[0, column] >= k)
        best = 0
        for size in range(len(allowed) + 1):
            for chosen in combinations(allowed, size):
                mask = np.zeros(len(tree), bool)
                mask[list(chosen)] = True
                mask[0] = root
                if is_safe(tree, mask, answered[:, column], k):
                    best = max(best, int(mask.sum()))
        assert shown[:, column].sum() == best


@settings(max_examples=80, deadline=None)
@given(small_organisations(7), st.integers(0, 2**31))
def test_counts_beside_numbers_tell_on_no_few_who_skipped(case: tuple[UnitTree, np.ndarray, int], seed: int) -> None:
    tree, own, k = case
    answered = np.random.default_rng(seed).binomial(own[:, None], 0.8, (len(tree), 3))
    base = gate_tree(tree, own, k)
    shown = gate_columns(tree, base, answered, k)
    counts = shown_counts(tree, shown, own, answered, k)
    respondents, totals = subtree_sums(tree, own), subtree_sums(tree, answered)
    assert (counts[~shown] == 0).all()
    for column in range(3):
        told = shown[:, column] & (counts[:, column] != respondents)
        assert (counts[told, column] == totals[told, column]).all()
        assert is_safe(tree, told, own - answered[:, column], k)


@given(small_trees(), st.integers(0, 2**31))
def test_nearest_shown_above_is_the_first_shown_ancestor(tree: UnitTree, seed: int) -> None:
    shown = np.random.default_rng(seed).random((len(tree), 2)) < 0.5
    nearest = nearest_shown_above(tree, shown)
    for unit in range(len(tree)):
        for column in range(2):
            expected = next((above for above in tree.ancestors(unit) if shown[above, column]), -1)
            assert nearest[unit, column] == expected
    assert np.array_equal(nearest[:, 0], nearest_shown_above(tree, shown[:, 0]))
