"""Too alike: limits, and nothing that lets a unanimous group be worked out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.org import number_units, subtree_sums
from headwater.privacy import bound_extremes, gate_alike, gate_scales, zone_share, zone_start
from headwater.vocab import UnitTree


def family(*parents: int | None) -> UnitTree:
    return number_units(
        [str(unit) for unit in range(len(parents))], [None if above is None else str(above) for above in parents]
    )


def column(*values: int) -> np.ndarray:
    return np.array(values, np.int64)[:, None]


@pytest.mark.parametrize(
    ("people", "steps", "share", "start"),
    [(20, 1, 0.95, 19), (100, 1, 0.95, 95), (8, 1, 0.85, 7), (5, 1, 0.8, 4), (10, 1, 0.9, 9), (5, 4, 0.95, 19)],
)
def test_zones_by_size(people: int, steps: int, share: float, start: int) -> None:
    assert zone_share(np.array([people]), steps)[0] == pytest.approx(share)
    assert zone_start(np.array([people]), steps)[0] == start


@given(st.integers(3, 500), st.integers(1, 10))
def test_a_limit_always_leaves_room_for_one_who_differs(people: int, steps: int) -> None:
    start = int(zone_start(np.array([people]), steps)[0])
    assert start <= people * steps - 1
    assert start >= zone_share(np.array([people]), steps)[0] * people * steps - 1e-9


def test_bounds_in_both_directions() -> None:
    bound = bound_extremes(np.array([20, 20, 20, 20, 20, 0]), np.array([20, 19, 18, 1, 2, 0]))
    assert bound.tolist() == [1, 1, 0, -1, 0, 0]


def test_a_unanimous_team_is_not_left_over_from_its_parent() -> None:
    tree, answered, points = family(None, 0, 0, 0), column(0, 8, 12, 9), column(0, 8, 6, 5)
    shown = gate_alike(tree, np.ones((4, 1), bool), answered, points, [1])
    assert shown[:, 0].tolist() == [True, True, True, False]


def test_a_mixed_organisation_keeps_everything() -> None:
    tree, answered, points = family(None, 0, 0), column(0, 10, 12), column(0, 5, 7)
    assert gate_alike(tree, np.ones((3, 1), bool), answered, points, [1]).all()


def test_groups_without_spread_are_withheld_when_error_bars_are_shown() -> None:
    tree, answered, points = family(None, 0, 0, 0), column(0, 8, 12, 12), column(0, 16, 20, 31)
    squares = column(0, 32, 60, 90)  # all eight of the first team gave 2
    shown = gate_alike(tree, np.ones((4, 1), bool), answered, points, [4], squares_own=squares)
    assert not shown[1, 0]
    without = gate_alike(tree, np.ones((4, 1), bool), answered, points, [4])
    assert without[1, 0]


def test_points_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="points outside"):
        gate_alike(family(None), np.ones((1, 1), bool), column(5), column(6), [1])


def test_a_scale_is_shown_where_all_its_items_are() -> None:
    exact = np.array([[True, True, True], [True, False, True]])
    assert gate_scales(exact, [(0, 1), (0, 2), ()]).tolist() == [[True, True, False], [False, True, False]]


def unanimous_group(tree: UnitTree, shown: np.ndarray, answered: np.ndarray, points: np.ndarray, steps: int) -> bool:
    """Exhaustive: whether all possible points that fit what is shown make some unit's own people unanimous."""
    totals, sums = subtree_sums(tree, answered), subtree_sums(tree, points)
    bound, start = bound_extremes(totals, sums, steps), zone_start(totals, steps)
    worlds = np.array(list(product(*(range(int(n) * steps + 1) for n in answered))))
    fits = np.ones(len(worlds), bool)
    for unit in np.flatnonzero(shown):
        total = worlds[:, tree.subtree(int(unit))].sum(axis=1)
        if bound[unit] > 0:
            fits &= total >= start[unit]
        elif bound[unit] < 0:
            fits &= total <= totals[unit] * steps - start[unit]
        else:
            fits &= total == sums[unit]
    possible = worlds[fits]
    assert len(possible) > 0
    inside = np.array([any(shown[above] for above in (unit, *tree.ancestors(unit))) for unit in range(len(tree))]) & (
        answered > 0
    )
    full = (possible == answered * steps).all(axis=0)
    empty = (possible == 0).all(axis=0)
    return bool((inside & (full | empty)).any())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_group_can_be_found_unanimous_by_exhaustive_search(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    tree = family(None, *(data.draw(st.integers(0, child - 1)) for child in range(1, count)))
    steps = data.draw(st.integers(1, 2))
    answered = np.array([data.draw(st.sampled_from([0, 3, 4, 5])) for _ in range(count)], np.int64)
    points = np.array([data.draw(st.integers(0, int(n) * steps)) for n in answered], np.int64)
    shown = (subtree_sums(tree, answered) > 0)[:, None]
    kept = gate_alike(tree, shown, answered[:, None], points[:, None], [steps])[:, 0]
    assert not (kept & ~shown[:, 0]).any()
    assert not unanimous_group(tree, kept, answered, points, steps)
