"""Run the simulations: `python -m benchmarks.shown_right [--quick] [part ...]`.

Prints what was claimed and found. In full, it also writes the figures of docs/explanation/shown-to-be-right.md.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.shown_right.claims import Part
from benchmarks.shown_right.drawing import claimed, number
from benchmarks.shown_right.page import write_page
from benchmarks.shown_right.running import PARTS, work_out


def show(part: Part) -> None:
    """Print a part as a table."""
    print(f"\n{part.title} (seed {part.seed}, {part.seconds:.0f} s)")
    for claim in part.claims:
        low, high = number(claim, claim.found.low), number(claim, claim.found.high)
        found = f"{number(claim, claim.found.value)} ({low} to {high})"
        print(f"  {claim.quantity:<92} {claimed(claim):>8}  {found:<26} {claim.worlds:>4}  {claim.verdict}")


def main() -> None:
    """Run the parts named, all by default, two at a time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shown_right", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="few worlds, and the page stays as it is")
    asked = parser.parse_args()
    keys = asked.parts or list(PARTS)
    if unknown := set(keys) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # The processes below load NumPy anew: one thread each.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(work_out, key, asked.quick) for key in keys]
        parts = [one.result() for one in waiting]
    for part in parts:
        show(part)
    if not asked.quick:
        write_page(parts)


if __name__ == "__main__":
    main()
