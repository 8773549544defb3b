"""Many cuts: nothing small follows from what classes of people let through, and planted groups are withheld."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from headwater.org import number_units, subtree_sums
from headwater.privacy import bases, gate_columns, gate_crossing_cuts, gate_tree
from headwater.privacy.bases import FurtherCells, FurtherCuts
from headwater.privacy.crossing import SeveralCuts
from headwater.vocab import UnitTree

K = 3


def organisation(rng: np.random.Generator, units: int, people: int) -> tuple[UnitTree, np.ndarray]:
    """A random tree and the unit of every person, some in units that have units below."""
    parents = ["", *(str(rng.integers(0, unit)) for unit in range(1, units))]
    tree = number_units([str(unit) for unit in range(units)], parents)
    return tree, rng.integers(0, units, people)


def drawn_cuts(rng: np.random.Generator, unit: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Levels of every person in every cut: by chance, by unit, or nearly those of the cut before; some unknown."""
    levels = np.column_stack([rng.integers(0, size, len(unit)) for size in sizes])
    for cut, size in enumerate(sizes):
        kind = rng.integers(0, 4)
        if kind == 1:
            levels[:, cut] = np.where(rng.random(len(unit)) < 0.8, unit % size, levels[:, cut])
        elif kind == 2 and cut:
            levels[:, cut] = np.where(rng.random(len(unit)) < 0.9, levels[:, cut - 1] % size, levels[:, cut])
        if rng.random() < 0.3:
            levels[rng.random(len(unit)) < 0.1, cut] = -1
    return levels


def columns_of(
    tree: UnitTree, unit: np.ndarray, levels: np.ndarray, published: np.ndarray, shown: list[np.ndarray]
) -> np.ndarray:
    """By person, which released totals they are in: float64[P, totals]."""
    found = []
    for row in range(len(tree)):
        inside = (unit >= row) & (unit < row + tree.size[row])
        if published[row]:
            found.append(inside)
        for cut, cells in enumerate(shown):
            found += [inside & (levels[:, cut] == level) for level in np.flatnonzero(cells[row])]
    return np.array(found, float).reshape(len(found), len(unit)).T


def groups_below(columns: np.ndarray, k: int, *, weighted: bool) -> list[tuple[int, ...]]:
    """Every set of 1 to k - 1 people whose sum is a combination of columns; weighted: any weights of theirs at all."""
    left, singular, _ = np.linalg.svd(columns, full_matrices=False)
    basis = left[:, singular > 1e-9]
    beyond = np.eye(len(columns)) - basis @ basis.T
    found: list[tuple[int, ...]] = []
    for size in range(1, k):
        chosen = np.array(list(combinations(range(len(columns)), size)))
        part = beyond[chosen[:, :, None], chosen[:, None, :]]
        away = np.linalg.eigvalsh(part)[:, 0] if weighted else part.sum(axis=(1, 2))
        found += [tuple(group) for group in chosen[away < 1e-8].tolist()]
    return found


def further(
    tree: UnitTree, unit: np.ndarray, levels: np.ndarray, sizes: list[int], published: np.ndarray, early: int
) -> tuple[FurtherCuts, list[np.ndarray]]:
    """Gate the first cuts by search, and lay people out for the others."""
    people = np.ones(len(unit), np.int64)
    first: list[np.ndarray] = []
    if early:
        first = gate_crossing_cuts(tree, unit, levels[:, :early], people, sizes[:early], published, K, unit_minimum=0)
    cells = FurtherCells(unit, levels[:, :early], levels[:, early:], people)
    return FurtherCuts(tree, cells, sizes[early:], published, K, first, unit_minimum=0), first


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units are tried however few they are."""
    monkeypatch.setattr(bases, "ROWS_WORTH_TRYING", 1)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("early", [0, 1, 2])
def test_nothing_small_follows_by_any_combination(early: int) -> None:
    cells = 0
    for seed in range(24):
        rng = np.random.default_rng(seed)
        tree, unit = organisation(rng, int(rng.integers(1, 6)), int(rng.integers(20, 48)))
        sizes = rng.integers(2, 4, early + int(rng.integers(1, 4))).tolist()
        levels = drawn_cuts(rng, unit, sizes)
        published = gate_tree(tree, np.bincount(unit, minlength=len(tree)), K)
        gate, first = further(tree, unit, levels, sizes, published, early)
        more = gate.choose()
        cells += sum(int(part.sum()) for part in more)
        columns = columns_of(tree, unit, levels, published, [*first, *more])
        assert not groups_below(columns, K, weighted=early == 0), seed
    assert cells > 30


@pytest.mark.usefixtures("eager")
def test_each_question_is_safe_by_those_who_answered_it() -> None:
    cells = 0
    for seed in range(24):
        rng = np.random.default_rng(100 + seed)
        tree, unit = organisation(rng, int(rng.integers(1, 5)), int(rng.integers(30, 52)))
        sizes = rng.integers(2, 4, 1 + int(rng.integers(1, 4))).tolist()
        levels = drawn_cuts(rng, unit, sizes)
        own = np.bincount(unit, minlength=len(tree))
        published = gate_tree(tree, own, K)
        several = SeveralCuts(tree, unit, levels, np.ones(len(unit), np.int64), sizes, published, K, unit_minimum=0)
        several.searched = 1  # as with more people: the others go by classes
        several._cells, place = np.unique(np.column_stack([unit, levels[:, :1]]), axis=0, return_inverse=True)
        several._place = place.ravel()
        start = several.choose()
        answered = (rng.random((len(unit), 3)) < [0.98, 0.9, 0.7]).astype(np.int64)
        answered_own = np.zeros((len(tree), 3), np.int64)
        np.add.at(answered_own, unit, answered)
        base = gate_columns(tree, published, answered_own, K)
        for question, kept in enumerate(several.keep(answered, base, start)):
            there = np.flatnonzero(answered[:, question])
            columns = columns_of(tree, unit[there], levels[there], base[:, question], kept)
            assert not groups_below(columns, K, weighted=False), (seed, question)
            assert all(not (part & ~before).any() for part, before in zip(kept, start, strict=True))
            cells += sum(int(part.sum()) for part in kept[1:])
    assert cells > 60


@pytest.mark.usefixtures("eager")
def test_questions_judged_together_are_safe_each() -> None:
    cells = 0
    for seed in range(16):
        rng = np.random.default_rng(200 + seed)
        tree, unit = organisation(rng, int(rng.integers(1, 5)), int(rng.integers(30, 52)))
        sizes = [2, 3, 2]
        levels = drawn_cuts(rng, unit, sizes)
        published = gate_tree(tree, np.bincount(unit, minlength=len(tree)), K)
        gate, _ = further(tree, unit, levels, sizes, published, 0)
        start = gate.choose()
        answered = (rng.random((len(unit), 2)) < 0.95).astype(np.int64)
        answered_own = np.zeros((len(tree), 2), np.int64)
        np.add.at(answered_own, unit, answered)
        base = gate_columns(tree, published, answered_own, K)
        kept = gate.keep(answered, base, start)
        cells += sum(int(part.sum()) for part in kept)
        for question in range(2):
            there = np.flatnonzero(answered[:, question])
            columns = columns_of(tree, unit[there], levels[there], base[:, question], kept)
            assert not groups_below(columns, K, weighted=False), (seed, question)
    assert cells > 30


def follows(columns: np.ndarray, group: np.ndarray) -> bool:
    """Whether the sum of a group is a combination of columns."""
    solved = np.linalg.lstsq(columns, group.astype(float), rcond=None)[0]
    return bool(np.abs(columns @ solved - group).max() < 1e-8)


def test_five_cuts_that_tell_on_two_people_together_are_not_all_shown() -> None:
    rng = np.random.default_rng(5)
    tree = number_units(["all", "a", "b"], ["", "all", "all"])
    unit = np.repeat([1, 2], [260, 240])
    levels = rng.integers(0, 3, (500, 5))
    # The last cut's first level is the first of the third cut and the second of the fourth, but for two people.
    levels[:, 3] = np.where(levels[:, 2] == 0, 0, rng.integers(0, 3, 500))
    levels[:, 4] = np.where((levels[:, 2] == 0) | (levels[:, 3] == 1), 0, rng.integers(1, 3, 500))
    pair = np.flatnonzero(levels[:, 4] == 1)[:2]
    levels[pair, 4] = 0
    group = np.isin(np.arange(500), pair)
    published = np.ones(3, bool)
    every = [np.ones((3, 3), bool) for _ in range(5)]
    assert follows(columns_of(tree, unit, levels, published, every), group)
    shown = gate_crossing_cuts(tree, unit, levels, np.ones(500, np.int64), [3] * 5, published, 5)
    assert not follows(columns_of(tree, unit, levels, published, shown), group)
    assert all(part[0].any() for part in shown[:4])
    assert shown[0].all()
    assert shown[1].all()


def test_a_further_cut_takes_nothing_from_the_first_two() -> None:
    rng = np.random.default_rng(8)
    tree, unit = organisation(rng, 12, 900)
    levels = drawn_cuts(rng, unit, [3, 4, 3, 5, 2])
    people, published = np.ones(900, np.int64), gate_tree(tree, np.bincount(unit, minlength=12), 5)
    two = gate_crossing_cuts(tree, unit, levels[:, :2], people, [3, 4], published, 5)
    five = gate_crossing_cuts(tree, unit, levels, people, [3, 4, 3, 5, 2], published, 5)
    assert all(np.array_equal(part, before) for part, before in zip(five[:2], two, strict=True))
    assert sum(int(part.sum()) for part in five[2:]) > 20
    for cut, part in enumerate(five[2:], start=2):
        for level in range(part.shape[1]):
            people = subtree_sums(tree, np.bincount(unit, levels[:, cut] == level, 12).astype(np.int64))
            assert (people[part[:, level]] >= 5).all()


def test_a_level_of_few_people_goes_with_another_that_hides_it() -> None:
    rng = np.random.default_rng(3)
    tree, unit = number_units(["all"], [""]), np.zeros(800, np.int64)
    levels = rng.integers(0, 3, (800, 4))
    levels[:, 3] = np.where(np.arange(800) < 3, 2, rng.integers(0, 2, 800))  # three people stand alone
    shown = gate_crossing_cuts(tree, unit, levels, np.ones(800, np.int64), [3] * 4, np.ones(1, bool), 5)
    assert all(part.all() for part in shown[:3])
    assert shown[3].sum() == 1


def test_the_same_answers_give_the_same_cells() -> None:
    rng = np.random.default_rng(2)
    tree, unit = organisation(rng, 6, 500)
    levels = drawn_cuts(rng, unit, [3, 3, 3, 3])
    published = gate_tree(tree, np.bincount(unit, minlength=6), 5)
    once, again = (
        gate_crossing_cuts(tree, unit, levels, np.ones(500, np.int64), [3] * 4, published, 5) for _ in range(2)
    )
    assert all(np.array_equal(part, other) for part, other in zip(once, again, strict=True))


@pytest.mark.parametrize(("people", "published"), [(90, False), (90, True), (40, True)])
def test_without_a_unit_that_is_large_enough_nothing_is_shown(people: int, published: bool) -> None:
    rng = np.random.default_rng(1)
    tree, unit = organisation(rng, 3, people)
    levels = rng.integers(0, 4, (people, 4))
    several = SeveralCuts(
        tree, unit, levels, np.ones(people, np.int64), [4] * 4, np.full(3, published), 5, unit_minimum=100
    )
    start = several.choose()
    assert not any(part.any() for part in start)
    answered = np.ones((people, 2), np.int64)
    for kept in several.keep(answered, np.full((3, 2), published), start):
        assert not any(part.any() for part in kept)
