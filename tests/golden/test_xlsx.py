"""Workbooks: live formulas with their values, typed cells, nothing withheld, the same bytes for the same document."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from tests.golden.archives import assert_as_expected, parts
from tests.golden.books import CANARY_VALUE, LEADERS, make_book, make_river
from tests.golden.small import make_document

from headwater.reports import REPORTS
from headwater.reports.brand import Brand
from headwater.reports.document import DataTable
from headwater.reports.renderers.xlsx import workbook_bytes

KEPT = (
    "xl/workbook.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",
    "xl/worksheets/sheet5.xml",
    "xl/charts/chart1.xml",
    "docProps/core.xml",
)


@pytest.mark.parametrize("part", KEPT)
def test_parts_are_as_kept(part: str) -> None:
    assert_as_expected("xlsx/" + part.replace("/", "_"), parts(workbook_bytes(make_document()))[part])


def test_same_document_same_bytes() -> None:
    assert workbook_bytes(make_document()) == workbook_bytes(make_document())


def test_formulas_are_live_and_carry_their_values() -> None:
    data = workbook_bytes(make_document())
    live, cached = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    assert live["Scores"]["E4"].value == "=C4-D4"
    assert cached["Scores"]["E4"].value == pytest.approx(0.3)
    assert live["Scores"]["E5"].value is None, "nothing is compared: no formula over an empty cell"
    assert live["What is strong"]["E5"].value == "=B5-C5"
    assert cached["What is strong"]["E5"].value == pytest.approx(0.2)


def test_the_workbook_of_analysts_agrees_with_its_formulas() -> None:
    """Every formula of the differences, worked out by hand, equals the value beside it."""
    data = workbook_bytes(REPORTS["workbook"](make_book(), "ht", Brand()))
    live, cached = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    checked = 0
    for row in live["Differences"].iter_rows(min_row=4):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                one, other = re.fullmatch(r"=([A-Z]+\d+)-([A-Z]+\d+)", cell.value).groups()  # type: ignore[union-attr]
                sheet = cached["Differences"]
                assert sheet[cell.coordinate].value == pytest.approx(sheet[one].value - sheet[other].value, abs=1e-9)
                checked += 1
    assert checked > 80


def test_texts_that_look_like_formulas_stay_texts() -> None:
    data = workbook_bytes(make_document())
    cell = load_workbook(io.BytesIO(data))["Scores"]["A5"]
    assert cell.value == "=HYPERLINK(1)"
    assert cell.data_type == "s"
    assert b"<f>HYPERLINK" not in parts(data)["xl/worksheets/sheet5.xml"]


def test_data_sheets_filter_freeze_colour_and_print() -> None:
    sheet = load_workbook(io.BytesIO(workbook_bytes(make_document())))["Scores"]
    assert sheet.auto_filter.ref == "A3:F6"
    assert sheet.freeze_panes == "B4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert len(sheet.conditional_formatting) == 1
    rules = next(iter(sheet.conditional_formatting)).rules
    assert len(rules) == 18, "six sizes by three doubts"


def test_withheld_cells_are_hatched_words() -> None:
    sheet = load_workbook(io.BytesIO(workbook_bytes(make_document())))["Scores"]
    for column in "BCDEF":
        assert sheet[f"{column}6"].value == "not shown"
        assert sheet[f"{column}6"].fill.patternType == "lightUp"


@pytest.mark.parametrize("report", ["workbook", "leader", "actions"])
def test_a_withheld_number_is_in_no_part(report: str) -> None:
    for unit in ("ferries", "night-cleaning"):
        clean = workbook_bytes(REPORTS[report](make_book(), unit, Brand(), people=LEADERS))
        planted = workbook_bytes(REPORTS[report](make_book(canary=True), unit, Brand(), people=LEADERS))
        assert planted == clean
        assert all(str(CANARY_VALUE)[:5].encode() not in content for content in parts(planted).values())


def test_charts_have_custom_error_bars_and_a_description() -> None:
    found = parts(workbook_bytes(make_document()))
    assert b'<c:errValType val="cust"/>' in found["xl/charts/chart1.xml"]
    assert b"$E$5:$E$5" in found["xl/charts/chart1.xml"]
    assert b"descr=" in found["xl/drawings/drawing1.xml"]


def test_properties_name_nobody() -> None:
    data = workbook_bytes(REPORTS["leader"](make_book(), "north", Brand(name="Harbour Transit"), people=LEADERS))
    facts = load_workbook(io.BytesIO(data)).properties
    assert facts.creator == "Harbour Transit"
    assert facts.created.date().isoformat() == "2026-11-20"


def test_sheet_names_are_ones_that_excel_takes() -> None:
    document = make_document()
    table = document.sections[3].blocks[0]
    assert isinstance(table, DataTable)
    names = ("a/b:c*d?[e]", "A b c d  e", "History", "x" * 60, "'quoted'", "")
    sections = tuple(replace(document.sections[3], blocks=(replace(table, name=name),)) for name in names)
    book = load_workbook(io.BytesIO(workbook_bytes(replace(document, sections=sections))))
    assert len(book.sheetnames) == len({name.lower() for name in book.sheetnames}) == len(names) + 2
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in book.sheetnames)
    assert "History" not in book.sheetnames


def test_the_river_is_a_table_of_links() -> None:
    from headwater.reports.builders.pages import river_page

    document = replace(make_document(), sections=(river_page(make_river()),))
    sheet = load_workbook(io.BytesIO(workbook_bytes(document)))["The whole chain"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=14)]
    assert rows[0][0] == "Treats people fairly to Trust and respect"
    assert rows[0][1] == pytest.approx(0.31)
    assert len(rows) == 10
