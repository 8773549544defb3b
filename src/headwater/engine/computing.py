"""One pass over a wave's answers: sealed Parquet to moments, on any engine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from headwater.engine.adding import add_moments, concatenate
from headwater.engine.decode import CellArrays, decode_cells, decode_group_counts, decode_patterns
from headwater.engine.duckdb import open_session as open_duckdb
from headwater.engine.expression import CellPass, Passes, PatternPass, build_passes
from headwater.engine.session import Engine, Session, UnitRange, unit_ranges
from headwater.engine.spark import open_session as open_spark
from headwater.engine.store import SealedAnswers, check_plan, sealed_answers, sealed_digests
from headwater.vocab import CrossSums, InputError, MomentPlan, Moments

BYTES_A_RANGE = 128 * 2**20
"""How large the sums of one range of units may become on their way out of the engine. Inside it they take several times
as much: each thread keeps sums of its own, and each sum carries its state."""

BYTES_A_SUM = 16

UNCOUNTED = 3
"""A wave of at most this many ranges, were every response a group of its own, is taken whole: few waves are like that,
and to count the groups first takes time."""

ENGINES: dict[str, Engine] = {"duckdb": open_duckdb, "spark": open_spark}
"""Engines by name. One line here and one module beside this one make another."""

ENGINE_VARIABLE = "HEADWATER_ENGINE"
DEFAULT_ENGINE = "duckdb"


def compute_moments(
    store: Path,
    study: str,
    wave: str,
    plan: MomentPlan,
    *,
    engine: str | None = None,
    parts: Iterable[str] | None = None,
) -> Moments:
    """Sum a wave's sealed answers as planned, in one pass.

    store: the folder that `headwater.intake` seals into. engine: a key of ENGINES; by default what HEADWATER_ENGINE
    names, else duckdb. parts: digests of the parts to be summed, all by default.
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


def update_moments(moments: Moments, store: Path, *, engine: str | None = None) -> Moments:
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


def _engine(name: str | None) -> Engine:
    """Return the engine of a name; without one, what the environment names, else the default."""
    chosen = os.environ.get(ENGINE_VARIABLE) or DEFAULT_ENGINE if name is None else name
    if chosen not in ENGINES:
        where = f"{ENGINE_VARIABLE} is {chosen!r}: " if name is None else ""
        raise InputError(f"{where}there is no engine {chosen!r}; choose one of {', '.join(ENGINES)}")
    return ENGINES[chosen]


def _ranges(session: Session, answers: SealedAnswers, aggregate: CellPass | PatternPass) -> list[UnitRange]:
    """Split the units so that the sums of a range fit BYTES_A_RANGE. There are at most as many groups as responses."""
    limit = BYTES_A_RANGE // (BYTES_A_SUM * len(aggregate.expression.columns))
    if answers.rows <= UNCOUNTED * limit:
        return [UnitRange()]
    return unit_ranges(*decode_group_counts(session.run(aggregate.groups, UnitRange())), limit)


def _cell_blocks(session: Session, passes: Passes, plan: MomentPlan, answers: SealedAnswers) -> list[CellArrays]:
    cells = passes.cells
    ranges = _ranges(session, answers, cells)
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
    for span in _ranges(session, answers, patterns):
        first = 0 if span.start is None else int(np.searchsorted(units, span.start))
        last = len(units) if span.stop is None else int(np.searchsorted(units, span.stop))
        if first < last:
            batches = session.run(patterns.expression, span)
            found.append(decode_patterns(patterns, plan, tuple(units[first:last].tolist()), batches))
    return found
