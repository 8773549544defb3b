"""The exact search of a linear span, against orthogonal projection over every group."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.privacy.spans import Echelon


@st.composite
def systems(draw: st.DrawFn) -> tuple[np.ndarray, list[int], int]:
    cells, rows, k = draw(st.integers(1, 8)), draw(st.integers(0, 6)), draw(st.integers(2, 5))
    matrix = [draw(st.lists(st.integers(0, 1), min_size=cells, max_size=cells)) for _ in range(rows)]
    people = draw(st.lists(st.integers(0, k + 1), min_size=cells, max_size=cells))
    return np.array(matrix, float).reshape(rows, cells), people, k


def reachable(matrix: np.ndarray, people: list[int], k: int) -> bool:
    held = [cell for cell, number in enumerate(people) if number]
    if not held or not len(matrix):
        return False
    _, singular, basis = np.linalg.svd(matrix[:, held], full_matrices=False)
    basis = basis[singular > 1e-9]
    for size in range(1, len(held) + 1):
        for chosen in combinations(range(len(held)), size):
            if sum(people[held[cell]] for cell in chosen) < k:
                row = np.zeros(len(held))
                row[list(chosen)] = 1
                if np.abs(row - row @ basis.T @ basis).max() < 1e-9:
                    return True
    return False


@settings(max_examples=300, deadline=None)
@given(systems())
def test_finds_a_group_exactly_when_there_is_one(system: tuple[np.ndarray, list[int], int]) -> None:
    matrix, people, k = system
    echelon = Echelon(people, k)
    for number, row in enumerate(matrix):
        echelon.add(number, np.flatnonzero(row).tolist())
    found = echelon.find_exposure()
    assert (found is not None) == reachable(matrix, people, k)
    if found is not None:
        assert 0 < found.people < k
        held = [cell for cell, number in enumerate(people) if number]
        wanted = np.array([float(cell in found.cells) for cell in held])
        blamed = matrix[list(found.rows)][:, held]
        solution = np.linalg.lstsq(blamed.T, wanted, rcond=None)[0]
        np.testing.assert_allclose(blamed.T @ solution, wanted, atol=1e-9)


def test_a_search_that_runs_out_counts_as_unsafe() -> None:
    echelon = Echelon([2, 3, 4, 2, 3], 5)
    for number, cells in enumerate(([0, 1], [1, 2], [2, 3], [3, 4])):
        echelon.add(number, cells)
    found = echelon.find_exposure(budget=0)
    assert found is not None
    assert not found.proven


def test_a_row_that_says_nothing_new_is_recognised() -> None:
    echelon = Echelon([5, 6, 7], 5)
    assert echelon.add(0, [0, 1, 2])
    assert echelon.add(1, [0])
    assert echelon.add(2, [1])
    assert not echelon.add(3, [2])
