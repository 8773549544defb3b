"""Reading tables: what files are like in the world, and what must be refused."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path

import pytest

from headwater.formats import Limits, read_table
from headwater.formats.reading import Table
from headwater.vocab import InputError


def cells(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(table[name].texts() for name in table.header), strict=True)]


def refused(data: bytes, match: str, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError, match=match) as caught:
        read_table(data, name="t.csv", limits=limits or Limits())
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter: str) -> None:
    text = "a,b,c\n1,2,3\n4,5,6\n".replace(",", delimiter)
    table = read_table(text.encode())
    assert table.header == ("a", "b", "c")
    assert cells(table) == [["1", "2", "3"], ["4", "5", "6"]]
    assert table.delimiter == delimiter


def test_semicolons_with_decimal_commas_are_not_taken_for_commas() -> None:
    assert cells(read_table(b"a;b\n1,5;2,5\n3,5;4,5\n")) == [["1,5", "2,5"], ["3,5", "4,5"]]


def test_a_sep_line_is_obeyed_and_rows_keep_their_numbers() -> None:
    table = read_table(b"sep=;\na;b\n1;2\n")
    assert cells(table) == [["1", "2"]]
    assert table.rows.tolist() == [3]


@pytest.mark.parametrize(
    "data",
    [
        "ä,b\nñ,2\n".encode(),
        codecs.BOM_UTF8 + "ä,b\nñ,2\n".encode(),
        "ä,b\nñ,2\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "ä,b\nñ,2\n".encode("utf-16-be"),
        "ä,b\nñ,2\n".encode("utf-32"),
        "ä,b\r\nñ,2\r\n".encode(),
        "ä,b\rñ,2\r".encode(),
        "ä,b\nñ,2".encode("cp1252"),
    ],
)
def test_encodings_and_line_ends_are_found(data: bytes) -> None:
    table = read_table(data)
    assert table.header == ("ä", "b")
    assert cells(table) == [["ñ", "2"]]


def test_utf_16_without_mark_is_read_with_a_warning() -> None:
    table = read_table("unit,q1\na,1\nb,2\n".encode("utf-16-le"))
    assert table.header == ("unit", "q1")
    assert "UTF-16 without a mark" in str(table.problems[0])


def test_windows_text_is_read_with_a_warning() -> None:
    table = read_table("a,b\nx,1\ncafé €,2\n".encode("cp1252"))
    assert cells(table)[1] == ["café €", "2"]
    assert table.problems[0].severity == "warning"
    assert table.problems[0].row == 3


def test_mixed_encodings_name_both_rows() -> None:
    data = "a,b\nñandú,1\n".encode() + "café,2\n".encode("latin-1")
    error = refused(data, "two encodings are mixed: row 2 is UTF-8 and row 3 is not")
    assert error.problems[0].row == 3
    refused(codecs.BOM_UTF8 + b"a\ncaf\xe9\n", "the file says that it is UTF-8")


def test_bytes_of_no_encoding_are_refused() -> None:
    refused(b"a,b\n\x81,2\n", "0x81 is neither UTF-8 nor Windows-1252")


def test_nul_signs_name_their_row() -> None:
    error = refused(b"a,b\n1,2\n3,\x00\n", "NUL sign")
    assert error.problems[0].row == 3


@pytest.mark.parametrize("data", [b"", b"  \n\n ", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"])
def test_empty_files_are_refused(data: bytes) -> None:
    refused(data, "the file is empty")


def test_a_header_without_rows_is_refused() -> None:
    refused(b"a,b\n", "no row below")
    refused(b"a,b\n,\n,\n", "no row below")


def test_a_million_columns_are_refused() -> None:
    header = ",".join(f"c{n}" for n in range(1_000_000))
    refused(f"{header}\n1\n".encode(), r"about 1,000,000 columns; at most 4,000")


def test_limits_hold_before_parsing() -> None:
    refused(b"a,b\n" + b"1,2\n" * 50, "about 51 rows; at most 10", Limits(rows=10))
    refused(b"a,b\n" + b"1,2\n" * 50, "about 102 cells; at most 20", Limits(cells=20))
    refused(b"a,b\n" + b"1,2\n" * 50, "at most 0 MB", Limits(file_bytes=20))
    refused(b"a,b\n1," + b"x" * 500 + b"\n", "a cell has 500 signs", Limits(field_characters=100))


def test_rows_longer_than_the_header_name_their_rows() -> None:
    error = refused(b"a,b\n1,2\n1,2,3\n4,5\n6,7,8,9\n", "row 3: the row has 3 cells, the header 2")
    assert [problem.row for problem in error.problems] == [3, 5]


def test_short_rows_are_filled_with_a_warning() -> None:
    table = read_table(b"a,b,c\n1,2,3\n4\n5,6,7\n")
    assert cells(table)[1] == ["4", "", ""]
    assert table.problems[0].row == 3


def test_trailing_empty_cells_are_no_error() -> None:
    assert cells(read_table(b"a,b\n1,2,\n3,4\n")) == [["1", "2"], ["3", "4"]]


def test_an_open_quote_is_named() -> None:
    refused(b'a,b\n1,"x\n3,4\n5,6\n', "double quote that is not closed")


def test_two_open_quotes_do_not_swallow_a_row() -> None:
    error = refused(b'a,b\n1,"x\n3,"y\n5,6\n', "the row cannot be read")
    assert error.problems[0].row == 2


def test_quotes_inside_a_cell_are_signs() -> None:
    assert cells(read_table(b'a,b\n5" pipe,2\n3,4\n')) == [['5" pipe', "2"], ["3", "4"]]


def test_blank_lines_and_blank_rows_keep_row_numbers() -> None:
    table = read_table(b"a,b\n1,2\n\n,\n3,4\n\n")
    assert cells(table) == [["1", "2"], ["3", "4"]]
    assert table.rows.tolist() == [2, 5]


def test_line_breaks_inside_quotes_are_one_row() -> None:
    table = read_table(b'a,b\n"x\ny",2\n3,4\n')
    assert cells(table) == [["x\ny", "2"], ["3", "4"]]
    assert table.rows.tolist() == [2, 3]


def test_both_readers_agree() -> None:
    regular = b'a,b\n" x ",1\n"y ""q""",2\n"p\nq",3\n'
    assert cells(read_table(regular)) == cells(read_table(regular + b"\n\n,\n"))


def test_one_name_for_two_columns_is_refused() -> None:
    refused(b"a,b,a\n1,2,3\n", "names 'a' 2 times")


def test_a_column_without_a_name_is_named_or_dropped() -> None:
    table = read_table(b"a,,\n1,2,\n")
    assert table.header == ("a", "column 2")
    assert "has no name" in str(table.problems[0])


def test_a_blank_header_is_refused() -> None:
    refused(b",,\n1,2,3\n", "row 1 is blank")


@pytest.mark.parametrize(
    ("magic", "said"),
    [(b"PAR1", "Parquet"), (b"\xd0\xcf\x11\xe0", "old Excel"), (b"\x1f\x8b", "gzip"), (b"%PDF", "PDF")],
)
def test_other_files_are_named(magic: bytes, said: str) -> None:
    refused(magic + b"\x00" * 40, said)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        read_table(tmp_path)
    with pytest.raises(InputError, match="no encoding called"):
        read_table(b"a\n1\n", encoding="klingon")
    with pytest.raises(InputError, match="no sheets"):
        read_table(b"a\n1\n", sheet="x")


def test_a_missing_column_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'manager_id'"):
        read_table(b"person,manager_id\n1,2\n")["manger_id"]


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("readme.txt", "hello")
    refused(data.getvalue(), "zip file but no XLSX")
    refused(b"PK\x03\x04 damaged", "damaged")
