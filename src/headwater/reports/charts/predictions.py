"""Prediction: what a leader expected beside what people said. There is no score for the guesser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import shorten, wrap
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain, signed, span
from headwater.reports.charts.scales import Axis
from headwater.vocab import said


@dataclass(frozen=True, slots=True)
class Prediction:
    """One theme: expected with its range as the leader gave it, said with its 95% range as released.

    said is None where it is withheld.
    """

    label: str
    expected: float
    expected_low: float
    expected_high: float
    said: float | None
    low: float | None = None
    high: float | None = None


def prediction(
    rows: Sequence[Prediction], low: float, high: float, ticks: Sequence[float], key: str, title: str, description: str
) -> Chart:
    """Draw expectations (diamonds, dotted ranges) and answers (dots, 95% ranges), a thin line between."""
    width, left, right = 760.0, 200.0, 600.0
    axis = Axis(low, high, left, right)
    parts: list[Markup] = [axis.labels(tuple(ticks), 16)]
    top = 28.0
    for row in rows:
        parts.append(element("line", {"class": "rl", "x1": 0, "x2": width, "y1": top, "y2": top}))
        parts.append(axis.grid(tuple(ticks), top + 3, top + 61))
        lines = wrap(row.label, left - 30, 14, most=2)
        for at, line in enumerate(lines):
            parts.append(element("text", {"class": "nm", "x": 0, "y": top + 37 - 9 * (len(lines) - 1) + 18 * at}, line))
        guess, level = top + 21, top + 45
        x = axis.at(row.expected)
        span_x = {"x1": axis.at(row.expected_low), "x2": axis.at(row.expected_high)}
        parts.append(element("line", {"class": "guess-r", **span_x, "y1": guess, "y2": guess}))
        if row.said is not None:
            parts.append(element("line", {"class": "gap", "x1": x, "y1": guess, "x2": axis.at(row.said), "y2": level}))
            if row.low is not None and row.high is not None:
                reach = {"x1": axis.at(row.low), "x2": axis.at(row.high)}
                parts.append(element("line", {"class": "iv", **reach, "y1": level, "y2": level}))
            parts.append(element("circle", {"class": "dt", "cx": axis.at(row.said), "cy": level, "r": 8}))
        diamond = f"M{x:.1f} {guess - 8:.1f}L{x + 8:.1f} {guess:.1f}L{x:.1f} {guess + 8:.1f}L{x - 8:.1f} {guess:.1f}Z"
        parts.append(element("path", {"class": "guess", "d": diamond}))
        parts.append(
            element("text", {"x": right + 24, "y": guess + 4}, said("expected %(value)s", value=plain(row.expected)))
        )
        words = said("not shown") if row.said is None else said("said %(value)s", value=plain(row.said))
        parts.append(element("text", {"class": "k", "x": right + 24, "y": level + 4}, shorten(words, 136, 13)))
        top += 64
    return Chart(key, title, description, width, top + 4, join(parts), _table(rows, title))


def _table(rows: Sequence[Prediction], title: str) -> ChartTable:
    cells = []
    for row in rows:
        expected = f"{plain(row.expected)} ({span(row.expected_low, row.expected_high)})"
        answer, distance = said("not shown"), "–"
        if row.said is not None:
            known = row.low is not None and row.high is not None
            answer = plain(row.said) + (f" ({span(row.low or 0.0, row.high or 0.0)})" if known else "")
            distance = signed(row.said - row.expected)
        cells.append((row.label, expected, answer, distance))
    return ChartTable(title, (said("Theme"), said("Expected"), said("Said"), said("Distance")), tuple(cells), (1, 2, 3))
