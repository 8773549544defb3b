"""A forest of effects: each action's forecast above what was found, on one axis with nothing in the middle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import shorten, wrap
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.scales import Axis

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)
WIDTH, LEFT, RIGHT = 660.0, 14.0, 440.0
ROW = 84.0
MOST_LABEL = 620.0
NARROW, NARROW_ROW, LINE = 330.0, 96.0, 18.0
"""Of the drawing for a phone: its width, and the height of a row and of each line of its name."""


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
        parts += _marks(row, axis, guess, level)
        for name, y, words in (("", guess, row.hope_words), ("k", level, row.effect_words)):
            parts.append(element("text", {"class": name, "x": RIGHT + 20, "y": y + 4}, shorten(words, 195, 13)))
        top += ROW
    return Chart(key, title, description, WIDTH, top + 4, join(parts), _table(rows, title))


def narrow_forest(rows: Sequence[ForestRow], key: str, title: str, description: str) -> Chart:
    """Draw the same for a phone: names in up to three lines, the words of a number above its mark."""
    low, high, ticks = axis_of([number for row in rows for number in (*row.hope, *row.effect)])
    axis = Axis(low, high, LEFT, NARROW - LEFT)
    shown = tuple(one for at, one in enumerate(ticks) if at % 2 == len(ticks) // 2 % 2) if len(ticks) > 5 else ticks
    parts: list[Markup] = [axis.labels(shown, 16)]
    top = 28.0
    for row in rows:
        parts.append(element("line", {"class": "rl", "x1": 0, "x2": NARROW, "y1": top, "y2": top}))
        lines = wrap(row.label, NARROW, 14, most=3)
        for at, words in enumerate(lines):
            parts.append(element("text", {"class": "nm", "x": 0, "y": top + 20 + LINE * at}, words))
        top += 12 + LINE * len(lines)
        for name, shift, words in (("", 0, row.hope_words), ("k", 44, row.effect_words)):
            text = shorten(words, NARROW, 13)
            parts.append(element("text", {"class": name, "x": 0, "y": top + 18 + shift}, text))
            parts.append(axis.grid(shown, top + 24 + shift, top + 42 + shift))
            nothing = {"x1": axis.at(0), "x2": axis.at(0), "y1": top + 24 + shift, "y2": top + 42 + shift}
            parts.append(element("line", {"class": "pt", **nothing}))
        parts += _marks(row, axis, top + 33, top + 77)
        top += NARROW_ROW
    return Chart(key, title, description, NARROW, top + 4, join(parts), _table(rows, title))


def axis_of(numbers: Sequence[float]) -> tuple[float, float, tuple[float, ...]]:
    """An axis with nothing in the middle, wide enough for all: its ends and ticks."""
    reach = max((abs(number) for number in numbers), default=1.0) or 1.0
    step = next((step for step in STEPS if reach / step <= 3), reach / 3)
    most = math.ceil(reach / step - 1e-9)
    ticks = tuple(round(step * place, 6) for place in range(-most, most + 1))
    return -most * step, most * step, ticks


def _span(name: str, axis: Axis, low: float, high: float, y: float) -> Markup:
    return element("line", {"class": name, "x1": axis.at(low), "x2": axis.at(high), "y1": y, "y2": y})


def _marks(row: ForestRow, axis: Axis, guess: float, level: float) -> list[Markup]:
    """The forecast at one height and what was found at another."""
    (least, likely, most), (value, below, above) = row.hope, row.effect
    x = axis.at(likely)
    diamond = f"M{x:.1f} {guess - 8:.1f}L{x + 8:.1f} {guess:.1f}L{x:.1f} {guess + 8:.1f}L{x - 8:.1f} {guess:.1f}Z"
    return [
        _span("guess-r", axis, least, most, guess),
        _span("iv", axis, below, above, level),
        element("circle", {"class": "dt", "cx": axis.at(value), "cy": level, "r": 8}),
        element("path", {"class": "guess", "d": diamond}),
    ]


def _table(rows: Sequence[ForestRow], title: str) -> ChartTable:
    header = (_("What was done"), _("Forecast"), _("Found"), _("What it says"))
    cells = tuple((row.label, row.hope_words, row.effect_words, row.verdict) for row in rows)
    return ChartTable(title, header, cells, (1, 2))
