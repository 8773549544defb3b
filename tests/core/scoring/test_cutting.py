"""Two cuts in one book: by question no small group follows from its units and levels, and no level tells on all."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.org import number_units
from headwater.privacy import gate_columns
from headwater.scoring import Inputs, RatedItem, Specification, score
from headwater.scoring.cutting import CrossedCells, CutLevels, choose_cells
from headwater.scoring.sums import GroupSums
from headwater.vocab import Bound, Cut, Lens, Panel, ScoreBook, Study, UnitTree, Wave, WideInts

K = 5
ITEMS = ("a", "b")
SPECIFICATION = Specification(items=tuple(RatedItem(key, {"en": key}, Lens.EX, 1, 5) for key in ITEMS), scales=())
CUTS = (Cut("x", "X", ("x0", "x1")), Cut("y", "Y", ("y0", "y1")))


def sums_of(units: int, unit: np.ndarray, answers: np.ndarray) -> GroupSums:
    """Sum answers by unit; 0 is skipped."""
    counts = np.zeros((units, 10), np.int64)
    for item in range(2):
        known = answers[:, item] > 0
        np.add.at(counts, (unit[known], 5 * item + answers[known, item] - 1), 1)
    none = np.zeros((units, 0), np.int64)
    return GroupSums(np.bincount(unit, minlength=units), counts, none, none, WideInts.from_int64(none))


@st.composite
def waves(draw: st.DrawFn) -> tuple[UnitTree, np.ndarray, np.ndarray, np.ndarray]:
    """A tree, and by respondent the unit, the answers to two items (0 where skipped) and the level in two cuts."""
    units = draw(st.integers(1, 3))
    parents = [-1] + [draw(st.integers(0, number - 1)) for number in range(1, units)]
    tree = number_units([str(number) for number in range(units)], ["" if p < 0 else str(p) for p in parents])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit = np.repeat(np.arange(units), rng.integers(20, 70, units))
    levels = np.column_stack([rng.random(len(unit)) < rng.choice([0.1, 0.3, 0.5]) for _ in CUTS]).astype(np.int64)
    follows = rng.random(len(unit)) < draw(st.sampled_from([0.0, 0.9, 0.97]))  # the second cut repeats the first
    levels[follows, 1] = levels[follows, 0]
    levels[rng.random(levels.shape) < draw(st.sampled_from([0.0, 0.03]))] = -1
    answers = rng.integers(1, 6, (len(unit), 2))
    glad = (levels[:, 0] == 1) & (rng.random() < 0.5)
    answers[glad] = 5
    answers[rng.random(answers.shape) < draw(st.sampled_from([0.0, 0.1, 0.3]))] = 0
    return tree, unit, answers, levels


def cross(unit: np.ndarray, answers: np.ndarray, levels: np.ndarray) -> CrossedCells:
    """Lay respondents out by unit and level of all cuts at once."""
    kinds, which = np.unique(np.column_stack([unit, levels]), axis=0, return_inverse=True)
    cuts = tuple(CutLevels(cut.key, cut.levels) for cut in CUTS)
    return CrossedCells(cuts, kinds[:, 0], kinds[:, 1:], sums_of(len(kinds), which.ravel(), answers))


def book_of(tree: UnitTree, unit: np.ndarray, answers: np.ndarray, levels: np.ndarray) -> ScoreBook:
    return score(
        Inputs(
            Study("p", "P", k=K, cuts=CUTS),
            Wave("p", "w", "w", 0),
            tree,
            SPECIFICATION,
            sums_of(len(tree), unit, answers),
            crossed=cross(unit, answers, levels),
            sources=("x",),
        )
    )


def reaches_a_few(rows: np.ndarray, people: np.ndarray) -> bool:
    """Exhaustive: whether the rows span the row of kinds of 1 to K - 1 people."""
    held = np.flatnonzero(people)
    if not len(rows) or not len(held):
        return False
    _, singular, basis = np.linalg.svd(rows[:, held].astype(float), full_matrices=False)
    basis = basis[singular > 1e-9]
    small = [cell for cell in range(len(held)) if people[held[cell]] < K]
    for size in range(1, K):
        for chosen in combinations(small, size):
            if people[held[list(chosen)]].sum() < K:
                row = np.zeros(len(held))
                row[list(chosen)] = 1
                if np.abs(row - row @ basis.T @ basis).max() < 1e-9:
                    return True
    return False


def panel(book: ScoreBook, cut: int, level: int) -> Panel | None:
    return book.panel_of.get((CUTS[cut].key, CUTS[cut].levels[level]))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(waves())
def test_no_small_group_of_answerers_follows_from_units_and_two_cuts(
    wave: tuple[UnitTree, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    tree, unit, answers, levels = wave
    book = book_of(*wave)
    kinds, which = np.unique(np.column_stack([unit, levels]), axis=0, return_inverse=True)
    for place, item in enumerate(ITEMS):
        columns = [number for number, column in enumerate(book.columns) if column.subject == item]
        people = np.bincount(which.ravel()[answers[:, place] > 0], minlength=len(kinds))
        rows = []
        for number in range(len(tree)):
            inside = (kinds[:, 0] >= number) & (kinds[:, 0] < number + tree.size[number])
            if book.everybody.shown[number, columns].any():
                rows.append(inside)
            for cut, level in product(range(2), range(2)):
                found = panel(book, cut, level)
                row = -1 if found is None else found.position(number)
                if found is not None and row >= 0 and found.shown[row, columns].any():
                    rows.append(inside & (kinds[:, 1 + cut] == level))
        assert not reaches_a_few(np.array(rows).reshape(len(rows), len(kinds)), people)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(waves())
def test_no_level_and_no_unit_without_it_is_all_at_one_end(
    wave: tuple[UnitTree, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    tree, unit, answers, levels = wave
    book = book_of(*wave)
    for place, item in enumerate(ITEMS):
        number = book.column_of["mean", item]
        values = answers[:, place]
        for cut, level in product(range(2), range(2)):
            found = panel(book, cut, level)
            for at, row in enumerate([] if found is None else found.rows.tolist()):
                if found is None or not found.shown[at, number] or found.bound[at, number] != Bound.EXACT:
                    continue
                inside = (unit >= row) & (unit < row + tree.size[row]) & (values > 0)
                here, others = inside & (levels[:, cut] == level), inside & (levels[:, cut] != level)
                assert 1 < values[here].mean() < 5
                if others.any() and book.everybody.bound[row, number] == Bound.EXACT:
                    assert 1 < values[others].mean() < 5


def test_a_question_that_all_answer_keeps_every_cell_chosen_by_respondents() -> None:
    rng = np.random.default_rng(4)
    tree = number_units(["0", "1", "2"], ["", "0", "0"])
    unit = np.repeat([0, 1, 2], [60, 120, 150])
    levels = rng.integers(0, 2, (len(unit), 2))
    answers = rng.integers(1, 6, (len(unit), 2))
    answers[rng.random(len(unit)) < 0.6, 1] = 0
    crossed = cross(unit, answers, levels)
    answered = np.column_stack([crossed.sums.counts[:, :5].sum(axis=1), crossed.sums.counts[:, 5:].sum(axis=1)])
    whole = np.column_stack([np.bincount(unit[answers[:, item] > 0], minlength=3) for item in range(2)])
    base = gate_columns(tree, np.ones(3, bool), whole, K)
    chosen = choose_cells(tree, K, crossed, answered, np.ones(3, bool), base)
    for cells in chosen:
        assert cells.shown.all()
        assert cells.nodes.tolist() == [0, 1, 2]
        assert np.array_equal(cells.questions[:, :, 0], cells.shown.T)
        assert not (cells.questions[:, :, 1] & ~cells.shown.T).any()
