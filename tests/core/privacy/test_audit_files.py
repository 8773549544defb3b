"""Planted leaks in files, and the folder as a whole."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.privacy.audit_cast import small_table

from headwater.privacy.audit import audit_folder, audit_releases
from headwater.privacy.audit.unpacking import unfold
from headwater.privacy.releases import RELEASES, ReleaseTable, load_releases, save_releases
from headwater.vocab import InputError

PARENTS = {"top": "", "a": "top"}


def table() -> ReleaseTable:
    return small_table(PARENTS, {"top": 30, "a": 14})


def deck(path: Path, *, more: bool = False, sheet: bool = False, hide: bool = False) -> Path:
    """A deck with one chart; its workbook may hold a number the chart does not draw, or a second sheet."""
    from openpyxl import load_workbook
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    shown = Presentation()
    slide = shown.slides.add_slide(shown.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["Listens", "Keeps promises"]
    data.add_series("You", (3.25, 3.5))
    size = Inches(1), Inches(1), Inches(5), Inches(3)
    chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *size, data).chart
    if more or sheet:
        part = chart.part.chart_workbook.xlsx_part
        book = load_workbook(io.BytesIO(part.blob))
        if more:
            book.worksheets[0]["B9"] = 2.71828
        if sheet:
            book.create_sheet("Template")["A1"] = "text only"
        held = io.BytesIO()
        book.save(held)
        part._blob = held.getvalue()
    if hide:
        slide._element.set("show", "0")
    shown.core_properties.author = shown.core_properties.last_modified_by = "Headwater"
    shown.save(str(path))
    return path


def sheet(path: Path, how: str = "", maker: str = "Headwater") -> Path:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    front = book.active
    assert front is not None
    front["A1"], front["B1"] = "Listens", 3.25
    if how in ("hidden", "veryHidden"):
        book.create_sheet("Work").sheet_state = how
    elif how == "row":
        front.row_dimensions[1].hidden = True
    elif how == "column":
        front.column_dimensions["B"].hidden = True
    elif how == "comment":
        front["B1"].comment = Comment("14 answers", "Jane Roe")
    elif how == "name":
        book.defined_names["kept"] = DefinedName("kept", attr_text="3.14159")
    book.properties.creator, book.properties.lastModifiedBy = maker, maker
    book.save(path)
    return path


def pdf(path: Path, page: bytes, more: bytes = b"") -> Path:
    held = zlib.compress(page)
    path.write_bytes(
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + more + b">>\nendobj\n"
        b"4 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n" % len(held) + held + b"\nendstream\nendobj\n%%EOF\n"
    )
    return path


def found(attack: str, *files: Path) -> bool:
    return bool(audit_releases([table()], files=files).of(attack))


def test_a_clean_folder_of_every_kind(tmp_path: Path) -> None:
    files = [
        deck(tmp_path / "leader-a.pptx"),
        sheet(tmp_path / "workbook.xlsx"),
        pdf(tmp_path / "leader-a.pdf", b"BT (Listens 3.25) Tj ET"),
    ]
    page = tmp_path / "leader-a.html"
    page.write_text('<p class="hide">Listens</p><p aria-hidden="true">3.25</p><b data-kind="bar">3.25</b>')
    river = tmp_path / "river.json"
    river.write_text(json.dumps({"n_observations": 30, "streams": [{"n_units": 4}]}))
    verdict = audit_releases([table()], files=[*files, page, river])
    assert verdict.findings == ()
    for attack in ("workbook_in_deck", "hidden_content", "file_metadata", "page_hidden", "pdf_hidden", "json_small"):
        assert verdict.checks[attack] > 0


@pytest.mark.parametrize("how", ["more", "sheet"])
def test_workbook_behind_a_chart(tmp_path: Path, how: str) -> None:
    assert found("workbook_in_deck", deck(tmp_path / "leader-a.pptx", **{how: True}))


def test_hidden_slide(tmp_path: Path) -> None:
    assert found("hidden_content", deck(tmp_path / "leader-a.pptx", hide=True))


@pytest.mark.parametrize("how", ["hidden", "veryHidden", "row", "column", "comment", "name"])
def test_hidden_parts_of_a_sheet(tmp_path: Path, how: str) -> None:
    assert found("hidden_content", sheet(tmp_path / "workbook.xlsx", how))


def test_hidden_sheet_in_a_deck(tmp_path: Path) -> None:
    inner = sheet(tmp_path / "inner.xlsx", "veryHidden").read_bytes()
    path = deck(tmp_path / "leader-a.pptx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ppt/embeddings/extra.xlsx", inner)
    assert found("hidden_content", path)


def test_somebody_made_a_file(tmp_path: Path) -> None:
    files = [sheet(tmp_path / f"{number}.xlsx") for number in range(3)]
    assert not found("file_metadata", *files)
    assert found("file_metadata", *files, sheet(tmp_path / "late.xlsx", maker="Jane Roe"))
    assert found("file_metadata", sheet(tmp_path / "one.xlsx", maker="jane@example.org"))


@pytest.mark.parametrize(
    "text",
    [
        "<!-- team of 3: mean 4.2 -->",
        '<p style="color: red; display: none">4.2</p>',
        "<td hidden>4.2</td>",
        '<tr data-n="n: 3"><td>kept</td></tr>',
        '<b data-value="4.23076">limit</b>',
        '<script type="application/json">{"value": 4.2}</script>',
    ],
)
def test_what_a_page_hides(tmp_path: Path, text: str) -> None:
    page = tmp_path / "leader-a.html"
    page.write_text(f"<html><body>{text}</body></html>")
    assert found("page_hidden", page)


@pytest.mark.parametrize(
    ("page", "more"),
    [
        (b"BT 3 Tr (kept 4.2) Tj ET", b""),
        (b"BT (seen) Tj ET", b"/Names<</EmbeddedFiles 5 0 R>>/AF<</Type/EmbeddedFile>>"),
        (b"BT (seen) Tj ET", b"/Annots[<</Type/Annot/Subtype/Text/Contents(3 people)>>]"),
    ],
)
def test_what_a_pdf_hides(tmp_path: Path, page: bytes, more: bytes) -> None:
    assert found("pdf_hidden", pdf(tmp_path / "leader-a.pdf", page, more))


@pytest.mark.parametrize("content", [{"links": [{"n_observations": 3}]}, {"rows": [{"email": "jane@example.org"}]}])
def test_small_counts_in_json(tmp_path: Path, content: object) -> None:
    path = tmp_path / "river.json"
    path.write_text(json.dumps(content))
    assert found("json_small", path)


@pytest.mark.parametrize("name", ["leader-a-n3.pdf", "leader-a 3 people.pdf", "leader-a_respondents-12.pdf"])
def test_counts_in_file_names(tmp_path: Path, name: str) -> None:
    assert found("file_names", pdf(tmp_path / name, b"BT (x) Tj ET"))
    assert not found("file_names", pdf(tmp_path / "leader-n3a.pdf", b"BT (x) Tj ET"))


def result(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = small_table({"top": "", "a": "top", "b": "top"}, {"top": 30, "a": 14})
    save_releases([held], folder / "released" / RELEASES)
    book = folder / "released" / "books" / "people" / "w1"
    book.mkdir(parents=True)
    (book / "book.json").write_text("{}")
    panel = held.everybody
    cells = {name: pa.array(values.ravel()) for name, values in panel.fields.items()}
    cells |= {"shown": pa.array(panel.shown.ravel()), "n_answered": pa.array(panel.n_answered.ravel())}
    pq.write_table(pa.table(cells), book / "panel-0.parquet")
    (folder / "reports").mkdir()
    deck(folder / "reports" / "leader-a.pptx")
    return folder


def test_a_folder(tmp_path: Path) -> None:
    verdict = audit_folder(result(tmp_path))
    assert verdict.findings == ()
    assert verdict.checks["stored_numbers"] == 3
    assert verdict.lines()[0].startswith("Nothing leaks")


def test_a_book_that_stores_a_withheld_number(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = result(tmp_path) / "released" / "books" / "people" / "w1" / "panel-0.parquet"
    held = pq.read_table(path)
    value = held["value"].to_numpy().copy()
    value[2] = 3.14159
    pq.write_table(held.set_column(held.column_names.index("value"), "value", pa.array(value)), path)
    (finding,) = audit_folder(tmp_path).of("stored_numbers")
    assert finding.units == ("b",)
    assert "3.14159" in finding.how


def test_folders_that_cannot_be_audited(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds nothing released"):
        audit_folder(tmp_path)
    result(tmp_path / "r")
    (tmp_path / "r" / "released" / RELEASES).unlink()
    with pytest.raises(InputError, match="to audit them by"):
        audit_folder(tmp_path / "r")
    (tmp_path / "r" / "released" / RELEASES).write_bytes(b"PAR1 cut in half")
    with pytest.raises(InputError, match="no readable releases"):
        audit_folder(tmp_path / "r")


def test_releases_on_disk_are_the_releases(tmp_path: Path) -> None:
    first = small_table(PARENTS, {"top": 30, "a": 14}, levels={("area", "x"): {"top": 12}})
    second = replace(first, version=2, window="2026-01/2026-03")
    loaded = load_releases(save_releases([first, second], tmp_path / RELEASES))
    assert [(held.version, held.window) for held in loaded] == [(1, ""), (2, "2026-01/2026-03")]
    for before, after in zip((first, second), loaded, strict=True):
        assert before.columns == after.columns
        assert before.unit_ids == after.unit_ids
        assert np.array_equal(before.size, after.size)
        for one, other in zip(before.panels, after.panels, strict=True):
            assert (one.cut, one.level) == (other.cut, other.level)
            assert np.array_equal(one.shown, other.shown)
            assert np.array_equal(one.n, other.n)
            assert np.array_equal(one.n_answered, other.n_answered)
            assert all(np.array_equal(one.fields[name], other.fields[name], equal_nan=True) for name in one.fields)


def test_no_releases_on_disk(tmp_path: Path) -> None:
    assert load_releases(save_releases([], tmp_path / RELEASES)) == ()


def bomb(layers: int) -> bytes:
    data = bytes(64 * 1024 * 1024) if layers == 1 else b"x"
    for number in range(layers):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{number}.zip", data)
        data = held.getvalue()
    return data


@pytest.mark.parametrize(("layers", "said"), [(1, "grows"), (12, "nests more than")])
def test_bombs_are_refused(tmp_path: Path, layers: int, said: str) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb(layers))
    with pytest.raises(InputError, match=said):
        list(unfold(path))


def test_damaged_archive(tmp_path: Path) -> None:
    path = deck(tmp_path / "leader-a.pptx")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match="damaged archive"):
        audit_releases([], files=[path])
