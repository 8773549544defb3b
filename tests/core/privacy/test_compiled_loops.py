"""Loops that run as they are or compiled: both ways the same, and the same as array arithmetic in any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.privacy.audit.shrinking import AGREE, _count_fits
from headwater.privacy.potential_kernels import find_settled, join_pairs
from headwater.stats.compiling import COMPILED_FROM, run

SEEDS = range(8)


def both_ways(loop: Callable[..., Any], *given: Any) -> np.ndarray:
    plain, compiled = run(loop, *given, size=0), run(loop, *given, size=COMPILED_FROM)
    np.testing.assert_array_equal(plain, compiled)
    return np.asarray(plain)


def table(seed: int) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Cells in one group of each of three kinds, or in none, with their people."""
    rng = np.random.default_rng(seed)
    sizes, cells = rng.integers(3, 9, 3), 60
    count = int(sizes.sum())
    starts = np.cumsum(sizes) - sizes
    columns = [
        np.where(rng.random(cells) < 0.3, count, start + rng.integers(0, size, cells))
        for start, size in zip(starts, sizes, strict=True)
    ]
    return np.stack(columns).astype(np.int64), rng.integers(1, 4, cells), count, 5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_groups_are_settled_as_round_by_round(seed: int) -> None:
    groups, people, count, k = table(seed)
    settled = np.zeros(count + 1, bool)
    settled[count] = True  # a cell is in no group there
    while True:
        open_ = ~settled[groups]
        alone = np.flatnonzero(open_.sum(axis=0) == 1)
        held = np.bincount(np.where(open_, groups, count)[:, alone].min(axis=0), people[alone], count + 1)
        more = (held >= k) & ~settled
        if not more.any():
            break
        settled |= more
    found = both_ways(find_settled, groups, people, count, k)
    np.testing.assert_array_equal(found[:count], settled[:count])
    assert not found[count]


@pytest.mark.parametrize("seed", SEEDS)
def test_joined_groups_are_the_connected_ones(seed: int) -> None:
    count = 40
    pairs = np.random.default_rng(seed).integers(0, count + 1, (25, 2))
    found = both_ways(join_pairs, pairs, count)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count + 1, count + 1))
    part = connected_components(links, directed=False)[1]
    largest = [int(np.flatnonzero(part == one).max()) for one in part]
    assert found.tolist() == largest


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_worths_are_borne_out_by_the_same_cells(seed: int, share: bool) -> None:
    rng = np.random.default_rng(seed)
    said = rng.integers(5, 60, 30).astype(np.float64)
    room, tried = rng.uniform(0.05, 0.25, 30), np.sort(rng.uniform(0.01, 0.04, 9) if share else rng.uniform(2, 20, 9))
    whole = rng.integers(1, said.astype(np.int64) + 1)
    per_answer = (room / tried[4] - 1 if share else tried[4]) / whole
    least = np.maximum(1, np.floor(said * 0.5))
    expected = []
    for worth in tried:
        wanted = (room / worth - 1 if share else np.full(30, worth)) / per_answer
        near = np.abs(wanted - np.round(wanted)) <= AGREE * np.maximum(wanted, 1)
        expected.append(int((near & (np.round(wanted) <= said) & (np.round(wanted) >= least)).sum()))
    found = both_ways(_count_fits, tried, room, per_answer, said, least, share, AGREE)
    assert found.tolist() == expected
    assert found[4] == (whole >= least).sum() > 3
