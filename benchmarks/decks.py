"""Leader decks in mass runs against building each deck with python-pptx from scratch, in one run.

    python benchmarks/decks.py [decks]

Both sides write the same slides from the same documents onto the same branded template: titles, tables with the same
cells, charts with the same series and embedded workbooks, speaker notes. python-pptx uses only its documented calls.
The ratio is taken in one process on each side; a second line gives the mass run with two processes, writing to disk.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.golden.books import LEADERS, make_book

from headwater.reports.brand import Brand
from headwater.reports.builders.leader import leader_report
from headwater.reports.document import (
    ActionList,
    Callouts,
    Diverging,
    Document,
    DotIntervals,
    Guide,
    HeatMap,
    KeyFigures,
    Paragraph,
    Table,
    WithheldNote,
)
from headwater.reports.renderers.mass import render_many
from headwater.reports.renderers.pptx import deck_bytes

GRID = 7620


def documents(count: int) -> Iterator[Document]:
    """Leader reports, each with a key of its own."""
    book, brand = make_book(), Brand()
    for at in range(count):
        report = leader_report(book, at % len(book.tree), brand, people=LEADERS)
        yield replace(report, key=f"{report.key}-{at}")


def from_scratch(document: Document, template: bytes) -> bytes:
    """Build one deck with python-pptx alone."""
    from pptx import Presentation

    deck = Presentation(io.BytesIO(template))
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = document.title
    cover.placeholders[1].text = document.subtitle
    cover.placeholders[10].text = f"{document.organisation}, {document.period}\nFor {document.audience}."
    cover.notes_slide.notes_text_frame.text = "\n".join(document.notes)
    for section in document.sections:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = section.heading
        slide.placeholders[10].text = section.kicker
        slide.notes_slide.notes_text_frame.text = "\n".join(section.speaker_notes)
        y = 220
        for block in section.blocks:
            y = _block(slide, block, y)
    deck.core_properties.title = document.title
    deck.core_properties.author = document.brand.name
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _block(slide: Any, block: Any, y: int) -> int:
    if isinstance(block, DotIntervals):
        header = ["What they experience", block.axis_label, block.value_label, "Answers", "Against"]
        rows = [
            [row.label, "", f"{row.value_text}\n{row.range_text}", str(row.n or ""), f"{row.difference}\n{row.words}"]
            for row in block.rows
        ]
        columns = 3 if block.compact else 5
        _table(slide, [line[:columns] for line in (header, *rows)], y)
        _scatter(slide, block, y)
        return y + 60 + 70 * len(block.rows)
    if isinstance(block, Table):
        _table(slide, [block.header, *block.rows], y)
        return y + 60 * (len(block.rows) + 1)
    if isinstance(block, ActionList):
        rows = [[f"{one.what}\n{one.detail}", one.who, one.by, one.known_by] for one in block.actions]
        _table(slide, [["What", "Who", "By", "How we shall know"], *rows], y)
        return y + 90 * (len(rows) + 1)
    if isinstance(block, Guide):
        rows = [[str(one.minutes), f"{one.what}\n{one.words}"] for one in block.steps]
        _table(slide, [["Minutes", block.title], *rows], y)
        return y + 90 * (len(rows) + 1)
    if isinstance(block, HeatMap):
        rows = [[row.label, str(row.n or ""), *(cell.text for cell in row.cells)] for row in block.rows]
        fills = [[None, None, *(None if cell.withheld else cell.token for cell in row.cells)] for row in block.rows]
        _table(slide, [["Group", "Answers", *block.columns], *rows], y, fills)
        return y + 44 * (len(rows) + 2)
    if isinstance(block, Diverging):
        _bars(slide, block, y)
        return y + 90 * len(block.rows)
    words: list[str] = []
    if isinstance(block, Callouts):
        words = [f"{one.heading} {one.text}" for one in block.items]
    elif isinstance(block, KeyFigures):
        words = [f"{one.value}\n{one.label}\n{one.detail}" for one in block.figures]
    elif isinstance(block, WithheldNote):
        words = [f"{block.subject}. {block.reason}. {block.nearest} {block.nearest_text}"]
    elif isinstance(block, Paragraph):
        words = [block.text]
    for text in words:
        frame = slide.shapes.add_textbox(96 * GRID, y * GRID, 600 * GRID, 60 * GRID).text_frame
        _write(frame, text)
        y += 60
    return y


def _write(frame: Any, text: str, fill: str | None = None) -> None:
    from pptx.util import Pt

    frame.text = text
    for at, paragraph in enumerate(frame.paragraphs):
        for run in paragraph.runs:
            run.font.size = Pt(13)
            run.font.bold = at == 0


def _table(slide: Any, rows: Any, y: int, fills: Any = None) -> None:
    from pptx.dml.color import RGBColor

    shape = slide.shapes.add_table(len(rows), len(rows[0]), 96 * GRID, y * GRID, 1408 * GRID, 60 * GRID * len(rows))
    brand = Brand()
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            cell = shape.table.cell(down, across)
            _write(cell.text_frame, text)
            token = fills[down - 1][across] if fills and down else None
            if token:
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(brand.colour(token)[1:])
            else:
                cell.fill.background()


def _scatter(slide: Any, block: DotIntervals, y: int) -> None:
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
    from pptx.util import Pt

    data = XyChartData()
    shown = [(len(block.rows) - at - 0.5, row) for at, row in enumerate(block.rows) if row.value is not None]
    if any(row.rest is not None for _, row in shown):
        series = data.add_series(block.rest_label)
        for height, row in shown:
            series.add_data_point(row.rest or 0, height - 0.3)
            series.add_data_point(row.rest or 0, height + 0.3)
    for flag in dict.fromkeys(row.flag for _, row in shown):
        ranges, dots = data.add_series(f"Range {flag}"), data.add_series(flag)
        for height, row in shown:
            if row.flag == flag:
                ranges.add_data_point(row.low or 0, height)
                ranges.add_data_point(row.high or 0, height)
                dots.add_data_point(row.value, height)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER, 400 * GRID, y * GRID, 600 * GRID, 60 * GRID * len(block.rows), data
    )
    chart = frame.chart
    chart.has_legend = False
    chart.category_axis.minimum_scale, chart.category_axis.maximum_scale = block.low, block.high
    chart.value_axis.visible = False
    for series in chart.plots[0].series:
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 12
        series.format.line.width = Pt(3)


def _bars(slide: Any, block: Diverging, y: int) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()
    data.categories = [row.label for row in block.rows]
    for at, name in enumerate(block.categories):
        data.add_series(name, [row.percents[at] for row in block.rows])
    chart = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_STACKED_100, 96 * GRID, y * GRID, 1400 * GRID, 90 * GRID * len(block.rows), data
    ).chart
    chart.plots[0].has_data_labels = True
    for series in chart.plots[0].series:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string("55A3AA")


def empty_template() -> bytes:
    """The branded template without slides, as python-pptx reads it."""
    from pptx import Presentation

    first = next(documents(1))
    deck = Presentation(io.BytesIO(deck_bytes(replace(first, sections=()))))
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def main() -> None:
    """Print decks a second on both sides and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    slow = max(13, min(count, 39))
    template = empty_template()
    reports = list(documents(count))
    deck_bytes(reports[0])
    from_scratch(reports[0], template)

    # Turn by turn, in processor time: what else the machine does falls on both sides alike.
    scratch = single = 0.0
    share = -(-count // slow)
    for at in range(slow):
        start = time.process_time()
        from_scratch(reports[at], template)
        scratch += time.process_time() - start
        start = time.process_time()
        for report in reports[at * share : (at + 1) * share]:
            deck_bytes(report)
        single += time.process_time() - start
    scratch, single = scratch / slow, single / count

    print(f"python-pptx from scratch   {1000 * scratch:8.2f} ms a deck  ({slow} decks)")
    print(f"template and XML           {1000 * single:8.2f} ms a deck  ({count} decks)")
    print(f"ratio                      {scratch / single:8.1f}")

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        files = render_many(reports, folder, workers=2)
        both = time.perf_counter() - start
        size = sum(file.stat().st_size for file in files) / 1e6
    print(f"mass run, two processes    {1000 * both / count:8.1f} ms a deck, on disk, {size:.0f} MB in {both:.1f} s")


if __name__ == "__main__":
    main()
