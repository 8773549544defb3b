"""Poisson bootstrap of the sums: each replicate counts every response 0, 1, 2 ... times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from headwater.engine.rows import RowBatch, stream_rows
from headwater.engine.store import check_plan, sealed_answers
from headwater.vocab import FloatArray, InputError, IntArray, MomentPlan, PlannedScore
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE, WEIGHT_ONE

TOGETHER = 16
"""Replicates hashed at a time."""


@dataclass(frozen=True)
class ReplicateSums:
    """Unweighted sums of scores in one replicate, one row a leaf unit, one column a score of the plan.

    number: of the replicate. units: ids of all units with answers, sorted. n, total: int64[N, S], as in ScoreSums.
    squares: float64[N, S], rounded to doubles.
    """

    number: int
    units: tuple[str, ...]
    n: IntArray
    total: IntArray
    squares: FloatArray


def bootstrap_sums(
    store: Path,
    study: str,
    wave: str,
    plan: MomentPlan,
    *,
    replicates: int,
    first: int = 0,
    level: Literal["respondent", "unit"] = "respondent",
) -> Iterator[ReplicateSums]:
    """Yield the sums of the plan's scores in replicates first, first + 1, ...

    A response counts a Poisson(1) number of times, hashed from its random key and the number of the replicate; with
    level "unit" whole units do, hashed from the unit's id. All units share the replicates, so differences between units
    may be taken within one (Chamandy et al. 2012). The same answers give the same replicates on every machine. The
    answers are read once; scores lie in memory, 8 bytes a response and score. Cuts of the plan are not used.

    Raises InputError as `compute_moments`, when answers are weighted, and when there is nothing to replicate.
    """
    if replicates < 1 or first < 0:
        raise InputError(f"{replicates} replicates from number {first} cannot be drawn")
    answers = sealed_answers(store, study, wave)
    check_plan(plan, answers)
    keys, unit, scores = [], [], []
    unit_ids: tuple[str, ...] = ()
    items = [item.key for item in plan.items]
    ready = [score.key for score in plan.scores if not score.items]
    for batch in stream_rows(store, study, wave, items=items, scores=ready):
        if (batch.weight != WEIGHT_ONE).any():
            raise InputError("weighted answers cannot be replicated")
        unit_ids = batch.unit_ids
        keys.append(batch.key)
        unit.append(batch.unit)
        scores.append(person_scores(plan, batch))
    joined = (np.concatenate(unit), np.concatenate(keys), np.concatenate(scores))
    return _replicates(unit_ids, *joined, range(first, first + replicates), by_unit=level == "unit")


def person_scores(plan: MomentPlan, batch: RowBatch) -> IntArray:
    """Return persons' scores, int64[R, S] in units of 1 / SCORE_ONE, SCORE_MISSING where there is none.

    The batch must hold the items of the plan's scores, and the ready-made scores.
    """
    found = np.empty((len(batch), len(plan.scores)), np.int64)
    for place, score in enumerate(plan.scores):
        found[:, place] = _score(plan, score, batch) if score.items else batch.scores[score.key]
    return found


def _score(plan: MomentPlan, score: PlannedScore, batch: RowBatch) -> IntArray:
    planned = {item.key: item for item in plan.items}
    total, answered = np.zeros(len(batch), np.int64), np.zeros(len(batch), np.int64)
    for key in score.items:
        codes = batch.items[key].astype(np.int64)
        there = codes != ITEM_MISSING
        turned = planned[key].low + planned[key].high - codes if planned[key].reverse else codes
        total += np.where(there, turned, 0)
        answered += there
    some = np.maximum(answered, 1)
    value = (2 * SCORE_ONE * total + some) // (2 * some)
    return np.where(answered >= score.min_answered, value, SCORE_MISSING)


def _replicates(
    unit_ids: tuple[str, ...],
    unit: NDArray[np.int32],
    keys: IntArray,
    scores: IntArray,
    numbers: range,
    *,
    by_unit: bool,
) -> Iterator[ReplicateSums]:
    from headwater.stats.bootstrap import poisson_weights

    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(len(unit_ids)))
    has = (scores[order] != SCORE_MISSING).astype(np.int64)
    values = np.where(has == 1, scores[order], 0)
    squares = values.astype(np.float64) ** 2
    keys = keys[order]
    if by_unit:
        keys = np.array([_unit_key(name) for name in unit_ids], np.int64)
        has, values, squares = (_by_unit(sums, starts) for sums in (has, values, squares))
    for begin in range(numbers.start, numbers.stop, TOGETHER):
        times = poisson_weights(keys, min(TOGETHER, numbers.stop - begin), first=begin)
        for place in range(times.shape[1]):
            count = times[:, place : place + 1].astype(np.int64)
            n, total, spread = has * count, values * count, squares * count
            if not by_unit:
                n, total, spread = (_by_unit(sums, starts) for sums in (n, total, spread))
            yield ReplicateSums(begin + place, unit_ids, n, total, spread)


def _by_unit(sums: Any, starts: IntArray) -> Any:
    return np.add.reduceat(sums, starts, axis=0)


def _unit_key(unit: str) -> int:
    """A unit's 64 bits, the same on every machine."""
    return int.from_bytes(hashlib.sha256(unit.encode()).digest()[:8], "little", signed=True)
