"""Exact LMG importance: 20 drivers, and 16 drivers with 200 cluster bootstraps, beside plain all-subsets regressions.

The plain way fits every subset of drivers by least squares on its correlations and averages the gains, as the
definition reads. It is timed on 12 drivers, where both are held to agree, and scaled to 20 and 16 by the number of
subsets times drivers, which flatters it: its regressions grow as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import factorial
from typing import TypeVar

import numpy as np

from headwater.stats import bootstrap_drivers, lmg

Result = TypeVar("Result")


def data(drivers: int, people: int, teams: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw correlated drivers, an outcome, and the teams of people."""
    rng = np.random.default_rng(seed)
    team = rng.integers(0, teams, people)
    common = rng.standard_normal((people, 1)) + 0.4 * rng.standard_normal((teams, 1))[team]
    x = common + rng.standard_normal((people, drivers))
    y = x @ rng.uniform(0, 1, drivers) + 2 * rng.standard_normal(people)
    return x, y, team


def plain_lmg(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Average every driver's gain in R2 over all subsets of the others, one regression a subset."""
    correlation = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    inner, outer, count = correlation[:-1, :-1], correlation[:-1, -1], x.shape[1]
    explained = np.zeros(1 << count)
    for subset in range(1, 1 << count):
        members = [place for place in range(count) if subset >> place & 1]
        explained[subset] = outer[members] @ np.linalg.solve(inner[np.ix_(members, members)], outer[members])
    shares = np.zeros(count)
    for subset in range(1 << count):
        size = subset.bit_count()
        weight = factorial(size) * factorial(count - 1 - size) / factorial(count) if size < count else 0.0
        for place in range(count):
            if not subset >> place & 1:
                shares[place] += weight * (explained[subset | 1 << place] - explained[subset])
    return shares


def timed(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return the result, wall seconds and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print what each takes and how much faster it is."""
    x, y, _ = data(12, 5_000, 400, 1)
    plain, _, cpu_plain = timed(lambda: plain_lmg(x, y))
    correlation = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    ours = lmg(correlation[:-1, :-1], correlation[:-1, -1])
    assert np.allclose(ours, plain, atol=1e-10)
    a_step = cpu_plain / (2**12 * 12)
    print(f"plain, 12 drivers: {cpu_plain:.2f} s CPU; equal to ours to 1e-10")

    x, y, _ = data(20, 20_000, 2_000, 2)

    def twenty() -> np.ndarray:
        found = np.corrcoef(np.column_stack([x, y]), rowvar=False)
        return lmg(found[:-1, :-1], found[:-1, -1])

    _, wall, cpu = timed(twenty)
    print(f"20 drivers exact: {wall:.2f} s ({cpu:.2f} s CPU); plain {a_step * 2**20 * 20 / cpu:,.0f} times as long")

    x, y, team = data(16, 20_000, 2_000, 3)
    found, wall, cpu = timed(lambda: bootstrap_drivers(x, y, clusters=team, replicates=200, seed=1))
    times = a_step * 2**16 * 16 * 201 / cpu
    print(f"16 drivers, 200 cluster bootstraps: {wall:.2f} s ({cpu:.2f} s CPU); plain {times:,.0f} times as long")
    assert found.replicates.shape == (200, 16)


if __name__ == "__main__":
    main()
