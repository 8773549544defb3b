"""Each block of a Document as plain data and pictures for the Typst template. No markup is made here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.reports.charts.chart import Chart
from headwater.reports.charts.diverging import diverging_bars
from headwater.reports.charts.dots import (
    dot_axis_chart,
    dot_keys,
    dot_row,
    dot_table_data,
    held_words,
    range_of,
    value_of,
)
from headwater.reports.charts.evidence import link_intervals
from headwater.reports.charts.heat import heat_legend
from headwater.reports.charts.markup import Markup, element
from headwater.reports.charts.numerals import plain
from headwater.reports.charts.places import key_words, place_map
from headwater.reports.charts.river import (
    certainty_of,
    design_of,
    direction,
    draw,
    layout,
    left_out_words,
    means_of,
    name_of,
    published_of,
    reliability_of,
    units_of,
)
from headwater.reports.charts.themes import resolved_chart_rules
from headwater.reports.charts.trends import trend
from headwater.reports.document import (
    WITHHELD,
    ActionList,
    Block,
    Callouts,
    Comments,
    DataTable,
    Diverging,
    DotIntervals,
    Guide,
    HeatMap,
    KeyFigures,
    Paragraph,
    PlacePicture,
    RiverPicture,
    Sentence,
    Table,
    Trend,
    WithheldNote,
)
from headwater.reports.renderers.page_blocks import cell_text, quoted
from headwater.reports.renderers.page_river import chosen_stream, legend_parts
from headwater.vocab import River, Stream, said

WEIGHTS = {"a": 600, "b": 500, "c": 400}
Data = dict[str, Any]


class Album:
    """The pictures of one PDF by name, in the brand's colours."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        """Start empty."""
        self.colours = colours
        self.files: dict[str, bytes] = {}

    def add(self, chart: Chart) -> str:
        """Keep a chart; return the name of its file."""
        return self.add_text(chart.standalone(self.colours))

    def add_marks(self, marks: Markup, width: float, height: float) -> str:
        """Keep the marks of a legend; return the name of their file."""
        size = {"width": width, "height": height, "viewBox": f"0 0 {width:g} {height:g}"}
        style = Markup(f"<style>{resolved_chart_rules(self.colours)}</style>")
        attributes = {"xmlns": "http://www.w3.org/2000/svg", "class": "ch", **size}
        return self.add_text(element("svg", attributes, style, marks))

    def add_text(self, svg: str) -> str:
        """Keep an SVG; return the name of its file. The same picture is kept once."""
        data = svg.encode("utf-8")
        for name, kept in self.files.items():
            if kept == data:
                return name
        name = f"picture-{len(self.files) + 1}.svg"
        self.files[name] = data
        return name


def alternative(chart: Chart) -> str:
    """Return the words that stand for a picture: title, description and every row of its table."""
    head = chart.table.header
    rows = [
        f"{row[0]}: " + ", ".join(f"{name.lower()} {cell}" for name, cell in zip(head[1:], row[1:], strict=True))
        for row in chart.table.rows
    ]
    return ". ".join([chart.title.rstrip("."), chart.description.rstrip("."), *rows]) + "."


def block_data(block: Block, album: Album, key: str, *, narrow: bool = False) -> Data:
    """Return one block as data. narrow: it stands beside a side column. Raises TypeError for what is no block."""
    match block:
        case Sentence(text=text):
            return {"kind": "sentence", "text": text}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text, "heading": block.heading, "quiet": block.quiet}
        case KeyFigures():
            items = [{"value": one.value, "label": one.label, "detail": one.detail} for one in block.figures]
            return {"kind": "figures", "items": items}
        case DotIntervals():
            return _dots(block, album, key, narrow)
        case Diverging():
            return _picture(diverging_bars(block, key), album, 78)
        case Trend():
            return _picture(trend(block, key), album, 92, block.words)
        case HeatMap():
            return _heat(block, album, key)
        case Table():
            widths = list(block.widths) or [1.0] * len(block.header)
            rows: list[list[str | None]] = [list(row) for row in block.rows]
            return _table(block.title, list(block.header), rows, list(block.numeric), widths)
        case DataTable():
            numeric = [at for at, column in enumerate(block.columns) if column.kind != "text"]
            cells = [
                [
                    None if value is WITHHELD else cell_text(value, column)
                    for value, column in zip(row, block.columns, strict=True)
                ]
                for row in block.rows
            ]
            head = [column.label for column in block.columns]
            return _table(block.title, head, cells, numeric, [column.width for column in block.columns])
        case ActionList():
            return {"kind": "actions", "items": [_action(one) for one in block.actions]}
        case Callouts():
            items = [{"kind": one.kind, "heading": one.heading, "text": one.text} for one in block.items]
            return {"kind": "callouts", "items": items}
        case WithheldNote():
            return _withheld(block)
        case Comments():
            themes = [
                {
                    "theme": one.theme,
                    "count": said("%(n)s of %(of)s who wrote", n=plain(one.n, 0), of=plain(one.of, 0)),
                    "quotes": [quoted(quote) for quote in one.quotes],
                }
                for one in block.themes
            ]
            return {"kind": "comments", "note": block.note, "themes": themes}
        case Guide():
            steps = [{"minutes": str(one.minutes), "what": one.what, "words": one.words} for one in block.steps]
            return {"kind": "guide", "title": f"{block.title} ({block.minutes} minutes)", "steps": steps}
        case RiverPicture():
            return _river(block, album, key)
        case PlacePicture():
            return _picture(place_map(block, key), album, 100, key_words())
    raise TypeError(f"{type(block).__name__} is not a block of a Document")


def _picture(chart: Chart, album: Album, width: int, words: str = "") -> Data:
    return {"kind": "picture", "image": album.add(chart), "alt": alternative(chart), "width": width, "words": words}


def _table(
    title: str, header: list[str], rows: list[list[str | None]], numeric: list[int], widths: list[float]
) -> Data:
    return {"kind": "data", "title": title, "header": header, "rows": rows, "numeric": numeric, "widths": widths}


def _dots(block: DotIntervals, album: Album, key: str, narrow: bool) -> Data:
    head = list(dot_table_data(block).header)
    wide = not block.compact
    # Plots as wide as their column, so that marks and type keep one size on paper.
    plot = 320.0 if wide else 260.0 if narrow else 520.0
    heads = [head[0], f"{head[1]}, {head[2]}", *([head[3], head[4]] if wide else [])]
    rows = []
    for at, row in enumerate(block.rows):
        chart = dot_row(block, row, f"{key}-{at}", plot, 34)
        held = row.withheld is not None
        rows.append(
            {
                "label": row.label,
                "image": album.add(chart),
                "alt": f"{chart.title}: {chart.description}",
                "held": held_words(row),
                "value": value_of(row, block.decimals),
                "range": range_of(row, block.decimals),
                "n": "–" if held or row.n is None else plain(row.n, 0),
                "difference": "" if held else row.difference,
                "words": "" if held else row.words,
            }
        )
    legend = [
        {"image": album.add_marks(marks, width, 18), "height": 11, "text": words}
        for width, marks, words in dot_keys(block)
    ]
    return {
        "kind": "dots",
        "wide": wide,
        "heads": heads,
        "axis": album.add(dot_axis_chart(block, f"{key}-x", plot)),
        "axis_words": said("Chart, from %(axis)s", axis=block.axis_label or said("low to high")),
        "rows": rows,
        "legend": legend,
    }


def _heat(block: HeatMap, album: Album, key: str) -> Data:
    rows = []
    for row in block.rows:
        cells = []
        for cell in row.cells:
            shown = not cell.withheld and cell.value is not None
            cells.append(
                {
                    "held": cell.withheld,
                    "text": (cell.text or plain(cell.value or 0.0)) if shown else "" if cell.withheld else "–",
                    "token": cell.token if shown else "",
                    "weight": WEIGHTS[cell.doubt],
                }
            )
        n = "–" if row.n is None else plain(row.n, 0)
        rows.append({"label": row.label, "depth": row.depth, "strong": row.strong, "n": n, "cells": cells})
    chart = heat_legend(block, f"{key}-k")
    return {
        "kind": "heat",
        "columns": list(block.columns),
        "rows": rows,
        "note": None if block.note is None else _withheld(block.note),
        "key": album.add(chart),
        "key_alt": f"{chart.title}. {chart.description}",
    }


def _action(one: Any) -> Data:
    facts = [[said("Who"), one.who], [said("By"), one.by], [said("Known by"), one.known_by], [said("Where"), one.unit]]
    return {"what": one.what, "detail": one.detail, "needs": one.needs, "facts": [fact for fact in facts if fact[1]]}


def _withheld(block: WithheldNote) -> Data:
    subject = block.subject if block.subject.endswith(".") else f"{block.subject}."
    nearest = ""
    if block.nearest:
        nearest = said(" The nearest group we can show is %(nearest)s", nearest=block.nearest)
        nearest += f": {block.nearest_text}." if block.nearest_text else "."
    return {"kind": "withheld", "subject": subject, "text": f"{block.reason}.{nearest}"}


def _river(block: RiverPicture, album: Album, key: str) -> Data:
    river = block.river
    shapes = layout(river)
    chosen = chosen_stream(river)
    chart = draw(river, shapes, chosen=chosen, key=key, title=block.title, description=block.description)
    legend = [
        {"image": album.add_marks(marks, 58, 22), "height": 10, "text": words}
        for marks, words in legend_parts(river, shapes)
    ]
    return {
        "kind": "river",
        "image": album.add(chart),
        "alt": alternative(chart),
        "legend": legend,
        "left_out": left_out_words(river, shapes),
        "evidence": None if chosen is None else _evidence(river, river.streams[chosen], album, f"{key}-e"),
    }


def _evidence(river: River, stream: Stream, album: Album, key: str) -> Data:
    chart = link_intervals(river, stream, key)
    best = stream.best
    facts = []
    if best is not None:
        facts += [[said("Design"), best.method or design_of(river, best)], [said("Units"), units_of(river, best)]]
    if reliability_of(stream) != "–":
        facts.append([said("Reliability"), means_of(river, stream)])
    facts.append([said("How sure"), certainty_of(stream)])
    if stream.published is not None:
        facts.append([said("Published"), published_of(stream.published)])
    against = direction(best)
    words = [[said("What this means"), stream.meaning], [said("What would overturn it"), stream.overturn]]
    if against:
        words.insert(0, [said("Against the stream"), said("The stream %(against)s.", against=against)])
    return {
        "name": said("Chosen stream: %(river)s", river=name_of(river, stream)),
        "sentence": stream.sentence,
        "words": [pair for pair in words if pair[1]],
        "image": album.add(chart),
        "alt": alternative(chart),
        "facts": facts,
    }
