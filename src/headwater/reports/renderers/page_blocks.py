"""Each block of a Document as accessible HTML. Everything written by people is escaped on the way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headwater.reports.charts.chart import Chart, scrolling
from headwater.reports.charts.diverging import diverging_bars
from headwater.reports.charts.dots import dot_legend, dot_rows
from headwater.reports.charts.heat import heat_legend, heat_table
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain, signed
from headwater.reports.charts.places import place_legend, place_map
from headwater.reports.charts.trends import trend
from headwater.reports.document import (
    WITHHELD,
    ActionList,
    Block,
    Callouts,
    CellValue,
    Comments,
    DataColumn,
    DataTable,
    Diverging,
    DotIntervals,
    Guide,
    HeatMap,
    KeyFigures,
    NotShown,
    Paragraph,
    PlacePicture,
    RiverPicture,
    Sentence,
    Table,
    Trend,
    WithheldNote,
)
from headwater.reports.renderers.page_river import legend_of, river_block
from headwater.vocab import said


def draw_block(block: Block, key: str) -> Markup:
    """Return one block. key: unique on the page. Raises TypeError for what is no block."""
    drawer = DRAWERS.get(type(block))
    if drawer is None:
        raise TypeError(f"{type(block).__name__} is not a block of a Document")
    return drawer(block, key)


def _sentence(block: Sentence, key: str) -> Markup:
    return element("p", {"class": "sentence"}, block.text)


def _paragraph(block: Paragraph, key: str) -> Markup:
    heading = join([element("b", None, block.heading), " "]) if block.heading else None
    return element("p", {"class": "para quiet" if block.quiet else "para"}, heading, block.text)


def _key_figures(block: KeyFigures, key: str) -> Markup:
    return element(
        "dl",
        {"class": "figures"},
        *(
            element(
                "div",
                None,
                element("dt", None, figure.label),
                element("dd", None, figure.value),
                element("dd", {"class": "more"}, figure.detail) if figure.detail else None,
            )
            for figure in block.figures
        ),
    )


def _dots(block: DotIntervals, key: str) -> Markup:
    return element("div", {"class": "blocks"}, dot_legend(block), dot_rows(block, key))


def _chart(chart: Chart, *, scroll: bool = False) -> Markup:
    return element("figure", {"class": "chart"}, chart.with_table(scroll=scroll))


def _diverging(block: Diverging, key: str) -> Markup:
    return _chart(diverging_bars(block, key), scroll=True)


def _trend(block: Trend, key: str) -> Markup:
    words = element("p", {"class": "para"}, block.words) if block.words else None
    return join([_chart(trend(block, key), scroll=True), words])


def _heat(block: HeatMap, key: str) -> Markup:
    note = _withheld(block.note, key) if block.note is not None else None
    key_chart = heat_legend(block, f"{key}-k")
    return element(
        "div",
        {"class": "blocks"},
        scrolling(heat_table(block), said("%(title)s, scrolls sideways on small screens", title=block.title)),
        note,
        element("div", {"class": "heat-key"}, key_chart.svg()),
    )


def _table(block: Table, key: str) -> Markup:
    numeric = set(block.numeric)

    def kind(at: int) -> str | None:
        return "num" if at in numeric else None

    head = [element("th", {"scope": "col", "class": kind(at)}, cell) for at, cell in enumerate(block.header)]
    body = [
        element(
            "tr",
            None,
            *(
                element("th", {"scope": "row"}, cell) if at == 0 else element("td", {"class": kind(at)}, cell)
                for at, cell in enumerate(row)
            ),
        )
        for row in block.rows
    ]
    inner = element(
        "table",
        {"class": "lt wide-table" if len(block.header) > 3 else "lt"},
        element("caption", None, block.title),
        element("thead", None, element("tr", None, *head)),
        element("tbody", None, *body),
    )
    return scrolling(inner, f"Table: {block.title}")


def cell_text(value: CellValue, column: DataColumn) -> str:
    """Return a cell of a data table as people read it."""
    if isinstance(value, NotShown):
        return value.value
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.kind == "integer":
        return plain(value, 0)
    if column.kind == "difference":
        return signed(value, column.decimals)
    return plain(value, column.decimals) + ("%" if column.kind == "percent" else "")


def _data_table(block: DataTable, key: str) -> Markup:
    numeric = [column.kind != "text" for column in block.columns]
    head = [
        element("th", {"scope": "col", "class": "num" if number else None}, column.label)
        for column, number in zip(block.columns, numeric, strict=True)
    ]
    body = []
    for row in block.rows:
        cells = []
        for at, (value, column) in enumerate(zip(row, block.columns, strict=True)):
            shown = cell_text(value, column)
            if at == 0:
                cells.append(element("th", {"scope": "row"}, shown))
            elif value is WITHHELD:
                cells.append(element("td", {"class": "x"}, element("span", {"class": "hide"}, shown)))
            else:
                cells.append(element("td", {"class": "num" if numeric[at] else None}, shown))
        body.append(element("tr", None, *cells))
    inner = element(
        "table",
        {"class": "lt wide-table"},
        element("caption", None, block.title),
        element("thead", None, element("tr", None, *head)),
        element("tbody", None, *body),
    )
    return scrolling(inner, f"Table: {block.title}")


def _actions(block: ActionList, key: str) -> Markup:
    items = []
    for action in block.actions:
        facts = [
            (said("Who"), action.who),
            (said("By"), action.by),
            (said("Known by"), action.known_by),
            (said("Where"), action.unit),
        ]
        items.append(
            element(
                "li",
                {"class": "action need" if action.needs else "action"},
                element(
                    "div",
                    {"class": "do need" if action.needs else "do"},
                    element("h3", {"class": "mark" if action.needs else None}, action.what),
                    element("p", None, action.detail) if action.detail else None,
                ),
                element(
                    "dl",
                    {"class": "kv"},
                    *(join([element("dt", None, a), element("dd", None, b)]) for a, b in facts if b),
                ),
            )
        )
    return element("ol", {"class": "actions", "aria-label": block.title}, *items)


def _callouts(block: Callouts, key: str) -> Markup:
    return element(
        "div",
        {"class": "callouts"},
        *(
            element(
                "div",
                {"class": f"callout {item.kind}"},
                element("h3", {"class": "mark" if item.kind != "note" else None}, item.heading),
                element("p", None, item.text),
            )
            for item in block.items
        ),
    )


def _withheld(block: WithheldNote, key: str) -> Markup:
    nearest = ""
    if block.nearest:
        nearest = said(" The nearest group we can show is %(nearest)s", nearest=block.nearest)
        nearest += f": {block.nearest_text}." if block.nearest_text else "."
    subject = block.subject if block.subject.endswith(".") else f"{block.subject}."
    return element(
        "p",
        {"class": "withheld"},
        element("span", None, element("b", None, subject), f" {block.reason}.{nearest}"),
    )


def _comments(block: Comments, key: str) -> Markup:
    themes = [
        element(
            "article",
            None,
            element(
                "div",
                {"class": "k"},
                element("h3", None, theme.theme),
                element("span", {"class": "small num"}, f"{plain(theme.n, 0)} of {plain(theme.of, 0)}"),
            ),
            *(element("blockquote", None, quoted(quote)) for quote in theme.quotes),
        )
        for theme in block.themes
    ]
    note = element("p", {"class": "quiet"}, block.note) if block.note else None
    return element("div", {"class": "blocks"}, note, element("div", {"class": "themes"}, *themes))


def quoted(words: str) -> str:
    """Return words in quotation marks, once."""
    return words if words[:1] in {"“", "«", "„", '"'} else f"“{words}”"


def _guide(block: Guide, key: str) -> Markup:
    steps = [
        element(
            "li",
            None,
            element(
                "div",
                {"class": "min"},
                str(step.minutes),
                element("small", None, "minute" if step.minutes == 1 else "minutes"),
            ),
            element("div", None, element("h3", None, step.what), element("p", {"class": "words"}, step.words)),
        )
        for step in block.steps
    ]
    return element(
        "div",
        {"class": "blocks"},
        element("h3", None, f"{block.title} ({block.minutes} minutes)"),
        element("ol", {"class": "guide"}, *steps),
    )


def _river(block: RiverPicture, key: str) -> Markup:
    return river_block(block, key)


def _places(block: PlacePicture, key: str) -> Markup:
    chart = place_map(block, key)
    legend = legend_of(place_legend(block))
    return join([chart.with_table(words=said("The same as a table"), scroll=True), legend])


DRAWERS: dict[type, Callable[[Any, str], Markup]] = {
    Sentence: _sentence,
    Paragraph: _paragraph,
    KeyFigures: _key_figures,
    DotIntervals: _dots,
    Diverging: _diverging,
    HeatMap: _heat,
    Table: _table,
    DataTable: _data_table,
    ActionList: _actions,
    Callouts: _callouts,
    WithheldNote: _withheld,
    Comments: _comments,
    Guide: _guide,
    Trend: _trend,
    RiverPicture: _river,
    PlacePicture: _places,
}
"""One drawer for each kind of block."""

__all__ = ["DRAWERS", "cell_text", "draw_block", "quoted"]
