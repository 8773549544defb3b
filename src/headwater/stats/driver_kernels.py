"""Compiled loops over correlation matrices and cross-products. Imported on first use: numba is heavy."""

from __future__ import annotations

import numba as nb
import numpy as np

LANES = 16
"""Matrices worked on side by side, so that one machine instruction serves several."""

NEAR = 64
"""Clusters whose sums stay close to the processor while all weights meet them."""

PIVOT = 1e-10
"""A driver with less than this share of its variance left is a combination of those before it."""


@nb.njit(nogil=True, cache=True, error_model="numpy")
def add_products(values, keep, cell, n, sums, products):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add every kept row's columns and products of pairs to its cell. products: upper triangle, row after row."""
    columns = values.shape[1]
    for row in range(values.shape[0]):
        place = cell[row]
        if place < 0 or not keep[row]:
            continue
        n[place] += 1.0
        at = 0
        for a in range(columns):
            first = values[row, a]
            sums[place, a] += first
            for b in range(a, columns):
                products[place, at] += first * values[row, b]
                at += 1


@nb.njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def weigh(weights, values, found):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Sum clusters times their weights. weights: [B, C]; values: [C, T]; found: [B, T], zero before.

    A third of the weights are nought and skipped. Libraries for matrices start threads that wait for each other here.
    """
    for first in range(0, weights.shape[1], NEAR):
        for one in range(weights.shape[0]):
            for cluster in range(first, min(first + NEAR, weights.shape[1])):
                times = weights[one, cluster]
                if times != 0.0:
                    for at in range(values.shape[1]):
                        found[one, at] += times * values[cluster, at]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def add_rows(values, place, found):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add every row of values [C, T] to the row of found [G, T] that place [C] names."""
    for row in range(values.shape[0]):
        for at in range(values.shape[1]):
            found[place[row], at] += values[row, at]


@nb.njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def subset_shares(corr, drivers, inside, outside, lmg, r2):  # type: ignore[no-untyped-def]  # pragma: no cover
    """LMG of every outcome from all subsets of the drivers, one pivot a subset.

    corr: float64[B, m, m], drivers first. inside, outside: weights of a subset's R2 by its size for members and for
    everybody. Subsets follow one another as a binary count: each is its predecessor's prefix with one driver more, so
    the matrices of a path are kept and only the last is made. lmg: [B, q, p]; r2: [B, q].
    """
    batch, m = corr.shape[0], corr.shape[1]
    outcomes = m - drivers
    state = np.empty((drivers + 1, m, m, LANES))
    below = np.empty((drivers + 1, outcomes, LANES))
    path = np.empty(drivers + 1, np.int64)
    gained = np.empty((drivers, outcomes, LANES))
    everybody = np.empty((outcomes, LANES))
    inverse = np.empty(LANES)
    scaled = np.empty(LANES)
    for start in range(0, batch, LANES):
        lanes = min(LANES, batch - start)
        for i in range(m):
            for j in range(i, m):
                for lane in range(LANES):
                    state[0, i, j, lane] = corr[start + min(lane, lanes - 1), i, j]
        gained[:] = 0.0
        everybody[:] = 0.0
        below[0] = 0.0
        depth = 0
        path[0] = -1
        for subset in range(1, 1 << drivers):
            lowest = subset & -subset
            place = drivers - 1
            while lowest > 1:
                lowest >>= 1
                place -= 1
            while depth > 0 and path[depth] > place:
                for y in range(outcomes):
                    for lane in range(LANES):
                        gained[path[depth], y, lane] += below[depth, y, lane]
                        below[depth - 1, y, lane] += below[depth, y, lane]
                depth -= 1
            old = state[path[depth] + 1]
            new = state[place + 1]
            for lane in range(LANES):
                pivot = old[place, place, lane]
                inverse[lane] = 1.0 / pivot if pivot > PIVOT else 0.0
            for i in range(place + 1, drivers):
                for lane in range(LANES):
                    scaled[lane] = old[place, i, lane] * inverse[lane]
                for j in range(i, m):
                    for lane in range(LANES):
                        new[i, j, lane] = old[i, j, lane] - scaled[lane] * old[place, j, lane]
            depth += 1
            path[depth] = place
            for y in range(outcomes):
                at = drivers + y
                for lane in range(LANES):
                    against = old[place, at, lane]
                    left = old[at, at, lane] - against * against * inverse[lane]
                    new[at, at, lane] = left
                    explained = min(max(1.0 - left, 0.0), 1.0)
                    everybody[y, lane] += outside[depth] * explained
                    below[depth, y, lane] = inside[depth] * explained
        for lane in range(lanes):
            for y in range(outcomes):
                r2[start + lane, y] = min(max(1.0 - state[drivers, drivers + y, drivers + y, lane], 0.0), 1.0)
        while depth > 0:
            for y in range(outcomes):
                for lane in range(LANES):
                    gained[path[depth], y, lane] += below[depth, y, lane]
                    below[depth - 1, y, lane] += below[depth, y, lane]
            depth -= 1
        for lane in range(lanes):
            for y in range(outcomes):
                for driver in range(drivers):
                    lmg[start + lane, y, driver] = gained[driver, y, lane] - everybody[y, lane]


@nb.njit(nogil=True, cache=True, error_model="numpy")
def ordered_shares(corr, drivers, orders, lmg, r2):  # type: ignore[no-untyped-def]  # pragma: no cover
    """LMG of every outcome as the mean gain over the given orders of the drivers. orders: int64[K, p]."""
    batch, m = corr.shape[0], corr.shape[1]
    work = np.empty((m, m))
    for one in range(batch):
        lmg[one] = 0.0
        for number in range(len(orders)):
            for i in range(m):
                a = orders[number, i] if i < drivers else i
                for j in range(i, m):
                    b = orders[number, j] if j < drivers else j
                    work[i, j] = corr[one, min(a, b), max(a, b)]
            for place in range(drivers):
                pivot = work[place, place]
                inverse = 1.0 / pivot if pivot > PIVOT else 0.0
                for y in range(drivers, m):
                    gain = work[place, y] * work[place, y] * inverse
                    work[y, y] -= gain
                    lmg[one, y - drivers, orders[number, place]] += gain
                for i in range(place + 1, drivers):
                    scaled = work[place, i] * inverse
                    for j in range(i, m):
                        work[i, j] -= scaled * work[place, j]
        for y in range(m - drivers):
            for driver in range(drivers):
                lmg[one, y, driver] /= len(orders)
            r2[one, y] = min(max(1.0 - work[drivers + y, drivers + y], 0.0), 1.0)
