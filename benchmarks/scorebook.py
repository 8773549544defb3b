"""The whole ScoreBook of 100,000 people, 12,005 leaders and 60 items, beside DuckDB on the same warm data.

The comparator gives far less: n, mean, SD and percent favourable of every leader's whole subtree, by the fastest SQL we
know (items summed by unit first, then joined to all units above). The book adds intervals, steadied values, differences
from the rest of the parent with adjusted p, and the gate. Peak memory is that of the process after the book.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from headwater.engine import compute_moments
from headwater.intake import seal
from headwater.scoring import Comparisons, RatedItem, RatedScale, Specification, score_moments
from headwater.simulation import SimulationPlan, simulate
from headwater.vocab import AnswerTable, Lens, Moments, ScoreBook, Study, UnitTree, Wave

PEOPLE, ITEMS, A_SCALE = 100_000, 60, 5


Result = TypeVar("Result")


def answers(seed: int) -> tuple[UnitTree, AnswerTable]:
    """Draw answers of all 100,000 people but the top leader to 60 items of five codes; 1.5% are skipped."""
    staff = simulate(SimulationPlan(people=PEOPLE, customers=0, waves=1)).staff
    rng = np.random.default_rng(seed)
    unit = staff.team[staff.team >= 0].astype(np.int32)
    level = rng.standard_normal((len(staff.tree), 1))
    mood = rng.standard_normal((len(unit), 1))
    latent = 3.4 + 0.35 * level[unit] + 0.5 * mood + 0.8 * rng.standard_normal((len(unit), ITEMS))
    codes = np.clip(np.rint(latent), 1, 5).astype(np.int8)
    codes[rng.random(codes.shape) < 0.015] = -128
    return staff.tree, AnswerTable(
        staff.tree.ids, unit, {f"q{number:02d}": codes[:, number] for number in range(ITEMS)}
    )


def specification() -> Specification:
    """Return 60 items in 12 scales: 144 columns."""
    keys = [f"q{number:02d}" for number in range(ITEMS)]
    items = tuple(RatedItem(key, {"en": key}, Lens.EX, 1, 5, scale=f"s{n // A_SCALE}") for n, key in enumerate(keys))
    scales = tuple(
        RatedScale(f"s{n}", {"en": f"s{n}"}, Lens.EX, "driver", tuple(keys[n * A_SCALE : (n + 1) * A_SCALE]), 1.0, 5.0)
        for n in range(ITEMS // A_SCALE)
    )
    return Specification(items, scales)


def timed(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return the result, wall seconds and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def duckdb_subtrees(tree: UnitTree, table: AnswerTable) -> tuple[int, float, float]:
    """Return how many numbers DuckDB gives, wall and CPU seconds, answers and closure already in memory."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    above = [(row, up) for row in range(len(tree)) for up in (row, *tree.ancestors(row))]
    closure = pa.table({"unit": [pair[0] for pair in above], "leader": [pair[1] for pair in above]})
    place = np.array([tree.index_of[name] for name in table.unit_ids])[table.unit]
    columns = {key: pa.array(codes, mask=codes == -128) for key, codes in table.items.items()}
    rows = pa.table({"unit": place, **columns})
    for name, given in (("closure", closure), ("answers", rows)):
        connection.register("given", given)
        connection.execute(f"create table {name} as select * from given")
    sums = ", ".join(
        f"count({k}) n_{k}, sum({k}) s_{k}, sum({k}::int * {k}) q_{k}, count(*) filter ({k} >= 4) f_{k}"
        for k in columns
    )
    totals = ", ".join(f"sum({part}_{k}) {part}_{k}" for k in columns for part in "nsqf")
    shown = ", ".join(
        f"n_{k}, s_{k} / n_{k}, sqrt((q_{k} - s_{k} * s_{k} / n_{k}) / nullif(n_{k} - 1, 0)), 100 * f_{k} / n_{k}"
        for k in columns
    )
    query = f"""with own as (select unit, {sums} from answers group by unit),
        tree as (select leader, {totals} from own join closure using (unit) group by leader)
        select leader, {shown} from tree"""
    found, wall, cpu = timed(lambda: connection.sql(query).to_arrow_table())
    return found.num_rows * (found.num_columns - 1), wall, cpu


def main() -> None:
    """Score two waves, the second beside the first, and print what they took."""
    study = Study("bench", "Benchmark")
    spec = specification()
    sealed: list[Moments] = []
    tree, table = answers(1)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            tree, table = answers(1 + number)
            wave = Wave("bench", f"w{number}", f"w{number}", number)
            seal(Path(folder), study, wave, table, seed=number)
            moments, wall, cpu = timed(partial(compute_moments, Path(folder), "bench", wave.key, spec.plan()))
            sealed.append(moments)
            print(f"moments of wave {number + 1}: {wall:.2f} s ({cpu:.2f} s CPU)")
    previous: ScoreBook | None = None
    walls = cpus = 0.0
    for number, moments in enumerate(sealed):
        wave = Wave("bench", f"w{number}", f"w{number}", number)
        work = partial(
            score_moments,
            moments,
            study=study,
            wave=wave,
            tree=tree,
            specification=spec,
            comparisons=Comparisons(previous),
        )
        previous, walls, cpus = timed(work)
        print(f"whole ScoreBook of wave {number + 1}: {walls:.2f} s ({cpus:.2f} s CPU)")
    assert previous is not None
    cells = int(previous.everybody.shown.sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    numbers = sum(int(np.isfinite(field).sum()) for field in previous.everybody.fields.values())
    print(f"{len(tree):,} leaders, {len(previous.columns)} columns, {cells:,} cells shown, {numbers:,} numbers")
    print(f"peak memory {peak:.2f} GB")
    count, wall, cpu = duckdb_subtrees(tree, table)
    print(f"DuckDB, n, mean, SD and percent favourable only: {wall:.2f} s ({cpu:.2f} s CPU), {count:,} numbers")
    print(
        f"a million numbers: ScoreBook {1e6 * cpus / numbers:.2f} s CPU, DuckDB {1e6 * cpu / count:.2f} s CPU "
        f"(CPU ratio of the whole: {cpus / cpu:.1f})"
    )


if __name__ == "__main__":
    main()
