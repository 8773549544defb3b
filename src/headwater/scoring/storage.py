"""ScoreBooks on disk: one JSON for the nouns, one Parquet a panel, written aside and renamed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from headwater.org import number_units
from headwater.scoring.mapped_books import mapped_panel, mapped_shares
from headwater.vocab import (
    FIELDS,
    RESPONSE_FIELDS,
    Column,
    Cut,
    InputError,
    Lens,
    Panel,
    Problem,
    ResponseRates,
    ScoreBook,
    Shares,
    Study,
    Wave,
)
from headwater.vocab.scorebook import FloatArray

FORMAT = 1
MANIFEST = "book.json"
RESPONSE = "response.parquet"


def save_book(book: ScoreBook, folder: Path) -> Path:
    """Write a book to a folder that does not exist yet, or replace a book there. Returns the folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for number, panel in enumerate(book.panels):
            table = {name: pa.array(panel.fields[name].ravel()) for name in FIELDS}
            table |= {f"{kind}_sureness": pa.array(values.ravel()) for kind, values in panel.sureness.items()}
            table["shown"] = pa.array(panel.shown.ravel())
            table["n_answered"] = pa.array(panel.n_answered.ravel())
            table["bound"] = pa.array(panel.bound.ravel())
            pq.write_table(pa.table(table), aside / f"panel-{number}.parquet", compression="zstd")
            units = pa.table({"row": pa.array(panel.rows), "n": pa.array(panel.n)})
            pq.write_table(units, aside / f"units-{number}.parquet", compression="zstd")
        shares = pa.table({"percent": pa.array(book.shares.percent.ravel())})
        pq.write_table(shares, aside / "shares.parquet", compression="zstd")
        if book.response is not None:
            _save_response(book.response, aside)
        (aside / MANIFEST).write_text(json.dumps(_nouns(book), ensure_ascii=False, sort_keys=True), encoding="utf-8")
        if folder.exists():
            old = folder.with_name(f".{folder.name}-replaced")
            shutil.rmtree(old, ignore_errors=True)
            os.replace(folder, old)
            os.replace(aside, folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder


def load_book(folder: Path, *, mapped: Path | None = None) -> ScoreBook:
    """Read a book. mapped: where `map_book` wrote its numbers, which are then read as they are looked at.

    Raises InputError when the folder holds none or a damaged one.
    """
    import pyarrow as pa

    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] != FORMAT:
            raise ValueError(f"format {nouns['format']}")
        tree = number_units(
            nouns["units"]["ids"], nouns["units"]["parents"], nouns["units"]["names"], nouns["units"]["leaders"]
        )
        columns = tuple(Column(**{**column, "lens": Lens(column["lens"])}) for column in nouns["columns"])
        panels = [
            _load_panel(folder, number, head, len(columns))
            if mapped is None
            else mapped_panel(mapped, number, head["cut"], head["level"])
            for number, head in enumerate(nouns["panels"])
        ]
        offsets = np.array(nouns["shares"]["offsets"], np.int64)
        percent = _load_shares(folder, len(tree), int(offsets[-1])) if mapped is None else mapped_shares(mapped)
        study = nouns["study"]
        cuts = tuple(Cut(cut["key"], cut["label"], tuple(cut["levels"])) for cut in study.pop("cuts"))
        return ScoreBook(
            study=Study(**{**study, "instruments": tuple(study["instruments"]), "cuts": cuts}),
            wave=_wave(nouns["wave"]),
            tree=tree,
            columns=columns,
            panels=tuple(panels),
            shares=Shares(tuple(nouns["shares"]["subjects"]), offsets, percent, nouns["shares"]["minimum"]),
            inputs_hash=nouns["inputs_hash"],
            previous_wave=nouns["previous_wave"],
            benchmark=nouns["benchmark"],
            sources=tuple(nouns["sources"]),
            made_with=nouns["made_with"],
            response=_load_response(folder) if nouns["response"] else None,
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise InputError(
            Problem(
                f"this folder holds no readable ScoreBook ({error}).",
                "Run `headwater analyse` again to make it.",
                file=folder.name,
            )
        ) from error


def _load_panel(folder: Path, number: int, head: Mapping[str, str], columns: int) -> Panel:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / f"panel-{number}.parquet")
    units = pq.read_table(folder / f"units-{number}.parquet")
    shape = (units.num_rows, columns)

    def grid(name: str) -> Any:
        return table[name].to_numpy().reshape(shape)

    return Panel(
        cut=head["cut"],
        level=head["level"],
        rows=units["row"].to_numpy().astype(np.int32),
        shown=grid("shown").astype(bool),
        n=units["n"].to_numpy(),
        n_answered=grid("n_answered"),
        fields={name: grid(name) for name in FIELDS},
        bound=grid("bound"),
        sureness={kind: grid(f"{kind}_sureness") for kind in ("rest", "previous", "benchmark")},
    )


def _load_shares(folder: Path, units: int, answers: int) -> FloatArray:
    import pyarrow.parquet as pq

    found: FloatArray = pq.read_table(folder / "shares.parquet")["percent"].to_numpy().reshape(units, answers)
    return found


def _save_response(rates: ResponseRates, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = {"percent": pa.array(rates.percent), "asked": pa.array(rates.asked), "bound": pa.array(rates.bound)}
    table |= {name: pa.array(values) for name, values in rates.fields.items()}
    table |= {f"{kind}_sureness": pa.array(values) for kind, values in rates.sureness.items()}
    pq.write_table(pa.table(table), folder / RESPONSE, compression="zstd")


def _load_response(folder: Path) -> ResponseRates:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / RESPONSE)
    held = {name: table[name].to_numpy() for name in table.column_names}
    return ResponseRates(
        percent=held["percent"],
        asked=held["asked"],
        bound=held["bound"],
        fields={name: held[name] for name in RESPONSE_FIELDS},
        sureness={kind: held[f"{kind}_sureness"] for kind in ("rest", "previous", "benchmark")},
    )


def _nouns(book: ScoreBook) -> dict[str, Any]:
    tree = book.tree
    return {
        "format": FORMAT,
        "study": asdict(book.study),
        "wave": {
            **asdict(book.wave),
            "start_date": book.wave.start_date and book.wave.start_date.isoformat(),
            "end_date": book.wave.end_date and book.wave.end_date.isoformat(),
        },
        "units": {
            "ids": tree.ids,
            "names": tree.names,
            "leaders": tree.leaders,
            "parents": [tree.ids[above] if above >= 0 else "" for above in tree.parent.tolist()],
        },
        "columns": [{**asdict(column), "label": dict(column.label)} for column in book.columns],
        "panels": [{"cut": panel.cut, "level": panel.level} for panel in book.panels],
        "shares": {
            "subjects": book.shares.subjects,
            "offsets": book.shares.offsets.tolist(),
            "minimum": book.shares.minimum,
        },
        "inputs_hash": book.inputs_hash,
        "previous_wave": book.previous_wave,
        "benchmark": book.benchmark,
        "sources": book.sources,
        "made_with": dict(book.made_with),
        "response": book.response is not None,
    }


def _wave(nouns: dict[str, Any]) -> Wave:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Wave(
        nouns["study"],
        nouns["key"],
        nouns["title"],
        nouns["order"],
        day(nouns["start_date"]),
        day(nouns["end_date"]),
    )
