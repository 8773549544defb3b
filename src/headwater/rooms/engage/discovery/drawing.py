"""The reveal drawn: what was expected (diamond, dotted range), what was said (dot, 95% range), a thin line between.

One picture a question, as narrow as a phone, so that its words are never smaller than the text beside it. The dot
leaves the diamond: a group maps the way between the two on one step, which the stylesheet walks; without motion, on
paper and in a file the dot stands where it belongs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import ticks
from headwater.reports.charts.scales import Axis
from headwater.rooms.house.figures import Figure

WIDTH, LEFT, RIGHT = 330.0, 14.0, 316.0
STACK = 58.0
"""Room for the predictions of a team, in px."""
BIN = 9.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A score with its range."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class RevealMarks:
    """What is drawn for one score. own: None where nothing was foreseen. team: values of the others, in any order."""

    floor: float
    ceiling: float
    said: Spread
    own: Spread | None = None
    team: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class RevealWords:
    """What stands for it in words. rows: the same as a table, a name and a value each."""

    title: str
    description: str
    rows: tuple[tuple[str, str], ...]


def reveal_figure(key: str, marks: RevealMarks, words: RevealWords) -> Figure:
    """Draw one score: expected, said, and the way between. The page says the same in one table for all of them."""
    return Figure(words.title, reveal_chart(key, marks, words).svg(), Markup(), "of-reveal")


def reveal_chart(key: str, marks: RevealMarks, words: RevealWords) -> Chart:
    """Return the picture alone. key: unique on its page."""
    axis = Axis(marks.floor, marks.ceiling, LEFT, RIGHT)
    stacked = _stacks(axis, marks.team)
    top = _height(stacked)
    guess = top + 18.0 if marks.own is not None or not stacked else top - 2.0
    level = guess + 36.0
    steps = ticks(marks.floor, marks.ceiling, 5)
    parts: list[Markup] = [axis.grid(steps, top + 2, level + 14), axis.labels(steps, level + 34)]
    parts.extend(_team(stacked, top))
    start = marks.own.value if marks.own is not None else median(marks.team) if marks.team else marks.said.value
    begin, end = axis.at(start), axis.at(marks.said.value)
    if marks.own is not None or marks.team:
        way = {"x1": begin, "y1": guess, "x2": end, "y2": level}
        parts.append(element("line", {"class": "gap way", "pathLength": 1, **way}))
    if marks.own is not None:
        parts.extend(_diamond(axis, marks.own, guess))
    if marks.said.low is not None and marks.said.high is not None:
        reach = {"x1": axis.at(marks.said.low), "x2": axis.at(marks.said.high)}
        parts.append(element("line", {"class": "iv arrives", **reach, "y1": level, "y2": level}))
    parts.append(_leaving(begin, guess, end, level))
    table = ChartTable(words.title, (_("What"), _("Value")), words.rows, (1,))
    return Chart(key, words.title, words.description, WIDTH, level + 42, join(parts), table)


def _diamond(axis: Axis, own: Spread, level: float) -> list[Markup]:
    made = []
    if own.low is not None and own.high is not None:
        reach = {"x1": axis.at(own.low), "x2": axis.at(own.high)}
        made.append(element("line", {"class": "guess-r", **reach, "y1": level, "y2": level}))
    made.append(element("path", {"class": "guess", "d": _path(axis.at(own.value), level, 6.5)}))
    return made


def _stacks(axis: Axis, values: Sequence[float]) -> dict[int, int]:
    """Where the predictions of a team stand, in steps of BIN from the start, and how many stand there."""
    return dict(sorted(Counter(round(axis.at(value) / BIN) for value in values).items()))


def _step(stacked: dict[int, int]) -> float:
    return min(BIN, (STACK - 10) / max(stacked.values()))


def _height(stacked: dict[int, int]) -> float:
    return 10 + _step(stacked) * max(stacked.values()) if stacked else 0.0


def _team(stacked: dict[int, int], bottom: float) -> list[Markup]:
    """Small diamonds stacked where they meet, so that none hides another."""
    return [
        element("path", {"class": "guess other", "d": _path(place * BIN, bottom - 6 - _step(stacked) * number, 4)})
        for place, count in stacked.items()
        for number in range(count)
    ]


def _leaving(x: float, y: float, to_x: float, to_y: float) -> Markup:
    """A dot that goes from one place to another: one step of the inner group is the whole way."""
    across, down = to_x - x, to_y - y
    if abs(across) < 0.5:
        across = 0.5  # a way straight down could not be undone for the dot itself
        x = to_x - across
    dot = element("circle", {"class": "dt", "cx": 0, "cy": 0, "r": 6.5})
    shaped = element("g", {"transform": f"scale({1 / across:.6f} {1 / down:.6f})"}, dot)
    walking = element("g", {"transform": "translate(1 1)", "class": "leaves"}, shaped)
    return element("g", {"transform": f"matrix({across:.4f} 0 0 {down:.4f} {x:.2f} {y:.2f})"}, walking)


def _path(x: float, y: float, reach: float) -> str:
    return f"M{x:.1f} {y - reach:.1f}L{x + reach:.1f} {y:.1f}L{x:.1f} {y + reach:.1f}L{x - reach:.1f} {y:.1f}Z"
