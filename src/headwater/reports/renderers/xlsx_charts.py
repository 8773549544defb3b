"""Native charts of a workbook: dots with custom error bars, stacked answers, trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.reports.charts.river import design_of
from headwater.reports.document import Diverging, DotIntervals, DotRow, RiverPicture, Trend
from headwater.reports.renderers.looks import answer_tokens, flag_look
from headwater.reports.renderers.xlsx_styles import Styles
from headwater.vocab import said

CHART_WIDTH = 760


def _range(sheet: str, top: int, bottom: int, column: int) -> list[Any]:
    return [sheet, top, column, bottom, column]


def dot_table(sheet: Any, styles: Styles, block: DotIntervals, top: int) -> int:
    """Write the rows of a dot chart from row `top` on; minus and plus are live. Returns the row after it."""
    shape = f"0.{'0' * max(block.decimals, 1)}0"
    number = styles.make(num_format=shape)
    names = [
        said("What they experience"),
        block.value_label,
        said("Low"),
        said("High"),
        "Minus",
        "Plus",
        block.rest_label or said("Rest"),
        said("Difference"),
        said("Answers"),
        said("In words"),
        block.own_label or said("Own answers"),
        "Height",
    ]
    for at, name in enumerate(names):
        sheet.write_string(top, at, name, styles.head(right=0 < at < 9 or at > 9))
    for down, row in enumerate(block.rows, top + 1):
        sheet.write_string(down, 0, row.label, styles.text(row.label, styles.make(bold=True)))
        if row.value is None:
            for at in range(1, 12):
                sheet.write_string(down, at, said("not shown") if at == 1 else "", styles.withheld())
            continue
        line = down + 1
        for at, value in ((1, row.value), (2, row.low), (3, row.high), (6, row.rest), (10, row.own)):
            if value is not None:
                sheet.write_number(down, at, value, number)
        if row.low is not None and row.high is not None:
            sheet.write_formula(down, 4, f"=B{line}-C{line}", number, max(0.0, row.value - row.low))
            sheet.write_formula(down, 5, f"=D{line}-B{line}", number, max(0.0, row.high - row.value))
        sheet.write_string(down, 7, row.difference, styles.text(row.difference, styles.make(align="right")))
        if row.n is not None:
            sheet.write_number(down, 8, row.n, styles.make(num_format="#,##0"))
        sheet.write_string(down, 9, row.words, styles.text(row.words, styles.quiet()))
        sheet.write_number(
            down, 11, len(block.rows) - (down - top) + 0.5, styles.make(font_color=styles.colour("ink-3"))
        )
    return top + 1 + len(block.rows)


def dot_chart(book: Any, sheet: Any, styles: Styles, block: DotIntervals, top: int, where: int) -> int:
    """Insert the native chart of a table at `top`; returns the first free row below it. None where nothing is shown."""
    rows = [(top + 1 + at, row) for at, row in enumerate(block.rows)]
    if all(row.value is None for _, row in rows):
        return where
    chart = book.add_chart({"type": "scatter"})
    name = sheet.get_name()
    _labels(chart, name, block, rows, styles)
    if any(row.rest is not None for _, row in rows):
        for first, last in _runs(rows, lambda row: row.rest is not None):
            chart.add_series(
                {
                    "name": block.rest_label or said("Rest"),
                    "categories": _range(name, first, last, 6),
                    "values": _range(name, first, last, 11),
                    "marker": {"type": "none"},
                    "line": {"none": True},
                    "y_error_bars": {
                        "type": "fixed",
                        "value": 0.3,
                        "end_style": 0,
                        "line": {"color": styles.colour("parent"), "width": 1.75},
                    },
                }
            )
    for look in dict.fromkeys(flag_look(row.flag) for _, row in rows if row.value is not None):
        for first, last in _runs(rows, lambda row, look=look: row.value is not None and flag_look(row.flag) == look):
            inside = [row for at, row in rows if first <= at <= last]
            chart.add_series(
                {
                    "name": look[0],
                    "categories": _range(name, first, last, 1),
                    "values": _range(name, first, last, 11),
                    "marker": {
                        "type": "circle",
                        "size": 9,
                        "fill": {"color": styles.colour(look[1])},
                        "border": {"color": styles.colour("surface"), "width": 1},
                    },
                    "line": {"none": True},
                    "x_error_bars": {
                        "type": "custom",
                        "end_style": 0,
                        "minus_values": _reference(name, first, last, "E"),
                        "plus_values": _reference(name, first, last, "F"),
                        "minus_data": [
                            max(0.0, (row.value or 0) - row.low) if row.low is not None else 0 for row in inside
                        ],
                        "plus_data": [
                            max(0.0, row.high - (row.value or 0)) if row.high is not None else 0 for row in inside
                        ],
                        "line": {"color": styles.colour(look[2]), "width": 3.5},
                    },
                }
            )
    grid = {"visible": True, "line": {"color": styles.colour("grid"), "width": 0.75}}
    step = block.ticks[1] - block.ticks[0] if len(block.ticks) > 1 else block.high - block.low
    chart.set_x_axis(
        {
            "min": block.low,
            "max": block.high,
            "major_unit": step,
            "major_gridlines": grid,
            "line": {"none": True},
            "num_font": {"color": styles.colour("ink-2"), "size": 10},
            "num_format": "0" if float(step).is_integer() else "0.0",
        }
    )
    chart.set_y_axis({"min": 0, "max": len(block.rows), "visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    height = 46 + 34 * len(block.rows)
    chart.set_plotarea({"layout": {"x": 0.34, "y": 0.02, "width": 0.62, "height": 1 - 46 / height}})
    return _insert(sheet, chart, where, height, f"{block.title}. {block.description}", styles)


def _labels(chart: Any, name: str, block: DotIntervals, rows: Sequence[tuple[int, DotRow]], styles: Styles) -> None:
    """Row labels inside the chart: points without a mark at the low end of the axis, named by the cells of column A."""
    for at, row in rows:
        if row.value is None:
            continue
        chart.add_series(
            {
                "name": [name, at, 0],
                "categories": f"={{{block.low:g}}}",
                "values": _range(name, at, at, 11),
                "marker": {"type": "none"},
                "line": {"none": True},
                "data_labels": {
                    "series_name": True,
                    "position": "left",
                    "font": {"color": styles.colour("ink"), "size": 10, "bold": True},
                },
            }
        )


def _runs(rows: Sequence[tuple[int, DotRow]], wanted: Any) -> list[tuple[int, int]]:
    """Stretches of rows that belong together, as (first, last): series are ranges of cells without holes."""
    found: list[tuple[int, int]] = []
    for at, row in rows:
        if not wanted(row):
            continue
        if found and found[-1][1] == at - 1:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _escaped(name: str) -> str:
    return name.replace("'", "''")


def _reference(name: str, first: int, last: int, letter: str) -> str:
    return f"='{_escaped(name)}'!${letter}${first + 1}:${letter}${last + 1}"


def _insert(sheet: Any, chart: Any, where: int, height: int, told: str, styles: Styles) -> int:
    chart.set_chartarea({"border": {"none": True}, "fill": {"color": styles.colour("surface")}})
    chart.set_size({"width": CHART_WIDTH, "height": height})
    sheet.insert_chart(where, 0, chart, {"description": told[:2000], "object_position": 2})
    return where + -(-height // 20) + 2


def answer_table(sheet: Any, styles: Styles, block: Diverging, top: int) -> int:
    """Write shares of answers with a live sum of the two highest. Returns the row after it."""
    names = (said("Question"), *block.categories, said("Two highest"))
    for at, name in enumerate(names):
        sheet.write_string(top, at, name, styles.head(right=at > 0))
    whole = styles.make(num_format='0"%"')
    for down, row in enumerate(block.rows, top + 1):
        sheet.write_string(down, 0, row.label, styles.text(row.label, styles.make(bold=True)))
        if not row.percents:
            for at in range(1, len(names)):
                sheet.write_string(down, at, said("not shown") if at == 1 else "", styles.withheld())
            continue
        for at, part in enumerate(row.percents, 1):
            sheet.write_number(down, at, part, whole)
        count = len(row.percents)
        first, last = (chr(65 + max(count - 1, 1)), chr(65 + count))
        sheet.write_formula(down, count + 1, f"=SUM({first}{down + 1}:{last}{down + 1})", whole, sum(row.percents[-2:]))
    return top + 1 + len(block.rows)


def answer_chart(book: Any, sheet: Any, styles: Styles, block: Diverging, top: int, where: int) -> int:
    """Insert stacked bars of answers; returns the first free row below."""
    rows = [top + 1 + at for at, row in enumerate(block.rows) if row.percents]
    if not rows or rows[-1] - rows[0] + 1 != len(rows):
        return where
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    name = sheet.get_name()
    for at, token in enumerate(answer_tokens(len(block.categories)), 1):
        chart.add_series(
            {
                "name": [name, top, at],
                "categories": _range(name, rows[0], rows[-1], 0),
                "values": _range(name, rows[0], rows[-1], at),
                "fill": {"color": styles.colour(token)},
                "border": {"color": styles.colour("surface"), "width": 1},
                "gap": 60,
                "data_labels": {
                    "value": True,
                    "num_format": "0",
                    "font": {"color": styles.colour(f"{token}-ink"), "size": 10},
                },
            }
        )
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "bottom"})
    return _insert(sheet, chart, where, 90 + 42 * len(rows), f"{block.title}. {block.description}", styles)


def trend_table(sheet: Any, styles: Styles, block: Trend, top: int) -> int:
    """Write the waves of a trend. Returns the row after it."""
    sheet.write_string(top, 0, said("Wave"), styles.head())
    number = styles.make(num_format="0.00")
    for across, line in enumerate(block.lines):
        for at, name in enumerate((line.label, said("Low"), said("High"), "Minus", "Plus")):
            sheet.write_string(top, 1 + across * 5 + at, name, styles.head(right=True))
        for down, point in enumerate(line.points, top + 1):
            sheet.write_string(down, 0, point.label, styles.text(point.label))
            if point.value is None:
                continue
            column = 1 + across * 5
            sheet.write_number(down, column, point.value, number)
            if point.low is None or point.high is None:
                continue
            sheet.write_number(down, column + 1, point.low, number)
            sheet.write_number(down, column + 2, point.high, number)
            from xlsxwriter.utility import xl_rowcol_to_cell

            value, low, high = (xl_rowcol_to_cell(down, column + at) for at in range(3))
            sheet.write_formula(down, column + 3, f"={value}-{low}", number, point.value - point.low)
            sheet.write_formula(down, column + 4, f"={high}-{value}", number, point.high - point.value)
    return top + 1 + max((len(line.points) for line in block.lines), default=0)


def trend_chart(book: Any, sheet: Any, styles: Styles, block: Trend, top: int, where: int) -> int:
    """Insert the lines of a trend with custom error bars; returns the first free row below."""
    from xlsxwriter.utility import xl_col_to_name

    chart = book.add_chart({"type": "line"})
    name = sheet.get_name()
    for across, line in enumerate(block.lines):
        first, last, column = top + 1, top + len(line.points), 1 + across * 5
        ink = styles.colour("raw" if line.quiet else "dot")
        minus = [0 if p.value is None or p.low is None else p.value - p.low for p in line.points]
        plus = [0 if p.value is None or p.high is None else p.high - p.value for p in line.points]
        chart.add_series(
            {
                "name": [name, top, column],
                "categories": _range(name, first, last, 0),
                "values": _range(name, first, last, column),
                "line": {"color": ink, "width": 2.25},
                "marker": {"type": "circle", "size": 7, "fill": {"color": ink}},
                "y_error_bars": {
                    "type": "custom",
                    "end_style": 0,
                    "minus_values": _reference(name, first, last, xl_col_to_name(column + 3)),
                    "plus_values": _reference(name, first, last, xl_col_to_name(column + 4)),
                    "minus_data": minus,
                    "plus_data": plus,
                    "line": {"color": styles.colour("interval"), "width": 3},
                },
            }
        )
    chart.show_blanks_as("gap")
    chart.set_y_axis(
        {
            "min": block.low,
            "max": block.high,
            "major_gridlines": {"visible": True, "line": {"color": styles.colour("grid")}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "bottom"})
    return _insert(sheet, chart, where, 340, f"{block.title}. {block.description}", styles)


def river_table(sheet: Any, styles: Styles, block: RiverPicture, row: int) -> int:
    """Write the streams of the River as a table: every link with its numbers and what would overturn it."""
    header = (
        said("Link"),
        said("Strength"),
        said("Low"),
        said("High"),
        said("Units"),
        said("Design"),
        said("Across units"),
        said("Low"),
        said("High"),
        said("In words"),
        said("What would overturn it"),
    )
    for at, text in enumerate(header):
        sheet.write_string(row, at, text, styles.head(right=1 <= at <= 4 or 6 <= at <= 8))
    number = styles.make(num_format="0.00;\u22120.00;0.00")
    river = block.river
    for down, stream in enumerate(river.streams, row + 1):
        source, target = river.station(stream.source).label, river.station(stream.target).label
        name = said("%(source)s to %(target)s", source=source, target=target, end=target)
        sheet.write_string(down, 0, name, styles.text(name, styles.make(bold=True)))
        best, bed = stream.best, stream.dry_bed
        if best is not None:
            for at, value in ((1, best.effect), (2, best.low), (3, best.high)):
                sheet.write_number(down, at, value, number)
            sheet.write_number(down, 4, best.n_units, styles.make(num_format="#,##0"))
            sheet.write_string(down, 5, design_of(river, best), styles.make())
        if bed is not None:
            for at, value in ((6, bed.effect), (7, bed.low), (8, bed.high)):
                sheet.write_number(down, at, value, number)
        sheet.write_string(down, 9, stream.sentence, styles.text(stream.sentence))
        sheet.write_string(down, 10, stream.overturn, styles.text(stream.overturn))
    return row + 1 + len(river.streams)
