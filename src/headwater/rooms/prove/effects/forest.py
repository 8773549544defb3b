"""A forest of effects: each action's forecast above what was found, on one axis with nothing in the middle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import shorten
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.scales import Axis

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)
WIDTH, LEFT, RIGHT = 660.0, 14.0, 440.0
ROW = 84.0
MOST_LABEL = 620.0


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One action. hope: low, likely, high as forecast; effect: value, low, high. Each with its words."""

    label: str
    hope: tuple[float, float, float]
    hope_words: str
    effect: tuple[float, float, float]
    effect_words: str
    verdict: str


def forest(rows: Sequence[ForestRow], key: str, title: str, description: str) -> Chart:
    """Draw forecasts (diamonds, dotted ranges) and effects (dots, 95% ranges). Raises ValueError without rows."""
    if not rows:
        message = "a forest needs a row"
        raise ValueError(message)
    low, high, ticks = axis_of([number for row in rows for number in (*row.hope, *row.effect)])
    axis = Axis(low, high, LEFT, RIGHT)
    parts: list[Markup] = [axis.labels(ticks, 16)]
    top = 28.0
    for row in rows:
        parts.append(element("line", {"class": "rl", "x1": 0, "x2": WIDTH, "y1": top, "y2": top}))
        parts.append(element("text", {"class": "nm", "x": 0, "y": top + 20}, shorten(row.label, MOST_LABEL, 14)))
        parts.append(axis.grid(ticks, top + 28, top + ROW - 4))
        nothing = {"x1": axis.at(0), "x2": axis.at(0), "y1": top + 28, "y2": top + ROW - 4}
        parts.append(element("line", {"class": "pt", **nothing}))
        guess, level = top + 42, top + 66
        (least, likely, most), (value, below, above) = row.hope, row.effect
        parts.append(_span("guess-r", axis, least, most, guess))
        parts.append(_span("iv", axis, below, above, level))
        parts.append(element("circle", {"class": "dt", "cx": axis.at(value), "cy": level, "r": 8}))
        x = axis.at(likely)
        diamond = f"M{x:.1f} {guess - 8:.1f}L{x + 8:.1f} {guess:.1f}L{x:.1f} {guess + 8:.1f}L{x - 8:.1f} {guess:.1f}Z"
        parts.append(element("path", {"class": "guess", "d": diamond}))
        for name, y, words in (("", guess, row.hope_words), ("k", level, row.effect_words)):
            parts.append(element("text", {"class": name, "x": RIGHT + 20, "y": y + 4}, shorten(words, 195, 13)))
        top += ROW
    header = (_("What was done"), _("Forecast"), _("Found"), _("What it says"))
    cells = tuple((row.label, row.hope_words, row.effect_words, row.verdict) for row in rows)
    return Chart(key, title, description, WIDTH, top + 4, join(parts), ChartTable(title, header, cells, (1, 2)))


def axis_of(numbers: Sequence[float]) -> tuple[float, float, tuple[float, ...]]:
    """An axis with nothing in the middle, wide enough for all: its ends and ticks."""
    reach = max((abs(number) for number in numbers), default=1.0) or 1.0
    step = next((step for step in STEPS if reach / step <= 3), reach / 3)
    most = math.ceil(reach / step - 1e-9)
    ticks = tuple(round(step * place, 6) for place in range(-most, most + 1))
    return -most * step, most * step, ticks


def _span(name: str, axis: Axis, low: float, high: float, y: float) -> Markup:
    return element("line", {"class": name, "x1": axis.at(low), "x2": axis.at(high), "y1": y, "y2": y})
