"""Words on a sheet stand whole: columns as wide as what is in them, rows as tall as their words."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from headwater.reports.brand import Brand
from headwater.reports.document import Document, Paragraph, Section, Table
from headwater.reports.renderers.xlsx import workbook_bytes

LONG = "Rosters are made centrally, so that leaders have time for people and people know a week before when they work."
RANGE = "+0.67 (+0.27 to +1.01)"


def sheet_of(*blocks: Table | Paragraph) -> Any:
    """The one sheet of words of a document."""
    document = Document(
        kind="review", key="k", title="T", subtitle="", organisation="O", period="P", audience="A", minutes=1,
        language="en", brand=Brand(), sections=(Section("H", blocks, "Words"),), made_on=date(2026, 1, 2),
    )  # fmt: skip
    return load_workbook(io.BytesIO(workbook_bytes(document)))["Words"]


def test_a_table_of_words_is_wrapped_and_as_wide_and_tall_as_its_words() -> None:
    sheet = sheet_of(Table("", ("What", "Hoped for", "Verdict"), ((LONG, RANGE, "Did harm"),), (1,)))
    assert sheet["A3"].value == "What"
    assert sheet["A4"].value == LONG
    assert sheet["A4"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width * (sheet.row_dimensions[4].height // 16) >= len(LONG)
    assert sheet.column_dimensions["B"].width >= len(RANGE)
    assert sheet.column_dimensions["C"].width < sheet.column_dimensions["B"].width
    assert sheet["B4"].alignment.horizontal == "right"
    assert sheet["B4"].quotePrefix, "what begins like a formula is marked as text, and looks like its neighbours"
    assert sheet["B4"].alignment.wrap_text


def test_a_running_line_covers_columns_and_goes_on_below() -> None:
    sheet = sheet_of(Paragraph(" ".join([LONG] * 3), heading="Why"))
    assert sheet["A3"].value == "Why"
    ranges = [str(one) for one in sheet.merged_cells.ranges]
    assert len(ranges) == 1
    assert ranges[0].startswith("B3:")
    assert sheet.row_dimensions[3].height >= 3 * 15
