"""The pictures of a value case: what each figure does to it, one at a time, and how the draws spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.reports.charts import Chart, ChartTable
from headwater.reports.charts.lettering import shorten, width_of
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain
from headwater.reports.charts.scales import Axis
from headwater.rooms.house.figures import Figure, pictured
from headwater.rooms.prove.logic.value import Result

BAR, TOP = 18.0, 34.0


@dataclass(frozen=True)
class Room:
    """What a picture has on a desk or on a phone. left, right: ends of the axis. most: marks on it at most.

    name: how wide the name of a row may be. down: how far below its top a row's bar begins.
    """

    width: float
    left: float
    right: float
    row: float
    name: float
    down: float
    most: int
    spread_left: float
    spread_height: float


DESK = Room(1000.0, 330.0, 960.0, 46.0, 306.0, 6.0, 7, 40.0, 320.0)
PHONE = Room(330.0, 20.0, 312.0, 72.0, 330.0, 42.0, 4, 20.0, 260.0)


@dataclass(frozen=True)
class TornadoRow:
    """One figure. low, high: net present value with it at its ends. ends: both ends as typed. even: what it would have
    to be for the case to come out at nought, "" for none. share: of the spread, in words.
    """

    label: str
    low: float
    high: float
    ends: tuple[str, str]
    even: str
    share: str


def tornado_figure(rows: Sequence[TornadoRow], base: float, currency: str) -> Figure:
    """Draw one bar a figure around the base case, the table below."""
    title = _("What each figure does to net present value")
    words = _(
        "One figure at a time from its low end (pale) to its high end (dark), all others at likely. The thick line is "
        "the base case, the thin one nought. The widest share of the spread comes first."
    )
    header = (_("Figure"), _("At its low end"), _("At its high end"), _("Share of the spread"), _("Break-even"))
    table = ChartTable(
        title,
        header,
        tuple((row.label, plain(row.low, 0), plain(row.high, 0), row.share, row.even or "–") for row in rows),
        (1, 2, 3, 4),
    )
    wide, narrow = (
        Chart(
            key, title, words, room.width, TOP + room.row * len(rows) + 30, _tornado(rows, base, currency, room), table
        )
        for key, room in (("tornado", DESK), ("tornado-narrow", PHONE))
    )
    return pictured(wide, narrow=narrow, words=words)


def spread_figure(result: Result, currency: str) -> Figure:
    """Draw how the draws spread, those that lose money apart."""
    title = _("How net present value may come out")
    words = _("Each bar counts draws. Those left of nought lose money.")
    rows = tuple(
        (_("%(place)s%% of the draws lie below") % {"place": place}, plain(value, 0))
        for place, value in result.percentiles.items()
    )
    extra = ((_("Mean"), plain(result.mean, 0)), (_("Base case"), plain(result.base, 0)))
    table = ChartTable(title, (_("Net present value"), currency), (*rows, *extra), (1,))
    wide, narrow = (
        Chart(key, title, words, room.width, room.spread_height + 4, _spread(result, currency, room), table)
        for key, room in (("spread", DESK), ("spread-narrow", PHONE))
    )
    return pictured(wide, narrow=narrow, words=words)


def scale_of(values: Sequence[float], currency: str) -> tuple[float, str]:
    """Return what figures on an axis are divided by, and the words for it."""
    most = max((abs(value) for value in values), default=0.0)
    if most >= 2e6:
        return 1e6, _("Net present value, million %(currency)s") % {"currency": currency}
    if most >= 2e3:
        return 1e3, _("Net present value, thousand %(currency)s") % {"currency": currency}
    return 1.0, _("Net present value, %(currency)s") % {"currency": currency}


def axis_of(values: Sequence[float], start: float, end: float, most: int = 7) -> tuple[Axis, tuple[float, ...]]:
    """Return an axis that holds values, and its round marks."""
    low, high = min(values), max(values)
    reach = (high - low) or max(abs(low), 1.0)
    raw = reach / (most - 1)
    base = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * base for factor in (1, 2, 2.5, 5, 10) if factor * base >= raw - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    marks = tuple(step * place for place in range(first, last + 1))
    return Axis(marks[0], marks[-1], start, end), marks


def _mark(axis: Axis, mark: float, y: float, scale: float) -> Markup:
    shown = mark / scale
    words = plain(
        shown, 0 if abs(shown - round(shown)) < 1e-9 else 1 if abs(10 * shown - round(10 * shown)) < 1e-6 else 2
    )
    return element("text", {"x": axis.at(mark), "y": y, "text-anchor": "middle"}, words)


def _tornado(rows: Sequence[TornadoRow], base: float, currency: str, room: Room) -> Markup:
    """Draw the bars: beside their names on a desk, below them on a phone."""
    worths = [*(row.low for row in rows), *(row.high for row in rows), base]
    scale, unit = scale_of(worths, currency)
    axis, marks = axis_of([*worths, 0.0], room.left, room.right, room.most)
    bottom = TOP + room.row * len(rows)
    parts: list[Markup] = [axis.grid(marks, TOP - 8, bottom)]
    parts += [_mark(axis, mark, bottom + 18, scale) for mark in marks]
    for place, row in enumerate(rows):
        y = TOP + room.row * place
        parts.append(element("text", {"class": "nm", "x": 0, "y": y + 15}, shorten(row.label, room.name, 14, "sans")))
        ends = _("%(low)s to %(high)s") % {"low": row.ends[0], "high": row.ends[1]}
        parts.append(element("text", {"x": 0, "y": y + 32}, ends))
        for end, tone in ((row.low, "band"), (row.high, "k2")):
            left, right = sorted((axis.at(base), axis.at(end)))
            bar = {"x": left, "y": y + room.down, "width": max(right - left, 0.5), "height": BAR}
            parts.append(element("rect", {"class": tone, **bar}))
        for value, tone in ((0.0, "zero"), (base, "ln")):
            x, first = axis.at(value), y + room.down - 4
            parts.append(element("line", {"class": tone, "x1": x, "x2": x, "y1": first, "y2": y + room.row}))
    parts.append(element("text", {"class": "k", "x": room.right, "y": 14, "text-anchor": "end"}, unit))
    return join(parts)


def _spread(result: Result, currency: str, room: Room) -> Markup:
    """Draw how many draws came out at what."""
    scale, unit = scale_of(result.edges, currency)
    end = room.width - 20
    axis, marks = axis_of([*result.edges, 0.0], room.spread_left, end, room.most)
    bottom, top = room.spread_height - 34, 62.0
    most = max(result.shares)
    parts: list[Markup] = [axis.grid(marks, top - 8, bottom)]
    parts += [_mark(axis, mark, bottom + 18, scale) for mark in marks]
    for low, high, share in zip(result.edges, result.edges[1:], result.shares, strict=False):
        tone = "nd" if (low + high) / 2 < 0 else None
        tall = (bottom - top) * share / most
        ends = {"x": axis.at(low), "y": bottom - tall, "width": axis.at(high) - axis.at(low), "height": tall}
        parts.append(element("g", {"class": tone}, element("rect", {"class": "dt", **ends})))
    line = axis.at(0.0)
    parts.append(element("line", {"class": "zero", "x1": line, "x2": line, "y1": top - 8, "y2": bottom}))
    # The words of the ends point outwards and stand lower than those of the middle, so that no line crosses them.
    for place, row, side in ((5, 1, -1), (50, 0, 0), (95, 1, 1)):
        x = axis.at(result.percentiles[place])
        parts.append(element("line", {"class": "guess-r", "x1": x, "x2": x, "y1": 26 + 18 * row, "y2": bottom}))
        words = _("%(place)s%% lie below") % {"place": place}
        half = width_of(words, 14) / 2
        middle = min(max(x + side * (half - 6), half), room.width - half)
        parts.append(element("text", {"x": middle, "y": 20 + 18 * row, "text-anchor": "middle"}, words))
    parts.append(element("text", {"class": "k", "x": end, "y": room.spread_height - 0.5, "text-anchor": "end"}, unit))
    return join(parts)
