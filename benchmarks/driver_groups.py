"""Drivers of every group of 100,000 people, 10 drivers and 3 outcomes, beside the same in pandas for a few groups.

The comparator filters each group's rows and takes LMG over all subsets of correlations, vectorised in NumPy, in
resamples of whole teams. It is timed on 20 resamples of eight groups of all sizes and scaled; it gives no test against
noise, no levels and no gate.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.scoring import score_wave, specify
from headwater.scoring.drivers import REPLICATES, find_drivers
from headwater.simulation import SimulationPlan, simulate
from headwater.stats import lmg
from headwater.vocab import AnswerTable, DriverBook, ScoreBook, Study, Wave

PEOPLE, COMPARED = 100_000, 8


def by_hand(table: AnswerTable, book: ScoreBook, found: DriverBook) -> float:
    """Return CPU seconds that some groups take in pandas, scaled to all."""
    import pandas as pd

    scales = {scale.key: scale for scale in load_instrument("ex_factors").scales}
    frame = pd.DataFrame({key: np.where(codes < 0, np.nan, codes) for key, codes in table.items.items()})
    wanted = [subject.key for subject in (*found.drivers, *found.outcomes)]
    scores = pd.DataFrame({key: frame[list(scales[key].items)].mean(axis=1) for key in wanted}).assign(team=table.unit)
    scores = scores.dropna()
    picked = np.unique(np.linspace(0, len(found.unit) - 1, COMPARED).astype(int))
    rng = np.random.default_rng(1)
    begun, p = time.process_time(), len(found.drivers)
    for group in picked.tolist():
        row = int(found.unit[group])
        inside = scores[(scores.team >= row) & (scores.team < row + int(book.tree.size[row]))]
        teams = dict(list(inside.groupby("team")))
        names = list(teams)
        for _ in range(REPLICATES // 20):
            drawn = pd.concat([teams[names[place]] for place in rng.integers(0, len(names), len(names))])
            corr = drawn[wanted].corr().to_numpy()
            for outcome in range(len(found.outcomes)):
                lmg(corr[:p, :p], corr[:p, p + outcome])
    return (time.process_time() - begun) * 20 * len(found.unit) / len(picked)


def main() -> None:
    """Print what each takes."""
    world = simulate(SimulationPlan(people=PEOPLE, customers=0, waves=1))
    drawn = world.employee_answers(0)
    factors = load_instrument("ex_factors")
    keys = [item.key for item in factors.items if item.key in drawn.items]
    table = AnswerTable(drawn.unit_ids, drawn.unit, {key: drawn.items[key] for key in keys})
    study, wave, spec = Study("work", "Work"), Wave("work", "one", "One", 1), specify([factors])
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as place:
        seal(Path(place), study, wave, table)
        book, _ = score_wave(Path(place), study=study, wave=wave, tree=world.staff.tree, specification=spec)
        find_drivers(Path(place), book, spec, replicates=50)  # compile
        wall, cpu = time.perf_counter(), time.process_time()
        found = find_drivers(Path(place), book, spec)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert found is not None
    shape = f"{len(found.unit)} groups, {len(found.drivers)} drivers, {len(found.outcomes)} outcomes"
    print(f"{shape}, {REPLICATES} resamples of teams: {wall:.1f} s ({cpu:.1f} s CPU)")
    hand = by_hand(table, book, found)
    print(f"pandas and NumPy, scaled from {COMPARED} groups: {hand:,.0f} s CPU, {hand / cpu:,.0f} times as long")


if __name__ == "__main__":
    main()
