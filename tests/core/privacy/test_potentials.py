"""What is settled without elimination, against orthogonal projection over every group."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.privacy.potentials import settle


@st.composite
def crossings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Cells in one group of the first kind and in one or none of each other kind, people, the groups, and k."""
    sizes = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(2, 4)))]
    k, cells = draw(st.integers(2, 4)), draw(st.integers(1, 12))
    count = sum(sizes)
    columns = []
    for kind, size in enumerate(sizes):
        first = sum(sizes[:kind])
        last = size - 1 if kind == 0 else size  # one beyond the last: in no group
        places = np.array(draw(st.lists(st.integers(0, last), min_size=cells, max_size=cells)))
        columns.append(np.where(places == size, count, first + places))
    people = np.array(draw(st.lists(st.integers(0, k), min_size=cells, max_size=cells)), np.int64)
    return np.stack(columns).astype(np.int64), people, count, k


def reaches_a_few(groups: np.ndarray, people: np.ndarray, count: int, k: int) -> bool:
    """Exhaustive: whether the rows of the groups span the row of cells of 1 to k - 1 people."""
    held = people > 0
    groups, people = groups[:, held], people[held]
    if not len(people):
        return False
    rows = np.array([(groups == group).any(axis=0) for group in range(count)], float)
    _, singular, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[singular > 1e-9]
    for size in range(1, k):
        for chosen in combinations(range(len(people)), size):
            if people[list(chosen)].sum() < k:
                row = np.zeros(len(people))
                row[list(chosen)] = 1
                if np.abs(row - row @ basis.T @ basis).max() < 1e-9:
                    return True
    return False


@settings(max_examples=300, deadline=None)
@given(crossings())
def test_what_is_left_gives_a_few_away_exactly_when_the_whole_does(
    crossing: tuple[np.ndarray, np.ndarray, int, int],
) -> None:
    groups, people, count, k = crossing
    left = settle(groups, people, count, k)
    assert reaches_a_few(left.groups, left.people, count, k) == reaches_a_few(groups, people, count, k)
    assert left.joined[count] == count
    assert (left.groups < count).any(axis=0).all()


def test_levels_shared_by_many_teams_are_settled_though_every_cell_is_small() -> None:
    teams, levels = np.divmod(np.arange(40), 2)  # 20 teams of one person a level and cut
    groups = np.stack([np.repeat(teams, 2), 20 + np.repeat(levels, 2), 22 + np.tile([0, 1], 40)])
    left = settle(groups, np.full(80, 2, np.int64), 24, 5)
    assert left.people.size == 0
    assert (left.joined == 24).all()


def test_a_level_of_one_team_alone_stays_open() -> None:
    groups = np.array([[0, 0, 1, 1], [2, 3, 3, 3]])
    left = settle(groups, np.array([2, 9, 9, 9]), 4, 5)
    assert left.people.tolist() == [2]
    assert left.groups[1].tolist() == [2]
