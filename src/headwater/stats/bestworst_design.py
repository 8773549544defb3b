"""Balanced designs for best-worst studies: which items each question shows, and in which order.

A balanced incomplete block design (BIBD) shows every item equally often and every pair equally often. Where
one is found it is used; elsewhere the design is as near as the search comes. Positions are balanced after.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray

__all__ = ["BestWorstDesign", "DesignBalance", "best_worst_design", "design_balance"]


@dataclass(frozen=True)
class DesignBalance:
    """Balance of a design of Q sets of K from I items.

    frequency [I] times each item is shown; pairs [I, I] times each pair meets (diagonal zero); positions
    [I, K] times each item stands at each position; is_bibd when frequency and pairs are constant; the three
    ranges are maximum minus minimum, 0 or 1 at best; connected when items can all be compared.
    """

    frequency: IntArray
    pairs: IntArray
    positions: IntArray
    is_bibd: bool
    frequency_range: int
    pair_range: int
    position_range: int
    connected: bool


@dataclass(frozen=True)
class BestWorstDesign:
    """A design: sets [Q, K] of item numbers 0..I-1 in order of presentation, its balance and its seed."""

    sets: IntArray
    balance: DesignBalance
    seed: int


def design_balance(sets: ArrayLike, items: int | None = None) -> DesignBalance:
    """Balance report of sets [Q, K] of item numbers 0..I-1. ValueError when a set shows an item twice."""
    s = np.asarray(sets, dtype=np.int64)
    if s.ndim != 2 or s.size == 0:
        raise ValueError("sets must be [questions, items shown]")
    count = int(s.max()) + 1 if items is None else items
    if s.min() < 0 or s.max() >= count:
        raise ValueError(f"sets must number items 0 to {count - 1}")
    incidence = np.zeros((len(s), count), dtype=np.int64)
    np.add.at(incidence, (np.arange(len(s))[:, None], s), 1)
    if incidence.max() > 1:
        raise ValueError("a set shows an item twice")
    pairs = incidence.T @ incidence
    frequency = np.diag(pairs).copy()
    np.fill_diagonal(pairs, 0)
    positions = np.zeros((count, s.shape[1]), dtype=np.int64)
    np.add.at(positions, (s, np.arange(s.shape[1])[None, :]), 1)
    off = pairs[~np.eye(count, dtype=bool)]
    reach = np.zeros(count, dtype=bool)
    reach[0] = True
    for _ in range(count):
        reach |= (pairs[reach] > 0).any(axis=0)
    f_range, p_range = int(np.ptp(frequency)), int(np.ptp(off))
    return DesignBalance(
        frequency,
        pairs,
        positions,
        f_range == 0 and p_range == 0,
        f_range,
        p_range,
        int(np.ptp(positions)),
        bool(reach.all()),
    )


def _default_sets(items: int, size: int) -> int:
    """The least number of sets that a BIBD could have (every item at least twice), or about three showings."""
    ceiling = 3 * items
    for q in range(1, ceiling + 1):
        if (q * size) % items:
            continue
        r = q * size // items
        if r >= 2 and q >= items and (r * (size - 1)) % (items - 1) == 0:
            return q
    return -(-3 * items // size)


def _anneal(rng: np.random.Generator, items: int, size: int, count: int, moves: int) -> tuple[FloatArray, float]:
    """Incidence [Q, I] with frequencies within one of each other and pair counts as even as the search finds.

    Moves swap two items between two sets, so that frequencies stay; the cost is the sum of squared pair
    counts above its least possible value.
    """
    rows: list[set[int]] = [set() for _ in range(count)]
    left = np.full(items, count * size // items)
    left[rng.permutation(items)[: count * size - int(left.sum())]] += 1
    for q in range(count):
        # items with most showings left first: never runs out of distinct items
        order = np.lexsort((rng.random(items), -left))
        rows[q] = {int(i) for i in order[:size]}
        left[order[:size]] -= 1
    pairs = [[0] * items for _ in range(items)]
    for row in rows:
        for i in row:
            for j in row:
                if i != j:
                    pairs[i][j] += 1
    total, cells = count * comb(size, 2), comb(items, 2)
    low, extra = divmod(total, cells)
    least = (cells - extra) * low**2 + extra * (low + 1) ** 2
    cost = sum(pairs[i][j] ** 2 for i in range(items) for j in range(i)) - least
    best_cost, best = cost, [set(r) for r in rows]
    heat = 2.0
    cool = (0.05 / heat) ** (1 / moves)
    draws = rng.integers(0, count, (moves, 2)).tolist()
    picks = rng.random((moves, 3)).tolist()
    for (a, b), (u, v, chance) in zip(draws, picks, strict=True):
        if best_cost == 0:
            break
        heat *= cool
        only_a, only_b = sorted(rows[a] - rows[b]), sorted(rows[b] - rows[a])
        if not only_a:
            continue
        i, j = only_a[int(u * len(only_a))], only_b[int(v * len(only_b))]
        change = 0
        pi, pj = pairs[i], pairs[j]
        rest_a, rest_b = rows[a] - {i}, rows[b] - {j}
        gained = rest_b - rest_a
        lost = rest_a - rest_b
        for k in lost:  # i leaves k, j meets k
            change += 2 * (pj[k] - pi[k] + 1)
        for k in gained:
            change += 2 * (pi[k] - pj[k] + 1)
        if change <= 0 or chance < np.exp(-change / heat):
            for k in lost:
                pi[k] -= 1
                pairs[k][i] -= 1
                pj[k] += 1
                pairs[k][j] += 1
            for k in gained:
                pi[k] += 1
                pairs[k][i] += 1
                pj[k] -= 1
                pairs[k][j] -= 1
            rows[a], rows[b] = rest_a | {j}, rest_b | {i}
            cost += change
            if cost < best_cost:
                best_cost, best = cost, [set(r) for r in rows]
    incidence = np.zeros((count, items))
    for q, row in enumerate(best):
        incidence[q, list(row)] = 1
    return incidence, float(best_cost)


def _ordered(rng: np.random.Generator, incidence: FloatArray, size: int) -> IntArray:
    """Sets with items at positions so that each item stands about equally often at each position.

    Random swaps inside sets, kept when they do not raise the sum of squared position counts.
    """
    count, items = incidence.shape
    sets = np.stack([rng.permutation(np.flatnonzero(row)) for row in incidence])
    places = np.zeros((items, size), dtype=np.int64)
    np.add.at(places, (sets, np.arange(size)[None, :]), 1)
    quiet = 0
    for _ in range(200 * count):
        q = int(rng.integers(count))
        a, b = rng.choice(size, 2, replace=False)
        i, j = sets[q, a], sets[q, b]
        change = 2 * (places[i, b] - places[i, a] + places[j, a] - places[j, b] + 2)
        if change <= 0:
            places[i, a] -= 1
            places[j, b] -= 1
            places[i, b] += 1
            places[j, a] += 1
            sets[q, a], sets[q, b] = j, i
        quiet = 0 if change < 0 else quiet + 1
        if np.ptp(places) == 0 or quiet > 60 * count * size:
            break
    return sets[rng.permutation(count)]


def best_worst_design(
    items: int, set_size: int, *, sets: int | None = None, seed: int = 0, moves: int = 60_000, restarts: int = 6
) -> BestWorstDesign:
    """A balanced design of sets of set_size from items; the same arguments give the same design.

    sets is the number of questions; None takes the fewest a BIBD could have (10 items by 4: 15 sets; by 5:
    18), or about three showings an item where none can exist within three times as many sets as items. The
    balance report says whether a BIBD was found. ValueError unless 2 <= set_size < items and there are enough
    sets to show every item.
    """
    if not 2 <= set_size < items:
        raise ValueError(f"set_size must lie between 2 and {items - 1}, got {set_size}")
    count = _default_sets(items, set_size) if sets is None else sets
    if count * set_size < items:
        raise ValueError(f"{count} sets of {set_size} cannot show {items} items")
    best: FloatArray | None = None
    best_cost = np.inf
    for attempt in range(restarts):
        rng = np.random.default_rng([seed, attempt])
        incidence, cost = _anneal(rng, items, set_size, count, moves)
        if cost < best_cost:
            best, best_cost = incidence, cost
        if best_cost == 0:
            break
    if best is None:
        raise ValueError("restarts must be at least 1")
    orders = [_ordered(np.random.default_rng([seed, 1000 + a]), best, set_size) for a in range(4)]
    ranges = [int(np.ptp(design_balance(o, items).positions)) for o in orders]
    chosen = orders[int(np.argmin(ranges))]
    return BestWorstDesign(chosen, design_balance(chosen, items), seed)
