"""Cuts over a tree: sound by the linear span, and as many cells as can be shown."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from headwater.org import number_units, subtree_sums
from headwater.privacy import gate_columns, gate_crossing_cuts, gate_cuts, gate_tree, is_safe_cut
from headwater.vocab import UnitTree


def family(*parents: int | None) -> UnitTree:
    return number_units(
        [str(unit) for unit in range(len(parents))], [None if above is None else str(above) for above in parents]
    )


@st.composite
def surveys(draw: st.DrawFn, most_units: int = 5, most_levels: int = 3) -> tuple[UnitTree, np.ndarray, int]:
    """A tree, respondents by unit and level (the last level is unknown), and k."""
    count, levels, k = draw(st.integers(1, most_units)), draw(st.integers(1, most_levels)), draw(st.integers(2, 5))
    parents = [draw(st.integers(0, child - 1)) for child in range(1, count)]
    cells = [draw(st.lists(st.integers(0, k + 2), min_size=levels + 1, max_size=levels + 1)) for _ in range(count)]
    return family(None, *parents), np.array(cells, np.int64), k


def span_gives_away(released: np.ndarray, people: np.ndarray, k: int) -> bool:
    """Exhaustive: whether the released 0/1 rows span the row of any group of cells of 1 to k - 1 people."""
    held = np.flatnonzero(people)
    if len(released) == 0 or len(held) == 0:
        return False
    _, singular, basis = np.linalg.svd(released[:, held].astype(float), full_matrices=False)
    basis = basis[singular > 1e-9]
    small = [cell for cell in range(len(held)) if people[held[cell]] < k]
    for size in range(1, min(len(small), k - 1) + 1):
        for chosen in combinations(small, size):
            if people[held[list(chosen)]].sum() < k:
                row = np.zeros(len(held))
                row[list(chosen)] = 1
                if np.abs(row - row @ basis.T @ basis).max() < 1e-9:
                    return True
    return False


def released_rows(tree: UnitTree, published: np.ndarray, shown: np.ndarray, width: int) -> np.ndarray:
    """Rows over cells (unit, level) of all published totals and shown cells."""
    rows = []
    for unit in range(len(tree)):
        inside = np.zeros((len(tree), width))
        inside[tree.subtree(unit)] = 1
        if published[unit]:
            rows.append(inside.ravel())
        for level in np.flatnonzero(shown[unit]):
            one = np.zeros_like(inside)
            one[:, level] = inside[:, level]
            rows.append(one.ravel())
    return np.array(rows).reshape(len(rows), len(tree) * width)


@settings(max_examples=150, deadline=None)
@given(surveys(), st.integers(0, 2**31))
def test_directed_cuts_agree_with_the_span(survey: tuple[UnitTree, np.ndarray, int], seed: int) -> None:
    tree, cells, k = survey
    published = gate_tree(tree, cells.sum(axis=1), k)
    shown = (np.random.default_rng(seed).random((len(tree), cells.shape[1] - 1)) < 0.5) & published[:, None]
    safe = is_safe_cut(tree, cells[:, :-1], published, shown, k, unknown=cells[:, -1])
    rows = released_rows(tree, published, shown, cells.shape[1])
    assert safe == (not span_gives_away(rows, cells.ravel(), k))


@settings(max_examples=100, deadline=None)
@given(surveys(), st.booleans())
def test_shown_cells_are_safe_by_the_span(survey: tuple[UnitTree, np.ndarray, int], exact: bool) -> None:
    tree, cells, k = survey
    published = gate_tree(tree, cells.sum(axis=1), k)
    shown = gate_cuts(
        tree, cells[:, :-1], published, k, unknown=cells[:, -1], unit_minimum=0, exact_cells=120 if exact else 0
    )
    assert not (shown & ~published[:, None]).any()
    assert not span_gives_away(released_rows(tree, published, shown, cells.shape[1]), cells.ravel(), k)


@settings(max_examples=60, deadline=None)
@given(surveys(3, 2))
def test_small_tables_show_as_many_cells_as_exhaustive_search(survey: tuple[UnitTree, np.ndarray, int]) -> None:
    tree, cells, k = survey
    published = gate_tree(tree, cells.sum(axis=1), k)
    candidates = np.argwhere(published[:, None] & (subtree_sums(tree, cells[:, :-1]) >= k))
    assume(0 < len(candidates) <= 6)
    best = 0
    for size in range(len(candidates), 0, -1):
        for chosen in combinations(range(len(candidates)), size):
            shown = np.zeros((len(tree), cells.shape[1] - 1), bool)
            shown[tuple(candidates[list(chosen)].T)] = True
            if not span_gives_away(released_rows(tree, published, shown, cells.shape[1]), cells.ravel(), k):
                best = size
                break
        if best:
            break
    found = gate_cuts(tree, cells[:, :-1], published, k, unknown=cells[:, -1], unit_minimum=0)
    assert found.sum() == best


def test_cuts_are_used_only_in_large_units() -> None:
    tree = family(None, 0, 0)
    cells = np.array([[0, 0], [20, 20], [30, 30]], np.int64)
    shown = gate_cuts(tree, cells, np.ones(3, bool), 5)
    assert shown[0].all()
    assert not shown[1].any()
    assert shown[2].all()


def test_the_levels_not_known_count_and_are_protected() -> None:
    tree, cells = family(None), np.array([[30, 30]], np.int64)
    assert gate_cuts(tree, cells, np.ones(1, bool), 5, unknown=np.array([6])).all()
    assert gate_cuts(tree, cells, np.ones(1, bool), 5, unknown=np.array([2])).sum() == 1


def test_a_level_that_lies_in_one_team_is_not_told_beside_that_team() -> None:
    tree = family(None, 0, 0)
    cells = np.array([[0, 0], [2, 10], [60, 0]], np.int64)  # everyone on nights is in the first team
    shown = gate_cuts(tree, cells, np.ones(3, bool), 5)
    assert not shown[0].any()
    assert shown[2].tolist() == [True, False]  # all of the other team, which its total says already
    assert not is_safe_cut(tree, cells, np.ones(3, bool), np.array([[False, True], [False, False], [False, False]]), 5)


def test_unsafe_totals_are_refused() -> None:
    with pytest.raises(ValueError, match="gate the tree first"):
        gate_cuts(family(None, 0, 0), np.array([[0], [2], [60]]), np.array([True, False, True]), 5)


def test_cells_of_hidden_units_are_refused() -> None:
    with pytest.raises(ValueError, match="not published"):
        is_safe_cut(family(None), np.array([[9]]), np.zeros(1, bool), np.ones((1, 1), bool), 5)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_two_cuts_together_are_safe_by_the_span(data: st.DataObject) -> None:
    count, k = data.draw(st.integers(1, 3)), data.draw(st.integers(2, 4))
    tree = family(None, *(data.draw(st.integers(0, child - 1)) for child in range(1, count)))
    levels = [data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2))]
    size = data.draw(st.integers(1, 10))
    unit = np.array([data.draw(st.integers(0, count - 1)) for _ in range(size)])
    cuts = np.array([[data.draw(st.integers(-1, most - 1)) for most in levels] for _ in range(size)])
    people = np.array([data.draw(st.integers(1, k + 3)) for _ in range(size)], np.int64)
    own = np.bincount(unit, people, minlength=count).astype(np.int64)
    published = gate_tree(tree, own, k)
    shown = gate_crossing_cuts(tree, unit, cuts, people, levels, published, k, unit_minimum=0)
    rows = []
    for number in range(count):
        inside = (unit >= number) & (unit < number + tree.size[number])
        if published[number]:
            rows.append(inside)
        for cut in range(2):
            rows += [inside & (cuts[:, cut] == level) for level in np.flatnonzero(shown[cut][number])]
    assert not span_gives_away(np.array(rows).reshape(len(rows), size), people, k)


def test_two_cuts_that_meet_give_up_a_cell_of_the_second() -> None:
    tree = family(None)
    unit = np.zeros(3, np.int64)
    cuts = np.array([[0, 0], [1, 0], [1, 1]])  # everyone of the first level is also of the other cut's first
    people = np.array([30, 3, 30], np.int64)
    first, second = gate_crossing_cuts(tree, unit, cuts, people, [2, 2], np.ones(1, bool), 5)
    assert first.all()
    assert not second.any()


Crossing = tuple[UnitTree, np.ndarray, np.ndarray, np.ndarray, list[int], int]


@st.composite
def crossings(draw: st.DrawFn) -> Crossing:
    """A tree, unit and level in each of two or three cuts by cell, respondents by cell, levels by cut, and k."""
    count, k = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    tree = family(None, *(draw(st.integers(0, child - 1)) for child in range(1, count)))
    levels = [draw(st.integers(1, 2)) for _ in range(draw(st.integers(2, 3)))]
    size = draw(st.integers(1, 11))
    unit = np.array([draw(st.integers(0, count - 1)) for _ in range(size)])
    cuts = np.array([[draw(st.integers(-1, most - 1)) for most in levels] for _ in range(size)])
    return tree, unit, cuts, np.array([draw(st.integers(1, k + 3)) for _ in range(size)], np.int64), levels, k


def rows_of(
    tree: UnitTree, unit: np.ndarray, cuts: np.ndarray, published: np.ndarray, shown: list[np.ndarray]
) -> np.ndarray:
    """Rows over cells of respondents of all published totals and of the shown cells of every cut."""
    rows = []
    for number in range(len(tree)):
        inside = (unit >= number) & (unit < number + tree.size[number])
        if published[number]:
            rows.append(inside)
        for cut, part in enumerate(shown):
            rows += [inside & (cuts[:, cut] == level) for level in np.flatnonzero(part[number])]
    return np.array(rows).reshape(len(rows), len(unit))


def question(crossing: Crossing, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Who answers a question, by cell, and the units whose totals of answers are shown."""
    tree, unit, _, people, _, k = crossing
    rng = np.random.default_rng(seed)
    answered = rng.binomial(people, rng.choice([0.5, 0.8, 0.95]))
    own, answered_own = (np.bincount(unit, cells, len(tree)).astype(np.int64) for cells in (people, answered))
    return answered, gate_columns(tree, gate_tree(tree, own, k), answered_own[:, None], k)[:, 0]


@settings(max_examples=150, deadline=None)
@given(crossings(), st.integers(0, 2**31))
def test_a_question_keeps_of_the_cells_by_respondents_what_is_safe_by_its_answers(
    crossing: Crossing, seed: int
) -> None:
    tree, unit, cuts, people, levels, k = crossing
    published = gate_tree(tree, np.bincount(unit, people, len(tree)).astype(np.int64), k)
    start = gate_crossing_cuts(tree, unit, cuts, people, levels, published, k, unit_minimum=0)
    assert not span_gives_away(rows_of(tree, unit, cuts, published, start), people, k)
    answered, base = question(crossing, seed)
    kept = gate_crossing_cuts(tree, unit, cuts, answered, levels, base, k, unit_minimum=0, start=start)
    assert not span_gives_away(rows_of(tree, unit, cuts, base, kept), answered, k)
    for part, before in zip(kept, start, strict=True):
        assert not (part & ~(before & base[:, None])).any()


@settings(max_examples=150, deadline=None)
@given(crossings(), st.integers(0, 2**31))
def test_cells_are_taken_away_only_where_a_group_follows(crossing: Crossing, seed: int) -> None:
    tree, unit, cuts, _, levels, k = crossing
    answered, base = question(crossing, seed)
    rng = np.random.default_rng(seed + 1)
    start = [rng.random((len(tree), count)) < 0.7 for count in levels]  # safe or not
    kept = gate_crossing_cuts(tree, unit, cuts, answered, levels, base, k, unit_minimum=0, start=start)
    assert not span_gives_away(rows_of(tree, unit, cuts, base, kept), answered, k)
    allowed = []
    for cut, part in enumerate(start):
        own = np.zeros((len(tree), levels[cut] + 1), np.int64)
        np.add.at(own, (unit, cuts[:, cut]), answered)
        allowed.append(part & base[:, None] & (subtree_sums(tree, own)[:, :-1] >= k))
    if not span_gives_away(rows_of(tree, unit, cuts, base, allowed), answered, k):
        assert all(np.array_equal(part, full) for part, full in zip(kept, allowed, strict=True))


@settings(max_examples=60, deadline=None)
@given(crossings(), st.integers(0, 2**31))
def test_parts_that_cannot_be_proven_safe_are_not_shown(crossing: Crossing, seed: int) -> None:
    tree, unit, cuts, _, levels, k = crossing
    answered, base = question(crossing, seed)
    start = [np.ones((len(tree), count), bool) for count in levels]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("headwater.privacy.crossing.BUDGET", 0)
        kept = gate_crossing_cuts(tree, unit, cuts, answered, levels, base, k, unit_minimum=0, start=start)
    assert not span_gives_away(rows_of(tree, unit, cuts, base, kept), answered, k)


@settings(max_examples=100, deadline=None)
@given(surveys(), st.integers(0, 2**31))
def test_one_cut_keeps_of_the_cells_it_starts_from_what_is_safe(
    survey: tuple[UnitTree, np.ndarray, int], seed: int
) -> None:
    tree, cells, k = survey
    rng = np.random.default_rng(seed)
    answered = rng.binomial(cells, 0.8)
    published = gate_tree(tree, cells.sum(axis=1), k)
    base = gate_columns(tree, published, answered.sum(axis=1, keepdims=True), k)[:, 0]
    start = rng.random((len(tree), cells.shape[1] - 1)) < 0.7
    kept = gate_cuts(tree, answered[:, :-1], base, k, unknown=answered[:, -1], unit_minimum=0, start=start)
    assert not span_gives_away(released_rows(tree, base, kept, cells.shape[1]), answered.ravel(), k)
    allowed = start & base[:, None] & (subtree_sums(tree, answered[:, :-1]) >= k)
    assert not (kept & ~allowed).any()
    if not span_gives_away(released_rows(tree, base, allowed, cells.shape[1]), answered.ravel(), k):
        assert np.array_equal(kept, allowed)
