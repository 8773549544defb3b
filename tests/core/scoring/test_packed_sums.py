"""Sums of many small cells laid out narrowly: the same sums, integer for integer. The order of columns."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION

from headwater.scoring.column_order import in_order, key_of
from headwater.scoring.sums import GroupSums
from headwater.vocab import WideInts


@pytest.mark.parametrize(("cells", "most"), [(12, 3), (400, 90_000)])
def test_packed_sums_add_up_to_the_same(cells: int, most: int) -> None:
    rng = np.random.default_rng(cells)
    counts = rng.integers(0, most, (cells, 11))
    squares = WideInts(np.zeros((cells, 2), np.int64), rng.integers(0, most, (cells, 2)))
    sums = GroupSums(
        counts.sum(axis=1), np.asfortranarray(counts), counts[:, :2], counts[:, 1:3], squares, w=squares, w2=squares
    )
    rows = np.flatnonzero(rng.random(cells) < 0.7)
    group = rng.integers(0, 5, len(rows))
    packed = sums.packed()
    assert packed.counts.dtype.itemsize < 8
    np.testing.assert_array_equal(packed.counts, counts)
    one, other = sums.sum_by(rows, group, 6), packed.sum_by(rows, group, 6)
    assert other.counts.dtype == np.int64
    expected = np.stack([counts[rows[group == number]].sum(axis=0) for number in range(6)])
    np.testing.assert_array_equal(one.counts, expected)
    np.testing.assert_array_equal(other.counts, expected)
    np.testing.assert_array_equal(one.score_squares.low, other.score_squares.low)


def test_what_is_known_of_a_column_is_kept_until_nobody_asks() -> None:
    columns = SPECIFICATION.columns
    known: set[tuple[str, str]] = set()
    seen = []
    for number, over in in_order(SPECIFICATION):
        needed = SPECIFICATION.parts_of(columns[number])
        assert set(needed) <= known
        known.add(key_of(columns[number]))
        known -= set(over)
        seen.append(number)
    assert sorted(seen) == list(range(len(columns)))
    assert not known
