"""Tables as Parquet and as YAML, written aside and renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from headwater.formats.writing import replacing
from headwater.vocab import InputError, Problem

_CHUNK = 50_000


def write_parquet(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as Parquet. A column of numbers and None is one of numbers; any text makes it one of texts. Atomic.

    Raises InputError when a row has another length than the header, or when two columns have one name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if len(set(header)) != len(header):
        raise InputError(Problem("two columns have one name.", "Give each column its own name.", str(path), 1))
    columns: list[list[object]] = [[] for _ in header]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            message = f"the row has {len(row)} cells, the header {len(header)}."
            raise InputError(Problem(message, "", str(path), number))
        for cells, value in zip(columns, row, strict=True):
            cells.append(value)
    made = pa.table({name: _array(cells) for name, cells in zip(header, columns, strict=True)})
    with replacing(path) as stream:
        pq.write_table(made, stream, compression="zstd", row_group_size=_CHUNK)


def _array(cells: Sequence[object]) -> Any:
    import pyarrow as pa

    present = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in present):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    if present and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in present):
        return pa.array(cells, pa.int64())
    return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())  # type: ignore[arg-type]


def write_yaml(path: Path | str, content: Mapping[str, Any]) -> None:
    """Write a document of plain values as YAML in UTF-8, keys in their order. Atomic."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    with replacing(path) as stream:
        text = yaml.dump(dict(content), Dumper=dumper, allow_unicode=True, sort_keys=False, width=120)
        stream.write(text.encode())
