"""Answers packed in memory for every leader at once: one byte an answer, an item's answers side by side.

Rows are sorted by the preorder number of their unit, so that a subtree is one run of rows. One walk over an item's
bytes leaves running sums at the borders of units; every subtree is then a difference of two. The cost is one look-up
and one addition an answer, whatever the number of leaders.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine.rows import stream_rows
from headwater.vocab import FloatArray, InputError, IntArray, MomentPlan, PlannedItem, UnitTree
from headwater.vocab.answers import ITEM_MISSING, WEIGHT_ONE

CODES = 256
"""A byte has this many values; a table over all of them needs no check of bounds."""


@dataclass(frozen=True)
class SubtreeStatistics:
    """Unweighted statistics of every subtree, one row an item of the plan, one column a unit in preorder.

    n: int64[I, U] answers. mean, sd: float64[I, U] in scale points, reversed items turned round; sd has the divisor
    n - 1. favourable: float64[I, U], percent 0 to 100 of answers in the favourable codes. NaN where there are too few
    answers: none for mean and favourable, fewer than 2 for sd.
    """

    n: IntArray
    mean: FloatArray
    sd: FloatArray
    favourable: FloatArray


@dataclass(frozen=True)
class PackedAnswers:
    """Unweighted answers of one wave in memory.

    codes: int8[I, R], row j the answers to the plan's item j, ITEM_MISSING where not answered, responses sorted by the
    preorder number of their unit. starts: int64[U + 1], unit u's responses are starts[u] : starts[u + 1].
    """

    plan: MomentPlan
    tree: UnitTree
    codes: NDArray[np.int8]
    starts: IntArray

    @classmethod
    def from_arrays(
        cls, plan: MomentPlan, tree: UnitTree, numbers: IntArray, items: Sequence[NDArray[np.int8]]
    ) -> PackedAnswers:
        """Pack answers in memory. numbers: int64[R], preorder number of each response's unit; items: int8[R] each."""
        order = np.argsort(numbers, kind="stable")
        codes = np.empty((len(items), len(numbers)), np.int8)
        for place, (item, answered) in enumerate(zip(plan.items, items, strict=True)):
            np.take(answered, order, out=codes[place])
            there = codes[place][codes[place] != ITEM_MISSING]
            if len(there) and (there.min() < item.low or there.max() > item.high):
                raise InputError(f"answers to {item.key!r} lie outside the scale {item.low} to {item.high}")
        starts = np.zeros(len(tree) + 1, np.int64)
        np.cumsum(np.bincount(numbers, minlength=len(tree)), out=starts[1:])
        return cls(plan, tree, codes, starts)

    @classmethod
    def from_store(cls, store: Path, study: str, wave: str, plan: MomentPlan, tree: UnitTree) -> PackedAnswers:
        """Read a wave's sealed answers and pack them.

        Raises InputError as `compute_moments`, when a unit is not in the tree, and when answers are weighted: packed
        answers count every response alike.
        """
        numbers: list[IntArray] = []
        items: list[list[NDArray[np.int8]]] = [[] for _ in plan.items]
        index: NDArray[np.int64] | None = None
        for batch in stream_rows(store, study, wave, items=[item.key for item in plan.items]):
            if index is None:
                unknown = [unit for unit in batch.unit_ids if unit not in tree.index_of]
                if unknown:
                    raise InputError(f"there are answers in a unit that the organisation does not have: {unknown[0]!r}")
                index = np.array([tree.index_of[unit] for unit in batch.unit_ids], np.int64)
            if (batch.weight != WEIGHT_ONE).any():
                raise InputError("weighted answers cannot be packed; compute their moments")
            numbers.append(index[batch.unit])
            for place, item in enumerate(plan.items):
                items[place].append(batch.items[item.key])
        return cls.from_arrays(plan, tree, np.concatenate(numbers), [np.concatenate(answers) for answers in items])

    @property
    def respondents(self) -> IntArray:
        """int64[U], responses that each unit has itself."""
        return np.diff(self.starts)

    def category_counts(self) -> IntArray:
        """int64[U, T]: answers by item category that each unit has itself, as `UnitMoments.counts`."""
        counts = np.zeros((len(self.tree), int(self.plan.offsets[-1])), np.int64)
        count = _kernels()[0]

        def one(place: int) -> None:
            item = self.plan.items[place]
            first = int(self.plan.offsets[place])
            count(self.codes[place], self.starts, item.low, counts[:, first : first + item.points])

        _on_all_cores(one, len(self.plan.items))
        return counts

    def subtree_statistics(self, *, top: int = 2) -> SubtreeStatistics:
        """Return n, mean, SD and percent favourable of every subtree and item.

        top: how many of the best codes of the scale are favourable; on a reversed item they are the lowest.
        """
        shape = (len(self.plan.items), len(self.tree))
        found = SubtreeStatistics(np.empty(shape, np.int64), *(np.empty(shape, np.float64) for _ in range(3)))
        ends = np.arange(len(self.tree), dtype=np.int64) + self.tree.size
        summarise = _kernels()[1]

        def one(place: int) -> None:
            item = self.plan.items[place]
            if not 1 <= top <= item.points:
                raise InputError(f"{top} favourable codes do not fit the scale of {item.key!r}")
            table, bits, value_bits = _look_up(item, top)
            summarise(
                self.codes[place].view(np.uint8),
                self.starts,
                ends,
                table,
                bits,
                value_bits,
                item.low,
                found.n[place],
                found.mean[place],
                found.sd[place],
                found.favourable[place],
            )

        _on_all_cores(one, shape[0])
        return found


def _on_all_cores(work: Callable[[int], None], count: int) -> None:
    """Do independent work in threads. The kernels hold no lock of the interpreter."""
    cores = min(len(os.sched_getaffinity(0)), count)
    if cores <= 1:
        for place in range(count):
            work(place)
        return
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, range(count)))


def _look_up(item: PlannedItem, top: int) -> tuple[NDArray[np.uint64], int, int]:
    """Return a table from a byte to what it adds to four packed sums, the bits of a count, and those of a value.

    From the low end: count, favourable (`bits` each), value above the scale's low end (bits + value_bits), its square
    (bits + 2 * value_bits). A run of fewer than 2**bits answers cannot overflow.
    """
    value_bits = max(1, (item.points - 1).bit_length())
    bits = (64 - 3 * value_bits) // 4
    table = np.zeros(CODES, np.uint64)
    for code in range(item.low, item.high + 1):
        value = item.high - code if item.reverse else code - item.low
        favourable = int(value >= item.points - top)
        packed = 1 | favourable << bits | value << 2 * bits | value * value << 3 * bits + value_bits
        table[code & (CODES - 1)] = packed
    return table, bits, value_bits


@cache
def _kernels() -> tuple[Any, Any]:
    """Compile the two loops once; numba keeps them on disk for the next process."""
    from headwater.engine.kernels import count_categories, summarise_subtrees

    return count_categories, summarise_subtrees
