"""Writes tables so that no cell becomes a formula and no file is left half-written."""

from __future__ import annotations

import contextlib
import csv
import math
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def safe_cell(value: object) -> object:
    """Return a value that no spreadsheet program runs as a formula.

    A text that starts with = + - @, a tab or a line end gets a single quote in front (OWASP, CSV injection). Numbers,
    and texts that are nothing but a number, stay as they are. None becomes an empty text.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    if value.startswith(_RISKY) and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[IO[bytes]]:
    """Open a file beside the target for writing; it takes the target's name only when all went well."""
    target = Path(path)
    handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(aside).chmod(0o666 & ~mask)
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def write_csv(
    path: Path | str, header: Sequence[object], rows: Iterable[Sequence[object]], *, delimiter: str = ","
) -> None:
    """Write a formula-safe CSV file in UTF-8 with a byte order mark, which spreadsheet programs need. Atomic."""
    import io

    with replacing(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([safe_cell(cell) for cell in header])
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)
        text.flush()
        text.detach()


def write_xlsx(
    path: Path | str, header: Sequence[object], rows: Iterable[Sequence[object]], *, sheet: str = "Sheet1"
) -> None:
    """Write a plain XLSX sheet: texts as texts, never formulas or links. Header row frozen. Atomic."""
    import xlsxwriter

    with replacing(path) as stream:
        book = xlsxwriter.Workbook(
            stream, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True})
        for column, cell in enumerate(header):
            page.write_string(0, column, str(cell), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, bool) or not isinstance(cell, int | float):
                    page.write_string(number, column, "" if cell is None else str(cell))
                elif math.isfinite(cell):
                    page.write_number(number, column, cell)
        page.freeze_panes(1, 0)
        book.close()
