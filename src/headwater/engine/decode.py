"""Arrow batches of sums become arrays of moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine.expression import GROUPS, MASK_BITS, CellPass, PatternPass
from headwater.engine.terms import Wide, shifted
from headwater.vocab import CrossSums, InputError, IntArray, MomentPlan, ScoreSums, WideInts
from headwater.vocab.answers import UNIT, cut_column


@dataclass
class CellArrays:
    """The cells of a range of units: as in Moments, with the units of this range alone.

    Not frozen: an array is given away when the ranges are joined, so that it does not lie in memory twice.
    """

    units: tuple[str, ...]
    cell_unit: NDArray[np.int32]
    cell_cuts: NDArray[np.int16]
    respondents: IntArray
    counts: IntArray
    scores: ScoreSums
    weights: WideInts | None
    weights_squared: WideInts | None


class SumTable:
    """Sums as they come from an engine: int64 by column name, texts apart. Batches are compacted on arrival.

    Texts are encoded batch by batch: pyarrow's way to join many batches of texts imports pandas.
    """

    def __init__(self, batches: Iterable[Any], texts: tuple[str, ...]) -> None:
        """Read batches of pyarrow.RecordBatch. texts: names of the string columns."""
        import pyarrow as pa

        numbers: dict[str, list[IntArray]] = {}
        words: dict[str, list[tuple[list[str | None], NDArray[np.int64]]]] = {name: [] for name in texts}
        self.rows = 0
        for batch in batches:
            self.rows += batch.num_rows
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if name in words:
                    encoded = column.cast(pa.string()).dictionary_encode()
                    codes = plain_numbers(encoded.indices.cast(pa.int64()), -1)
                    words[name].append((encoded.dictionary.to_pylist(), codes))
                else:
                    numbers.setdefault(name, []).append(int64_of(column))
        self._numbers = {name: np.concatenate(numbers.pop(name)) for name in list(numbers)}
        self._words = words

    def arrange(self, order: NDArray[Any]) -> None:
        """Put the rows of all sums in an order; texts stay as they came."""
        for name, values in self._numbers.items():
            self._numbers[name] = values[order]

    def number(self, name: str) -> IntArray:
        """Return a column of sums."""
        return self._numbers[name] if self.rows else np.zeros(0, np.int64)

    def wide(self, terms: Wide) -> WideInts:
        """Put a sum together from its pieces."""
        found = WideInts.zeros((self.rows,))
        for name, shift in terms:
            piece = shifted(self.number(name), shift)
            found = WideInts(found.high + piece.high, found.low + piece.low)
        return found.normalised()

    def stacked(self, names: Iterable[str]) -> IntArray:
        """Return columns side by side: int64[rows, names]."""
        return _beside([self.number(name) for name in names], self.rows)

    def stacked_wide(self, terms: Iterable[Wide]) -> WideInts:
        """Return wide sums side by side."""
        columns = list(terms)
        shape = (self.rows, len(columns))
        found = WideInts(np.empty(shape, np.int64, order="F"), np.empty(shape, np.int64, order="F"))
        for place, term in enumerate(columns):
            whole = self.wide(term)
            found.high[:, place], found.low[:, place] = whole.high, whole.low
        return found

    def coded(self, name: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Return the texts of a column, sorted, and each row's position among them; -1 where there is no text."""
        found = tuple(sorted({text for texts, _ in self._words[name] for text in texts if text is not None}))
        ranks: dict[str | None, int] = {text: rank for rank, text in enumerate(found)}
        codes = [
            np.array([*(ranks.get(text, -1) for text in texts), -1], np.int64)[codes]
            for texts, codes in self._words[name]
        ]
        return found, np.concatenate(codes) if codes else np.zeros(0, np.int64)


def _beside(columns: list[IntArray], rows: int) -> IntArray:
    found = np.empty((rows, len(columns)), np.int64, order="F")
    for place, column in enumerate(columns):
        found[:, place] = column
    return found


def plain_numbers(column: Any, missing: int | None = None) -> Any:
    """Return a pyarrow array of numbers as NumPy sees it, `missing` in place of nulls. Without nulls it is a view.

    pyarrow's own ways to NumPy and to fill nulls import pandas, which takes longer than the pass. Raises ValueError
    when there are nulls and nothing is given for them.
    """
    window = slice(column.offset, column.offset + len(column))
    valid, numbers = column.buffers()
    values = np.frombuffer(numbers, np.dtype(str(column.type)))[window]
    if not column.null_count:
        return values
    if missing is None:
        raise ValueError("a number is missing where none may be")
    there = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[window].astype(bool)
    return np.where(there, values, np.asarray(missing, values.dtype))


def int64_of(column: Any) -> IntArray:
    """Return a column of sums as int64. 128-bit sums are read from their limbs, 64-bit ones where they lie."""
    import pyarrow as pa

    if not pa.types.is_decimal128(column.type):
        values: IntArray = plain_numbers(column.cast(pa.int64()))
        return values
    if column.null_count:
        raise ValueError("a sum is missing")
    limbs = np.frombuffer(column.buffers()[1], np.int64).reshape(-1, 2)[column.offset : column.offset + len(column)]
    low = limbs[:, 0]
    if not np.array_equal(limbs[:, 1], low >> 63):
        raise OverflowError("a sum is wider than its bound")
    return np.array(low)


def decode_cells(
    found: CellPass, plan: MomentPlan, levels: Mapping[str, tuple[str, ...]], batches: Iterable[Any]
) -> CellArrays:
    """Turn the aggregate by cell into arrays, cells sorted by unit and cuts."""
    cut_columns = tuple(cut_column(cut) for cut in plan.cuts)
    table = SumTable(batches, (UNIT, *cut_columns))
    units, unit = table.coded(UNIT)
    cuts = np.empty((table.rows, len(plan.cuts)), np.int16)
    for place, cut in enumerate(plan.cuts):
        texts, codes = table.coded(cut_column(cut))
        undeclared = sorted(set(texts) - set(levels[cut]))
        if undeclared:
            raise InputError(f"the level {undeclared[0]!r} of cut {cut!r} at rest was not declared by the study")
        declared = np.array([*(levels[cut].index(text) for text in texts), -1], np.int16)
        cuts[:, place] = declared[codes]
    order = np.lexsort((*cuts.T[::-1], unit))
    table.arrange(order)
    mask = (1 << found.lane_bits) - 1
    counts = np.empty((table.rows, len(found.lanes)), np.int64, order="F")
    for place, (name, shift) in enumerate(found.lanes):
        counts[:, place] = (table.number(name) >> shift) & mask
    scores = ScoreSums(
        table.stacked(score.n for score in found.scores),
        table.stacked(score.total for score in found.scores),
        table.stacked_wide(score.squares for score in found.scores),
        *(
            table.stacked_wide(score.weighted[kind] for score in found.scores)
            for kind in range(6 if found.weighted else 0)
        ),
    )
    weights = table.stacked_wide(once for once, _ in found.weights) if found.weighted else None
    squared = table.stacked_wide(twice for _, twice in found.weights) if found.weighted else None
    return CellArrays(
        units=units,
        cell_unit=unit[order].astype(np.int32),
        cell_cuts=cuts[order],
        respondents=table.number(found.respondents),
        counts=counts,
        scores=scores,
        weights=weights,
        weights_squared=squared,
    )


def decode_group_counts(batches: Iterable[Any]) -> tuple[tuple[str, ...], IntArray]:
    """Return the units with answers, sorted, and how many groups each has: int64[N]."""
    table = SumTable(batches, (UNIT,))
    units, unit = table.coded(UNIT)
    groups = np.zeros(len(units), np.int64)
    groups[unit] = table.number(GROUPS)
    return units, groups


def decode_patterns(found: PatternPass, plan: MomentPlan, units: tuple[str, ...], batches: Iterable[Any]) -> CrossSums:
    """Fold the aggregate by unit and pattern into cross-products by unit. units: those of the same range, sorted."""
    table = SumTable(batches, (UNIT,))
    seen, unit = table.coded(UNIT)
    if seen != units:
        raise ValueError("the two passes saw different units")
    order = np.argsort(unit, kind="stable")
    table.arrange(order)
    starts = np.flatnonzero(np.diff(unit[order], prepend=-1))
    masks = table.stacked(found.masks)
    has = np.empty((table.rows, len(plan.scores)), np.int64, order="F")
    for place in range(len(plan.scores)):
        has[:, place] = (masks[:, place // MASK_BITS] >> (place % MASK_BITS)) & 1

    def fold(values: IntArray) -> IntArray:
        if len(starts) == len(values):
            return values
        sums: IntArray = np.add.reduceat(values, starts, axis=0) if len(values) else values
        return sums

    def fold_wide(values: WideInts, chosen: IntArray | int) -> WideInts:
        return WideInts(fold(values.high * chosen), fold(values.low * chosen)).normalised()

    n = table.number(found.n)
    totals = table.stacked(found.totals)
    squares = table.stacked_wide(found.squares)
    shape = (len(units), len(plan.pairs))
    sums = [np.empty(shape, np.int64, order="F") for _ in range(3)]  # filled and later read by column
    wides = [WideInts(np.empty(shape, np.int64, order="F"), np.empty(shape, np.int64, order="F")) for _ in range(3)]
    for place, (a, b) in enumerate(plan.pairs):
        both = has[:, a] * has[:, b]
        for target, values in zip(sums, (n, totals[:, a], totals[:, b]), strict=True):
            target[:, place] = fold(values * both)
        product = table.wide(found.products[place])
        for wide, parts in zip(wides, (squares[:, a], squares[:, b], product), strict=True):
            folded = fold_wide(parts, both)
            wide.high[:, place], wide.low[:, place] = folded.high, folded.low
    return CrossSums(sums[0], sums[1], sums[2], wides[0], wides[1], wides[2])
