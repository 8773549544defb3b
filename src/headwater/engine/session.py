"""What an engine offers: a session over sealed answers that runs an Ibis expression and gives Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from headwater.engine.store import SealedAnswers


@dataclass(frozen=True, slots=True)
class UnitRange:
    """Unit ids from `start` (included) to `stop` (excluded); None is open."""

    start: str | None = None
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An engine at work. run(expression, units) yields pyarrow.RecordBatch."""

    run: Callable[[Any, UnitRange], Iterator[Any]]


class Compiled:
    """The SQL of expressions, each compiled once for all ranges of units: hundreds of columns take a while."""

    def __init__(self, compiler: Any, dialect: str) -> None:
        """Take one of Ibis's SQL compilers and the dialect in which to write."""
        self._compiler, self._dialect = compiler, dialect
        self._written: list[tuple[Any, str]] = []

    def sql(self, expression: Any) -> str:
        """Return the SQL of an expression."""
        for known, text in self._written:
            if known is expression:
                return text
        text = str(self._compiler.to_sqlglot(expression).sql(self._dialect))
        self._written.append((expression, text))
        return text


Engine = Callable[[SealedAnswers], AbstractContextManager[Session]]


def unit_ranges(answers: SealedAnswers, rows: int) -> list[UnitRange]:
    """Split the units into ranges of about `rows` responses, so that a pass needs bounded memory.

    Parts are sorted by unit, so engines skip row groups outside a range. A unit is never split.
    """
    starts = sorted(start for part in answers.parts for start in part.starts)
    bounds: list[str | None] = [None]
    filled = 0
    for unit, count in starts:
        if filled >= rows and unit != bounds[-1]:
            bounds.append(unit)
            filled = 0
        filled += count
    return [UnitRange(start, stop) for start, stop in zip(bounds, [*bounds[1:], None], strict=True)]
