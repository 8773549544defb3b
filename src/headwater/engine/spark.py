"""The other engine: the same expression on Spark, local or a cluster.

The expression is compiled to Spark SQL by Ibis's own compiler and run on a plain Spark session, so nothing but pyspark
is needed. Spark adds 64-bit integers in ANSI mode: a sum that did not fit would be an error, never a wrong number.
"""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.engine.expression import TABLE
from headwater.engine.opening import is_locked
from headwater.engine.session import Compiled, Session, UnitRange
from headwater.engine.store import SealedAnswers
from headwater.vocab import HeadwaterError, InputError, Problem
from headwater.vocab.answers import UNIT

MASTER_VARIABLE = "HEADWATER_SPARK_MASTER"
MEMORY_VARIABLE = "HEADWATER_SPARK_MEMORY"
HOST_VARIABLE = "HEADWATER_SPARK_DRIVER_HOST"
DEFAULT_MASTER = "local[2]"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_MEMORY = "1500m"
PARTITIONS = 4


def start_session(aside: str) -> tuple[Any, bool]:
    """Return a Spark session, and whether it was started here. One that runs already is used and left running."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise HeadwaterError("the engine 'spark' needs pyspark: pip install 'headwater[spark]'") from missing

    running = SparkSession.getActiveSession()
    if running is not None:
        return running, False
    master = os.environ.get(MASTER_VARIABLE, DEFAULT_MASTER)
    host = os.environ.get(HOST_VARIABLE, DEFAULT_HOST)
    settings = {
        "spark.driver.bindAddress": host,
        "spark.driver.host": host,
        "spark.driver.memory": os.environ.get(MEMORY_VARIABLE, DEFAULT_MEMORY),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": aside,
        "spark.local.dir": aside,
        # The plans have hundreds of columns: Spark gives up generating code for them, after a long try, and the shuffle
        # is small.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": str(PARTITIONS),
        "spark.sql.debug.maxToStringFields": "20",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.appName("headwater").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate(), True


@contextmanager
def open_session(answers: SealedAnswers) -> Iterator[Session]:
    """Offer sealed answers to Spark.

    An active Spark session is used as it is. Otherwise one is started and stopped: HEADWATER_SPARK_MASTER names a
    cluster (default local[2]), HEADWATER_SPARK_MEMORY the driver's memory (default 1500m), HEADWATER_SPARK_DRIVER_HOST
    the address on which the driver listens (default 127.0.0.1).
    """
    if any(is_locked(part.path) for part in answers.parts):
        problem = "these answers are locked with the data key, which Spark's workers do not have."
        raise InputError(Problem(problem, "Use DuckDB, or seal without a data key onto disks that are encrypted."))
    with tempfile.TemporaryDirectory(prefix="headwater-") as aside, warnings.catch_warnings():
        # pyspark warns about the pandas beside it; nothing here goes through pandas.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        from ibis.backends.sql.compilers.pyspark import compiler

        spark, ours = start_session(aside)
        try:
            spark.conf.set("spark.sql.ansi.enabled", "true")
            compiled = Compiled(compiler, "spark")
            files = [_location(part.path) for part in answers.parts]
            rows = spark.read.option("mergeSchema", str(not answers.uniform).lower()).parquet(*files)

            def run(expression: Any, units: UnitRange) -> Iterator[Any]:
                chosen = rows
                if units.start is not None:
                    chosen = chosen.where(chosen[UNIT] >= units.start)
                if units.stop is not None:
                    chosen = chosen.where(chosen[UNIT] < units.stop)
                chosen.createOrReplaceTempView(TABLE)
                try:
                    found = spark.sql(compiled.sql(expression)).toArrow()
                except Exception as wrong:
                    raise _explained(wrong) from wrong
                yield from found.to_batches()

            yield Session(run)
            spark.catalog.dropTempView(TABLE)
        finally:
            if ours:
                spark.stop()


def _location(path: Path) -> str:
    """Name a file so that every worker of a cluster finds it on its own disks, and no sign in it stands for others."""
    return "file://" + re.sub(r"([\\\[\]{}*?])", r"\\\1", str(path.absolute()))


def _explained(wrong: Exception) -> HeadwaterError:
    text = str(wrong).splitlines()[0]
    if "parquet" in text.lower():
        return InputError(Problem(f"a sealed file cannot be read ({text}).", "Restore it from a backup."))
    return HeadwaterError(f"Spark could not sum the answers: {text}")
