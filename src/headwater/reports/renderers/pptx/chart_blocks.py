"""Blocks with charts on a slide: dots with intervals, answers, trends. A native table carries the words and numbers."""

from __future__ import annotations

from headwater.reports.charts.numerals import plain
from headwater.reports.document import Diverging, DotIntervals, DotRow, Trend
from headwater.reports.renderers.pptx import charts
from headwater.reports.renderers.pptx.markup import paragraph
from headwater.reports.renderers.pptx.page import Area, Page, lines_of
from headwater.reports.renderers.pptx.tables import Cell, hatch, table
from headwater.vocab import said

HEADER = 58.0
AXIS = 40.0
LEGEND = 34.0
ONE_LINE, TWO_LINES, MOST_ROW = 48.0, 60.0, 84.0
"""Pixels of a row whose label takes one line, two lines, and of the tallest row."""
LABEL_TYPE = 13.0
LABEL, SCORE, ANSWERS, DIFFERENCE, WORDS = 316.0, 206.0, 104.0, 236.0, 182.0


def dot_height(block: DotIntervals, width: float, room: float) -> float:
    """Height of a dot chart that may use up to `room` pixels."""
    return _frame(block) + len(block.rows) * _row_height(block, width, room)


def dot_rows_that_fit(block: DotIntervals, width: float, room: float) -> int:
    """How many rows go onto this slide, when what is left is spread evenly over the slides it needs."""
    most = int((room - _frame(block)) // _least_row(block, width))
    if most < 1:
        return 0
    slides = -(-len(block.rows) // most)
    return -(-len(block.rows) // slides)


def _frame(block: DotIntervals) -> float:
    return HEADER + AXIS + (0 if block.compact else LEGEND)


def _least_row(block: DotIntervals, width: float) -> float:
    """A table row grows with its words and would part from the dots: rows are made tall enough beforehand."""
    label = _widths(block, width)[0]
    lines = max((lines_of(row.label, label - 10, LABEL_TYPE, bold=True) for row in block.rows), default=1)
    if any(row.value is None for row in block.rows) and not block.compact:
        lines = max(lines, 2)
    return ONE_LINE if lines == 1 else TWO_LINES + (lines - 2) * 27


def _row_height(block: DotIntervals, width: float, room: float) -> float:
    free = (room - _frame(block)) / max(len(block.rows), 1)
    least = _least_row(block, width)
    return max(least, min(max(MOST_ROW, least), free))


def _widths(block: DotIntervals, width: float) -> list[float]:
    if block.compact:
        label = max(width * 0.29, 240.0)
        return [label, width - label - SCORE, SCORE]
    return [LABEL, width - LABEL - SCORE - ANSWERS - DIFFERENCE - WORDS, SCORE, ANSWERS, DIFFERENCE, WORDS]


def draw_dots(page: Page, block: DotIntervals, area: Area) -> None:
    """Draw a table of labels and numbers with the native chart lying over its empty column."""
    row = _row_height(block, area.width, area.height)
    widths = _widths(block, area.width)
    rows = [(HEADER, _dot_header(page, block))]
    rows += [(row, _dot_cells(page, block, one)) for one in block.rows]
    told = said("The same as a table: %(title)s", title=block.title)
    page.add(table(page.number(), f"Table: {block.title}", (area.x, area.y), widths, rows, page.colours, told))
    plot = row * len(block.rows)
    inside = Area(area.x + widths[0] + 8, area.y + HEADER, widths[1] - 28, plot + AXIS)
    native = charts.dot_chart(block, page.colours, plot_share=plot / (plot + AXIS), width=inside.width)
    page.chart(f"Chart: {block.title}", inside, native, f"{block.title}. {block.description}")
    if not block.compact:
        _legend(page, block, Area(area.x, area.y + HEADER + plot + AXIS, area.width, LEGEND))


def _dot_header(page: Page, block: DotIntervals) -> list[Cell]:
    def head(text: str, align: str = "l") -> Cell:
        return Cell(page.say(text, 12, "ink-2", align=align), anchor="b")

    cells = [head(said("What they experience")), head(block.axis_label), head(f"{block.value_label}, 95% range")]
    if not block.compact:
        against = (
            said("Against %(rest_label)s", rest_label=block.rest_label) if block.rest_label else said("Difference")
        )
        cells += [head(said("Answers")), head(against), head(said("In words"))]
    return cells


def _dot_cells(page: Page, block: DotIntervals, row: DotRow) -> list[Cell]:
    label = Cell(page.say(row.label, LABEL_TYPE, bold=True))
    if row.value is None:
        note = row.withheld
        reason = note.reason if note else said("Not shown")
        held = hatch(page.colours)
        if block.compact:
            return [label, Cell("", held), Cell(page.say(said("Not shown"), 12, "ink-2"), inset=(16, 8))]
        nearest = f"{note.nearest}: {note.nearest_text}" if note and note.nearest else ""
        words = page.say(reason, 12, "ink-2") + (page.say(nearest, 12, "ink-2") if nearest else "")
        return [label, Cell("", held), Cell(words, span=4, inset=(16, 8))]
    score = page.run(row.value_text, 15, bold=True)
    if row.range_text:
        score += page.run(f"  {row.range_text}", 12, "ink-2")
    cells = [label, Cell(""), Cell(paragraph(score))]
    if not block.compact:
        needs = row.flag == "needs"
        words = page.say(_marked(row), 12, "need" if needs else "ink-2", bold=needs) if row.words else ""
        cells += [Cell(page.say(plain(row.n, 0) if row.n is not None else "", 13))]
        cells += [Cell(page.say(row.difference, 13) if row.difference else ""), Cell(words)]
    return cells


def _marked(row: DotRow) -> str:
    """Words with a mark, so that good and bad never hang on colour: round strong, diamond needs you."""
    return {"strong": "● ", "needs": "◆ "}.get(row.flag, "") + row.words


def _legend(page: Page, block: DotIntervals, area: Area) -> None:
    parts = [said("Dot: score, steadied. Bar: 95% range.")]
    if not block.steadied:
        parts = [said("%(value)s with its 95%% range", value=said(block.value_label)) + "."]
    if any(row.rest is not None for row in block.rows) and block.rest_label:
        parts.append(said("Upright line: %(rest_label)s.", rest_label=block.rest_label))
    if block.own_label:
        parts.append(f"Ring: {block.own_label[0].lower()}{block.own_label[1:]}.")
    page.text(said("How to read it"), area, page.say(" ".join(parts), 12, "ink-2"), anchor="b")


def answers_height(block: Diverging, room: float) -> float:
    """Height of the bars of answers."""
    return min(room, 90.0 + 78.0 * len(block.rows))


def draw_answers(page: Page, block: Diverging, area: Area) -> None:
    """Draw bars of answers; questions that are withheld are named below."""
    native = charts.answer_chart(block, page.colours)
    page.chart(f"Chart: {block.title}", area, native, f"{block.title}, in percent. {block.description}")


def draw_trend(page: Page, block: Trend, area: Area) -> None:
    """Draw a trend with its words below."""
    words = 40.0 if block.words else 0.0
    inside = Area(area.x, area.y, area.width, area.height - words)
    page.chart(
        f"Chart: {block.title}", inside, charts.trend_chart(block, page.colours), f"{block.title}. {block.description}"
    )
    if block.words:
        page.text(said("What changed"), Area(area.x, inside.bottom, area.width, words), page.say(block.words, 14))
