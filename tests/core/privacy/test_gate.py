"""The tree gate on cases small enough to check by hand, and its edges."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.org import number_units, subtree_sums
from headwater.privacy import gate_columns, gate_tree, is_safe, nearest_shown_above, shown_counts
from headwater.vocab import UnitTree


def family(*parents: int | None) -> UnitTree:
    return number_units(
        [str(unit) for unit in range(len(parents))], [None if above is None else str(above) for above in parents]
    )


def counts(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_one_small_team_takes_the_smallest_sibling_with_it() -> None:
    tree, own = family(None, 0, 0, 0), counts(0, 2, 6, 9)
    shown = gate_tree(tree, own, 5)
    assert shown.tolist() == [True, False, False, True]


def test_two_small_teams_shield_each_other() -> None:
    assert gate_tree(family(None, 0, 0, 0), counts(0, 2, 3, 9), 5).tolist() == [True, False, False, True]


def test_people_of_the_unit_itself_are_a_residual() -> None:
    tree = family(None, 0, 0)
    assert gate_tree(tree, counts(5, 6, 7), 5).all()
    assert gate_tree(tree, counts(1, 6, 7), 5).tolist() == [True, False, True]


def test_an_empty_unit_is_not_shown_and_harms_nobody() -> None:
    assert gate_tree(family(None, 0, 0, 0), counts(0, 0, 6, 7), 5).tolist() == [True, False, True, True]


def test_a_unit_with_one_unit_below_shows_both() -> None:
    assert gate_tree(family(None, 0, 1), counts(0, 0, 6), 5).all()


@pytest.mark.parametrize(("people", "shown"), [(0, False), (1, False), (4, False), (5, True)])
def test_an_organisation_of_one_unit(people: int, shown: bool) -> None:
    assert gate_tree(family(None), counts(people), 5).tolist() == [shown]


def test_the_root_is_shown_even_where_hiding_it_would_show_more() -> None:
    tree, own = family(None, 0, 1, 1, 0), counts(0, 0, 5, 5, 2)
    shown = gate_tree(tree, own, 5)
    assert shown[0]
    assert shown.sum() == 2


def test_any_k_is_served() -> None:
    tree, own = family(None, 0, 0, 0), counts(0, 30, 40, 25)
    for k in (1, 2, 24, 25, 26, 31, 41, 60, 95, 96):
        shown = gate_tree(tree, own, k)
        assert is_safe(tree, shown, own, k)
        assert shown[0] == (k <= 95)


def test_weights_choose_what_is_worth_more() -> None:
    tree, own = family(None, 0, 0, 0), counts(0, 2, 6, 6)
    worth = np.array([1.0, 1.0, 5.0, 1.0])
    assert gate_tree(tree, own, 5, weights=worth).tolist() == [True, False, True, False]
    assert gate_tree(tree, own, 5, weights=worth[[0, 1, 3, 2]]).tolist() == [True, False, False, True]


def test_equal_inputs_give_equal_sets() -> None:
    tree = family(None, *(0 for _ in range(40)))
    own = counts(0, 3, *(6 for _ in range(39)))
    first = gate_tree(tree, own, 5)
    assert all(np.array_equal(first, gate_tree(tree, own, 5)) for _ in range(3))


@pytest.mark.parametrize(
    ("own", "k", "words"),
    [(counts(1, 2), 5, "2 counts for 3 units"), (counts(1, -2, 3), 5, "negative"), (counts(1, 2, 3), 0, "at least 1")],
)
def test_wrong_input_is_refused(own: np.ndarray, k: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        gate_tree(family(None, 0, 0), own, k)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        gate_tree(family(None, 0), counts(5, 6), 5, weights=np.array([1.0, -1.0]))


def test_a_chain_and_a_star_are_both_solved() -> None:
    draw = np.random.default_rng(4)
    for shape in ("chain", "star"):
        tree = family(None, *((unit if shape == "chain" else 0) for unit in range(400)))
        own = draw.integers(0, 9, 401)
        assert is_safe(tree, gate_tree(tree, own, 5), own, 5)


def test_columns_that_fit_keep_the_published_set() -> None:
    tree, own = family(None, 0, 0, 0), counts(0, 7, 8, 9)
    published = gate_tree(tree, own, 5)
    shown = gate_columns(tree, published, np.column_stack([own, own - counts(0, 1, 0, 0)]), 5)
    assert shown.all()


def test_a_column_few_answered_is_withheld_with_a_sibling() -> None:
    tree, own = family(None, 0, 0, 0), counts(0, 7, 8, 9)
    shown = gate_columns(tree, gate_tree(tree, own, 5), counts(0, 3, 8, 9)[:, None], 5)
    assert shown[:, 0].tolist() == [True, False, False, True]


def test_a_column_nobody_answered_shows_nothing() -> None:
    tree = family(None, 0, 0)
    assert not gate_columns(tree, np.ones(3, bool), np.zeros((3, 2), np.int64), 5).any()


def test_no_columns_and_no_units_are_fine() -> None:
    tree = family(None, 0)
    assert gate_columns(tree, np.ones(2, bool), np.zeros((2, 0), np.int64), 5).shape == (2, 0)
    assert not gate_columns(tree, np.zeros(2, bool), np.full((2, 1), 9), 5).any()


def test_counts_stand_in_for_the_few_who_skipped() -> None:
    tree, own = family(None, 0, 0), counts(0, 12, 20)
    answered = np.column_stack([counts(0, 11, 20), counts(0, 6, 20)])
    shown = np.ones((3, 2), bool)
    told = shown_counts(tree, shown, own, answered, 5)
    assert told[:, 0].tolist() == [32, 12, 20]
    assert told[:, 1].tolist() == [26, 6, 20]


def test_more_answers_than_respondents_are_refused() -> None:
    with pytest.raises(ValueError, match="more answers than respondents"):
        shown_counts(family(None), np.ones((1, 1), bool), counts(5), counts(6)[:, None], 5)


def test_nearest_shown_unit_skips_hidden_ones() -> None:
    tree = family(None, 0, 1, 2)
    assert nearest_shown_above(tree, np.array([True, False, False, True])).tolist() == [-1, 0, 0, 0]


def test_a_realistic_organisation_shows_more_than_siblings_would() -> None:
    draw = np.random.default_rng(7)
    tree = family(None, *((unit - 1) // 8 for unit in range(1, 2_000)))
    own = np.where(tree.size == 1, draw.binomial(9, 0.62, len(tree)), 0)
    shown, totals = gate_tree(tree, own, 5), subtree_sums(tree, own)
    whole_families = np.array([all(totals[child] >= 5 for child in tree.children(unit)) for unit in range(len(tree))])
    by_siblings = (totals >= 5) & np.where(tree.parent >= 0, whole_families[tree.parent], True)
    assert is_safe(tree, shown, own, 5)
    assert shown.sum() > by_siblings.sum()
