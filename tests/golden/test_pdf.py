"""The PDF: tagged, on A4, the same bytes for the same Document, and never set from what people write."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import replace
from datetime import date

import pytest
from tests.golden.blocks import DOTS, HEAT, HOSTILE, every_block
from tests.golden.books import CANARY_TEXTS, LEADERS, make_book
from tests.golden.rivers import hospital_river

from headwater.reports.brand import Brand
from headwater.reports.builders.leader import leader_report
from headwater.reports.builders.river import river_report
from headwater.reports.charts import draw
from headwater.reports.palette import LIGHT
from headwater.reports.renderers.pdf import pdf, render
from headwater.reports.renderers.pdf_blocks import Album, alternative, block_data
from headwater.vocab import WITHHELD_REASON

ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def opened(data: bytes) -> bytes:
    """All of a PDF with its compressed streams opened."""
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            parts.append(stream)
    return b"\n".join(parts)


def spoken(data: bytes) -> str:
    """The alternative texts and titles of a PDF, as a reader hears them."""
    words = []
    inside = opened(data)
    for raw in re.findall(rb"/(?:Alt|Title|ActualText|E)\s*\(((?:[^()\\]|\\.)*)\)", inside, re.DOTALL):
        octal = re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code.group(1), 8)]), raw)
        words.append(
            decoded(re.sub(rb"\\([nrtbf()\\])", lambda code: ESCAPES.get(code.group(1), code.group(1)), octal))
        )
    for raw in re.findall(rb"/(?:Alt|Title|ActualText|E)\s*<([0-9A-Fa-f]+)>", inside):
        words.append(decoded(bytes.fromhex(raw.decode())))
    return "\n".join(words)


def decoded(raw: bytes) -> str:
    return raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


@pytest.fixture(scope="module")
def whole() -> bytes:
    return pdf(every_block())


def test_it_is_tagged_and_says_so(whole: bytes) -> None:
    inside = opened(whole)
    assert whole.startswith(b"%PDF-1.7")
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", inside)
    assert b"/StructTreeRoot" in inside
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert re.search(rb"/Lang\s*\(en\)", inside)
    assert b"/DisplayDocTitle true" in inside
    assert b"/JavaScript" not in inside


@pytest.mark.parametrize("tag", [b"/H1", b"/Table", b"/TH", b"/TD", b"/THead", b"/Figure", b"/P"])
def test_its_structure_has_the_parts_a_reader_needs(whole: bytes, tag: bytes) -> None:
    assert re.search(rb"/S\s*" + tag + rb"\b", opened(whole))


def test_every_figure_has_words(whole: bytes) -> None:
    inside = opened(whole)
    assert inside.count(b"/Alt") >= len(re.findall(rb"/S\s*/Figure", inside)) > 8
    heard = spoken(whole)
    assert "The River of hospital trusts" in heard
    assert ".09 (−.04 to .21)" in heard
    assert "Strongly disagree" in heard or "strongly disagree" in heard


def test_it_is_a4(whole: bytes) -> None:
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", opened(whole))
    assert boxes
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


def test_the_same_document_gives_the_same_bytes(whole: bytes) -> None:
    stream = io.BytesIO()
    render(every_block(), stream)
    assert stream.getvalue() == whole
    later = pdf(replace(every_block(), made_on=date(2027, 1, 1)))
    assert later != whole
    assert b"2027" in opened(later)


def test_the_first_page_of_a_team_holds_all_its_scores() -> None:
    data = block_data(DOTS, Album(LIGHT), "k")
    assert [row["label"] for row in data["rows"]] == [row.label for row in DOTS.rows]
    report = leader_report(make_book(), "north", Brand(), people=LEADERS)
    pages = len(re.findall(rb"/Type\s*/Page\b", opened(pdf(report))))
    assert 2 <= pages <= 4


def test_words_are_never_code() -> None:
    hostile = HOSTILE + ' #import "main.typ" #read("data.json") #sys.inputs'
    data = opened(pdf(every_block(hostile)))
    assert b"/Marked true" in data
    assert b"/JavaScript" not in data


def test_characters_without_a_font_do_not_stop_the_report() -> None:
    data = pdf(replace(every_block(), title="Zażółć 漢字 \U0001fae8 \ue123"))
    assert data.startswith(b"%PDF-1.7")


def test_withheld_numbers_are_nowhere() -> None:
    held = replace(DOTS, rows=(replace(DOTS.rows[3], n=739, value_text="4.74", range_text="4.7 to 4.8"),))
    album = Album(LIGHT)
    told = str(block_data(held, album, "k")) + str(album.files)
    cells = replace(HEAT.rows[1].cells[0], value=4.74, text="4.74")
    told += str(block_data(replace(HEAT, rows=(replace(HEAT.rows[1], cells=(cells,) * 3),)), album, "h"))
    assert WITHHELD_REASON in told
    assert "4.74" not in told
    assert "739" not in told
    assert "4.7 to" not in told
    book = make_book(canary=True)
    report = leader_report(book, "ferries", Brand(), people=LEADERS)
    told = str([block_data(block, Album(LIGHT), "k") for block in report.blocks()])
    assert not [canary for canary in CANARY_TEXTS if canary in told]


def test_the_river_goes_to_paper() -> None:
    data = pdf(river_report(hospital_river(), Brand(), made_on=date(2025, 1, 1)))
    assert "Less burnout to patients seen within four hours" in spoken(data)
    chart = draw(hospital_river())
    assert all(row[0] in alternative(chart) for row in chart.table.rows)
