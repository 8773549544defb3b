"""Sealed rows as NumPy arrays in batches, for what moments cannot give: best-worst choices, omega, split samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine.decode import plain_numbers
from headwater.engine.opening import opened_with
from headwater.engine.store import Part, SealedAnswers, sealed_answers
from headwater.vocab import InputError, IntArray, Problem
from headwater.vocab.answers import (
    ITEM_MISSING,
    KEY,
    SCORE_MISSING,
    UNIT,
    WEIGHT,
    cut_column,
    item_column,
    score_column,
)


@dataclass(frozen=True)
class RowBatch:
    """Some sealed responses, one element of each array a response. Their order says nothing of time.

    unit_ids: all units of the wave, sorted, the same in every batch. unit: int32[R], position in unit_ids.
    items: int8[R] by item key, ITEM_MISSING where not answered. scores: int64[R] by score key, in units of
    1 / SCORE_ONE, SCORE_MISSING where missing. cuts: int16[R] by cut key, position in the declared levels, -1 where
    unknown. weight: int64[R] in units of 1 / WEIGHT_ONE. key: int64[R], random, for the bootstrap.
    """

    unit_ids: tuple[str, ...]
    unit: NDArray[np.int32]
    items: Mapping[str, NDArray[np.int8]]
    scores: Mapping[str, IntArray]
    cuts: Mapping[str, NDArray[np.int16]]
    weight: IntArray
    key: IntArray

    def __len__(self) -> int:
        """How many responses there are."""
        return len(self.unit)


def stream_rows(
    store: Path,
    study: str,
    wave: str,
    *,
    items: Sequence[str] = (),
    scores: Sequence[str] = (),
    cuts: Sequence[str] = (),
    batch: int = 65_536,
) -> Iterator[RowBatch]:
    """Yield a wave's sealed responses in batches of at most `batch` rows, with the named columns.

    Memory is bounded by one row group of the file. Raises InputError when nothing is sealed, the wave lacks a column,
    or a file is cut short or damaged.
    """
    answers = sealed_answers(store, study, wave)
    named = {item_column(key): key for key in items}
    named |= {score_column(key): key for key in scores}
    named |= {cut_column(key): key for key in cuts}
    lacking = [
        Problem("the wave has no such column.", column=key)
        for name, key in named.items()
        if name not in answers.columns
    ]
    if lacking:
        raise InputError(lacking)
    return _batches(answers, items, scores, cuts, [UNIT, WEIGHT, KEY, *named], batch)


def _batches(
    answers: SealedAnswers,
    items: Sequence[str],
    scores: Sequence[str],
    cuts: Sequence[str],
    columns: list[str],
    batch: int,
) -> Iterator[RowBatch]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = {
        unit
        for part in answers.parts
        for some in _read(part, [UNIT], batch)
        for unit in pc.unique(some[UNIT]).to_pylist()
    }
    unit_ids = tuple(sorted(found))
    known_units = pa.array(unit_ids, pa.string())
    levels = {cut: pa.array(answers.cuts[cut], pa.string()) for cut in cuts}

    def codes(texts: Any, known: Any) -> Any:
        return plain_numbers(pc.index_in(texts.cast(pa.string()), value_set=known), -1)

    for part in answers.parts:
        for some in _read(part, columns, batch):
            count = some.num_rows

            def numbers(name: str, kind: Any, missing: int, some: Any = some, count: int = count) -> Any:
                if name not in some.schema.names:
                    return np.full(count, missing, kind)
                return plain_numbers(some[name], missing).astype(kind, casting="safe")

            yield RowBatch(
                unit_ids=unit_ids,
                unit=codes(some[UNIT], known_units).astype(np.int32),
                items={key: numbers(item_column(key), np.int8, ITEM_MISSING) for key in items},
                scores={key: numbers(score_column(key), np.int64, SCORE_MISSING) for key in scores},
                cuts={
                    key: codes(some[cut_column(key)], levels[key]).astype(np.int16)
                    if cut_column(key) in some.schema.names
                    else np.full(count, -1, np.int16)
                    for key in cuts
                },
                weight=plain_numbers(some[WEIGHT]).copy(),
                key=plain_numbers(some[KEY]).copy(),
            )


def _read(part: Part, columns: list[str], batch: int) -> Iterator[Any]:
    """Read batches of a part; columns that it lacks are left out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(part.path, **opened_with(part.path)) as file:
            yield from file.iter_batches(batch, columns=[name for name in columns if name in part.columns])
    except (pa.ArrowException, OSError) as wrong:
        problem = Problem(
            f"the sealed file cannot be read ({wrong}).", "Restore it from a backup.", file=str(part.path)
        )
        raise InputError(problem) from wrong
