"""Every leader's statistics from everybody's answers: packed answers beside the best SQL, and one pass from Parquet.

    python -m benchmarks.moments                              100,000 people, 12,009 leaders, 60 items
    python -m benchmarks.moments --pandas                     with a loop over leaders, as many analysts write it
    python -m benchmarks.moments --curve 100000 1000000       one pass from cold Parquet at other sizes
    python -m benchmarks.moments --curve 100000 --engine spark

The SQL is in benchmarks/sql/; a line that ends in "-- each" is repeated for every item. All ways must give the same
numbers before any is timed. The ratio is taken against the fastest of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.engine import PackedAnswers, compute_moments, unit_totals
from headwater.intake import seal
from headwater.org import number_units
from headwater.vocab import AnswerTable, MomentPlan, PlannedItem, PlannedScore, Study, UnitTree, Wave
from headwater.vocab.answers import ITEM_MISSING

SQL = Path(__file__).parent / "sql"
STUDY, WAVE = Study("bench", "Benchmark"), Wave("bench", "one", "One", 1)
SPAN = 7
"""Leaders below a leader."""
ITEMS_A_SCORE = 3
LIMIT_OF_PACKED_SQL = 131_071


@dataclass(frozen=True)
class Made:
    """A made-up organisation and its answers. numbers: preorder number of each response's unit."""

    tree: UnitTree
    plan: MomentPlan
    table: AnswerTable
    numbers: NDArray[np.int64]


def make(rows: int, leaders: int, items: int) -> Made:
    """Answers on five points with a common mood, 3% of them missing, spread over all units. Seeded."""
    chance = np.random.default_rng(20_261)
    tree = number_units(
        [f"unit-{unit:06d}" for unit in range(leaders)],
        ["" if unit == 0 else f"unit-{(unit - 1) // SPAN:06d}" for unit in range(leaders)],
    )
    mood = chance.normal(size=rows).astype(np.float32)
    answers: dict[str, NDArray[np.int8]] = {}
    for item in range(items):
        felt = 3.4 + 0.7 * mood + 0.8 * chance.normal(size=rows).astype(np.float32)
        codes = np.clip(np.rint(felt), 1, 5).astype(np.int8)
        codes[chance.random(rows, np.float32) < 0.03] = ITEM_MISSING
        answers[f"q{item}"] = codes
    numbers = chance.integers(0, leaders, rows)
    scores = tuple(
        PlannedScore(f"s{first // ITEMS_A_SCORE}", tuple(f"q{item}" for item in range(first, first + ITEMS_A_SCORE)), 2)
        for first in range(0, items - ITEMS_A_SCORE + 1, ITEMS_A_SCORE)
    )
    plan = MomentPlan(tuple(PlannedItem(key, 1, 5) for key in answers), scores)
    return Made(tree, plan, AnswerTable(tree.ids, numbers.astype(np.int32), answers), numbers)


Statistics = tuple[NDArray[Any], ...]
"""n, mean, sd, favourable: each [I, U], NaN where there are too few answers."""


def expand(text: str, items: int) -> str:
    """Repeat the lines that end in "-- each" for every item."""
    lines = []
    for line in text.splitlines():
        body, mark, _ = line.partition("-- each")
        lines.append(",\n".join(body.rstrip().replace("{q}", f"q{item}") for item in range(items)) if mark else line)
    return "\n".join(lines)


def from_wide(columns: dict[str, NDArray[Any]], items: int, leaders: int) -> Statistics:
    """Lay a result with one row a unit out as arrays by item and unit."""
    found = []
    for name in ("n", "mean", "sd", "favourable"):
        values = np.full((items, leaders), 0.0 if name == "n" else np.nan)
        for item in range(items):
            found_here = columns[f"{name}_q{item}"]  # a sum over nothing is null
            values[item, columns["unit"]] = np.nan_to_num(found_here) if name == "n" else found_here
        found.append(values)
    return tuple(found)


def sql_ways(made: Made) -> dict[str, Callable[[], Any]]:
    """Every query of benchmarks/sql over tables that lie in DuckDB's memory."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    order = np.argsort(made.numbers, kind="stable")
    columns = {"unit": pa.array(made.numbers[order].astype(np.int32))}
    for key, codes in made.table.items.items():
        columns[key] = pa.array(codes[order], mask=codes[order] == ITEM_MISSING)
    unit = np.arange(len(made.tree), dtype=np.int32)
    above = [(over, number) for number in range(len(made.tree)) for over in made.tree.path(number)]
    ancestors = np.array(above, np.int32)
    for name, table in {
        "answers": pa.table(columns),
        "units": pa.table({"unit": unit, "past": unit + made.tree.size}),
        "closure": pa.table({"ancestor": ancestors[:, 0].copy(), "unit": ancestors[:, 1].copy()}),
    }.items():
        connection.register("arrow_table", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arrow_table")
        connection.unregister("arrow_table")
    found: dict[str, Callable[[], Any]] = {}
    for path in sorted(SQL.glob("*.sql")):
        if path.stem.startswith("packed") and len(made.numbers) > LIMIT_OF_PACKED_SQL:
            continue
        query = expand(path.read_text("utf-8"), len(made.plan.items))
        found[f"DuckDB, {path.stem}"] = partial(_run, connection, query)
    return found


def _run(connection: Any, query: str) -> Any:
    return connection.sql(query).to_arrow_table()


def polars_way(made: Made) -> dict[str, Callable[[], Any]]:
    """Polars: sums by unit, running sums over the preorder, differences."""
    try:
        import polars as pl
    except ImportError:
        return {}
    order = np.argsort(made.numbers, kind="stable")
    answers = pl.DataFrame(
        {"unit": made.numbers[order].astype(np.int32)}
        | {key: pl.Series(codes[order]).replace(ITEM_MISSING, None) for key, codes in made.table.items.items()}
    )
    units = pl.DataFrame({"unit": np.arange(len(made.tree), dtype=np.int32)})
    first = pl.Series(np.arange(len(made.tree)))
    past = first + pl.Series(made.tree.size.astype(np.int64))
    keys = [item.key for item in made.plan.items]

    def run() -> Any:
        sums = []
        for key in keys:
            code = pl.col(key).cast(pl.Int32)
            sums += [
                pl.col(key).count().alias(f"n_{key}"),
                code.sum().alias(f"s_{key}"),
                (code * code).sum().alias(f"ss_{key}"),
                (pl.col(key) >= 4).sum().alias(f"f_{key}"),
            ]
        own = units.lazy().join(answers.lazy().group_by("unit").agg(sums), on="unit", how="left").sort("unit")
        running = own.select(pl.exclude("unit").fill_null(0).cast(pl.Int64).cum_sum()).collect()
        running = pl.concat([running.head(1) * 0, running])
        whole = running.select(pl.all().gather(past)) - running.select(pl.all().gather(first))
        final = []
        for key in keys:
            n, s = pl.col(f"n_{key}"), pl.col(f"s_{key}").cast(pl.Float64)
            some = pl.when(n > 0).then(n)
            final += [
                n,
                (s / some).alias(f"mean_{key}"),
                ((pl.col(f"ss_{key}") - s * s / some) / pl.when(n > 1).then(n - 1)).sqrt().alias(f"sd_{key}"),
                (100.0 * pl.col(f"f_{key}") / some).alias(f"favourable_{key}"),
            ]
        return whole.select(final).insert_column(0, units["unit"])

    return {"Polars, running sums": run}


def pandas_way(made: Made) -> dict[str, Callable[[], Any]]:
    """The loop that many analysts write: one filter and one description a leader."""
    import pandas as pd

    frame = pd.DataFrame(
        {key: np.where(codes == ITEM_MISSING, np.nan, codes) for key, codes in made.table.items.items()}
    )
    frame.index = pd.Index(made.numbers)
    frame = frame.sort_index()

    def run() -> Any:
        rows = []
        for unit in range(len(made.tree)):
            below = frame.loc[unit : unit + int(made.tree.size[unit]) - 1]
            rows.append((below.count(), below.mean(), below.std(), (below >= 4).sum()))
        return rows

    return {"pandas, loop over leaders": run}


def best_of(way: Callable[[], Any], repeat: int) -> float:
    """Return the shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        way()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def columns_of(result: Any) -> dict[str, NDArray[Any]]:
    """Turn an Arrow table or a Polars frame into NumPy columns."""
    names = result.column_names if hasattr(result, "column_names") else result.columns
    return {name: np.asarray(result[name].to_numpy()) for name in names}


def same(ours: Statistics, theirs: Statistics) -> bool:
    """Whether two ways give the same numbers, to the digits that sums of doubles keep."""
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-6, equal_nan=True) for a, b in zip(ours, theirs, strict=True))


def one_pass(store: Path, rows: int, leaders: int, items: int, engine: str) -> dict[str, Any]:
    """Compute moments in a fresh process, from import to result."""
    order = [sys.executable, "-m", "benchmarks.moments", "--one-pass", str(store), "--engine", engine]
    order += ["--rows", str(rows), "--leaders", str(leaders), "--items", str(items)]
    done = subprocess.run(order, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report_one_pass(store: Path, items: int, engine: str) -> None:
    """What the fresh process does: prints seconds and peak memory as JSON."""
    start = time.perf_counter()
    scores = tuple(
        PlannedScore(f"s{first // ITEMS_A_SCORE}", tuple(f"q{item}" for item in range(first, first + ITEMS_A_SCORE)), 2)
        for first in range(0, items - ITEMS_A_SCORE + 1, ITEMS_A_SCORE)
    )
    plan = MomentPlan(tuple(PlannedItem(f"q{item}", 1, 5) for item in range(items)), scores)
    moments = compute_moments(store, STUDY.key, WAVE.key, plan, engine=engine)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": peak_memory(), "rows": int(moments.respondents.sum())}))


def peak_memory() -> int:
    """Return the largest resident size of this process in bytes. What it was before it began is not counted."""
    for entry in Path("/proc/self/status").read_text("utf-8").splitlines():
        if entry.startswith("VmHWM:"):
            return int(entry.split()[1]) * 1024
    raise SystemExit("this system does not tell a process's peak memory")


def line(name: str, seconds: float, note: str = "") -> None:
    """Print one row of the comparison."""
    print(f"  {name:44s} {seconds:9.3f} s  {note}", flush=True)


def compare(options: argparse.Namespace) -> None:
    """Print all ways side by side."""
    made = make(options.rows, options.leaders, options.items)
    print(f"{options.rows:,} people, {options.leaders:,} leaders, {options.items} items: n, mean, SD and favourable")
    print("of every leader's whole unit and every item; warm data, the shortest of several runs\n")
    start = time.perf_counter()
    packed = PackedAnswers.from_arrays(made.plan, made.tree, made.numbers, list(made.table.items.values()))
    packing = time.perf_counter() - start
    result = packed.subtree_statistics()
    ours: Statistics = (result.n.astype(float), result.mean, result.sd, result.favourable)
    timed = {}
    for name, way in (sql_ways(made) | polars_way(made)).items():
        theirs = from_wide(columns_of(way()), options.items, options.leaders)
        if not same(ours, theirs):
            raise SystemExit(f"{name} gives other numbers")
        timed[name] = best_of(way, options.repeat)
        line(name, timed[name])
    if options.pandas:
        for name, way in pandas_way(made).items():
            line(name, best_of(way, 1))
    seconds = best_of(packed.subtree_statistics, options.repeat)
    line("Headwater, packed answers", seconds)
    best = min((name for name in timed if name.startswith("DuckDB")), key=timed.__getitem__)
    print(f"\n  {timed[best] / seconds:.1f} times faster than the best SQL ({best})\n")
    line("packing answers that lie in memory", packing)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        start = time.perf_counter()
        seal(store, STUDY, WAVE, made.table, seed=1)
        line("sealing (shuffle, Parquet, manifest)", time.perf_counter() - start)
        start = time.perf_counter()
        again = PackedAnswers.from_store(store, STUDY.key, WAVE.key, made.plan, made.tree)
        line("packing from Parquet", time.perf_counter() - start)
        bare = MomentPlan(made.plan.items)
        totals = unit_totals(compute_moments(store, STUDY.key, WAVE.key, bare), made.tree)
        if not np.array_equal(again.category_counts(), totals.counts):
            raise SystemExit("packed answers and moments differ")
        cold = one_pass(store, options.rows, options.leaders, options.items, options.engine)
        scores = len(made.plan.scores)
        note = (
            f"{options.items} items, {scores} scores, {len(made.plan.pairs)} pairs; peak {cold['peak'] / 1e6:,.0f} MB"
        )
        line(f"moments on {options.engine}, cold: imports and Parquet", cold["seconds"], note)
    print(f"  peak memory of this process, all ways together {peak_memory() / 1e6:,.0f} MB")


def curve(options: argparse.Namespace) -> None:
    """Print what one pass costs at other sizes."""
    print(f"One pass from cold Parquet on {options.engine}: {options.leaders:,} leaders, {options.items} items")
    for rows in options.curve:
        with tempfile.TemporaryDirectory() as folder:
            seal(Path(folder), STUDY, WAVE, make(rows, options.leaders, options.items).table, seed=1)
            found = one_pass(Path(folder), rows, options.leaders, options.items, options.engine)
        note = f"peak {found['peak'] / 1e6:,.0f} MB, {found['seconds'] / rows * 1e6:.1f} s a million people"
        line(f"{rows:,} people, {rows * options.items:,} answers", found["seconds"], note)


def main() -> None:
    """Run the comparison, or the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="people who answered")
    parser.add_argument("--leaders", type=int, default=12_009, help="units of the organisation")
    parser.add_argument("--items", type=int, default=60, help="items on five points")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each way")
    parser.add_argument("--engine", default="duckdb", help="engine of the one pass: duckdb or spark")
    parser.add_argument("--pandas", action="store_true", help="time a loop over leaders too")
    parser.add_argument("--curve", type=int, nargs="+", metavar="ROWS", help="time one pass at these sizes instead")
    parser.add_argument("--one-pass", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_pass is not None:
        report_one_pass(options.one_pass, options.items, options.engine)
    elif options.curve:
        curve(options)
    else:
        compare(options)


if __name__ == "__main__":
    main()
