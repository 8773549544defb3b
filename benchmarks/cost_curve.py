"""What one pass costs as answers grow: 5 to 20 million, or up to 200 million with --full.

    python -m benchmarks.cost_curve                       5, 10 and 20 million answers on DuckDB, 5 million on Spark
    python -m benchmarks.cost_curve --full                5 to 200 million: 3.3 million responses of 60 items
    python -m benchmarks.cost_curve --full --spark 200    and the largest on Spark as well
    python -m benchmarks.cost_curve --weighted --cuts     weights on every response, two cuts

One always-on wave grows by deliveries of 100,000 responses, each sealed as in use. At each size a fresh process
computes the moments: 12,009 units, 60 items on five points, 20 scores and their 190 cross-products. Its time runs from
before the imports to the result. CPU and peak memory count the process and, for Spark, the Java machine below it. The
system is likely to hold the sealed files in its cache. The counts of every category must equal those that were drawn.
Without cuts DuckDB must stay under 2 GB; with them the moments themselves are larger.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.intake import seal
from headwater.vocab import AnswerTable, Cut, MomentPlan, PlannedItem, PlannedScore, Study, Wave
from headwater.vocab.answers import ITEM_MISSING, WEIGHT_ONE

ITEMS, UNITS, ITEMS_A_SCORE, POINTS = 60, 12_009, 3, 5
DELIVERY = 100_000
MODERATE, FULL = (5, 10, 20), (5, 10, 20, 50, 100, 200)
BOUND = 2 * 10**9
CUTS = (Cut("tenure", "Tenure", ("short", "middle", "long")), Cut("site", "Site", ("north", "south")))
WAVE = Wave("curve", "always", "Always on", 1)
SPARK_MISSING = "Spark is left out: it needs pyspark and Java 17"


@dataclass(frozen=True)
class Cost:
    """What one pass took. seconds: from start to result. cpu: seconds of all cores. peak: bytes resident."""

    seconds: float
    cpu: float
    peak: int
    counts: list[int]


def study(cuts: bool) -> Study:
    """Return the study that the answers belong to."""
    return Study("curve", "Cost curve", cuts=CUTS if cuts else ())


def plan(cuts: bool) -> MomentPlan:
    """Return the plan of the pass: every item, and a score for every three."""
    keys = [f"q{item}" for item in range(ITEMS)]
    scores = tuple(
        PlannedScore(f"s{first // ITEMS_A_SCORE}", tuple(keys[first : first + ITEMS_A_SCORE]), 2)
        for first in range(0, ITEMS - ITEMS_A_SCORE + 1, ITEMS_A_SCORE)
    )
    return MomentPlan(
        tuple(PlannedItem(key, 1, POINTS) for key in keys), scores, tuple(cut.key for cut in CUTS) if cuts else ()
    )


def delivery(number: int, rows: int, *, weighted: bool, cuts: bool) -> AnswerTable:
    """Draw one delivery: a common mood, 3% of answers missing, units by chance. Seeded by its number."""
    chance = np.random.default_rng([20_261, number])
    mood = chance.standard_normal(rows, np.float32)
    items = {}
    for item in range(ITEMS):
        felt = np.float32(3.4) + np.float32(0.7) * mood + np.float32(0.8) * chance.standard_normal(rows, np.float32)
        codes = np.clip(np.rint(felt), 1, POINTS).astype(np.int8)
        codes[chance.random(rows, np.float32) < 0.03] = ITEM_MISSING
        items[f"q{item}"] = codes
    levels = {
        cut.key: (chance.integers(-1, len(cut.levels), rows).astype(np.int16), cut.levels)
        for cut in (CUTS if cuts else ())
    }
    return AnswerTable(
        unit_ids=tuple(f"unit-{unit:06d}" for unit in range(UNITS)),
        unit=chance.integers(0, UNITS, rows).astype(np.int32),
        items=items,
        cuts=levels,
        weight=chance.integers(WEIGHT_ONE // 4, 4 * WEIGHT_ONE, rows) if weighted else None,
    )


def grow(store: Path, sizes: list[int], *, weighted: bool, cuts: bool) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Seal deliveries; at each size (millions of answers) yield the responses so far and the counts they must give."""
    sealed, number = 0, 0
    counts = np.zeros(ITEMS * POINTS, np.int64)
    for size in sizes:
        target = -(-size * 10**6 // ITEMS)
        while sealed < target:
            table = delivery(number, min(DELIVERY, target - sealed), weighted=weighted, cuts=cuts)
            seal(store, study(cuts), WAVE, table, seed=number, source=str(number))
            for item, codes in enumerate(table.items.values()):
                there = codes[codes != ITEM_MISSING]
                counts[item * POINTS : (item + 1) * POINTS] += np.bincount(there, minlength=POINTS + 1)[1:]
            sealed, number = sealed + len(table), number + 1
        yield sealed, counts


def one_pass(store: Path, engine: str, cuts: bool) -> Cost:
    """Compute the moments in a fresh process."""
    order = [sys.executable, "-m", "benchmarks.cost_curve", "--one-pass", str(store), "--engine", engine]
    done = subprocess.run(
        order + ["--cuts"] * cuts, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Cost(**found)


def report_one_pass(store: Path, engine: str, cuts: bool) -> None:
    """What the fresh process does: prints its cost as JSON."""
    start = time.perf_counter() - _age()
    from headwater.engine import compute_moments

    moments = compute_moments(store, "curve", WAVE.key, plan(cuts), engine=engine)
    seconds = time.perf_counter() - start
    mine = [os.getpid(), *_below(os.getpid())]
    cpu, peak = sum(map(_cpu, mine)), sum(map(_peak, mine))
    counts = moments.counts.sum(axis=0).tolist()
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "counts": counts}))


def _stat(process: int) -> list[str]:
    """The fields of a process from the third on, as in proc(5)."""
    return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()


def _age() -> float:
    """Seconds since this process began."""
    uptime = float(Path("/proc/uptime").read_text("utf-8").split()[0])
    return uptime - int(_stat(os.getpid())[19]) / os.sysconf("SC_CLK_TCK")


def _cpu(process: int) -> float:
    return sum(map(int, _stat(process)[11:15])) / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> int:
    """Largest resident size of a process in bytes."""
    for entry in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
        if entry.startswith("VmHWM:"):
            return int(entry.split()[1]) * 1024
    raise SystemExit("this system does not tell a process's peak memory")


def _below(process: int) -> list[int]:
    """All running processes that a process started, and theirs."""
    children = [
        int(number)
        for thread in Path(f"/proc/{process}/task").iterdir()
        for number in (thread / "children").read_text("utf-8").split()
    ]
    children = [child for child in children if _stat(child)[0] != "Z"]  # one that has ended holds nothing
    return children + [deeper for child in children for deeper in _below(child)]


def show(engine: str, rows: int, cost: Cost) -> None:
    """Print one row of the curve."""
    millions = rows * ITEMS / 1e6
    print(
        f"  {engine:8s}{rows:12,}{rows * ITEMS:16,}{cost.seconds:10.1f}{cost.cpu:10.1f}{cost.peak / 1e6:12,.0f}"
        f"{cost.cpu / millions:14.3f}",
        flush=True,
    )


def machine() -> str:
    """Say on what this runs."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{os.cpu_count()} cores, {pages / 1e9:.0f} GB, {platform.system()} {platform.machine()}"


def spark_sizes(options: argparse.Namespace, sizes: list[int]) -> set[int]:
    """Return the sizes that Spark runs too."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        wanted = False
    else:
        wanted = shutil.which("java") is not None
    if not wanted:
        print(SPARK_MISSING)
        return set()
    return set(sizes[:1] if options.spark is None else options.spark)


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="go on to 200 million answers")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="MILLIONS", help="these sizes instead")
    parser.add_argument(
        "--spark", type=int, nargs="*", metavar="MILLIONS", help="sizes on Spark, the smallest if unset"
    )
    parser.add_argument("--weighted", action="store_true", help="give every response its own weight")
    parser.add_argument("--cuts", action="store_true", help="carry two cuts of twelve combinations")
    parser.add_argument("--one-pass", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--engine", default="duckdb", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_pass is not None:
        report_one_pass(options.one_pass, options.engine, options.cuts)
        return
    sizes = sorted(set(options.sizes or (FULL if options.full else MODERATE)))
    on_spark = spark_sizes(options, sizes)
    print(f"{UNITS:,} units, {ITEMS} items, {ITEMS // ITEMS_A_SCORE} scores; {machine()}\n")
    print("  engine     responses         answers   seconds   CPU sec.    peak MB  CPU s/million", flush=True)
    costs: list[tuple[int, Cost]] = []
    with tempfile.TemporaryDirectory(prefix="headwater-curve-") as folder:
        store = Path(folder)
        for size, (rows, counts) in zip(
            sizes, grow(store, sizes, weighted=options.weighted, cuts=options.cuts), strict=True
        ):
            for engine in ("duckdb", "spark") if size in on_spark else ("duckdb",):
                cost = one_pass(store, engine, options.cuts)
                if cost.counts != counts.tolist():
                    raise SystemExit(f"{engine} counts other answers than were drawn")
                show(engine, rows, cost)
                if engine == "duckdb":
                    costs.append((rows, cost))
        used = sum(file.stat().st_size for file in store.rglob("*.parquet"))
    (few, first), (many, last) = costs[0], costs[-1]
    if many > few:
        slope = (last.cpu - first.cpu) / ((many - few) * ITEMS / 1e6)
        print(f"\n  a further million answers costs {slope:.3f} CPU seconds")
    print(f"  at rest {used / 1e6:,.0f} MB, {used / (many * ITEMS):.2f} bytes an answer")
    if not options.cuts and max(cost.peak for _, cost in costs) > BOUND:
        raise SystemExit("DuckDB needed more than 2 GB")


if __name__ == "__main__":
    main()
