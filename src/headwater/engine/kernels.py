"""Compiled loops over packed answers. Imported on first use: numba is heavy."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def count_categories(codes, starts, low, counts):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Count an item's answers by unit and category. counts: int64[U, points], zero before."""
    points = counts.shape[1]
    for unit in range(len(starts) - 1):
        for row in range(starts[unit], starts[unit + 1]):
            category = np.int64(codes[row]) - low
            if 0 <= category < points:
                counts[unit, category] += 1


@nb.njit(nogil=True, cache=True, error_model="numpy")
def summarise_subtrees(  # type: ignore[no-untyped-def]  # pragma: no cover
    codes, starts, ends, table, bits, value_bits, low, n, mean, sd, favourable
):
    """Walk over an item's answers once, then take every subtree as a difference of running sums."""
    units = len(starts) - 1
    running = np.empty((units + 1, 4), np.int64)
    count, liked, total, squares = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    running[0] = 0
    run = (np.int64(1) << bits) - 1
    narrow = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    broad = (np.uint64(1) << np.uint64(bits + value_bits)) - np.uint64(1)
    liked_at, total_at = np.uint64(bits), np.uint64(2 * bits)
    squares_at = np.uint64(3 * bits + value_bits)
    for unit in range(units):
        first, last = starts[unit], starts[unit + 1]
        while first < last:
            stop = min(last, first + run)
            packed = np.uint64(0)
            for row in range(first, stop):
                packed += table[codes[row]]
            count += np.int64(packed & narrow)
            liked += np.int64((packed >> liked_at) & narrow)
            total += np.int64((packed >> total_at) & broad)
            squares += np.int64(packed >> squares_at)
            first = stop
        running[unit + 1, 0] = count
        running[unit + 1, 1] = liked
        running[unit + 1, 2] = total
        running[unit + 1, 3] = squares
    for unit in range(units):
        end = ends[unit]
        found = running[end, 0] - running[unit, 0]
        n[unit] = found
        answers = np.float64(found)
        inverse = 1.0 / answers
        s = np.float64(running[end, 2] - running[unit, 2])
        q = np.float64(running[end, 3] - running[unit, 3])
        if found > 0:
            mean[unit] = low + s * inverse
            favourable[unit] = 100.0 * np.float64(running[end, 1] - running[unit, 1]) * inverse
        else:
            mean[unit] = np.nan
            favourable[unit] = np.nan
        sd[unit] = np.sqrt(max(0.0, (answers * q - s * s) * inverse / (answers - 1.0))) if found > 1 else np.nan
