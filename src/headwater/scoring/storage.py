"""ScoreBooks on disk: one JSON for the nouns, one Parquet for everybody and one for all levels of cuts together.

Levels are many and small: a file each took longer to open than to read. They lie behind each other, and the JSON says
how many units each has. Everything is written aside and renamed. Format 1 had a file a level; it is read as ever.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.org import number_units
from headwater.scoring.mapped_books import (
    KINDS,
    blocks,
    is_mapped,
    mapped_folder,
    mapped_panels,
    mapped_shares,
    mark_of,
)
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

FORMAT = 2
READ = (1, 2)
BLOCKS = (("panel-0.parquet", "units-0.parquet"), ("levels.parquet", "levels-units.parquet"))
"""The files of everybody, and of all levels of cuts: their numbers, and their units."""
MANIFEST = "book.json"
RESPONSE = "response.parquet"


def save_book(book: ScoreBook, folder: Path) -> Path:
    """Write a book to a folder that does not exist yet, or replace a book there. Returns the folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for (name_of, units_of), panels in zip(BLOCKS, blocks(book.panels), strict=False):
            fields: dict[str, list[NDArray[Any]]]
            fields = {name: [panel.fields[name] for panel in panels] for name in FIELDS}
            fields |= {f"{kind}_sureness": [panel.sureness[kind] for panel in panels] for kind in KINDS}
            for name in ("shown", "n_answered", "bound"):
                fields[name] = [getattr(panel, name) for panel in panels]
            table = {name: pa.chunked_array([grid.ravel() for grid in grids]) for name, grids in fields.items()}
            # Numbers hardly repeat: a dictionary of them takes longer to make than to write them.
            repeated = [name for name in table if name not in FIELDS]
            pq.write_table(pa.table(table), aside / name_of, compression="zstd", use_dictionary=repeated)
            rows, people = ([getattr(panel, name) for panel in panels] for name in ("rows", "n"))
            units = pa.table({"row": pa.chunked_array(rows), "n": pa.chunked_array(people)})
            pq.write_table(units, aside / units_of, compression="zstd")
        shares = pa.table({"percent": pa.array(book.shares.percent.ravel())})
        pq.write_table(shares, aside / "shares.parquet", compression="zstd")
        if book.response is not None:
            _save_response(book.response, aside)
        (aside / MANIFEST).write_text(json.dumps(_nouns(book), ensure_ascii=False, sort_keys=True), encoding="utf-8")
        put_in_place(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder


def put_in_place(made: Path, folder: Path) -> None:
    """Let a folder that was made aside take the place of another one, or be the first there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        old = folder.with_name(f".{folder.name}-replaced")
        shutil.rmtree(old, ignore_errors=True)
        os.replace(folder, old)
        os.replace(made, folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(made, folder)


def load_book(folder: Path, *, mapped: Path | None = None) -> ScoreBook:
    """Read a book. mapped: where `map_book` wrote its numbers, which are then read as they are looked at.

    Raises InputError when the folder holds none or a damaged one.
    """
    import pyarrow as pa

    try:
        nouns = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if nouns["format"] not in READ:
            raise ValueError(f"format {nouns['format']}")
        tree = number_units(
            nouns["units"]["ids"], nouns["units"]["parents"], nouns["units"]["names"], nouns["units"]["leaders"]
        )
        columns = tuple(Column(**{**column, "lens": Lens(column["lens"])}) for column in nouns["columns"])
        heads = nouns["panels"]
        packed = nouns["format"] > 1
        if mapped is None:
            panels = _load_panels(folder, heads, len(columns), packed=packed)
        else:
            panels = mapped_panels(mapped, [(head["cut"], head["level"]) for head in heads])
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


def load_book_lightly(folder: Path, inputs_hash: str) -> ScoreBook:
    """Read a book whose numbers stay in their files where they are mapped already; else all of it, as `load_book`."""
    mapped = mapped_folder(folder)
    try:
        if is_mapped(mapped, mark_of(folder / MANIFEST, inputs_hash)):
            return load_book(folder, mapped=mapped)
    except (OSError, InputError):
        pass  # The files may have been removed meanwhile; the book itself says what is wrong with it.
    return load_book(folder)


def _load_panels(folder: Path, heads: Sequence[Mapping[str, Any]], columns: int, *, packed: bool) -> list[Panel]:
    if not packed:
        files = [(f"panel-{number}.parquet", f"units-{number}.parquet") for number in range(len(heads))]
        return [
            panel
            for pair, head in zip(files, heads, strict=True)
            for panel in _load_block(folder, pair, [head], columns)
        ]
    found = []
    for pair, block in zip(BLOCKS, blocks(heads), strict=False):
        found += _load_block(folder, pair, block, columns)
    return found


def _load_block(folder: Path, files: tuple[str, str], heads: Sequence[Mapping[str, Any]], columns: int) -> list[Panel]:
    """Read panels that lie behind each other. A head without a number of units is alone in its file."""
    import pyarrow.parquet as pq

    table, units = (pq.read_table(folder / name) for name in files)
    sizes = [int(head.get("units", units.num_rows)) for head in heads]
    if sum(sizes) != units.num_rows:
        raise ValueError(f"{units.num_rows} units where {sum(sizes)} are expected")
    grids = {name: table[name].to_numpy().reshape(units.num_rows, columns) for name in table.column_names}
    rows, people = units["row"].to_numpy().astype(np.int32), units["n"].to_numpy()
    found, first = [], 0
    for head, size in zip(heads, sizes, strict=True):
        at = slice(first, first + size)
        found.append(
            Panel(
                cut=head["cut"],
                level=head["level"],
                rows=rows[at],
                shown=grids["shown"][at].astype(bool),
                n=people[at],
                n_answered=grids["n_answered"][at],
                fields={name: grids[name][at] for name in FIELDS},
                bound=grids["bound"][at],
                sureness={kind: grids[f"{kind}_sureness"][at] for kind in KINDS},
            )
        )
        first += size
    return found


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
        sureness={kind: held[f"{kind}_sureness"] for kind in KINDS},
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
        "panels": [{"cut": panel.cut, "level": panel.level, "units": len(panel.rows)} for panel in book.panels],
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
