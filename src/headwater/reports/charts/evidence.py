"""What a stream rests on: every estimate with its interval on one axis, over the published range."""

from __future__ import annotations

import math

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import strength, strength_span, strength_with_range
from headwater.reports.charts.river import design_of, name_of, units_of
from headwater.reports.charts.scales import Axis
from headwater.vocab import LinkEstimate, River, Stream, said

WIDTH = 320.0


def estimates_of(river: River, stream: Stream) -> tuple[tuple[str, LinkEstimate, bool], ...]:
    """Return every estimate of a stream as (design, estimate, whether it is the one drawn), the drawn one last."""
    best = stream.best
    rows = [(design_of(river, link), link, False) for link in stream.others if link not in {best, stream.dry_bed}]
    if stream.dry_bed is not None:
        rows.append((design_of(river, stream.dry_bed), stream.dry_bed, stream.dry_bed is best))
    if stream.water is not None:
        rows.append((design_of(river, stream.water), stream.water, True))
    # Estimates on one design are told apart: the one that the River draws keeps the plain name.
    later = [[name for name, _, _ in rows[at + 1 :]].count(row[0]) for at, row in enumerate(rows)]
    return tuple((_apart(name, after), link, drawn) for (name, link, drawn), after in zip(rows, later, strict=True))


def _apart(name: str, after: int) -> str:
    """Name an estimate when `after` others on its design follow it."""
    if after == 0:
        return name
    return (
        said("%(name)s, another way", name=name) if after == 1 else said("%(name)s, way %(n)s", name=name, n=after + 1)
    )


def link_intervals(river: River, stream: Stream, key: str) -> Chart:
    """Draw the estimates of one stream: the one drawn in the River is sure in colour, the others quiet."""
    rows = estimates_of(river, stream)
    lows = [link.low for _, link, _ in rows] + [0.0]
    highs = [link.high for _, link, _ in rows] + [0.6]
    if stream.published is not None:
        lows.append(stream.published.low)
        highs.append(stream.published.high)
    low, high = math.floor(min(lows) * 5) / 5, math.ceil(max(highs) * 5) / 5
    axis = Axis(low, high, 16, WIDTH - 16)
    step = 1 if high - low <= 1.2 else 2
    places = [fifth / 5 for fifth in range(round(low * 5), round(high * 5) + 1) if fifth % step == 0]
    bottom = 44.0 * len(rows) + (40.0 if stream.published is not None else 0.0) + 4
    parts: list[Markup] = [
        element("text", {"x": axis.at(tick), "y": bottom + 18, "text-anchor": "middle"}, strength(tick))
        for tick in places
    ]
    # Lines stand behind the marks alone, so that none crosses words.
    marked = [(22.0 + 44 * at, 44.0 + 44 * at) for at in range(len(rows))]
    marked += [(44.0 * len(rows) + 20, 44.0 * len(rows) + 38)] if stream.published is not None else []
    for start, end in marked:
        parts.append(axis.grid(places, start, end))
        parts.append(element("line", {"class": "zero", "x1": axis.at(0), "x2": axis.at(0), "y1": start, "y2": end}))
    top = 4.0
    for words, link, drawn in rows:
        figure = element("tspan", {"class": "k"}, strength(link.effect))
        span = f" ({strength_span(link.low, link.high)})"
        parts.append(element("text", {"x": 16, "y": top + 13}, f"{words}: ", figure, span))
        y = top + 28
        marks = [
            element("line", {"class": "iv", "x1": axis.at(link.low), "x2": axis.at(link.high), "y1": y, "y2": y}),
            element("circle", {"class": "dt", "cx": axis.at(link.effect), "cy": y, "r": 7.5}),
        ]
        parts.append(element("g", {"class": None if drawn else "qt"}, *marks))
        top += 44
    if stream.published is not None:
        begin = axis.at(stream.published.low)
        wide = axis.at(stream.published.high) - begin
        words = said("Published: %(range)s", range=strength_span(stream.published.low, stream.published.high))
        parts.append(element("text", {"x": 16, "y": top + 13}, words))
        parts.append(
            element("rect", {"class": "pub", "x": begin, "y": top + 20, "width": max(wide, 2.0), "height": 10})
        )
    name = name_of(river, stream)
    spoken = "; ".join(f"{words} {strength_with_range(link)}" for words, link, _ in rows) or said("Not measured yet")
    if stream.published is not None:
        spoken += said("; published %(range)s", range=strength_span(stream.published.low, stream.published.high))
    title = said("Estimates: %(name)s", name=name)
    table = ChartTable(
        title,
        (said("Design"), said("Strength"), said("Units"), said("Method")),
        tuple((words, strength_with_range(link), units_of(river, link), link.method) for words, link, _ in rows),
        (1,),
    )
    return Chart(key, title, f"{spoken}.", WIDTH, bottom + 24, join(parts), table)
