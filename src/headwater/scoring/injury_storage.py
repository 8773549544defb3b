"""Injury rates on disk: one JSON for the nouns, one Parquet a period, written aside and renamed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from headwater.org import number_units
from headwater.vocab import INJURY_FIELDS, INJURY_KINDS, InjuryBook, InjuryPeriod, InputError, Problem

FORMAT = 1
MANIFEST = "injuries.json"


def save_injuries(book: InjuryBook, folder: Path) -> Path:
    """Write injury rates to a folder, whole or not at all. Returns the folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for number, period in enumerate(book.periods):
            table = {"worked": pa.array(period.worked), "hours": pa.array(period.hours)}
            for place, kind in enumerate(INJURY_KINDS):
                table[f"{kind}:cases"] = pa.array(period.cases[:, place])
                table |= {f"{kind}:{name}": pa.array(period.fields[name][:, place]) for name in INJURY_FIELDS}
                table |= {f"{kind}:{name}_sureness": pa.array(grid[:, place]) for name, grid in period.sureness.items()}
            pq.write_table(pa.table(table), aside / f"period-{number}.parquet", compression="zstd")
        tree = book.tree
        nouns = {
            "format": FORMAT,
            "units": {
                "ids": tree.ids,
                "names": tree.names,
                "leaders": tree.leaders,
                "parents": [tree.ids[above] if above >= 0 else "" for above in tree.parent.tolist()],
            },
            "periods": [{"key": period.key, "months": period.months} for period in book.periods],
            "inputs_hash": book.inputs_hash,
            "benchmark": book.benchmark,
            "benchmark_rates": dict(book.benchmark_rates),
            "sources": book.sources,
            "made_with": dict(book.made_with),
        }
        (aside / MANIFEST).write_text(json.dumps(nouns, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder


def load_injuries(folder: Path) -> InjuryBook:
    """Read injury rates. Raises InputError when the folder holds none or damaged ones."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] != FORMAT:
            raise ValueError(f"format {nouns['format']}")
        units = nouns["units"]
        tree = number_units(units["ids"], units["parents"], units["names"], units["leaders"])
        periods = []
        for number, head in enumerate(nouns["periods"]):
            table = pq.read_table(folder / f"period-{number}.parquet")
            held = {name: table[name].to_numpy() for name in table.column_names}
            periods.append(
                InjuryPeriod(
                    key=head["key"],
                    months=head["months"],
                    worked=held["worked"].astype(bool),
                    cases=np.column_stack([held[f"{kind}:cases"] for kind in INJURY_KINDS]),
                    hours=held["hours"],
                    fields={
                        name: np.column_stack([held[f"{kind}:{name}"] for kind in INJURY_KINDS])
                        for name in INJURY_FIELDS
                    },
                    sureness={
                        name: np.column_stack([held[f"{kind}:{name}_sureness"] for kind in INJURY_KINDS])
                        for name in ("rest", "previous", "benchmark")
                    },
                )
            )
        return InjuryBook(
            tree=tree,
            periods=tuple(periods),
            inputs_hash=nouns["inputs_hash"],
            benchmark=nouns["benchmark"],
            benchmark_rates=nouns["benchmark_rates"],
            sources=tuple(nouns["sources"]),
            made_with=nouns["made_with"],
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        message = f"this folder holds no readable injury rates ({error})."
        raise InputError(Problem(message, "Run `headwater analyse` again to make them.", file=folder.name)) from error
