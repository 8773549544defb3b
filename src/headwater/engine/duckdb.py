"""The default engine: DuckDB inside the process, with a bound on memory."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from headwater.engine.expression import TABLE
from headwater.engine.opening import is_locked, opened_with, stream
from headwater.engine.session import Compiled, Session, UnitRange
from headwater.engine.store import SealedAnswers
from headwater.vocab import HeadwaterError, InputError, Problem
from headwater.vocab.answers import UNIT

MEMORY_VARIABLE = "HEADWATER_DUCKDB_MEMORY"
DEFAULT_MEMORY = "1500MB"
THREADS_VARIABLE = "HEADWATER_THREADS"

OPENED = "opened_answers"
"""What locked answers are called inside DuckDB."""

_MEMORY = re.compile(r"\d+(\.\d+)?\s*(KB|MB|GB|KiB|MiB|GiB)")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _limits() -> dict[str, Any]:
    memory = os.environ.get(MEMORY_VARIABLE, DEFAULT_MEMORY)
    if not _MEMORY.fullmatch(memory):
        raise InputError(f"{MEMORY_VARIABLE} is {memory!r}; write a size such as 2GB")
    limits: dict[str, Any] = {"memory_limit": memory}
    threads = os.environ.get(THREADS_VARIABLE, "")
    if threads:
        if not threads.isdigit() or int(threads) < 1:
            raise InputError(f"{THREADS_VARIABLE} is {threads!r}; write a number of threads")
        limits["threads"] = int(threads)
    return limits


@contextmanager
def open_session(answers: SealedAnswers) -> Iterator[Session]:
    """Offer sealed answers to DuckDB. What does not fit its memory goes to a temporary folder, removed at the end.

    HEADWATER_DUCKDB_MEMORY sets the bound (default 1500MB), HEADWATER_THREADS the threads (default all cores).
    """
    import duckdb
    from ibis.backends.sql.compilers.duckdb import compiler

    with tempfile.TemporaryDirectory(prefix="headwater-") as aside:
        settings = {**_limits(), "temp_directory": aside, "preserve_insertion_order": False}
        compiled = Compiled(compiler, "duckdb")
        connection = duckdb.connect(config=settings)
        files = ", ".join(_quoted(str(part.path)) for part in answers.parts)
        union = "" if answers.uniform else ", union_by_name = true"
        source = f"read_parquet([{files}], hive_partitioning = false{union})"
        # DuckDB cannot read files that carry authenticated data of their own; Arrow opens those for it.
        locked = any(is_locked(part.path) for part in answers.parts)

        def run(expression: Any, units: UnitRange) -> Iterator[Any]:
            bounds = [f"{UNIT} >= {_quoted(units.start)}"] if units.start is not None else []
            bounds += [f"{UNIT} < {_quoted(units.stop)}"] if units.stop is not None else []
            where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
            query = compiled.sql(expression)
            try:
                if locked:
                    connection.register(OPENED, stream(answers.parts, units))
                chosen = OPENED if locked else source
                connection.sql(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT * FROM {chosen}{where}")
                yield from connection.sql(query).to_arrow_reader(65_536)
            except duckdb.Error as wrong:
                raise _explained(wrong, answers) from wrong

        try:
            yield Session(run)
        finally:
            connection.close()


def _explained(wrong: Exception, answers: SealedAnswers) -> HeadwaterError:
    """Say which sealed file cannot be read, when it is one."""
    text = str(wrong).splitlines()[0]
    for part in answers.parts:
        if not _readable(part.path):
            problem = f"the sealed file cannot be read ({text})."
            return InputError(Problem(problem, "Restore it from a backup.", file=str(part.path)))
    return HeadwaterError(f"DuckDB could not sum the answers: {text}")


def _readable(path: Any) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for _ in pq.ParquetFile(path, **opened_with(path)).iter_batches():
            continue
    except (pa.ArrowException, OSError):
        return False
    return True
