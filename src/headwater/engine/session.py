"""What an engine offers: a session over sealed answers that runs an Ibis expression and gives Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from headwater.engine.store import SealedAnswers
from headwater.vocab import IntArray


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


def unit_ranges(units: Sequence[str], groups: IntArray, limit: int) -> list[UnitRange]:
    """Split sorted units into ranges of at most `limit` groups each. A unit is never split.

    groups: int64[N], how many rows of sums each unit gives. Parts are sorted by unit, so engines skip the row groups
    that lie outside a range.
    """
    bounds: list[str | None] = [None]
    filled = 0
    for unit, count in zip(units, groups.tolist(), strict=True):
        if filled and filled + count > limit:
            bounds.append(unit)
            filled = 0
        filled += count
    return [UnitRange(start, stop) for start, stop in zip(bounds, [*bounds[1:], None], strict=True)]
