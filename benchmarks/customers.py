"""A wave of 2 million customer responses: sealed, scored, attacked, written to the ledger and kept, beside by hand.

    python -m benchmarks.customers                       2,000,000 responses to 12 questions about 12,005 units
    python -m benchmarks.customers --responses 200000

Customers answer twelve five-point questions about the unit that served them. What a page reads afterwards is the book,
whose size goes with units and questions and not with responses. By hand, in pandas and in DuckDB, gives four numbers a
question and unit (`_by_hand`). Every way runs in a process of its own, and its memory is that of the process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._by_hand import MISSING, beside, own_peak, write_files
from headwater.vocab import AnswerTable, UnitTree

RESPONSES, QUESTIONS, A_SCALE = 2_000_000, 12, 4
UNITS_OF = 100_000
CLOSE_SECONDS, CLOSE_BYTES = 60.0, 4e9


def drawn(responses: int) -> tuple[UnitTree, AnswerTable]:
    """Draw the answers, some units better than others; 3% of the questions are skipped."""
    from headwater.simulation import SimulationPlan, simulate

    tree = simulate(SimulationPlan(people=UNITS_OF, customers=0, waves=1)).staff.tree
    rng = np.random.default_rng(11)
    unit = rng.integers(0, len(tree), responses).astype(np.int32)
    level = (3.7 + 0.3 * rng.standard_normal(len(tree))).astype(np.float32)
    mood = (0.5 * rng.standard_normal(responses, np.float32)).astype(np.float32)
    items = {}
    for number in range(QUESTIONS):
        felt = level[unit] + mood + 0.8 * rng.standard_normal(responses, np.float32)
        codes = np.clip(np.rint(felt), 1, 5).astype(np.int8)
        codes[rng.random(responses, np.float32) < 0.03] = MISSING
        items[f"q{number:02d}"] = codes
    return tree, AnswerTable(tree.ids, unit, items)


def release(responses: int) -> None:
    """Do what closing such a wave does, and tell each part's seconds as a line of JSON."""
    from headwater.intake import seal
    from headwater.privacy.audit import audit_releases
    from headwater.privacy.releases import release_table
    from headwater.scoring import Ledgers, RatedItem, RatedScale, Specification, propose_release, score_wave
    from headwater.scoring.preparing import place_book, prepared_book
    from headwater.vocab import Lens, Study, Wave

    tree, table = drawn(responses)
    keys = list(table.items)
    items = tuple(RatedItem(key, {"en": key}, Lens.CX, 1, 5, scale=f"s{n // A_SCALE}") for n, key in enumerate(keys))
    scales = tuple(
        RatedScale(f"s{n}", {"en": f"s{n}"}, Lens.CX, "outcome", tuple(keys[n * A_SCALE : (n + 1) * A_SCALE]), 1.0, 5.0)
        for n in range(QUESTIONS // A_SCALE)
    )
    specification = Specification(items, scales)
    study, wave = Study("customers", "Customers"), Wave("customers", "one", "One", 1)
    took: dict[str, float] = {}
    clock, busy = time.perf_counter(), time.process_time()

    def lap(name: str) -> None:
        took[name] = time.perf_counter() - clock - sum(took.values())

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        seal(folder / "store", study, wave, table, seed=1)
        lap("seal")
        del table
        book, moments = score_wave(folder / "store", study=study, wave=wave, tree=tree, specification=specification)
        lap("score")
        judge = partial(
            propose_release, book, moments, specification, Ledgers((folder / "ledgers",), folder / "store" / "sums")
        )
        with prepared_book(book, folder / "released" / "one", judge) as prepared:
            verdict = audit_releases([release_table(book)])
            if not verdict.clean:
                raise SystemExit("\n".join(verdict.lines()))
            lap("audit")
            prepared.wait()
            prepared.record()
            lap("ledger")
            place_book(prepared)
        lap("keep")
    figures = int(sum(int(panel.shown.sum()) for panel in book.panels))
    told = {"took": took, "wall": time.perf_counter() - clock, "cpu": time.process_time() - busy, "figures": figures}
    told["peak"] = own_peak()
    print(json.dumps(told))


def main() -> None:
    """Run every way, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.customers", description=__doc__)
    parser.add_argument("--responses", type=int, default=RESPONSES)
    parser.add_argument("--release", action="store_true", help="the product alone, told as a line of JSON")
    chosen = parser.parse_args()
    if chosen.release:
        release(chosen.responses)
        return
    command = [sys.executable, "-m", "benchmarks.customers", "--release", "--responses", str(chosen.responses)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in told["took"].items())
    print(f"{chosen.responses:,} responses, {told['figures']:,} figures with intervals, gate and attack: {parts}")
    print(f"in all {told['wall']:.1f} s ({told['cpu']:.1f} s CPU), peak {told['peak'] / 1e9:.2f} GB", flush=True)
    with tempfile.TemporaryDirectory() as place:
        write_files(Path(place), *drawn(chosen.responses))
        beside(Path(place))
    holds = "holds" if told["wall"] <= CLOSE_SECONDS and told["peak"] <= CLOSE_BYTES else "does not hold"
    print(f"claim: under {CLOSE_SECONDS:.0f} s and {CLOSE_BYTES / 1e9:.0f} GB: {holds}")


if __name__ == "__main__":
    main()
