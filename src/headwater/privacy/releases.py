"""Releases: everything an outsider gets of one wave, and nothing else, as the auditor sees it."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FIELDS, InputError, Panel, Problem, ScoreBook, Shares

RELEASES = "audit.parquet"
PROMISES = "audit.json"
FORMAT = 1
KINDS = ("rest", "previous", "benchmark")

_COUNT_ROW = -1
"""Column number of a row that carries a unit's respondents."""
_SHARE_PANEL = -1
"""Panel number of a row that carries one bar of a distribution."""


@dataclass(frozen=True, slots=True)
class ReleaseColumn:
    """One released number a unit can have. kind: "item", "scale" or "response". scale: an item's home scale."""

    measure: str
    subject: str
    kind: str
    low: float
    high: float
    unit: str
    scale: str = ""

    @property
    def key(self) -> str:
        """measure:subject."""
        return f"{self.measure}:{self.subject}"


@dataclass(frozen=True)
class Rates:
    """Response rates as they were published, one element a unit and day.

    unit: int32[N], preorder numbers. day: int32[N]. invited: int64[N]. responded: int64[N], -1 where the rate was
    capped or kept back.
    """

    unit: NDArray[np.int32]
    day: NDArray[np.int32]
    invited: NDArray[np.int64]
    responded: NDArray[np.int64]


@dataclass(frozen=True)
class ReleaseTable:
    """All released numbers of one version of one wave.

    unit_ids: tuple of length U, in preorder. parent, size: int32[U], as in `headwater.vocab.UnitTree`. panels: as in
    the ScoreBook, the first of everybody. window: "" or two ends joined by "/", such as "2026-01-01/2026-03-31".
    version: 1 for the first release, higher for later ones over the same wave. rates: what was published while answers
    came in. response: float64[U], percent answered in the end, NaN where not shown.
    """

    study: str
    wave: str
    version: int
    window: str
    k: int
    promise: str
    previous_wave: str
    unit_ids: tuple[str, ...]
    unit_names: tuple[str, ...]
    parent: NDArray[np.int32]
    size: NDArray[np.int32]
    columns: tuple[ReleaseColumn, ...]
    panels: tuple[Panel, ...]
    shares: Shares | None = None
    rates: Rates | None = None
    response: NDArray[np.float64] | None = None

    @property
    def everybody(self) -> Panel:
        """The panel of all respondents."""
        return self.panels[0]

    @property
    def title(self) -> str:
        """Study and wave, with version and window where they matter."""
        more = f", version {self.version}" if self.version != 1 else ""
        return f"{self.study}/{self.wave}{more}{f', {self.window}' if self.window else ''}"


def release_table(book: ScoreBook, *, version: int = 1, window: str = "", rates: Rates | None = None) -> ReleaseTable:
    """Return what a ScoreBook releases. Arrays are shared with the book, not copied."""
    kinds = {"item": "item", "response": "response"}
    return ReleaseTable(
        study=book.study.key,
        wave=book.wave.key,
        version=version,
        window=window,
        k=book.study.k,
        promise=book.study.promise,
        previous_wave=book.previous_wave,
        unit_ids=book.tree.ids,
        unit_names=book.tree.names,
        parent=book.tree.parent,
        size=book.tree.size,
        columns=tuple(
            ReleaseColumn(
                column.measure,
                column.subject,
                kinds.get(column.role, "scale"),
                float(column.low),
                float(column.high),
                column.unit,
                column.scale,
            )
            for column in book.columns
        ),
        panels=book.panels,
        shares=book.shares,
        rates=rates,
        response=None if book.response is None else book.response.percent,
    )


def save_releases(tables: Sequence[ReleaseTable], path: Path) -> Path:
    """Write releases as one Parquet file, one row a released number, aside and renamed. Returns the path."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [part for number, table in enumerate(tables) for part in _long(number, table)]
    names = (
        "table",
        "panel",
        "unit",
        "column",
        "shown",
        "n",
        "bound",
        *FIELDS,
        *(f"{kind}_sureness" for kind in KINDS),
    )
    kinds = {"table": np.int32, "panel": np.int32, "unit": np.int32, "column": np.int32, "shown": np.bool_,
             "n": np.int64, "bound": np.int8, **{f"{kind}_sureness": np.int8 for kind in KINDS}}  # fmt: skip
    arrays = {
        name: pa.array(
            np.concatenate([part[name] for part in parts]) if parts else np.zeros(0, kinds.get(name, np.float64))
        )
        for name in names
    }
    heads = json.dumps({"format": FORMAT, "tables": [_head(table) for table in tables]}, ensure_ascii=False)
    written = pa.table(arrays).replace_schema_metadata({"headwater": heads})
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        pq.write_table(written, aside, compression="zstd")
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return path


def load_releases(path: Path) -> tuple[ReleaseTable, ...]:
    """Read releases. Raises InputError when the file is missing or damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        stored = pq.read_table(path)
        heads = json.loads((stored.schema.metadata or {})[b"headwater"])
        if heads["format"] != FORMAT:
            raise ValueError(f"format {heads['format']}")
        columns = {name: stored[name].to_numpy() for name in stored.column_names}
        return tuple(_from_long(head, columns, number) for number, head in enumerate(heads["tables"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError, pa.ArrowException) as error:
        raise InputError(
            Problem(
                f"this file holds no readable releases ({error}).",
                "Run `headwater analyse` again to make it.",
                file=path.name,
            )
        ) from error


def write_release_folder(books: Sequence[ScoreBook], released: Path) -> Path:
    """Write `audit.parquet` and `audit.json` into the folder `released`. Returns the path of the JSON.

    The JSON says k and the promise of every study, which releases there are, and the SHA-256 of every report that lies
    in the folder `reports` beside `released` at this time.
    """
    tables = [release_table(book) for book in books]
    save_releases(tables, released / RELEASES)
    reports = released.parent / "reports"
    content = {
        "format": FORMAT,
        "studies": {
            book.study.key: {"k": book.study.k, "comment_k": book.study.comment_k, "promise": book.study.promise}
            for book in books
        },
        "releases": [
            {"study": table.study, "wave": table.wave, "version": table.version, "window": table.window}
            for table in tables
        ],
        "reports": {
            path.relative_to(released.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(reports.rglob("*"))
            if path.is_file()
        },
    }
    target = released / PROMISES
    aside = released / f".{PROMISES}-aside"
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(aside, target)
    return target


def _head(table: ReleaseTable) -> dict[str, Any]:
    shares, rates = table.shares, table.rates
    response = (
        None if table.response is None else [None if np.isnan(rate) else rate for rate in table.response.tolist()]
    )
    return {
        "study": table.study,
        "wave": table.wave,
        "version": table.version,
        "window": table.window,
        "k": table.k,
        "promise": table.promise,
        "previous_wave": table.previous_wave,
        "unit_ids": table.unit_ids,
        "unit_names": table.unit_names,
        "parent": table.parent.tolist(),
        "columns": [asdict(column) for column in table.columns],
        "panels": [{"cut": panel.cut, "level": panel.level, "rows": panel.rows.tolist()} for panel in table.panels],
        "shares": None
        if shares is None
        else {"subjects": shares.subjects, "offsets": shares.offsets.tolist(), "minimum": shares.minimum},
        "response": response,
        "rates": None
        if rates is None
        else {
            name: getattr(rates, name).tolist() for name in ("unit", "day", "invited", "responded")
        },
    }  # fmt: skip


def _long(number: int, table: ReleaseTable) -> list[dict[str, NDArray[Any]]]:
    found = []
    for place, panel in enumerate(table.panels):
        held = panel.shown | (panel.n_answered != 0)
        for name in FIELDS:
            held |= ~np.isnan(panel.fields[name])
        rows, columns = np.nonzero(held)
        part: dict[str, NDArray[Any]] = {
            "unit": panel.rows[rows].astype(np.int32),
            "column": columns.astype(np.int32),
            "shown": panel.shown[rows, columns],
            "n": panel.n_answered[rows, columns].astype(np.int64),
            "bound": panel.bound[rows, columns],
            **{name: panel.fields[name][rows, columns] for name in FIELDS},
            **{f"{kind}_sureness": panel.sureness[kind][rows, columns] for kind in KINDS},
        }
        counted = np.flatnonzero(panel.n != 0)
        found += [_filled(number, place, part, len(rows))]
        found += [
            _filled(
                number,
                place,
                {
                    "unit": panel.rows[counted].astype(np.int32),
                    "column": np.full(len(counted), _COUNT_ROW, np.int32),
                    "n": panel.n[counted].astype(np.int64),
                },
                len(counted),
            )
        ]
    if table.shares is not None:
        units, bars = np.nonzero(~np.isnan(table.shares.percent))
        part = {
            "unit": units.astype(np.int32),
            "column": bars.astype(np.int32),
            "value": table.shares.percent[units, bars],
        }
        found += [_filled(number, _SHARE_PANEL, part, len(units))]
    return found


def _filled(table: int, panel: int, part: dict[str, NDArray[Any]], count: int) -> dict[str, NDArray[Any]]:
    empty: dict[str, NDArray[Any]] = {
        "table": np.full(count, table, np.int32),
        "panel": np.full(count, panel, np.int32),
        "shown": np.zeros(count, bool),
        "n": np.zeros(count, np.int64),
        "bound": np.zeros(count, np.int8),
        **{name: np.full(count, np.nan) for name in FIELDS},
        **{f"{kind}_sureness": np.zeros(count, np.int8) for kind in KINDS},
    }
    return empty | part


def _from_long(head: dict[str, Any], columns: dict[str, NDArray[Any]], number: int) -> ReleaseTable:
    mine = columns["table"] == number
    held = {name: values[mine] for name, values in columns.items()}
    width, parent = len(head["columns"]), np.array(head["parent"], np.int32)
    units = len(parent)
    panels = []
    for place, said in enumerate(head["panels"]):
        rows = np.array(said["rows"], np.int32)
        where = np.full(units, -1, np.int64)
        where[rows] = np.arange(len(rows))
        here = held["panel"] == place
        counted, cells = here & (held["column"] == _COUNT_ROW), here & (held["column"] >= 0)
        at = where[held["unit"][cells]], held["column"][cells]
        n = np.zeros(len(rows), np.int64)
        n[where[held["unit"][counted]]] = held["n"][counted]

        def grid(name: str, start: Any, at: Any = at, cells: Any = cells, rows: Any = rows) -> NDArray[Any]:
            whole = np.full((len(rows), width), start)
            whole[at] = held[name][cells]
            return whole

        panels.append(
            Panel(
                cut=said["cut"],
                level=said["level"],
                rows=rows,
                shown=grid("shown", False),
                n=n,
                n_answered=grid("n", np.int64(0)),
                fields={name: grid(name, np.nan) for name in FIELDS},
                bound=grid("bound", np.int8(0)),
                sureness={kind: grid(f"{kind}_sureness", np.int8(0)) for kind in KINDS},
            )
        )
    shares = None
    if head["shares"] is not None:
        offsets = np.array(head["shares"]["offsets"], np.int64)
        percent = np.full((units, int(offsets[-1])), np.nan)
        bars = held["panel"] == _SHARE_PANEL
        percent[held["unit"][bars], held["column"][bars]] = held["value"][bars]
        shares = Shares(tuple(head["shares"]["subjects"]), offsets, percent, head["shares"]["minimum"])
    rates = None
    if head["rates"] is not None:
        said = head["rates"]
        rates = Rates(
            np.array(said["unit"], np.int32),
            np.array(said["day"], np.int32),
            np.array(said["invited"], np.int64),
            np.array(said["responded"], np.int64),
        )
    return ReleaseTable(
        study=head["study"],
        wave=head["wave"],
        version=head["version"],
        window=head["window"],
        k=head["k"],
        promise=head["promise"],
        previous_wave=head["previous_wave"],
        unit_ids=tuple(head["unit_ids"]),
        unit_names=tuple(head["unit_names"]),
        parent=parent,
        size=_sizes(parent),
        columns=tuple(ReleaseColumn(**column) for column in head["columns"]),
        panels=tuple(panels),
        shares=shares,
        rates=rates,
        response=None
        if head["response"] is None
        else np.array([np.nan if rate is None else rate for rate in head["response"]], np.float64),
    )


def _sizes(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    size = np.ones(len(parent), np.int32)
    for unit in range(len(parent) - 1, 0, -1):
        size[parent[unit]] += size[unit]
    return size
