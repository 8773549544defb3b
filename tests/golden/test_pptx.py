"""Decks: native, accessible, private, the same bytes for the same document."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.golden.archives import assert_as_expected, parts
from tests.golden.books import CANARY_VALUE, LEADERS, make_book, make_river
from tests.golden.small import NOTE, make_document

from headwater.reports.brand import Brand
from headwater.reports.builders.leader import leader_report
from headwater.reports.document import ActionList, Comments, CommentTheme, Document, DotIntervals, Section
from headwater.reports.renderers.mass import RECORD, render_many
from headwater.reports.renderers.pptx import deck_bytes, render

pptx = pytest.importorskip("pptx")
KEPT = (
    "ppt/slides/slide1.xml",
    "ppt/slides/slide2.xml",
    "ppt/slides/slide3.xml",
    "ppt/charts/chart1.xml",
    "ppt/charts/chart2.xml",
    "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx!xl/worksheets/sheet1.xml",
    "ppt/notesSlides/notesSlide2.xml",
    "docProps/core.xml",
)


def opened(data: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(data))


@pytest.mark.parametrize("part", KEPT)
def test_parts_are_as_kept(part: str) -> None:
    assert_as_expected("pptx/" + part.replace("/", "_").replace("!", "__"), parts(deck_bytes(make_document()))[part])


def test_same_document_same_bytes(tmp_path: Path) -> None:
    render(make_document(), tmp_path / "one.pptx")
    buffer = io.BytesIO()
    render(make_document(), buffer)
    assert (tmp_path / "one.pptx").read_bytes() == buffer.getvalue()
    assert [file.name for file in tmp_path.iterdir()] == ["one.pptx"]


def test_every_slide_has_a_title_notes_and_a_language() -> None:
    deck = opened(deck_bytes(make_document()))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[0] == "Crew planning: trusted, and tired of the roster"
    assert titles[1] == "Only planning falls clearly below"
    assert all(titles)
    assert deck.slides[1].notes_slide.notes_text_frame.text.endswith("Source: Work, autumn 2026.")
    for name, content in parts(deck_bytes(make_document())).items():
        if name.startswith("ppt/slides/slide"):
            assert set(re.findall(rb'<a:rPr lang="([^"]+)"', content)) == {b"en-GB"}


def test_titles_are_read_first() -> None:
    for slide in opened(deck_bytes(make_document())).slides:
        first = next(iter(slide.shapes))
        assert first.is_placeholder
        assert first.placeholder_format.type in {1, 3}, "the title comes first in reading order"


def test_every_picture_and_chart_has_alternative_text() -> None:
    book = make_book()
    deck = opened(deck_bytes(leader_report(book, "ht", Brand(), river=make_river())))
    seen = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or getattr(shape, "has_table", False) or shape.shape_type == 6:
                seen += 1
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr"), shape.name
    assert seen >= 8


def test_charts_are_native_and_their_workbooks_hold_what_they_show() -> None:
    from openpyxl import load_workbook

    deck = opened(deck_bytes(make_document()))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 2
    dots = charts[0]
    by_name = {series.name: series for series in dots.plots[0].series}
    assert list(by_name["Clearly better"].iter_values()) == [2.5, None]
    sheet = load_workbook(io.BytesIO(dots.part.chart_workbook.xlsx_part.blob))["Chart"]
    header = [cell.value for cell in sheet[1]]
    assert header[:5] == ["Label", "Height on the chart", "Score", "Low", "High"]
    labels = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert labels[:2] == ["Trust & respect", "Work planned well"]
    assert "Working nights" not in labels
    assert sheet["C3"].value == 3.0
    assert str(sheet.cell(2, header.index("95% range, needs you: across") + 1).value) == "=D3"


def test_a_withheld_number_is_in_no_part() -> None:
    """The deck of a book with a canary in every withheld place equals the deck of the book without it."""
    for unit in ("pier-west", "night-cleaning", "ferries", "ht"):
        clean = deck_bytes(leader_report(make_book(), unit, Brand(), people=LEADERS))
        planted = deck_bytes(leader_report(make_book(canary=True), unit, Brand(), people=LEADERS))
        assert planted == clean
        for name, content in parts(planted).items():
            assert str(CANARY_VALUE)[:5].encode() not in content, name


def test_the_canary_would_be_found() -> None:
    """The comparison can fail: shown to a deck that does hold the number."""
    document = make_document()
    chart = document.sections[0].blocks[0]
    assert isinstance(chart, DotIntervals)
    leaked = replace(chart, rows=(replace(chart.rows[0], value=CANARY_VALUE), *chart.rows[1:]))
    section = replace(document.sections[0], blocks=(leaked, *document.sections[0].blocks[1:]))
    found = parts(deck_bytes(replace(document, sections=(section,))))
    holding = {name for name, content in found.items() if str(CANARY_VALUE)[:5].encode() in content}
    assert "ppt/charts/chart1.xml" in holding
    assert "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx!xl/worksheets/sheet1.xml" in holding


def test_a_withheld_unit_names_the_reason_and_the_nearest_group() -> None:
    slide = opened(deck_bytes(make_document())).slides[1]
    told = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert NOTE.reason in told
    assert "Depot North: 3.2 (2.9 to 3.5), 23 answers" in told
    frames = [shape for shape in slide.shapes if getattr(shape, "has_table", False) and shape.has_table]
    assert "pattFill" in frames[0]._element.xml


def test_properties_name_nobody() -> None:
    deck = opened(deck_bytes(leader_report(make_book(), "north", Brand(name="Harbour Transit"), people=LEADERS)))
    facts = deck.core_properties
    assert facts.author == facts.last_modified_by == "Harbour Transit"
    assert facts.title
    assert "Ines" not in " ".join([facts.title, facts.subject, facts.keywords, facts.comments])


def test_the_master_carries_the_brand() -> None:
    colours = {**Brand().colours, "teal": "#104E8B"}
    deck = deck_bytes(replace(make_document(), brand=Brand("Harbour", colours=colours, serif="Georgia")))
    theme = parts(deck)["ppt/theme/theme1.xml"].decode()
    assert '<a:accent1><a:srgbClr val="104E8B"/></a:accent1>' in theme
    assert '<a:majorFont><a:latin typeface="Georgia"' in theme
    assert [layout.name for layout in opened(deck).slide_layouts] == ["Cover", "Sentence"]


def words_of(data: bytes) -> str:
    return " ".join(
        "".join(node.itertext())
        for slide in opened(data).slides
        for node in slide.shapes._spTree.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
    )


def test_what_does_not_fit_goes_onto_a_further_slide() -> None:
    document = make_document()
    listed = document.sections[2].blocks[0]
    assert isinstance(listed, ActionList)
    action = listed.actions[0]
    many = tuple(replace(action, what=f"Step number {at:02d}") for at in range(40))
    themes = tuple(CommentTheme(f"Theme {at}", 12, 31, ("My roster moved twice.",)) for at in range(8))
    sections = (
        Section("Steps", (ActionList(many, where=True),)),
        Section("Wrote", (Comments(themes, "Names masked."),)),
    )
    data = deck_bytes(replace(document, sections=sections))
    told = words_of(data)
    assert all(f"Step number {at:02d}" in told for at in range(40))
    assert told.count("Where") == told.count("How we shall know") > 1
    assert all(f"Theme {at}" in told for at in range(8))
    assert len(opened(data).slides) > 6


def test_shapes_stay_on_the_slide() -> None:
    deck = opened(deck_bytes(leader_report(make_book(), "ht", Brand(), people=LEADERS, river=make_river())))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.is_placeholder and shape.width is None:
                continue
            assert shape.left >= 0, shape.name
            assert shape.top >= 0, shape.name
            assert shape.left + shape.width <= deck.slide_width + 1, shape.name
            assert shape.top + shape.height <= deck.slide_height + 1, shape.name


def test_hostile_words_are_words() -> None:
    document = replace(make_document(), title='A <b>&"quoted"</b> \x07 title\x00', organisation="R&D <x>")
    deck = opened(deck_bytes(document))
    assert deck.slides[0].shapes.title.text == 'A <b>&"quoted"</b>  title'


def reports() -> list[Document]:
    book = make_book()
    return [leader_report(book, unit, Brand(), people=LEADERS) for unit in ("north", "night-cleaning", "trams")]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_mass_run_gives_the_bytes_of_single_decks(tmp_path: Path, workers: int) -> None:
    files = render_many(iter(reports()), tmp_path, workers=workers)
    assert [file.name for file in files] == ["leader-north.pptx", "leader-night-cleaning.pptx", "leader-trams.pptx"]
    for file, report in zip(files, reports(), strict=True):
        assert file.read_bytes() == deck_bytes(report)


def test_a_stopped_run_goes_on_and_mends_what_is_broken(tmp_path: Path) -> None:
    whole = render_many(reports(), tmp_path, workers=1)
    before = {file: file.stat().st_mtime_ns for file in whole}
    whole[0].write_bytes(b"cut")
    whole[1].unlink()
    lines = (tmp_path / RECORD).read_text("utf-8")
    (tmp_path / RECORD).write_text(lines + '{"file": "leader-tr', "utf-8")
    again = render_many(reports(), tmp_path, workers=1)
    assert again == whole
    assert whole[2].stat().st_mtime_ns == before[whole[2]]
    for file, report in zip(whole, reports(), strict=True):
        assert file.read_bytes() == deck_bytes(report)


def test_a_changed_document_is_written_again(tmp_path: Path) -> None:
    report = reports()[0]
    render_many([report], tmp_path, workers=1)
    changed = replace(report, title="Another sentence")
    (file,) = render_many([changed], tmp_path, workers=1)
    assert file.read_bytes() == deck_bytes(changed)


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    report = reports()[0]
    with pytest.raises(ValueError, match="two documents"):
        render_many([report, report], tmp_path, workers=1)


def test_the_package_is_whole() -> None:
    """Every relation points at a part, every part is pointed at and has a content type."""
    import posixpath

    found = {name: content for name, content in parts(deck_bytes(reports()[2])).items() if "!" not in name}
    types = found["[Content_Types].xml"].decode()
    pointed = set()
    for name, content in found.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for target in re.findall(r'Target="([^"]+)"', content.decode()):
            pointed.add(posixpath.normpath(posixpath.join(folder, target)))
    names = {name for name in found if not name.endswith(".rels")} - {"[Content_Types].xml"}
    embedded = {name for name in pointed if name.endswith(".xlsx")}
    assert pointed - embedded == names
    for name in names:
        assert f'PartName="/{name}"' in types or name.endswith(".png"), name
