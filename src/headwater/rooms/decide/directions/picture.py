"""The picture of the board: what may come of each candidate, with its range, by the effort people estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from headwater.reports.charts import Chart, ChartTable
from headwater.reports.charts.chart import folded, scrolling
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain, signed, span
from headwater.reports.charts.scales import Axis
from headwater.reports.charts.standing import BOTTOM, HEIGHT, LEFT, RADIUS, RIGHT, TOP, WIDTH, place_names
from headwater.rooms.house.figures import Figure

APART = 48.0
"""Px between candidates of the same effort."""
HALF = 0.6
"""Effort before the first mark and behind the last."""


@dataclass(frozen=True)
class EffortPoint:
    """One candidate. effort, readiness: medians of what people estimated, 1 to 5. value, low, high: what may come."""

    label: str
    effort: float
    readiness: float
    value: float
    low: float
    high: float


def effort_chart(points: Sequence[EffortPoint], outcome: str, key: str) -> Chart:
    """Draw candidates by effort and expected effect. Raises ValueError without any."""
    if not points:
        raise ValueError("there is nothing to draw")
    most = max(point.high for point in points)
    step = next(size for size in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if most <= 5 * size or size == 5.0)
    top = step * (int(most / step) + 1)
    across, up = Axis(1 - HALF, 5 + HALF, LEFT, RIGHT), Axis(0.0, top, BOTTOM, TOP)
    parts: list[Markup] = []
    for place in range(round(top / step) + 1):
        y = up.at(step * place)
        parts.append(element("line", {"class": "gl", "x1": LEFT, "x2": RIGHT, "y1": y, "y2": y}))
        words = plain(step * place, 2)
        parts.append(element("text", {"x": LEFT - 8, "y": y + 4, "text-anchor": "end"}, words))
    parts.append(across.labels((1, 2, 3, 4, 5), BOTTOM + 20))
    words = _("What may come of it, in points of “%(outcome)s”") % {"outcome": outcome}
    parts.append(element("text", {"class": "k", "x": LEFT - 44, "y": 14}, words))
    words = _("Effort, from 1 little to 5 much")
    parts.append(element("text", {"class": "k", "x": RIGHT, "y": HEIGHT - 8, "text-anchor": "end"}, words))
    spots = [(x, up.at(point.value)) for x, point in zip(_beside(points, across), points, strict=True)]
    for point, (x, y) in zip(points, spots, strict=True):
        ends = {"class": "iv", "x1": x, "x2": x, "y1": up.at(point.low), "y2": up.at(point.high)}
        mark = element("circle", {"class": "dt", "cx": x, "cy": y, "r": 8.0})
        parts.append(element("g", {"class": None if point.low > 0 else "qt"}, element("line", ends), mark))
    # Lines are kept free of names as marks are: each as a row of places without a name.
    taken = [
        (x, y)
        for point, (x, _y) in zip(points, spots, strict=True)
        for y in np.arange(up.at(point.high), up.at(point.low), 2 * RADIUS).tolist()
    ]
    names = place_names([*(point.label for point in points), *("" for _place in taken)], [*spots, *taken])
    for name in names[: len(points)]:
        if name is not None:
            parts.append(element("text", {"class": "nm", "x": name.box.left, "y": name.box.bottom - 4}, name.text))
    title = _("What may come of each, by effort")
    described = _(
        "Dots are the middle of what may come, lines the 95% range. Best is high and to the left. A number stands "
        "where a name has no room; the table has both."
    )
    return Chart(key, title, described, WIDTH, HEIGHT, join(parts), _table(points, title))


def effort_figure(points: Sequence[EffortPoint], outcome: str, key: str) -> Figure:
    """The picture with the same as a table, as a page takes it."""
    chart = effort_chart(points, outcome, key)
    words = _("The same as a table")
    table = folded(words, scrolling(chart.table.markup(), f"{chart.title}: {words}"))
    return Figure(chart.title, scrolling(chart.svg(), chart.title), table)


def _beside(points: Sequence[EffortPoint], across: Axis) -> list[float]:
    """Places across; candidates of the same effort stand beside each other."""
    by_effort: dict[float, list[int]] = {}
    for place, point in enumerate(points):
        by_effort.setdefault(round(2 * point.effort) / 2, []).append(place)
    found = [0.0] * len(points)
    for effort, places in by_effort.items():
        for number, place in enumerate(places):
            found[place] = across.at(effort) + APART * (number - (len(places) - 1) / 2)
    return found


def _table(points: Sequence[EffortPoint], title: str) -> ChartTable:
    header = ("", _("What"), _("May bring"), _("95% range"), _("Effort"), _("Readiness"))
    rows = tuple(
        (
            str(number),
            point.label,
            signed(point.value, 2),
            span(point.low, point.high, 2),
            plain(point.effort, 1),
            plain(point.readiness, 1),
        )
        for number, point in enumerate(points, 1)
    )
    return ChartTable(title, header, rows, (2, 3, 4, 5))
