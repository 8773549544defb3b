"""Heat map: number = steadied score, colour = difference, paleness and lighter type = doubt (value-suppressing).

Correll, Moritz and Heer (2018): the less is known, the fewer colours are told apart. Withheld cells carry one hatch.
"""

from __future__ import annotations

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.dots import hatch
from headwater.reports.charts.lettering import shorten, wrap
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain, signed
from headwater.reports.document import HeatCell, HeatMap
from headwater.vocab import WITHHELD_REASON, said

NAME, COUNT, CELL, ROW = 190.0, 62.0, 84.0, 36.0
DOUBT = {"a": "sure", "b": "fairly sure", "c": "too close to call"}


def cell_words(cell: HeatCell) -> str:
    """Return what a cell says to those who do not see its colour."""
    if cell.withheld:
        return said(WITHHELD_REASON)
    if cell.value is None:
        return said("nothing to show")
    figure = cell.text or plain(cell.value)
    if cell.difference is None:
        return figure
    return f"{figure} ({signed(cell.difference)}, {said(DOUBT[cell.doubt])})"


def heat_data(block: HeatMap) -> ChartTable:
    """Return the map as a table of words and figures."""
    rows = tuple(
        (row.label, "–" if row.n is None else plain(row.n, 0), *(cell_words(cell) for cell in row.cells))
        for row in block.rows
    )
    return ChartTable(
        block.title, (said("Group"), said("Answers"), *block.columns), rows, tuple(range(1, len(block.columns) + 2))
    )


def heat_map(block: HeatMap, key: str) -> Chart:
    """Draw the map as one picture."""
    width = NAME + COUNT + CELL * len(block.columns)
    heads = [wrap(column, CELL - 10, 13, most=3) for column in block.columns]
    deep = max((len(lines) for lines in heads), default=1)
    parts: list[Markup] = []
    for at, lines in enumerate(heads):
        x = NAME + COUNT + CELL * (at + 0.5)
        for line, words in enumerate(lines):
            y = 14 + 16 * (deep - len(lines) + line)
            parts.append(element("text", {"class": "mid", "x": x, "y": y, "text-anchor": "middle"}, words))
    top = 16.0 * deep + 8
    parts.append(element("text", {"x": NAME + COUNT - 10, "y": top - 10, "text-anchor": "end"}, said("Answers")))
    for row in block.rows:
        indent = 14.0 * row.depth
        kind = "k" if row.strong else "nm"
        name = shorten(row.label, NAME - indent - 8, 14, "sans-bold" if row.strong else "sans")
        parts.append(element("text", {"class": kind, "x": indent, "y": top + 23}, name))
        n = "–" if row.n is None else plain(row.n, 0)
        parts.append(element("text", {"x": NAME + COUNT - 10, "y": top + 23, "text-anchor": "end"}, n))
        for at, cell in enumerate(row.cells):
            parts.append(_cell(cell, NAME + COUNT + CELL * at, top))
        top += ROW
    return Chart(key, block.title, block.description, width, top + 2, join(parts), heat_data(block))


def _cell(cell: HeatCell, x: float, y: float) -> Markup:
    box = {"x": x + 1, "y": y + 1, "width": CELL - 2, "height": ROW - 2, "rx": 3}
    if cell.withheld:
        return hatch(x + 1, y + 1, CELL - 2, ROW - 2)
    if cell.value is None:
        return element("text", {"x": x + CELL / 2, "y": y + 23, "text-anchor": "middle"}, "–")
    tone = f"{cell.step}{cell.doubt}"
    words = element(
        "text",
        {"class": f"cell-{cell.doubt} i{tone}", "x": x + CELL / 2, "y": y + 23, "text-anchor": "middle"},
        cell.text or plain(cell.value),
    )
    return join([element("rect", {"class": f"f{tone}", **box}), words])


def heat_table(block: HeatMap) -> Markup:
    """Return the map as an HTML table that is picture and table at once."""
    head = [
        element("th", {"scope": "col"}, said("Group")),
        element("th", {"scope": "col", "class": "cn"}, said("Answers")),
        *(element("th", {"scope": "col"}, column) for column in block.columns),
    ]
    body = []
    for row in block.rows:
        cells = [
            element("th", {"scope": "row"}, row.label),
            element("td", {"class": "n"}, "–" if row.n is None else plain(row.n, 0)),
            *(_table_cell(cell) for cell in row.cells),
        ]
        body.append(element("tr", {"class": f"l{min(row.depth, 4)}{' strong' if row.strong else ''}"}, *cells))
    return element(
        "table",
        {"class": "heat"},
        element("caption", {"class": "hide"}, f"{block.title}. {block.description}"),
        element("thead", None, element("tr", None, *head)),
        element("tbody", None, *body),
    )


def _table_cell(cell: HeatCell) -> Markup:
    if cell.withheld:
        return element(
            "td",
            {"class": "x"},
            element("span", {"class": "hide"}, said("withheld: %(reason)s", reason=said(WITHHELD_REASON))),
        )
    if cell.value is None:
        return element("td", None, "–")
    hidden = "" if cell.difference is None else f" {signed(cell.difference)}, {said(DOUBT[cell.doubt])}"
    return element(
        "td",
        {"class": f"d{cell.step}{cell.doubt} {cell.doubt}"},
        cell.text or plain(cell.value),
        element("span", {"class": "hide"}, hidden) if hidden else None,
    )


def heat_legend(block: HeatMap, key: str) -> Chart:
    """Draw how to read the map: seven steps of difference by three of doubt."""
    parts = []
    for line, (doubt, words) in enumerate(DOUBT.items()):
        for step in range(1, 8):
            box = {"x": 32 * (step - 1), "y": 24 * line, "width": 30, "height": 22, "rx": 3}
            parts.append(element("rect", {"class": f"f{step}{doubt}", **box}))
        parts.append(element("text", {"x": 234, "y": 24 * line + 16}, said(words)))
    decimals = 0 if block.step_size >= 1 else 1
    reach = 2.5 * block.step_size
    ends = (
        (0.0, "start", said("%(difference)s or lower", difference=signed(-reach, decimals))),
        (222.0, "end", said("%(difference)s or higher", difference=signed(reach, decimals))),
    )
    parts += [element("text", {"x": x, "y": 90, "text-anchor": anchor}, words) for x, anchor, words in ends]
    compared = said("difference")
    if block.compared_with:
        compared = said("difference from %(group)s", group=block.compared_with)
    parts.append(element("text", {"x": 0, "y": 108}, shorten(compared, 350, 13)))
    description = said(
        "Colour from brown, lower, over sand, the same, to teal, higher. Strong colours are sure, pale colours are "
        "too close to call."
    )
    rows = (
        (said("Brown"), said("lower")),
        (said("Sand"), said("the same")),
        (said("Teal"), said("higher")),
        (said("Pale"), said("less is known")),
    )
    title = said("How to read the colours")
    table = ChartTable(title, (said("Colour"), said("Meaning")), rows)
    return Chart(key, title, description, 360, 116, join(parts), table)
