"""What matters against how it stands: each subject a mark, across by its importance, up by its score.

Below and to the right is what matters and is not there: rust diamonds. Names stand beside their marks where there is
room for all of one, else their number in the list of importance; where there is no room for that either, the list and
the table name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import width_of
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain
from headwater.reports.charts.scales import Axis, tick_label
from headwater.reports.document import Flag
from headwater.vocab import said

WIDTH, HEIGHT = 1000.0, 480.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 980.0, 28.0, 424.0
RADIUS = 9.0
SIZE = 13.0


@dataclass(frozen=True, slots=True)
class StandingPoint:
    """One subject. importance: percent. score: on the chart's scale. flag: "needs" where it matters and is not there,
    "strong" where it matters and is, else "same". words: what that means.
    """

    label: str
    importance: float
    score: float
    flag: Flag = "same"
    words: str = ""


@dataclass(frozen=True, slots=True)
class StandingAxes:
    """low, high, ticks: of the scores. equal: the importance of each if all mattered alike, an upright line."""

    low: float
    high: float
    ticks: tuple[float, ...]
    equal: float
    importance_label: str
    score_label: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether it lies inside another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def standing(points: Sequence[StandingPoint], axes: StandingAxes, key: str, title: str, description: str) -> Chart:
    """Draw subjects by importance and score. Raises ValueError without any."""
    if not points:
        raise ValueError("there is nothing to draw")
    ordered, spots, names = _placed(points, axes)
    across, up = _axes(ordered, axes)
    parts: list[Markup] = []
    for tick in axes.ticks:
        y = up.at(tick)
        parts.append(element("line", {"class": "gl", "x1": LEFT, "x2": RIGHT, "y1": y, "y2": y}))
        parts.append(element("text", {"x": LEFT - 8, "y": y + 4, "text-anchor": "end"}, tick_label(tick)))
    parts.append(across.labels(importance_ticks(across.high), BOTTOM + 20))
    parts.append(element("text", {"class": "k", "x": LEFT - 30, "y": 14}, axes.score_label))
    parts.append(
        element("text", {"class": "k", "x": RIGHT, "y": HEIGHT - 8, "text-anchor": "end"}, axes.importance_label)
    )
    equal = across.at(axes.equal)
    if equal <= RIGHT:
        parts.append(element("line", {"class": "guess-r", "x1": equal, "x2": equal, "y1": TOP, "y2": BOTTOM}))
        parts.append(element("text", {"x": equal + 6, "y": TOP - 6}, said("If all mattered alike")))
    for point, (x, y), name in zip(ordered, spots, names, strict=True):
        parts.append(element("g", {"class": _TONE[point.flag] or None}, _mark(point, x, y)))
        if name is not None:
            kind = "k" if point.flag == "needs" else "nm"
            parts.append(element("text", {"class": kind, "x": name.box.left, "y": name.box.bottom - 4}, name.text))
    return Chart(key, title, description, WIDTH, HEIGHT, join(parts), standing_table(ordered, axes, title))


_TONE = {"strong": "", "needs": "nd", "same": "qt", "unsure": "qt"}


def importance_axis(points: Sequence[StandingPoint]) -> Axis:
    """Return the axis of importance: from nought to the next 5 percent beyond the largest."""
    most = max(point.importance for point in points)
    return Axis(0.0, 5.0 * (int(most // 5) + 1), LEFT, RIGHT)


def _axes(points: Sequence[StandingPoint], axes: StandingAxes) -> tuple[Axis, Axis]:
    return importance_axis(points), Axis(axes.low, axes.high, BOTTOM, TOP)


def _placed(
    points: Sequence[StandingPoint], axes: StandingAxes
) -> tuple[list[StandingPoint], list[tuple[float, float]], list[PlacedName | None]]:
    """Return the subjects, the most important first, where their marks stand, and their names."""
    ordered = sorted(points, key=lambda point: -point.importance)
    across, up = _axes(ordered, axes)
    spots = [(across.at(point.importance), up.at(point.score)) for point in ordered]
    return ordered, spots, list(place_names([point.label for point in ordered], spots, across.at(axes.equal)))


def importance_ticks(most: float) -> tuple[float, ...]:
    """Return ticks of the axis of importance."""
    step = 5.0 if most <= 30 else 10.0 if most <= 60 else 20.0
    return tuple(step * place for place in range(int(most // step) + 1))


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name, or the number that stands for it, and where it stands."""

    text: str
    box: Box


def place_names(
    labels: Sequence[str], spots: Sequence[tuple[float, float]], line: float = -1.0
) -> list[PlacedName | None]:
    """Return where each name stands so that it meets no mark and no other name, in the order of the spots.

    line: an upright line that names keep off where they can. A name without room is replaced by its number, from 1;
    None where there is no room for that either.
    """
    frame = Box(LEFT, TOP, WIDTH, BOTTOM)
    marks = [Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in spots]
    taken: list[Box] = []
    found: list[PlacedName | None] = [None] * len(labels)
    for texts in (labels, [str(number) for number in range(1, len(labels) + 1)]):
        for number, (label, spot) in enumerate(zip(texts, spots, strict=True)):
            if found[number] is not None:
                continue
            others = [mark for place, mark in enumerate(marks) if place != number]
            free = (
                box
                for box in _places(label, spot)
                if box.within(frame) and not any(box.meets(one) for one in (*others, *taken))
            )
            boxes = list(free)
            box = next((one for one in boxes if not one.left < line < one.right), boxes[0] if boxes else None)
            if box is not None:
                taken.append(box)
                found[number] = PlacedName(label, box)
    return found


def _places(label: str, spot: tuple[float, float]) -> list[Box]:
    """Places around a mark, the best first."""
    x, y = spot
    wide, high, gap = width_of(label, SIZE + 1, "sans-bold") + 4, 18.0, RADIUS + 5
    corners = (
        (x + gap, y - high / 2), (x - gap - wide, y - high / 2),
        (x - wide / 2, y - gap - high), (x - wide / 2, y + gap),
        (x + gap - 4, y - gap - high + 6), (x + gap - 4, y + gap - 6),
        (x - gap - wide + 4, y - gap - high + 6), (x - gap - wide + 4, y + gap - 6),
    )  # fmt: skip
    # Near an edge a name above or below its mark begins or ends at the edge.
    beside = min(max(x - wide / 2, LEFT), WIDTH - wide)
    edges = ((beside, y - gap - high), (beside, y + gap))
    return [Box(left, top, left + wide, top + high) for left, top in (*corners, *edges)]


def score_axis(scores: Sequence[float], low: float, high: float) -> tuple[float, float, tuple[float, ...]]:
    """Return ends and ticks of the scores drawn: whole halves around them, a point and a half or more in all.

    Marks are read by their place and not by a length from nought, so the axis may begin elsewhere.
    """
    bottom, top = np.floor(2 * min(scores)) / 2, np.ceil(2 * max(scores)) / 2
    while top - bottom < min(1.5, high - low):
        bottom, top = max(low, bottom - 0.5), min(high, top + 0.5)
    bottom, top = max(low, bottom), min(high, top)
    step = 0.5 if top - bottom <= 4 else 1.0
    return float(bottom), float(top), tuple(np.arange(bottom, top + step / 2, step).tolist())


def standing_table(points: Sequence[StandingPoint], axes: StandingAxes, title: str) -> ChartTable:
    """Return the same as a table, numbered by importance."""
    header = ("", said("What"), axes.importance_label, axes.score_label, said("In words"))
    rows = tuple(
        (str(number), point.label, f"{plain(point.importance, 0)}%", plain(point.score, 1), point.words or "–")
        for number, point in enumerate(sorted(points, key=lambda point: -point.importance), 1)
    )
    return ChartTable(title, header, rows, (2, 3))


def standing_key(points: Sequence[StandingPoint], axes: StandingAxes) -> Markup | None:
    """Return what the numbers in the picture stand for; None where every name stands beside its mark."""
    ordered, _spots, names = _placed(points, axes)
    hidden = [
        element("li", {"value": str(number)}, point.label)
        for number, (point, name) in enumerate(zip(ordered, names, strict=True), 1)
        if name is None or name.text != point.label
    ]
    return element("ol", {"class": "standing-key"}, *hidden) if hidden else None


def standing_list(points: Sequence[StandingPoint], axes: StandingAxes) -> Markup:
    """Return the same as a list for a narrow screen, by importance."""
    rows = []
    for point in sorted(points, key=lambda point: -point.importance):
        figures = (
            f"{axes.importance_label}: {plain(point.importance, 0)}%. {axes.score_label}: {plain(point.score, 1)}."
        )
        rows.append(
            element(
                "li",
                {"class": point.flag},
                element("b", None, point.label),
                element("span", {"class": "num"}, figures),
                element("span", {"class": "small"}, point.words) if point.words else None,
            )
        )
    return element("ol", {"class": "standing-list"}, *rows)


def _mark(point: StandingPoint, x: float, y: float) -> Markup:
    if point.flag == "needs":
        path = f"M{x:.1f} {y - 10:.1f}L{x + 10:.1f} {y:.1f}L{x:.1f} {y + 10:.1f}L{x - 10:.1f} {y:.1f}Z"
        return element("path", {"class": "dt", "d": path})
    return element("circle", {"class": "dt", "cx": x, "cy": y, "r": RADIUS - 1})
