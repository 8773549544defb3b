"""The same statistics by hand, in pandas and in DuckDB, each in a process of its own that tells its memory.

What an analyst would write: n, mean, SD and percent favourable of every question, for every unit with all below it, and
for every level of every cut in units of 50 people and more. No intervals, no steadied values, no comparisons, no
drivers, no gate and no attack.

    python -m benchmarks._by_hand pandas FOLDER     one way over the files of a folder, told as one line of JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import AnswerTable, UnitTree

ANSWERS, ABOVE, HEAD = "answers.parquet", "above.parquet", "head.json"
SMALLEST_FOR_CUTS = 50
FAVOURABLE = 4
MISSING = -128


def write_files(folder: Path, tree: UnitTree, table: AnswerTable) -> None:
    """Write what both ways read: one row a response, and for every unit the units it counts in."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = np.array([tree.index_of[name] for name in table.unit_ids], np.int32)[table.unit]
    columns: dict[str, Any] = {"unit": pa.array(place)}
    columns |= {key: pa.array(codes, mask=codes == MISSING) for key, codes in table.items.items()}
    columns |= {key: pa.array(codes.astype(np.int8)) for key, (codes, _levels) in table.cuts.items()}
    pq.write_table(pa.table(columns), folder / ANSWERS)
    above = [(row, up) for row in range(len(tree)) for up in (row, *tree.ancestors(row))]
    units, leaders = (pa.array(np.array(part, np.int32)) for part in zip(*above, strict=True))
    pq.write_table(pa.table({"unit": units, "leader": leaders}), folder / ABOVE)
    head = {"items": list(table.items), "cuts": list(table.cuts)}
    (folder / HEAD).write_text(json.dumps(head), encoding="utf-8")


def beside(folder: Path) -> list[dict[str, Any]]:
    """Run both ways over the files of a folder, print what each took, and hold their numbers against each other.

    Returns what each told. Raises SystemExit when they do not give the same numbers.
    """
    told = []
    for way in WAYS:
        command = [sys.executable, "-m", "benchmarks._by_hand", way, str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told.append({"way": way, **json.loads(done.stdout)})
        print("beside it, by hand in " + line_of(told[-1]), flush=True)
    first, second = (np.array([one["numbers"], one["people"], one["means"]]) for one in told)
    if not np.allclose(first, second, rtol=1e-9):
        raise SystemExit(f"the two ways give other numbers: {told}")
    return told


def line_of(told: dict[str, Any]) -> str:
    """Say in one line what a way took."""
    return (
        f"{told['way']}: {told['wall']:.1f} s ({told['cpu']:.1f} s CPU), peak {told['peak'] / 1e9:.2f} GB, "
        f"{told['numbers']:,} numbers: n, mean, SD and percent favourable, without intervals, gate or attack"
    )


Sums = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
"""n, sums, sums of squares, favourable answers: [groups, items]."""


def pandas_way(folder: Path) -> list[Sums]:
    """Sum by unit, then from the bottom by joining every unit to those above; once for all and once for each cut."""
    import pandas as pd

    head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    rows, above = pd.read_parquet(folder / ANSWERS), pd.read_parquet(folder / ABOVE)
    given = rows[head["items"]]
    kinds = {"n": given.notna(), "s": given, "q": given * given, "f": given >= FAVOURABLE}
    parts = [values.astype("float64").fillna(0).add_prefix(kind) for kind, values in kinds.items()]
    wide = pd.concat([rows[["unit", *head["cuts"]]], *parts], axis=1)
    sums = [name for part in parts for name in part.columns]
    size = wide.groupby("unit").size().rename("people").reset_index().merge(above, on="unit")
    large = size.groupby("leader")["people"].sum()
    large = large.index[large >= SMALLEST_FOR_CUTS]
    above_large = above[above["leader"].isin(large)]
    found = []
    for cut, up in [("", above), *((cut, above_large) for cut in head["cuts"])]:
        by = ["unit", cut] if cut else ["unit"]
        own = wide.groupby(by)[sums].sum().reset_index()
        total = own.merge(up, on="unit").groupby(["leader", *by[1:]])[sums].sum()
        values = total.to_numpy().reshape(len(total), 4, -1)
        found.append((values[:, 0], values[:, 1], values[:, 2], values[:, 3]))
    return found


def duckdb_way(folder: Path) -> list[Sums]:
    """The same in SQL: items summed by unit and level, then joined to all units above."""
    import duckdb

    head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    connection = duckdb.connect()
    for name, file in (("answers", ANSWERS), ("above", ABOVE)):
        connection.execute(f"create table {name} as select * from read_parquet('{folder / file}')")
    connection.execute(f"""create table large as select leader from answers join above using (unit)
        group by leader having count(*) >= {SMALLEST_FOR_CUTS}""")
    connection.execute("create table above_large as select * from above where leader in (select leader from large)")
    kinds = {
        "n": "count({k})",
        "s": "coalesce(sum({k}), 0)",
        "q": "coalesce(sum({k}::int * {k}), 0)",
        "f": "count(*) filter ({k} >= 4)",
    }
    once = ", ".join(f"{made.format(k=key)} {kind}_{key}" for kind, made in kinds.items() for key in head["items"])
    again = ", ".join(f"sum({kind}_{key}) {kind}_{key}" for kind in kinds for key in head["items"])
    found = []
    for cut, up in [("", "above"), *((cut, "above_large") for cut in head["cuts"])]:
        level = f", {cut}" if cut else ""
        query = f"""with own as (select unit{level}, {once} from answers group by unit{level})
            select leader{level}, {again} from own join {up} using (unit) group by leader{level}"""
        columns = connection.sql(query).fetchnumpy()
        values = [
            np.column_stack([np.asarray(columns[f"{kind}_{key}"], np.float64) for key in head["items"]])
            for kind in kinds
        ]
        found.append((values[0], values[1], values[2], values[3]))
    return found


WAYS: dict[str, Callable[[Path], list[Sums]]] = {"pandas": pandas_way, "duckdb": duckdb_way}


def own_peak() -> float:
    """The most memory this process had, in bytes. `getrusage` would count what the process had that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(float(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def main() -> None:
    """Go one way and tell what it took."""
    way, folder = sys.argv[1:]
    wall, cpu = time.perf_counter(), time.process_time()
    numbers = 0
    people = means = 0.0
    for n, s, q, f in WAYS[way](Path(folder)):
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, favourable = s / n, 100 * f / n
            spread = np.sqrt((q - s * mean) / (n - 1))
        numbers += sum(int(np.isfinite(one).sum()) for one in (n, mean, spread, favourable))
        people, means = people + float(n.sum()), means + float(np.nansum(mean))
    told = {"numbers": numbers, "people": people, "means": means, "wall": time.perf_counter() - wall}
    told |= {"cpu": time.process_time() - cpu, "peak": own_peak()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
