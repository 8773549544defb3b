"""Trend: a line through steadied points, a band for the 95% range, gaps where nothing was released."""

from __future__ import annotations

import math
from collections.abc import Sequence

from headwater.reports.charts.chart import NARROW, Chart, ChartTable
from headwater.reports.charts.lettering import shorten, width_of
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain, span
from headwater.reports.charts.scales import Axis, tick_label
from headwater.reports.document import Trend, TrendLine, TrendPoint
from headwater.vocab import said

MOST_MULTIPLES = 12
"""More than these are paged."""


def trend(block: Trend, key: str, *, is_narrow: bool = False) -> Chart:
    """Draw one trend. is_narrow: for a phone, the lines named above and not beside their ends.

    Raises ValueError where its lines do not share their waves.
    """
    waves = waves_of(block)
    if is_narrow:
        named, top = _names_above(block.lines)
        panel = _panel(block, waves, 34.0, top, NARROW - 14, top + 200, named=False)
        return Chart(key, block.title, _words(block), NARROW, top + 226, join([named, panel]), trend_table(block))
    width, height = 760.0, 300.0
    body = _panel(block, waves, 44.0, 14.0, width - 150, height - 30)
    return Chart(key, block.title, _words(block), width, height, body, trend_table(block))


def small_multiples(
    blocks: Sequence[Trend], key: str, title: str, description: str, *, is_narrow: bool = False
) -> Chart:
    """Draw trends beside each other on the same axes, in the order given. is_narrow: for a phone, under each other.

    Raises ValueError for more than 12, for none, or where the axes or waves differ.
    """
    if not 0 < len(blocks) <= MOST_MULTIPLES:
        raise ValueError(f"small multiples show 1 to {MOST_MULTIPLES} at once, not {len(blocks)}")
    waves = waves_of(blocks[0])
    if any((block.low, block.high) != (blocks[0].low, blocks[0].high) or waves_of(block) != waves for block in blocks):
        raise ValueError("small multiples share their axes and waves")
    across = 1 if is_narrow else min(3, len(blocks))
    wide, tall, gap = NARROW if is_narrow else 300.0, 190.0, 30.0
    parts = []
    for at, block in enumerate(blocks):
        x, y = (wide + gap) * (at % across), (tall + gap) * (at // across)
        parts.append(element("text", {"class": "k", "x": x, "y": y + 14}, shorten(block.title, wide, 13, "sans-bold")))
        parts.append(_panel(block, waves, x + 28, y + 26, x + wide - 10, y + tall - 24, named=False))
    rows = tuple(row for block in blocks for row in trend_table(block, prefix=f"{block.title}, ").rows)
    table = ChartTable(title, (said("Line"), *waves), rows, tuple(range(1, len(waves) + 1)))
    rows_down = -(-len(blocks) // across)
    size = ((wide + gap) * across - gap, (tall + gap) * rows_down - gap)
    return Chart(key, title, description, *size, join(parts), table)


def waves_of(block: Trend) -> tuple[str, ...]:
    """Return the waves of a trend. Raises ValueError where its lines differ in them or it has no line."""
    if not block.lines:
        raise ValueError("a trend needs a line")
    waves = tuple(point.label for point in block.lines[0].points)
    if any(tuple(point.label for point in line.points) != waves for line in block.lines):
        raise ValueError("the lines of a trend share their waves")
    return waves


def trend_table(block: Trend, prefix: str = "") -> ChartTable:
    """Return a trend as a table: a row for each line, a column for each wave."""
    waves = waves_of(block)
    rows = tuple(
        (prefix + line.label, *(_figure(point, block.decimals) for point in line.points)) for line in block.lines
    )
    return ChartTable(block.title, (said("Line"), *waves), rows, tuple(range(1, len(waves) + 1)))


def _figure(point: TrendPoint, decimals: int) -> str:
    if point.value is None:
        return said("not shown")
    figure = plain(point.value, decimals)
    if point.low is None or point.high is None:
        return figure
    return f"{figure} ({span(point.low, point.high, decimals)})"


def _words(block: Trend) -> str:
    return f"{block.description} {block.words}".strip()


def _panel(
    block: Trend, waves: tuple[str, ...], left: float, top: float, right: float, bottom: float, *, named: bool = True
) -> Markup:
    up = Axis(block.low, block.high, bottom, top)
    step = (right - left) / max(len(waves) - 1, 1)
    xs = [left + step * at if len(waves) > 1 else (left + right) / 2 for at in range(len(waves))]
    parts: list[Markup] = []
    for tick in block.ticks:
        y = up.at(tick)
        parts.append(element("line", {"class": "gl", "x1": left, "x2": right, "y1": y, "y2": y}))
        parts.append(element("text", {"x": left - 8, "y": y + 4, "text-anchor": "end"}, tick_label(tick)))
    # Labels are read back from the last wave; those between are left out where they would overlap.
    every = max(1, math.ceil((max(width_of(wave, 13) for wave in waves) + 12) / max(step, 1.0)))
    for at, wave in enumerate(waves):
        if (len(waves) - 1 - at) % every == 0:
            anchor = "start" if at == 0 and not named else "end" if at == len(waves) - 1 and not named else "middle"
            parts.append(element("text", {"x": xs[at], "y": bottom + 20, "text-anchor": anchor}, wave))
    ordered = sorted(block.lines, key=lambda line: not line.quiet)
    parts += [_line(line, xs, up) for line in ordered]
    if named:
        parts += _names(block.lines, up, right)
    return join(parts)


def _line(line: TrendLine, xs: list[float], up: Axis) -> Markup:
    quiet = "-q" if line.quiet else ""
    marks: list[Markup] = []
    for run in _runs(line.points):
        banded = [at for at in run if line.points[at].low is not None and line.points[at].high is not None]
        if len(banded) > 1:
            above = [f"{xs[at]:.1f} {up.at(line.points[at].high or 0.0):.1f}" for at in banded]
            below = [f"{xs[at]:.1f} {up.at(line.points[at].low or 0.0):.1f}" for at in reversed(banded)]
            marks.append(element("path", {"class": f"band{quiet}", "d": f"M{'L'.join([*above, *below])}Z"}))
        points = [f"{xs[at]:.1f} {up.at(line.points[at].value or 0.0):.1f}" for at in run]
        if len(points) > 1:
            marks.append(element("path", {"class": f"ln{quiet}", "d": f"M{'L'.join(points)}"}))
        radius = 3 if line.quiet else 5
        for at in run:
            y = up.at(line.points[at].value or 0.0)
            marks.append(element("circle", {"class": f"pn{quiet}", "cx": xs[at], "cy": y, "r": radius}))
    return element("g", None, *marks)


def _runs(points: tuple[TrendPoint, ...]) -> list[list[int]]:
    """Stretches of neighbouring waves that have a value."""
    runs: list[list[int]] = []
    for at, point in enumerate(points):
        if point.value is None:
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _names_above(lines: tuple[TrendLine, ...]) -> tuple[Markup, float]:
    """The lines' names under each other, each after a piece of its line, and where the panel begins below them."""
    marks: list[Markup] = []
    y = 8.0
    for line in lines:
        marks.append(element("line", {"class": "ln-q" if line.quiet else "ln", "x1": 2, "x2": 22, "y1": y, "y2": y}))
        name = shorten(line.label, NARROW - 34, 13, "sans" if line.quiet else "sans-bold")
        marks.append(element("text", {"class": None if line.quiet else "k", "x": 30, "y": y + 4}, name))
        y += 18
    return join(marks), y + 8


def _names(lines: tuple[TrendLine, ...], up: Axis, right: float) -> list[Markup]:
    """The lines' names at their last points, moved apart where they would overlap."""
    ends: list[tuple[float, int]] = []
    for at, line in enumerate(lines):
        known = [point.value for point in line.points if point.value is not None]
        if known:
            ends.append((up.at(known[-1]), at))
    placed: list[Markup] = []
    reached = -1e9
    for y, at in sorted(ends):
        reached = max(y + 4, reached + 16)
        kind = None if lines[at].quiet else "k"
        name = shorten(lines[at].label, 136, 13, "sans" if lines[at].quiet else "sans-bold")
        placed.append(element("text", {"class": kind, "x": right + 12, "y": reached}, name))
    return placed
