"""Reads delimited text and sheets into one kind of table, within limits, and says precisely what is wrong."""

from __future__ import annotations

from pathlib import Path

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.tables import Column, Table
from headwater.vocab import InputError, Problem

Source = Path | str | bytes
"""A path, or the bytes of a file."""

_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or an encrypted workbook", "Save it as .xlsx or CSV UTF-8."),
    (b"PAR1", "a Parquet file", "Give the CSV or XLSX file it was made from."),
    (b"\x1f\x8b", "a gzip file", "Unpack it first."),
    (b"%PDF", "a PDF file", "Give the table as CSV or XLSX."),
    (b"\x7fELF", "a program", "Give the table as CSV or XLSX."),
)


def read_table(
    source: Source,
    *,
    name: str = "",
    sheet: str = "",
    delimiter: str = "",
    encoding: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Read a CSV, TSV or XLSX file. Row 1 is the header.

    source: a path or the bytes of a file; `name` is what problems call it (the file's own name by default).
    sheet: the sheet's name in an XLSX file, the first visible one by default. delimiter and encoding are found out
    when empty.
    Formulas are read as the values that were saved with them. Returns texts; warnings are in `Table.problems`.
    Raises InputError: file missing, empty, too large, not a table, mixed encodings, NUL signs, more columns than
    allowed, columns with one name, rows longer than the header, an XLSX file that unpacks to too much.
    """
    data, file = _load(source, name, limits)
    if not data.strip():
        raise InputError(Problem("the file is empty.", "Give a file with a header row and at least one row.", file))
    for magic, what, remedy in _FOREIGN:
        if data.startswith(magic):
            raise InputError(Problem(f"this is {what}, not CSV or XLSX.", remedy, file))
    if data.startswith(b"PK\x03\x04"):
        from headwater.formats.sheets import read_sheet

        return read_sheet(data, file, sheet, limits)
    if sheet:
        raise InputError(Problem("a CSV file has no sheets.", f"Leave out the sheet {sheet!r}, or give XLSX.", file))
    from headwater.formats.delimited import read_delimited

    return read_delimited(data, file, delimiter, encoding, limits)


def _load(source: Source, name: str, limits: Limits) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        file = name or "input"
        _check_size(len(source), file, limits)
        return source, file
    path = Path(source)
    file = name or path.name
    try:
        if path.is_dir():
            raise InputError(Problem("this is a folder.", "Name a CSV or XLSX file.", file))
        _check_size(path.stat().st_size, file, limits)
        with path.open("rb") as handle:
            data = handle.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file.", "Check the path.", str(source))) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}.", "Check the path.", file)) from None
    _check_size(len(data), file, limits)
    return data, file


def _check_size(size: int, file: str, limits: Limits) -> None:
    if size > limits.file_bytes:
        message = f"the file has {size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB are read."
        raise InputError(Problem(message, "Split it by wave, or drop columns.", file))


__all__ = ["Column", "Limits", "Source", "Table", "read_table"]
