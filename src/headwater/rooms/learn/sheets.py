"""A view as a file to take along: CSV and XLSX of the same cells, or slides."""

from __future__ import annotations

import io
import math
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse

from headwater.formats.writing import safe_cell, write_csv
from headwater.reports import RENDERERS
from headwater.reports.document import Document
from headwater.rooms.learn.reports import FORMS

Cell = str | float | int | None

DECK = "pptx"
"""The form of a view as slides."""

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms of a sheet, with their media types."""


LOOKED_AT = 200
"""Rows that say how wide the columns of a sheet are."""


@dataclass(frozen=True)
class Sheet:
    """A view as rows. name: of the file, without ending. notes: lines on how it was made, on a sheet of their own."""

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def sheet_response(sheet: Sheet, form: str) -> HttpResponse:
    """Return a sheet as a file to save. form: "csv" or "xlsx". Raises KeyError for another."""
    content = {"csv": csv_bytes, "xlsx": xlsx_bytes}[form](sheet)
    return _saved(content, MEDIA[form], sheet.name, form)


def deck_response(document: Document, name: str) -> HttpResponse:
    """Answer with a document as slides to save. name: of the file, without ending."""
    stream = io.BytesIO()
    RENDERERS[DECK](document, stream)
    return _saved(stream.getvalue(), FORMS[DECK], name, DECK)


def _saved(content: bytes, media: str, name: str, form: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:80] or "view"
    answer["Content-Disposition"] = f'attachment; filename="{plain}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _width(name: str, column: int, rows: Sequence[Sequence[Cell]]) -> float:
    """Return how many characters a column holds: its words whole as far as they are short, its head in two lines."""
    longest = max((len(cell) for row in rows if isinstance(cell := row[column], str)), default=0)
    return min(max(longest + 2, len(name) * 0.6 + 3, 36 if column == 0 else 11), 44)


def csv_bytes(sheet: Sheet) -> bytes:
    """Return the rows as CSV that no spreadsheet program runs as formulas."""
    with tempfile.TemporaryDirectory(prefix="headwater-sheet-") as place:
        path = Path(place) / "sheet.csv"
        write_csv(path, sheet.header, sheet.rows)
        return path.read_bytes()


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Return the rows as a workbook: the table with a frozen, filtered head, and a sheet on how it was made.

    Rows are packed one by one as they come: a table of a million cells takes seconds either way, and else the memory
    of a book besides.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    table = book.add_worksheet("Table")
    table.set_paper(9)
    table.set_landscape()
    table.fit_to_pages(1, 0)
    for column, name in enumerate(sheet.header):
        table.set_column(column, column, _width(name, column, sheet.rows[:LOOKED_AT]))
    table.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
    for column, name in enumerate(sheet.header):
        table.write_string(2, column, name, bold)
    for place, row in enumerate(sheet.rows, 3):
        for column, value in enumerate(row):
            if isinstance(value, str):
                table.write_string(place, column, str(safe_cell(value)))
            elif value is not None and math.isfinite(value):
                table.write_number(place, column, value)
    table.freeze_panes(3, 1)
    if sheet.header:
        table.autofilter(2, 0, max(len(sheet.rows) + 2, 3), len(sheet.header) - 1)
    made = book.add_worksheet("How it was made")
    made.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    for place, line in enumerate([sheet.title, *sheet.notes]):
        made.write_string(place, 0, line)
    book.close()
    return stream.getvalue()
