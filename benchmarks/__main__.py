"""Run every benchmark, or those named: `python -m benchmarks moments gate`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run the named benchmarks, all by default."""
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    sys.argv = sys.argv[:1]
    for name in names:
        print(f"\n== {name}", flush=True)
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
