"""How long `headwater --help` takes, beside an empty Python and the import of pandas, in one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

RUNS = 7
CLAIM = 0.5
"""Seconds `headwater --help` stays under."""

HEADWATER = str(Path(sys.executable).with_name("headwater"))
COMMANDS = {
    "headwater --help": [HEADWATER, "--help"],
    "headwater analyse --help": [HEADWATER, "analyse", "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
    'python -c "import pandas"': [sys.executable, "-c", "import pandas"],
}


def seconds(command: list[str]) -> float:
    """Return the median of several runs, after one that warms the disk."""
    taken = []
    for _ in range(RUNS + 1):
        start = perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        taken.append(perf_counter() - start)
    return sorted(taken[1:])[RUNS // 2]


def main() -> None:
    """Print the medians and the ratios to an empty Python."""
    found = {name: seconds(command) for name, command in COMMANDS.items()}
    empty = found["python -c pass"]
    for name, taken in found.items():
        print(f"{name:28} {taken:6.3f} s  {taken / empty:5.1f} times an empty Python")
    verdict = "holds" if found["headwater --help"] < CLAIM else "does not hold"
    print(f"claim: `headwater --help` under {CLAIM} s: {verdict}")


if __name__ == "__main__":
    main()
