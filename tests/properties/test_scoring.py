"""Whatever the tree and the answers: no released column lets a small group be worked out."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.org import number_units, subtree_sums
from headwater.scoring import Inputs, RatedItem, RatedScale, Specification, score
from headwater.scoring.sums import GroupSums
from headwater.vocab import Bound, Lens, ScoreBook, Study, UnitTree, Wave, WideInts
from headwater.vocab.answers import SCORE_ONE

SPECIFICATION = Specification(
    items=(
        RatedItem("a", {"en": "A"}, Lens.EX, 1, 5, scale="s"),
        RatedItem("b", {"en": "B"}, Lens.EX, 1, 5, reverse=True, scale="s"),
    ),
    scales=(RatedScale("s", {"en": "S"}, Lens.EX, "driver", ("a", "b"), 1.0, 5.0),),
)


@st.composite
def waves(draw: st.DrawFn) -> tuple[UnitTree, np.ndarray, np.ndarray]:
    """A tree, the unit of every respondent, and their two answers in the items' own direction, 0 where skipped."""
    units = draw(st.integers(1, 14))
    parents = [-1] + [draw(st.integers(0, number - 1)) for number in range(1, units)]
    tree = number_units([str(number) for number in range(units)], ["" if p < 0 else str(p) for p in parents])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = rng.integers(0, draw(st.sampled_from([4, 9, 16])), units)
    unit = np.repeat(np.arange(units), size)
    spread = draw(st.sampled_from([0.3, 1.5]))
    middle = rng.uniform(1, 5, units)[unit]
    answers = np.clip(np.rint(middle[:, None] + spread * rng.standard_normal((len(unit), 2))), 1, 5).astype(int)
    answers[rng.random(answers.shape) < draw(st.sampled_from([0.0, 0.1, 0.4]))] = 0
    return tree, unit, answers


def sums_of(tree: UnitTree, unit: np.ndarray, answers: np.ndarray) -> GroupSums:
    """Sum answers by unit as the engine would: reversed items by the codes given."""
    units = len(tree)
    counts = np.zeros((units, 10), np.int64)
    codes = np.column_stack([answers[:, 0], np.where(answers[:, 1] > 0, 6 - answers[:, 1], 0)])
    for item in range(2):
        known = codes[:, item] > 0
        np.add.at(counts, (unit[known], 5 * item + codes[known, item] - 1), 1)
    answered = (answers > 0).sum(axis=1)
    has = answered > 0
    scores = SCORE_ONE * answers.sum(axis=1) // np.maximum(answered, 1)
    n, total, squares = (np.zeros((units, 1), np.int64) for _ in range(3))
    np.add.at(n[:, 0], unit[has], 1)
    np.add.at(total[:, 0], unit[has], scores[has])
    np.add.at(squares[:, 0], unit[has], scores[has] ** 2)
    return GroupSums(np.bincount(unit, minlength=units), counts, n, total, WideInts.from_int64(squares))


def book_of(tree: UnitTree, unit: np.ndarray, answers: np.ndarray) -> ScoreBook:
    return score(
        Inputs(
            Study("p", "P", k=5),
            Wave("p", "w", "w", 0),
            tree,
            SPECIFICATION,
            sums_of(tree, unit, answers),
            sources=("x",),
        )
    )


def next_shown_above(tree: UnitTree, shown: np.ndarray, unit: int) -> int:
    return next((above for above in tree.ancestors(unit) if shown[above]), -1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(waves())
def test_no_group_below_k_and_no_unanimous_group_can_be_worked_out(
    wave: tuple[UnitTree, np.ndarray, np.ndarray],
) -> None:
    tree, unit, answers = wave
    book = book_of(tree, unit, answers)
    main = book.everybody
    for measure, subject in (("mean", "a"), ("mean", "b"), ("favourable", "a"), ("favourable", "b")):
        number = book.column_of[measure, subject]
        values = answers[:, 0 if subject == "a" else 1]
        shown = main.shown[:, number]
        n = subtree_sums(tree, np.bincount(unit[values > 0], minlength=len(tree)))
        worth = values - 1 if measure == "mean" else (values >= 4).astype(int)
        worth = np.where(values > 0, worth, 0)
        points = subtree_sums(tree, np.bincount(unit, worth, len(tree)).astype(np.int64))
        left_n, left_exact = n.copy(), shown & (main.bound[:, number] == Bound.EXACT)
        for place in np.flatnonzero(shown):
            above = next_shown_above(tree, shown, int(place))
            if above >= 0:
                left_n[above] -= n[place]
        assert all(people == 0 or people >= 5 for people in left_n[shown])
        people, told = n.copy(), points.copy()
        for place in np.flatnonzero(left_exact):
            above = next_shown_above(tree, left_exact, int(place))
            if above >= 0:
                people[above] -= n[place]
                told[above] -= points[place]
        most = 4 if measure == "mean" else 1
        for place in np.flatnonzero(left_exact):
            if people[place] > 0:
                assert 0 < told[place] < most * people[place], "a group is all at one end"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(waves())
def test_a_scale_is_a_function_of_what_its_items_show(wave: tuple[UnitTree, np.ndarray, np.ndarray]) -> None:
    book = book_of(*wave)
    main = book.everybody
    for scale, measure in (("score", "mean"), ("score_favourable", "favourable")):
        whole = book.column_of[scale, "s"]
        parts = [book.column_of[measure, item] for item in ("a", "b")]
        shown = main.shown[:, whole]
        assert not (shown & ~main.shown[:, parts].all(axis=1)).any()
        assert np.allclose(main.fields["value"][shown, whole], main.fields["value"][shown][:, parts].mean(axis=1))
        limits = (main.bound[shown][:, parts] != Bound.EXACT).any(axis=1)
        assert np.array_equal(main.bound[shown, whole] != Bound.EXACT, limits)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(waves())
def test_everything_shown_is_finite_and_in_range(wave: tuple[UnitTree, np.ndarray, np.ndarray]) -> None:
    main = book_of(*wave).everybody
    for name in ("value", "se", "low", "high", "shrunken", "shrunken_low", "shrunken_high"):
        assert np.isfinite(main.fields[name][main.shown]).all(), name
        assert np.isnan(main.fields[name][~main.shown]).all(), name
    inside = main.shown
    assert (main.fields["low"][inside] <= main.fields["value"][inside] + 1e-9).all()
    assert (main.fields["high"][inside] >= main.fields["value"][inside] - 1e-9).all()
    assert (main.fields["se"][inside] > 0).all() or (main.bound[inside & (main.fields["se"] == 0)] != 0).all()
