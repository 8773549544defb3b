"""Dot and interval: the steadied score with its 95% range, the group's own answers, the rest of the parent.

Round and teal is strong, rust needs you, slate is like the rest or too close to call. A hollow ring is the group's own
answers, an upright line the rest of the parent. All rows share one axis that is never cut.
"""

from __future__ import annotations

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import shorten, wrap
from headwater.reports.charts.markup import Markup, element, join, text
from headwater.reports.charts.numerals import plain, span
from headwater.reports.charts.scales import Axis
from headwater.reports.document import DotIntervals, DotRow
from headwater.vocab import WITHHELD_REASON, said

PLOT = 520.0
ROW = 44.0
_TONE = {"strong": "", "needs": "nd", "same": "qt", "unsure": "qt"}


def _axis(block: DotIntervals, start: float, end: float) -> Axis:
    return Axis(block.low, block.high, start, end)


def head_of(block: DotIntervals) -> str:
    """Return what stands over the labels of the rows."""
    return said("What they experience") if block.value_label == "Score" else block.title


def _against(block: DotIntervals) -> str:
    """What heads the differences."""
    if not block.rest_label:
        return said("Difference")
    return said("Against %(rest)s", rest=block.rest_label[:1].lower() + block.rest_label[1:])


def _axis_words(block: DotIntervals) -> str:
    """What the axis runs from and to, for those who do not see it."""
    return said("Axis, from %(ends)s", ends=block.axis_label or said("low to high"))


def value_of(row: DotRow, decimals: int) -> str:
    """Return the row's value in words; the one reason where it is withheld; a dash where there is none."""
    if row.withheld is not None:
        return said(WITHHELD_REASON)
    return row.value_text or ("–" if row.value is None else plain(row.value, decimals))


def range_of(row: DotRow, decimals: int) -> str:
    """Return the row's 95% range in words; empty where there is none to show."""
    if row.withheld is not None or row.low is None or row.high is None:
        return ""
    return row.range_text or span(row.low, row.high, decimals)


def dot_table_data(block: DotIntervals) -> ChartTable:
    """Return the rows as a table of words and figures."""
    header = [head_of(block), said(block.value_label), said("95% range"), said("Answers")]
    wide = not block.compact
    header += [_against(block), said("In words")] if wide else []
    rows = []
    for row in block.rows:
        held = row.withheld is not None
        cells = [row.label, value_of(row, block.decimals), range_of(row, block.decimals) or "–"]
        cells.append("–" if held or row.n is None else plain(row.n, 0))
        if wide:
            cells += ["–", "–"] if held else [row.difference or "–", row.words or "–"]
        rows.append(tuple(cells))
    return ChartTable(block.title, tuple(header), tuple(rows), (1, 2, 3, 4) if wide else (1, 2, 3))


def _marks(row: DotRow, axis: Axis, y: float) -> Markup:
    """The marks of one row, or the hatch where it is withheld."""
    if row.withheld is not None:
        return hatch(axis.start, y - 11, axis.end - axis.start, 22)
    if row.value is None:
        return Markup("")
    marks: list[Markup] = []
    if row.low is not None and row.high is not None:
        marks.append(
            element("line", {"class": "iv", "x1": axis.at(row.low), "x2": axis.at(row.high), "y1": y, "y2": y})
        )
    if row.rest is not None:
        x = axis.at(row.rest)
        marks.append(element("line", {"class": "pt", "x1": x, "x2": x, "y1": y - 12, "y2": y + 12}))
    if row.own is not None:
        marks.append(element("circle", {"class": "rw", "cx": axis.at(row.own), "cy": y, "r": 4.5}))
    x = axis.at(row.value)
    if row.flag == "needs":
        points = f"M{x:.1f} {y - 9:.1f}L{x + 9:.1f} {y:.1f}L{x:.1f} {y + 9:.1f}L{x - 9:.1f} {y:.1f}Z"
        marks.append(element("path", {"class": "dt", "d": points}))
    else:
        marks.append(element("circle", {"class": "dt", "cx": x, "cy": y, "r": 8}))
    return element("g", {"class": _TONE[row.flag] or None}, *marks)


def hatch(x: float, y: float, width: float, height: float) -> Markup:
    """Return the one hatch of everything withheld."""
    lines = []
    at = x - height
    while at < x + width:
        left, right = max(at, x), min(at + height, x + width)
        if right > left:
            lines.append(
                element(
                    "line", {"x1": left, "y1": y + height - (left - at), "x2": right, "y2": y + height - (right - at)}
                )
            )
        at += 7
    return join(
        [
            element("rect", {"class": "hb", "x": x, "y": y, "width": width, "height": height, "rx": 3}),
            element("g", {"class": "hl"}, *lines),
        ]
    )


def dot_row(block: DotIntervals, row: DotRow, key: str, plot: float = PLOT, height: float = ROW) -> Chart:
    """Return the plot of one row alone, `plot` by `height` px, for a table whose other columns say the rest."""
    axis = _axis(block, 14, plot - 14)
    body = join([axis.grid(block.ticks, 0, height), _marks(row, axis, height / 2)])
    data = dot_table_data(DotIntervals(row.label, row.label, (row,), block.low, block.high, block.ticks))
    return Chart(key, row.label, _row_words(row, block), plot, height, body, data)


def _row_words(row: DotRow, block: DotIntervals) -> str:
    if row.withheld is not None:
        return f"{said(WITHHELD_REASON)}."
    if row.value is None:
        return said("Nothing to show.")
    known = range_of(row, block.decimals) or said("not known")
    words = said("%(value)s, 95%% range %(range)s", value=value_of(row, block.decimals), range=known)
    if row.rest is not None:
        rest = block.rest_label[:1].lower() + block.rest_label[1:] or said("the rest")
        words += f"; {rest} {plain(row.rest, block.decimals)}"
    return f"{words}. {row.words}".strip()


def dot_axis(block: DotIntervals) -> Markup:
    """Return the figures of the axis, for the head of a table of rows."""
    labels = _axis(block, 14, PLOT - 14).labels(block.ticks, 13)
    return element("svg", {"class": "ch", "viewBox": f"0 0 {PLOT:.0f} 18", "aria-hidden": "true"}, labels)


def dot_axis_chart(block: DotIntervals, key: str, plot: float = PLOT) -> Chart:
    """Return the figures of the axis as a picture."""
    labels = _axis(block, 14, plot - 14).labels(block.ticks, 13)
    return Chart(key, block.title, _axis_words(block), plot, 18, labels, dot_table_data(block))


def held_words(row: DotRow) -> str:
    """Return why a row is not shown and what is nearest; empty for a row that is shown."""
    note = row.withheld
    if note is None:
        return ""
    nearest = f" {said('The nearest group we can show is')} {note.nearest}" if note.nearest else ""
    if nearest:
        nearest += f": {note.nearest_text}." if note.nearest_text else "."
    return f"{said(note.reason)}.{nearest}"


def dot_interval(block: DotIntervals, key: str) -> Chart:
    """Return the whole chart as one picture: labels, plots, scores, answers, differences and words."""
    left, plot_end = 236.0, 620.0
    wide = not block.compact
    width = 1000.0 if wide else 760.0
    axis = _axis(block, left, plot_end)
    parts = [axis.labels(block.ticks, 16)]
    heads = [(644.0, f"{said(block.value_label)}, {said('95% range')}")] + ([(782.0, said("Answers"))] if wide else [])
    if wide and block.rest_label:
        heads.append((846.0, shorten(said("Difference"), 150, 13)))
    parts += [element("text", {"x": x, "y": 16}, words) for x, words in heads]
    top = 30.0
    for row in block.rows:
        middle = top + 24
        parts.append(element("line", {"class": "rl", "x1": 0, "x2": width, "y1": top, "y2": top}))
        parts.append(axis.grid(block.ticks, top + 3, top + 45))
        lines = wrap(row.label, left - 30, 14, most=2)
        for at, line in enumerate(lines):
            parts.append(
                element("text", {"class": "nm", "x": 0, "y": middle + 5 - 9 * (len(lines) - 1) + 18 * at}, line)
            )
        parts.append(_marks(row, axis, middle))
        parts += _figures(row, block, middle, wide)
        top += 48
    return Chart(key, block.title, block.description, width, top + 4, join(parts), dot_table_data(block))


def _figures(row: DotRow, block: DotIntervals, y: float, wide: bool) -> list[Markup]:
    if row.withheld is not None:
        return [element("text", {"x": 644, "y": y + 5}, said(WITHHELD_REASON))]
    parts = [
        element("text", {"class": "sc", "x": 644, "y": y}, value_of(row, block.decimals)),
        element("text", {"x": 644, "y": y + 16}, range_of(row, block.decimals)),
    ]
    if wide:
        if row.n is not None:
            parts.append(element("text", {"x": 782, "y": y + 5}, plain(row.n, 0)))
        parts.append(element("text", {"class": "k", "x": 846, "y": y}, shorten(row.difference, 152, 13, "sans-bold")))
        parts.append(element("text", {"x": 846, "y": y + 16}, shorten(row.words, 152, 13)))
    return parts


def dot_keys(block: DotIntervals) -> list[tuple[int, Markup, str]]:
    """Return what the marks mean, as far as the rows have them: (width, marks in a box 18 high, words)."""
    shown = [row for row in block.rows if row.withheld is None and row.value is not None]
    bar = element("line", {"class": "iv", "x1": 6, "x2": 38, "y1": 9, "y2": 9})
    dot = element("circle", {"class": "dt", "cx": 22, "cy": 9, "r": 7})
    keys = [(44, join([bar, dot]), said("%(value)s with its 95%% range", value=said(block.value_label)))]
    if any(row.flag == "needs" for row in shown):
        diamond = element("path", {"class": "dt", "d": "M22 1L30 9L22 17L14 9Z"})
        keys.append((44, element("g", {"class": "nd"}, bar, diamond), said("Needs you")))
    if block.own_label and any(row.own is not None for row in shown):
        keys.append((18, element("circle", {"class": "rw", "cx": 9, "cy": 9, "r": 4.5}), _begun(block.own_label)))
    if block.rest_label and any(row.rest is not None for row in shown):
        line = element("line", {"class": "pt", "x1": 5, "x2": 5, "y1": 1, "y2": 17})
        keys.append((10, line, _begun(block.rest_label)))
    return keys


def dot_legend(block: DotIntervals) -> Markup:
    """Return what the marks mean, for a page."""
    return element(
        "div",
        {"class": "legend", "aria-hidden": "true"},
        *(
            element(
                "span",
                None,
                element("svg", {"class": "ch key", "width": wide, "height": 18, "viewBox": f"0 0 {wide} 18"}, marks),
                text(words),
            )
            for wide, marks, words in dot_keys(block)
        ),
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def dot_rows(block: DotIntervals, key: str) -> Markup:
    """Return the chart as a table with a plot in each row: picture and table at once, which a phone can stack."""
    cells = [
        element("th", {"class": "c-name", "scope": "col"}, head_of(block)),
        element(
            "th",
            {"scope": "col"},
            dot_axis(block),
            element("span", {"class": "hide"}, _axis_words(block)),
        ),
        element("th", {"class": "c-sc", "scope": "col"}, said(block.value_label), element("br"), said("95% range")),
    ]
    if _says_answers(block):
        cells.append(element("th", {"class": "c-n", "scope": "col"}, said("Answers")))
    if not block.compact:
        cells.append(element("th", {"class": "c-df", "scope": "col"}, _against(block)))
    body = [_table_row(block, row, f"{key}-{at}") for at, row in enumerate(block.rows)]
    return element(
        "table",
        {"class": "dots compact" if block.compact else "dots"},
        element("caption", {"class": "hide"}, f"{block.title}. {block.description}"),
        element("thead", None, element("tr", None, *cells)),
        element("tbody", None, *body),
    )


def _says_answers(block: DotIntervals) -> bool:
    """Whether the table has a column of answers: some row says how many they are."""
    return not block.compact and (not block.rows or any(row.n is not None for row in block.rows))


def _table_row(block: DotIntervals, row: DotRow, key: str) -> Markup:
    name = element("th", {"scope": "row"}, row.label)
    plot = element("td", {"class": "c-ch"}, dot_row(block, row, key).svg())
    if row.withheld is not None:
        words = element(
            "td", {"class": "held", "colspan": 1 if block.compact else 2 + _says_answers(block)}, held_words(row)
        )
        return element("tr", {"class": "one"}, name, plot, words)
    score = element(
        "td",
        {"class": "sc"},
        value_of(row, block.decimals),
        element("small", None, range_of(row, block.decimals)) if range_of(row, block.decimals) else None,
    )
    cells = [name, plot, score]
    if _says_answers(block):
        cells.append(element("td", {"class": "c-n num"}, "–" if row.n is None else plain(row.n, 0)))
    if not block.compact:
        cells.append(
            element("td", {"class": "df"}, row.difference, element("small", None, row.words) if row.words else None)
        )
    return element("tr", None, *cells)


__all__ = [
    "dot_axis",
    "dot_axis_chart",
    "dot_interval",
    "dot_keys",
    "dot_legend",
    "dot_row",
    "dot_rows",
    "dot_table_data",
    "hatch",
    "held_words",
    "range_of",
    "value_of",
]
