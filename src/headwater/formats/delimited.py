"""Delimited text: finds the delimiter, reads fast, and diagnoses row by row when a file is not regular."""

from __future__ import annotations

import csv
import io
from array import array
from collections import Counter
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from headwater.formats.encodings import to_utf8
from headwater.formats.limits import Limits
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.tables import Table, make_table
from headwater.vocab import InputError, Problem

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 100
_SAMPLE_CHARACTERS = 1_000_000

Coded = tuple[NDArray[np.int32], list[str]]


def read_delimited(data: bytes, file: str, delimiter: str, encoding: str, limits: Limits) -> Table:
    """Read the bytes of a delimited text file. See `reading.read_table`."""
    data, problems = to_utf8(data, file, encoding)
    if not data.strip():
        raise InputError(Problem("the file is empty.", "Give a file with a header row and at least one row.", file))
    _check_shape(data, file, delimiter, limits)
    if data[:4].lower() == b"sep=":
        first, _, data = data.partition(b"\n")
        delimiter = delimiter or first[4:5].decode("ascii", "replace")
        if len(delimiter) != 1:
            raise InputError(Problem("row 1 says `sep=` without a sign.", "Remove row 1.", file, 1))
        offset = 1
    else:
        offset = 0
    delimiter = delimiter or sniff_delimiter(data[:_SAMPLE_CHARACTERS].decode("utf-8", "ignore"))
    header = _header(data, file, delimiter, limits)
    table = _read_fast(data, header, delimiter)
    if table is None:
        columns, rows, more = _read_slowly(data, file, header, delimiter, limits)
    else:
        columns, more = table, ()
        rows = np.arange(2, 2 + (len(columns[0][0]) if columns else 0), dtype=np.int64)
        _check_cells(columns, rows, file, header, limits)
    return make_table(file, header, columns, rows + offset, problems=(*problems, *more), delimiter=delimiter)


def _check_shape(data: bytes, file: str, delimiter: str, limits: Limits) -> None:
    """Refuse a file by its first line and its count of lines, before anything is parsed."""
    end = data.find(b"\n")
    first = data if end < 0 else data[:end]
    width = 1 + max(first.count(sign.encode()) for sign in ((delimiter,) if delimiter else DELIMITERS))
    if width > limits.columns:
        message = f"the header has about {width:,} columns; at most {limits.columns:,} are read."
        raise InputError(Problem(message, "Is the table lying on its side? Drop or turn columns.", file, 1))
    lines = data.count(b"\n")
    if lines > limits.rows:
        message = f"the file has about {lines:,} rows; at most {limits.rows:,} are read at once."
        raise InputError(Problem(message, "Split it by wave.", file))
    if lines * width > limits.cells:
        message = f"the file has about {lines * width:,} cells; at most {limits.cells:,} are read at once."
        raise InputError(Problem(message, "Split it by wave, or drop columns.", file))


def sniff_delimiter(sample: str) -> str:
    """Return the delimiter under which the first rows are widest and most often of one width, else a comma."""
    best, best_rank = ",", (0.0, 0)
    for sign in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
            rows = [row for row in islice(reader, _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if len(rows) > 2 and len(sample) >= _SAMPLE_CHARACTERS // 2:
            rows.pop()
        if not rows or len(rows[0]) < 2:
            continue
        widths = Counter(map(len, rows))
        rank = (widths[len(rows[0])] / len(rows), len(rows[0]))
        if rank > best_rank:
            best, best_rank = sign, rank
    return best


def _header(data: bytes, file: str, delimiter: str, limits: Limits) -> list[str]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    try:
        header = next(csv.reader(text, delimiter=delimiter))
    except (csv.Error, StopIteration) as error:
        message = f"the header cannot be read: {error}."
        raise InputError(Problem(message, "Row 1 must name the columns.", file, 1)) from None
    if len(header) > limits.columns:
        message = f"the header has {len(header):,} columns; at most {limits.columns:,} are read."
        raise InputError(Problem(message, "Is the table lying on its side? Drop or turn columns.", file, 1))
    if not any(name.strip() for name in header):
        raise InputError(Problem("row 1 is blank.", "Row 1 must name the columns.", file, 1))
    return header


def _read_fast(data: bytes, header: list[str], delimiter: str) -> list[Coded] | None:
    """Read with Arrow; None when the file is not regular and needs the row-by-row reader."""
    body = data.rstrip(b"\r\n")
    if b"\n\n" in body or b"\n\r\n" in body or data[:1] in (b"\n", b"\r") or body.count(b'"') % 2:
        return None
    import pyarrow as pa
    from pyarrow import csv as arrow

    quoted = b'"' in body
    names = [str(place) for place in range(len(header))]
    try:
        table = arrow.read_csv(
            pa.BufferReader(body),
            read_options=arrow.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=8 << 20),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=quoted),
            convert_options=arrow.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns: list[Coded] = []
    for name in names:
        coded = table[name].combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.string())
        coded = coded.dictionary_encode()
        values: list[str] = coded.dictionary.to_pylist()
        if quoted and any("\n" in value for value in values):
            return None  # Arrow lets a quote that is not closed swallow rows; the strict reader names it.
        columns.append((coded.indices.to_numpy(zero_copy_only=False).astype(np.int32), values))
    return columns


def _read_slowly(
    data: bytes, file: str, header: list[str], delimiter: str, limits: Limits
) -> tuple[list[Coded], NDArray[np.int64], tuple[Problem, ...]]:
    """Read row by row, and name each row that does not fit the header."""
    log = ProblemLog(file)
    width = len(header)
    codes = [array("i") for _ in header]
    known: list[dict[str, int]] = [{} for _ in header]
    numbers = array("q")
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1 or not cells:
                continue
            if len(cells) > width:
                if any(cell.strip() for cell in cells[width:]):
                    message = f"the row has {len(cells)} cells, the header {width}."
                    remedy = f"Put text that holds {shown(delimiter)} between double quotes."
                    log.add("long", message, remedy, row=number)
                cells = cells[:width]
            elif len(cells) < width:
                message = f"the row has {len(cells)} cells, the header {width}; the rest is read as empty."
                log.add("short", message, "Check that no cell was lost.", row=number, severity="warning")
                cells += [""] * (width - len(cells))
            for place, cell in enumerate(cells):
                if len(cell) > limits.field_characters:
                    _too_long(log, number, header[place], len(cell), limits)
                codes[place].append(known[place].setdefault(cell, len(known[place])))
            numbers.append(number)
    except csv.Error as error:
        message = f"the row cannot be read: {error}."
        log.add("broken", message, "Look for a double quote that is not closed.", row=number + 1)
    if log.has_errors:
        raise InputError(log.problems)
    columns = [(np.array(code, np.int32), list(values)) for code, values in zip(codes, known, strict=True)]
    return columns, np.array(numbers, np.int64), log.problems


def _too_long(log: ProblemLog, row: int, column: str, length: int, limits: Limits) -> None:
    message = f"a cell has {length:,} signs; at most {limits.field_characters:,} are read."
    log.add("cell", message, "Look for a double quote that is not closed.", row=row, column=column)


def _check_cells(columns: list[Coded], rows: NDArray[np.int64], file: str, header: list[str], limits: Limits) -> None:
    log = ProblemLog(file)
    for name, (codes, values) in zip(header, columns, strict=True):
        for position, value in enumerate(values):
            if len(value) > limits.field_characters:
                row = int(rows[int(np.argmax(codes == position))])
                _too_long(log, row, name, len(value), limits)
    if log.has_errors:
        raise InputError(log.problems)
