"""Moments are additive: the moments of two deliveries are the sum of the moments of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine.decode import CellArrays
from headwater.engine.store import SealedAnswers
from headwater.vocab import CrossSums, InputError, IntArray, MomentPlan, Moments, ScoreSums, WideInts
from headwater.vocab.answers import WEIGHT_ONE


def concatenate(
    plan: MomentPlan, answers: SealedAnswers, blocks: Sequence[CellArrays], crosses: Sequence[CrossSums] | None
) -> Moments:
    """Join ranges of units, none of which shares a unit with another, into the moments of all. Uses the blocks up."""
    offsets = np.cumsum([0, *(len(block.units) for block in blocks)]).tolist()
    return Moments(
        study=answers.study,
        wave=answers.wave,
        plan=plan,
        units=tuple(unit for block in blocks for unit in block.units),
        levels={cut: tuple(answers.cuts[cut]) for cut in plan.cuts},
        cell_unit=np.concatenate(
            [block.cell_unit + np.int32(offset) for block, offset in zip(blocks, offsets[:-1], strict=True)]
        ),
        cell_cuts=_taken(blocks, "cell_cuts"),
        respondents=_taken(blocks, "respondents"),
        counts=_taken(blocks, "counts"),
        scores=_stack_fields([block.scores for block in blocks]),
        crosses=None if crosses is None else _stack_fields(list(crosses)),
        weights=_taken(blocks, "weights"),
        weights_squared=_taken(blocks, "weights_squared"),
        sources=tuple(part.digest for part in answers.parts),
    )


def _stack(arrays: Sequence[Any]) -> Any:
    if len(arrays) == 1:
        return arrays[0]
    if isinstance(arrays[0], WideInts):
        return WideInts(np.concatenate([a.high for a in arrays]), np.concatenate([a.low for a in arrays]))
    return np.concatenate(list(arrays))


def _taken(blocks: Sequence[CellArrays], name: str) -> Any:
    """Join one field of all blocks and let go of it in each. A field that is None stays None."""
    arrays = [getattr(block, name) for block in blocks]
    if arrays[0] is None:
        return None
    for block in blocks:
        setattr(block, name, None)
    return _stack(arrays)


def _stack_fields(records: Sequence[Any]) -> Any:
    """Join records of arrays field by field; a field that is None stays None."""
    joined = {}
    for each in fields(records[0]):
        arrays = [getattr(record, each.name) for record in records]
        joined[each.name] = None if arrays[0] is None else _stack(arrays)
    return type(records[0])(**joined)


def map_arrays(record: Any, change: Callable[[IntArray], IntArray]) -> Any:
    """Apply an additive change to every array of a record of sums, on both halves of wide integers."""
    changed: dict[str, Any] = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if isinstance(value, WideInts):
            changed[each.name] = WideInts(change(value.high), change(value.low)).normalised()
        else:
            changed[each.name] = None if value is None else change(value)
    return type(record)(**changed)


def add_moments(a: Moments, b: Moments) -> Moments:
    """Return the moments of both deliveries: the union of units and cells, each sum added exactly.

    Both must be of one study, wave and plan. Raises InputError when they are not, or when a sealed part is in both, for
    its answers would count twice.
    """
    if (a.study, a.wave) != (b.study, b.wave):
        raise InputError(f"moments of {a.study}/{a.wave} cannot be added to those of {b.study}/{b.wave}")
    if a.plan != b.plan:
        raise InputError("moments summed under different plans cannot be added")
    twice = sorted(set(a.sources) & set(b.sources))
    if twice:
        raise InputError(f"the sealed part {twice[0]} would be counted twice")
    if a.weighted != b.weighted:
        a, b = _with_weights(a), _with_weights(b)
    units = tuple(sorted({*a.units, *b.units}))
    levels = {cut: tuple(dict.fromkeys((*a.levels[cut], *b.levels[cut]))) for cut in a.plan.cuts}
    place = {unit: number for number, unit in enumerate(units)}
    unit_of = [np.array([place[unit] for unit in one.units], np.int32) for one in (a, b)]
    keys = np.concatenate(
        [
            np.column_stack([numbers[one.cell_unit], _recoded(one, levels)]).astype(np.int32)
            for one, numbers in zip((a, b), unit_of, strict=True)
        ]
    )
    cells, cell_of = np.unique(keys, axis=0, return_inverse=True)
    cell_of = cell_of.reshape(-1)
    by_cell = (cell_of[: len(a.cell_unit)], cell_of[len(a.cell_unit) :])

    respondents, counts = (
        _spread(one, by_cell[0], len(cells)) + _spread(two, by_cell[1], len(cells))
        for one, two in ((a.respondents, b.respondents), (a.counts, b.counts))
    )
    return replace(
        a,
        units=units,
        levels=levels,
        cell_unit=cells[:, 0].astype(np.int32),
        cell_cuts=cells[:, 1:].astype(np.int16),
        respondents=respondents,
        counts=counts,
        scores=_joined(a.scores, b.scores, by_cell, len(cells)),
        crosses=None if a.crosses is None else _joined(a.crosses, b.crosses, unit_of, len(units)),
        weights=_wide_sum(a.weights, b.weights, by_cell, len(cells)),
        weights_squared=_wide_sum(a.weights_squared, b.weights_squared, by_cell, len(cells)),
        sources=(*a.sources, *b.sources),
    )


def _spread(array: IntArray, where: NDArray[Any], count: int) -> IntArray:
    """Place rows among `count` rows, zero elsewhere. `where` does not repeat."""
    found = np.zeros((count, *array.shape[1:]), np.int64)
    found[where] = array
    return found


def _wide_sum(a: WideInts | None, b: WideInts | None, places: Sequence[NDArray[Any]], count: int) -> WideInts | None:
    if a is None or b is None:
        return None
    spread = [
        WideInts(_spread(one.high, where, count), _spread(one.low, where, count))
        for one, where in zip((a, b), places, strict=True)
    ]
    return spread[0] + spread[1]


def _joined(a: Any, b: Any, places: Sequence[NDArray[Any]], count: int) -> Any:
    """Add two records of sums, each spread over its places among `count` rows."""
    one, two = (
        map_arrays(record, partial(_spread, where=where, count=count))
        for record, where in zip((a, b), places, strict=True)
    )
    sums = {}
    for each in fields(one):
        first, second = getattr(one, each.name), getattr(two, each.name)
        sums[each.name] = None if first is None else first + second
    return type(a)(**sums)


def _recoded(moments: Moments, levels: dict[str, tuple[str, ...]]) -> NDArray[np.int16]:
    """Cell cuts as positions in other lists of levels."""
    codes = np.empty_like(moments.cell_cuts)
    for place, cut in enumerate(moments.plan.cuts):
        positions = np.array([*(levels[cut].index(level) for level in moments.levels[cut]), -1], np.int16)
        codes[:, place] = positions[moments.cell_cuts[:, place]]
    return codes


def _with_weights(moments: Moments) -> Moments:
    """Write out the weighted sums of answers whose weights are all 1."""
    if moments.weighted:
        return moments
    scores = moments.scores
    one = (WideInts.from_int64(scores.n), WideInts.from_int64(scores.total), scores.squares)
    return replace(
        moments,
        weights=times(WideInts.from_int64(moments.counts), WEIGHT_ONE),
        weights_squared=times(times(WideInts.from_int64(moments.counts), WEIGHT_ONE), WEIGHT_ONE),
        scores=ScoreSums(
            scores.n,
            scores.total,
            scores.squares,
            *(times(value, WEIGHT_ONE) for value in one),
            *(times(times(value, WEIGHT_ONE), WEIGHT_ONE) for value in one),
        ),
    )


def times(values: WideInts, factor: int) -> WideInts:
    """Multiply by a whole number below 2**31, exactly."""
    whole = values.normalised()
    return WideInts(whole.high * factor, whole.low * factor).normalised()
