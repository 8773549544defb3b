"""Writing: no cell becomes a formula, no file is left half-written."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from headwater.formats import read_table, safe_cell, write_csv, write_xlsx


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "=cmd|' /C calc'!A0"]
)
def test_formulas_are_quoted(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", [-5, 3.5, "-5", "+3", "-2.5", "-2,5", "plain", "a=b", "", True])
def test_numbers_and_plain_texts_stay(value: object) -> None:
    assert safe_cell(value) == value


def test_nothing_becomes_an_empty_text() -> None:
    assert safe_cell(None) == ""


def test_csv_comes_back_as_written(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    write_csv(target, ["a", "=b"], [["ñ", -5], ['q"uo,te\nline', "=1+1"]])
    assert target.read_bytes().startswith(b"\xef\xbb\xbfa,'=b\r\n")
    table = read_table(target)
    assert table["a"].texts() == ["ñ", 'q"uo,te\nline']
    assert table["'=b"].texts() == ["-5", "'=1+1"]


def test_xlsx_holds_texts_not_formulas_or_links(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    write_xlsx(target, ["a", "b"], [["=1+1", 2.5], ["http://example.org", None], [True, float("nan")]])
    page = openpyxl.load_workbook(target).active
    assert page["A2"].data_type == "s"
    assert page["A2"].value == "=1+1"
    assert page["B2"].value == 2.5
    with zipfile.ZipFile(target) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
        assert not [name for name in package.namelist() if "sheet1.xml.rels" in name]


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def rows() -> Iterator[list[object]]:
        yield ["1"]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_csv(target, ["a"], rows())
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
