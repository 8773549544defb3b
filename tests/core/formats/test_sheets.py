"""Reading XLSX: values, formulas, and files made to harm."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from headwater.formats import Limits, read_table
from headwater.vocab import InputError


def workbook(*rows: list[Any], title: str = "Answers", hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if hidden:
        book.active.sheet_state = "hidden"
        page = book.create_sheet(title)
    else:
        page = book.active
        page.title = title
    for row in rows:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Replace bytes in one part of a workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return stream.getvalue()


def test_values_become_texts() -> None:
    row = [
        "N1",
        5,
        2.5,
        3.0,
        True,
        dt.datetime(2024, 3, 1),  # noqa: DTZ001
        dt.date(2024, 3, 2),
        None,
    ]
    table = read_table(workbook(list("abcdefgh"), row, ["x"]))
    assert [table[name].text(0) for name in "abcdefg"] == ["N1", "5", "2.5", "3", "TRUE", "2024-03-01", "2024-03-02"]
    assert table["a"].text(1) == "x"
    assert table["h"].text(0) == ""


def test_blank_rows_keep_row_numbers() -> None:
    table = read_table(workbook(["a"], ["1"], [None], ["2"]))
    assert table.rows.tolist() == [2, 4]


def test_a_sheet_is_chosen_by_name_else_the_first_visible() -> None:
    data = workbook(["a"], [1], title="Second", hidden=True)
    assert read_table(data).header == ("a",)
    assert read_table(data, sheet="Second").header == ("a",)
    with pytest.raises(InputError, match=r"no sheet 'Third'.*'Second'"):
        read_table(data, sheet="Third")


def test_formulas_are_read_as_their_saved_values() -> None:
    data = workbook(["a", "b"], [1, "=1+1"])
    saved = changed(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>2</v>")
    table = read_table(saved)
    assert table["b"].text(0) == "2"
    assert table.problems == ()


def test_formulas_without_a_saved_value_are_named() -> None:
    table = read_table(workbook(["a", "b"], [1, "=1+1"]))
    assert table["b"].text(0) == ""
    assert (table.problems[0].row, table.problems[0].column) == (2, "b")
    assert "no saved value" in table.problems[0].message


def test_formula_errors_are_named() -> None:
    table = read_table(workbook(["a", "b"], [1, "#DIV/0!"]))
    assert table["b"].text(0) == ""
    assert "#DIV/0!" in str(table.problems[0])


def test_cells_beyond_the_header_are_refused() -> None:
    with pytest.raises(InputError, match="row 3: the row has 3 cells, the header 2"):
        read_table(workbook(["a", "b"], [1, 2], [1, 2, 3]))


def test_empty_sheets_are_refused() -> None:
    for rows in ([], [["a"]], [[None], ["x"]]):
        with pytest.raises(InputError, match=r"empty|no row below|row 1 is blank"):
            read_table(workbook(*rows))


def test_a_zip_bomb_is_refused_unread() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(40):
                part.write(b" " * (1 << 20))
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(InputError, match="zip bomb"):
        read_table(stream.getvalue())
    with pytest.raises(InputError, match="unpacks to 42 MB; at most 10 MB"):
        read_table(stream.getvalue(), limits=Limits(unpacked_bytes=10_000_000))
    with pytest.raises(InputError, match="2 files; at most 1"):
        read_table(stream.getvalue(), limits=Limits(parts=1))


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    data = changed(workbook(["a"], ["1"]), "xl/workbook.xml", b"<workbook", bomb + b"<workbook")
    with pytest.raises(InputError, match="declares entities"):
        read_table(data)


def test_a_false_size_of_the_sheet_is_not_believed() -> None:
    data = workbook(["a", "b"], [1, 2])
    data = changed(data, "xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert len(read_table(data)) == 1


def test_far_away_cells_are_refused() -> None:
    data = changed(workbook(["a", "b"], [1, 2]), "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD2"')
    with pytest.raises(InputError, match="16,384 columns; at most 4,000"):
        read_table(data)


def test_too_many_cells_are_refused() -> None:
    data = workbook(["a", "b"], *[[1, 2]] * 20)
    with pytest.raises(InputError, match="more than 10 cells"):
        read_table(data, limits=Limits(sheet_cells=10))
    with pytest.raises(InputError, match="more than 5 rows"):
        read_table(data, limits=Limits(rows=5))


def test_cut_off_workbooks_are_refused() -> None:
    data = workbook(["a"], ["1"])
    with pytest.raises(InputError, match="damaged"):
        read_table(data[: len(data) // 2])
    torn = changed(data, "xl/worksheets/sheet1.xml", b"</sheetData>", b"")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(torn)
