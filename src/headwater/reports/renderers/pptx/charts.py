"""Native, editable charts as DrawingML (ECMA-376 part 1, chapter 21.2), each with its small workbook.

A dot-and-interval chart is an XY scatter: dots for the scores, segments for their 95% ranges, an upright line for the
rest of the parent, a hollow ring for the group's own answers. Editing the workbook moves all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.reports.document import Diverging, DotIntervals, DotRow, Trend
from headwater.reports.renderers.looks import answer_tokens, flag_look
from headwater.reports.renderers.pptx.embedded import SHEET, CellContent, Formula, letter, number, workbook
from headwater.reports.renderers.pptx.markup import DECLARATION, clean, colour, fill
from headwater.vocab import said

_HEAD = (
    f'{DECLARATION}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<c:date1904 val="0"/><c:roundedCorners val="0"/>'
)
DOT = 12
"""Size of a dot in points."""


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart part with the workbook behind it."""

    xml: bytes
    workbook: bytes


def _reference(column: int, rows: int) -> str:
    name = letter(column)
    return f"{SHEET}!${name}$2:${name}${rows + 1}"


def _reach(high: float | None, low: float | None) -> float | None:
    return None if high is None or low is None else max(0.0, high - low)


def _numbers(tag: str, column: int, values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{number(value)}</c:v></c:pt>' for at, value in enumerate(values) if value is not None
    )
    return (
        f"<c:{tag}><c:numRef><c:f>{_reference(column, len(values))}</c:f><c:numCache><c:formatCode>General"
        f'</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef></c:{tag}>'
    )


def _words(tag: str, column: int, values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{clean(value)}</c:v></c:pt>' for at, value in enumerate(values))
    return (
        f"<c:{tag}><c:strRef><c:f>{_reference(column, len(values))}</c:f><c:strCache>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:strCache></c:strRef></c:{tag}>'
    )


def _title(at: int, column: int, name: str) -> str:
    return (
        f'<c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>{SHEET}!${letter(column)}$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{clean(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    )


def _text(colours: dict[str, str], size: float, ink: str = "ink-2", *, bold: bool = False) -> str:
    weight = ' b="1"' if bold else ' b="0"'
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(size * 100)}"{weight}>'
        f"{fill(ink, colours)}</a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>"
    )


def _finish(plot: str, legend: str, data: bytes) -> NativeChart:
    xml = (
        f'{_HEAD}<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{plot}</c:plotArea>{legend}<c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr/></a:pPr><a:endParaRPr/></a:p></c:txPr>"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
    return NativeChart(xml.encode(), data)


def _layout(x: float, y: float, width: float, height: float) -> str:
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{x:.5f}"/><c:y val="{y:.5f}"/><c:w val="{width:.5f}"/><c:h val="{height:.5f}"/></c:manualLayout>'
        "</c:layout>"
    )


def dot_chart(chart: DotIntervals, colours: dict[str, str], *, plot_share: float, width: float) -> NativeChart:
    """Make a dot-and-interval chart. plot_share: part of the frame's height that the rows take. width: pixels.

    Ranges and the upright line of the rest are series of line segments with gaps between them, because horizontal
    error bars are not drawn by every office program. Their ends are formulas over the columns of the rows; a range
    stops at the edge of its dot, so that no program draws it across.
    Withheld rows are neither drawn nor in the workbook; their place stays empty.
    """
    count = len(chart.rows)
    shown = [(count - at - 0.5, row) for at, row in enumerate(chart.rows) if row.value is not None]
    inset = 0.02
    radius = DOT * 0.5 / 0.6 / (width * (1 - 2 * inset)) * (chart.high - chart.low)
    sheet = _DotSheet(chart, shown, radius)
    series: list[str] = []

    def add(place: int, look: str, x: str, y: str) -> None:
        series.append(_scatter(len(series), place, sheet.names[place], look, x, y))

    def segment(ink: str, thick: int, cap: str) -> str:
        return f'<c:spPr><a:ln w="{thick}" cap="{cap}">{fill(ink, colours)}<a:round/></a:ln></c:spPr>{_NO_MARKER}'

    for ink, name, across, up in sheet.segments:
        thick, cap = (22225, "flat") if ink == "parent" else (47625, "rnd")
        x, y = _numbers("xVal", across, sheet.values(across)), _numbers("yVal", up, sheet.values(up))
        add(name, segment(ink, thick, cap), x, y)
    for place, (_, dot, _) in zip(sheet.dots, sheet.looks, strict=True):
        look = f"{_NO_LINE}{_marker(DOT, fill(dot, colours), fill('paper', colours))}"
        add(place, look, _numbers("xVal", 2, sheet.values(2)), _numbers("yVal", place, sheet.values(place)))
    if sheet.own is not None:
        look = f"{_NO_LINE}{_marker(8, '<a:noFill/>', fill('raw', colours))}"
        x = _numbers("xVal", sheet.own, sheet.values(sheet.own))
        add(sheet.own, look, x, _numbers("yVal", 1, sheet.values(1)))
    step = chart.ticks[1] - chart.ticks[0] if len(chart.ticks) > 1 else chart.high - chart.low
    plot = (
        f"{_layout(inset, 0.0, 1 - 2 * inset, plot_share)}"
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{"".join(series)}'
        '<c:axId val="111"/><c:axId val="112"/></c:scatterChart>'
        f"{_value_axis(111, 112, 'b', chart.low, chart.high, step, colours, chart.decimals)}"
        f"{_row_axis(112, 111, count)}"
    )
    return _finish(plot, "", workbook(sheet.rows))


_NO_LINE = '<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr>'
_NO_MARKER = '<c:marker><c:symbol val="none"/></c:marker>'


def _marker(size: int, inside: str, edge: str) -> str:
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{size}"/><c:spPr>{inside}<a:ln w="15875">{edge}</a:ln>'
        "</c:spPr></c:marker>"
    )


class _DotSheet:
    """The workbook of a dot chart: one row a shown row, and beside them the ends of every line segment.

    Columns: label, height, score, low, high, then one height column a look, the rest, the own answers; then for the
    rest and for each look the ends of its segments, an empty line parting them.
    """

    def __init__(self, chart: DotIntervals, shown: Sequence[tuple[float, DotRow]], radius: float) -> None:
        self.looks = list(dict.fromkeys(flag_look(row.flag) for _, row in shown))
        self.names: list[str] = []
        self._columns: list[list[CellContent]] = []
        self._column("Label", [row.label for _, row in shown])
        self._column("Height on the chart", [height for height, _ in shown])
        self._column(chart.value_label, [row.value for _, row in shown])
        self._column(said("Low"), [row.low for _, row in shown])
        self._column(said("High"), [row.high for _, row in shown])
        self.dots = [
            self._column(
                look[0],
                [
                    Formula(f"B{at}", height) if flag_look(row.flag) == look else None
                    for at, (height, row) in enumerate(shown, 2)
                ],
            )
            for look in self.looks
        ]
        rest = self.own = None
        if any(row.rest is not None for _, row in shown):
            rest = self._column(chart.rest_label or "The rest", [row.rest for _, row in shown])
        if chart.own_label and any(row.own is not None for _, row in shown):
            self.own = self._column(chart.own_label, [row.own for _, row in shown])
        self.segments: list[tuple[str, int, int, int]] = []
        """(colour token, column of the name, column of x, column of y)."""
        if rest is not None:
            x: list[CellContent] = []
            y: list[CellContent] = []
            for at, (height, row) in enumerate(shown, 2):
                known = row.rest
                x += [None if known is None else Formula(f"{letter(rest)}{at}", known)] * 2 + [None]
                y += [Formula(f"B{at}-0.3", height - 0.3), Formula(f"B{at}+0.3", height + 0.3), None]
            self.segments.append(("parent", rest, self._column("Rest: across", x), self._column("Rest: up", y)))
        for look in self.looks:
            x, y = [], []
            for at, (height, row) in enumerate(shown, 2):
                if flag_look(row.flag) != look or row.value is None or row.low is None or row.high is None:
                    continue
                near, far = max(row.low, row.value - radius), min(row.high, row.value + radius)
                x += [Formula(f"D{at}", row.low), Formula(f"MAX(D{at},C{at}-{radius:.4f})", near), None]
                x += [Formula(f"MIN(E{at},C{at}+{radius:.4f})", far), Formula(f"E{at}", row.high), None]
                y += [Formula(f"B{at}", height), Formula(f"B{at}", height), None] * 2
            if x:
                across = self._column(f"95% range, {look[0].lower()}: across", x)
                self.segments.append((look[2], across, across, self._column(f"95% range, {look[0].lower()}: up", y)))
        # Series of segments are equally long: some office programs lose those that are shorter than the longest.
        ends = [self._columns[column] for _, _, *both in self.segments for column in both]
        longest = max(map(len, ends), default=0)
        for content in ends:
            content += [None] * (longest - len(content))

    def _column(self, name: str, content: Sequence[CellContent]) -> int:
        self.names.append(name)
        self._columns.append(list(content))
        return len(self._columns) - 1

    def values(self, column: int) -> list[float | None]:
        """Numbers of a column, None where it is empty."""
        return [
            cell.value if isinstance(cell, Formula) else None if isinstance(cell, str) else cell
            for cell in self._columns[column]
        ]

    @property
    def rows(self) -> list[list[CellContent]]:
        """The sheet, header first."""
        longest = max((len(column) for column in self._columns), default=0)
        body = [[column[at] if at < len(column) else None for column in self._columns] for at in range(longest)]
        return [list(self.names), *body]


def _scatter(at: int, column: int, name: str, look: str, x: str, y: str) -> str:
    return f'<c:ser>{_title(at, column, name)}{look}{x}{y}<c:smooth val="0"/></c:ser>'


def _value_axis(
    key: int, across: int, side: str, low: float, high: float, step: float, colours: dict[str, str], decimals: int
) -> str:
    whole = float(step).is_integer() and float(low).is_integer()
    shape = "0" if whole else f"0.{'0' * max(decimals, 1)}"
    return (
        f'<c:valAx><c:axId val="{key}"/><c:scaling><c:orientation val="minMax"/><c:max val="{number(high)}"/>'
        f'<c:min val="{number(low)}"/></c:scaling><c:delete val="0"/><c:axPos val="{side}"/><c:majorGridlines><c:spPr>'
        f'<a:ln w="9525">{fill("grid", colours)}</a:ln></c:spPr></c:majorGridlines>'
        f'<c:numFmt formatCode="{shape}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text(colours, 12)}'
        f'<c:crossAx val="{across}"/><c:crosses val="min"/><c:crossBetween val="midCat"/>'
        f'<c:majorUnit val="{number(step)}"/></c:valAx>'
    )


def _row_axis(key: int, across: int, rows: int) -> str:
    return (
        f'<c:valAx><c:axId val="{key}"/><c:scaling><c:orientation val="minMax"/><c:max val="{rows}"/><c:min val="0"/>'
        f'</c:scaling><c:delete val="1"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/>'
        f'<c:crossAx val="{across}"/><c:crosses val="min"/><c:crossBetween val="midCat"/>'
        '<c:majorUnit val="1"/></c:valAx>'
    )


def answer_chart(chart: Diverging, colours: dict[str, str]) -> NativeChart:
    """Make stacked bars of answers in percent, low to high, one bar a question. Withheld questions are left out."""
    rows = [row for row in chart.rows if row.percents]
    table: list[list[CellContent]] = [[said("Question"), *chart.categories]]
    table += [[row.label, *row.percents] for row in rows]
    tokens = answer_tokens(len(chart.categories))
    labels = [row.label for row in rows]
    series = []
    for at, (name, token) in enumerate(zip(chart.categories, tokens, strict=True)):
        values = [row.percents[at] for row in rows]
        hidden = "".join(
            f'<c:dLbl><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>'
            for place, size in enumerate(values)
            if size < 4
        )
        told = (
            f'<c:dLbls>{hidden}<c:numFmt formatCode="0" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln>'
            f'</c:spPr>{_text(colours, 13, f"{token}-ink", bold=True)}<c:dLblPos val="ctr"/><c:showLegendKey val="0"/>'
            '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
            '<c:showBubbleSize val="0"/></c:dLbls>'
        )
        series.append(
            f'<c:ser>{_title(at, at + 1, name)}<c:spPr>{fill(token, colours)}<a:ln w="19050">{fill("paper", colours)}'
            f'</a:ln></c:spPr><c:invertIfNegative val="0"/>{told}{_words("cat", 0, labels)}'
            f"{_numbers('val', at + 1, values)}</c:ser>"
        )
    plot = (
        '<c:layout/><c:barChart><c:barDir val="bar"/><c:grouping val="percentStacked"/><c:varyColors val="0"/>'
        f'{"".join(series)}<c:gapWidth val="60"/><c:overlap val="100"/><c:axId val="211"/><c:axId val="212"/>'
        '</c:barChart><c:catAx><c:axId val="211"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/>'
        f'</a:ln></c:spPr>{_text(colours, 13, "ink")}<c:crossAx val="212"/><c:crosses val="autoZero"/>'
        '<c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        '<c:valAx><c:axId val="212"/><c:scaling><c:orientation val="minMax"/><c:max val="1"/><c:min val="0"/>'
        '</c:scaling><c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="0%" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="211"/><c:crosses val="autoZero"/>'
        '<c:crossBetween val="between"/></c:valAx>'
    )
    legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(colours, 12)}</c:legend>'
    return _finish(plot, legend, workbook(table))


def trend_chart(chart: Trend, colours: dict[str, str]) -> NativeChart:
    """Make lines through the points, with custom error bars for the range and gaps where nothing was released."""
    labels = [point.label for point in chart.lines[0].points] if chart.lines else []
    header: list[CellContent] = [said("Wave")]
    table: list[list[CellContent]] = [[label] for label in labels]
    series = []
    for at, one in enumerate(chart.lines):
        column = 1 + at * 5
        header += [one.label, f"{one.label}: low", f"{one.label}: high", f"{one.label}: minus", f"{one.label}: plus"]
        values = [point.value for point in one.points]
        minus = [None if point.value is None else _reach(point.value, point.low) for point in one.points]
        plus = [None if point.value is None else _reach(point.high, point.value) for point in one.points]
        for down, point in enumerate(one.points):
            where = down + 2
            known = point.value is not None
            less, more = minus[down], plus[down]
            table[down] += [
                point.value,
                point.low if known else None,
                point.high if known else None,
                None if less is None else Formula(f"{letter(column)}{where}-{letter(column + 1)}{where}", less),
                None if more is None else Formula(f"{letter(column + 2)}{where}-{letter(column)}{where}", more),
            ]
        ink, bar = ("raw", "grid") if one.quiet else ("dot", "interval")
        ends = _numbers("plus", column + 4, plus) + _numbers("minus", column + 3, minus)
        bars = (
            '<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
            f'{ends}<c:spPr><a:ln w="57150" cap="rnd">{fill(bar, colours)}</a:ln></c:spPr></c:errBars>'
        )
        series.append(
            f"<c:ser>{_title(at, column, one.label)}<c:spPr>"
            f'<a:ln w="28575" cap="rnd">{fill(ink, colours)}</a:ln></c:spPr><c:marker><c:symbol val="circle"/>'
            f'<c:size val="9"/><c:spPr>{fill(ink, colours)}<a:ln w="12700">'
            f"{fill('paper', colours)}</a:ln></c:spPr></c:marker>{bars}{_words('cat', 0, labels)}"
            f'{_numbers("val", column, values)}<c:smooth val="0"/></c:ser>'
        )
    step = chart.ticks[1] - chart.ticks[0] if len(chart.ticks) > 1 else chart.high - chart.low
    plot = (
        f'<c:layout/><c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{"".join(series)}'
        '<c:marker val="1"/><c:axId val="311"/><c:axId val="312"/></c:lineChart><c:catAx><c:axId val="311"/><c:scaling>'
        '<c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/><c:spPr><a:ln w="9525">{colour_line(colours)}</a:ln></c:spPr>{_text(colours, 12)}'
        '<c:crossAx val="312"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        f"{_value_axis(312, 311, 'l', chart.low, chart.high, step, colours, chart.decimals)}"
    )
    legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(colours, 12)}</c:legend>'
    return _finish(plot, legend, workbook([header, *table]))


def colour_line(colours: dict[str, str]) -> str:
    """The fill of an axis line."""
    return f"<a:solidFill>{colour('line', colours)}</a:solidFill>"
