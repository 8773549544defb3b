"""One pass over a wave's answers: sealed Parquet to moments, on any engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from headwater.engine.adding import add_moments, concatenate
from headwater.engine.decode import CellArrays, decode_cells, decode_patterns
from headwater.engine.duckdb import open_session as open_duckdb
from headwater.engine.expression import Passes, build_passes
from headwater.engine.session import Engine, Session, unit_ranges
from headwater.engine.spark import open_session as open_spark
from headwater.engine.store import SealedAnswers, check_plan, sealed_answers, sealed_digests
from headwater.vocab import CrossSums, InputError, MomentPlan, Moments

BYTES_A_RANGE = 512 * 2**20
"""How large the sums of one range of units may become on their way out of the engine."""

BYTES_A_SUM = 16

ENGINES: dict[str, Engine] = {"duckdb": open_duckdb, "spark": open_spark}
"""Engines by name. One line here and one module beside this one make another."""


def compute_moments(
    store: Path, study: str, wave: str, plan: MomentPlan, *, engine: str = "duckdb", parts: Iterable[str] | None = None
) -> Moments:
    """Sum a wave's sealed answers as planned, in one pass.

    store: the folder that `headwater.intake` seals into. parts: digests of the parts to be summed, all by default.
    Category counts hold the codes as answered, also of reversed items; scores use the reversed codes. The result is the
    same on every engine, integer for integer. Memory does not grow with the number of responses, only with the result:
    units are taken in ranges.

    Raises InputError when nothing is sealed, a file is cut short or not ours, the plan names an item, score or cut that
    the wave lacks, or an answer at rest lies outside the planned codes.
    """
    answers = sealed_answers(store, study, wave, parts)
    if not answers.parts:
        raise InputError(f"no part of wave {wave!r} is to be summed")
    check_plan(plan, answers)
    open_session = _engine(engine)
    passes = build_passes(plan, answers)
    with open_session(answers) as session:
        blocks = _cell_blocks(session, passes, plan, answers)
        crosses = _cross_blocks(session, passes, plan, answers, blocks)
    return concatenate(plan, answers, blocks, crosses)


def update_moments(moments: Moments, store: Path, *, engine: str = "duckdb") -> Moments:
    """Add what was sealed since: only parts that the moments do not hold are read.

    Returns the moments unchanged when there is nothing new. Raises as `compute_moments`.
    """
    held = set(moments.sources)
    fresh = [digest for digest in sealed_digests(store, moments.study, moments.wave) if digest not in held]
    if not fresh:
        return moments
    return add_moments(
        moments, compute_moments(store, moments.study, moments.wave, moments.plan, engine=engine, parts=fresh)
    )


def _engine(name: str) -> Engine:
    if name not in ENGINES:
        raise InputError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")
    return ENGINES[name]


def _cell_blocks(session: Session, passes: Passes, plan: MomentPlan, answers: SealedAnswers) -> list[CellArrays]:
    cells = passes.cells
    ranges = unit_ranges(answers, BYTES_A_RANGE // (BYTES_A_SUM * len(cells.expression.columns)))
    blocks = [decode_cells(cells, plan, answers.cuts, session.run(cells.expression, units)) for units in ranges]
    return [block for block in blocks if block.units]


def _cross_blocks(
    session: Session, passes: Passes, plan: MomentPlan, answers: SealedAnswers, blocks: list[CellArrays]
) -> list[CrossSums] | None:
    patterns = passes.patterns
    if patterns is None:
        return None
    units = np.array([unit for block in blocks for unit in block.units], dtype=object)
    found = []
    for span in unit_ranges(answers, BYTES_A_RANGE // (BYTES_A_SUM * len(patterns.expression.columns))):
        first = 0 if span.start is None else int(np.searchsorted(units, span.start))
        last = len(units) if span.stop is None else int(np.searchsorted(units, span.stop))
        if first < last:
            batches = session.run(patterns.expression, span)
            found.append(decode_patterns(patterns, plan, tuple(units[first:last].tolist()), batches))
    return found
