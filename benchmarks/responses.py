"""Complete submissions a second: fetch a page of 60 five-point items, send it, on disk before it is thanked for.

`python -m benchmarks.responses` measures Headwater on SQLite (synchronous=FULL) and on PostgreSQL (fsync and
synchronous_commit on): the server that HEADWATER_DATABASE_URL names, else an embedded one of its own. A peer stands
beside it in the same run:

    python -m benchmarks.responses --peer http://127.0.0.1:8080/index.php/1234 --done "Thank you"

The generator runs on the same cores. Five runs, the median counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import repeat
from pathlib import Path
from time import perf_counter

from benchmarks._embedded_postgresql import embedded
from benchmarks._form_load import Outcome, run_load
from benchmarks._served_wave import memory_of, prepare, served

RUNS, RESPONDENTS, SECONDS = 5, 16, 6.0
GOAL = 220
THANKS = b"Your answers are in"
PORT = 18431
LINKS = 60_000


def fsyncs_a_second(folder: Path) -> float:
    """Return how often the disk confirms 4 kB a second: the ceiling of any store without group commits."""
    path = folder / "fsync"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    count, begin = 0, perf_counter()
    while perf_counter() - begin < 1.0:
        os.pwrite(descriptor, b"x" * 4096, count % 100 * 4096)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    path.unlink()
    return count / (perf_counter() - begin)


def measure(addresses: Iterator[str], done: bytes, runs: int, seconds: float) -> list[Outcome]:
    """Run once to warm up, then some times."""
    run_load(addresses, respondents=RESPONDENTS, seconds=1.5, done=done)
    return [run_load(addresses, respondents=RESPONDENTS, seconds=seconds, done=done) for _ in range(runs)]


def tell(name: str, outcomes: list[Outcome], memory: int = 0) -> float:
    """Print what was found. Returns the median."""
    middle = sorted(outcomes, key=lambda outcome: outcome.a_second)[len(outcomes) // 2]
    failures = sum(len(outcome.failures) for outcome in outcomes)
    median = statistics.median(outcome.a_second for outcome in outcomes)
    shown = f", {memory / 2**20:.0f} MB resident in all" if memory else ""
    print(
        f"{name:24} {median:7.1f} a second (runs {', '.join(f'{one.a_second:.0f}' for one in outcomes)}); "
        f"p50 {middle.percentile(0.5) * 1e3:.0f} ms, p99 {middle.percentile(0.99) * 1e3:.0f} ms; "
        f"page {middle.page_bytes:,} bytes; {failures} failed{shown}"
    )
    for failure in sorted({failure for outcome in outcomes for failure in outcome.failures}):
        print(f"{'':24} failed: {failure}")
    return median


def headwater(name: str, database: str, runs: int, seconds: float) -> float:
    """Measure Headwater over a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as place:
        folder = Path(place) / "house"
        folder.mkdir()
        paths = prepare(folder, LINKS, database)
        print(f"{'':24} the disk confirms {fsyncs_a_second(folder):,.0f} writes of 4 kB a second")
        with served(folder, PORT, database) as server:
            addresses = (f"http://127.0.0.1:{PORT}{path}" for path in paths)
            outcomes = measure(addresses, THANKS, runs, seconds)
            return tell(name, outcomes, memory_of(server))


def named() -> bool:
    """Whether a server was named to measure."""
    return bool(os.environ.get("HEADWATER_DATABASE_URL"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.responses")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--peer", help="the address of another product's page with a form")
    parser.add_argument("--done", default="Thank you", help="words of the page by which the peer thanks")
    chosen = parser.parse_args()
    found = headwater("Headwater, SQLite", "", chosen.runs, chosen.seconds)
    lowest = found
    with nullcontext(os.environ["HEADWATER_DATABASE_URL"]) if named() else embedded() as database:
        if database:
            name = "Headwater, PostgreSQL" if named() else "Headwater, embedded PG"
            lowest = min(lowest, headwater(name, database, chosen.runs, chosen.seconds))
    if chosen.peer:
        other = tell("peer", measure(repeat(chosen.peer), chosen.done.encode(), chosen.runs, chosen.seconds))
        print(f"ratio: {found / other:.1f} times the peer")
    verdict = "holds" if lowest >= GOAL else "does not hold"
    print(f"claim: {GOAL} complete submissions a second on two cores, generator included: {verdict}")


if __name__ == "__main__":
    main()
