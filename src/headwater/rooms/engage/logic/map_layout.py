"""Where dots and names stand on a map of power by interest, so that no two names overlap.

Coordinates are those of the picture, y downwards. Dots of the same rating are set side by side within their cell. A
name stands right of its dot, else left, above or below it, off the lines between dots where it can. Where none of these
is free, the number in the dot alone tells who it is, and the table beside it names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 620
LEFT, TOP, RIGHT, BOTTOM = 64, 24, 744, 560
RADIUS = 11
LETTER, LINE = 7.4, 18
"""A letter's width at 13 px, rounded up; a line's height."""
SIDE = 5
"""Ratings 0 to 4 make five columns and five rows."""
MOST_IN_ROW = 3


@dataclass(frozen=True)
class Dot:
    """One stakeholder on the map. x, y: the centre. label: the name, "" where no free place was left.

    label_x, label_y: of its base line. anchor: start, middle or end.
    """

    number: int
    key: str
    name: str
    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Placed:
    """What is to be shown. power, interest: 0 to 4."""

    key: str
    name: str
    power: int
    interest: int


Box = tuple[float, float, float, float]


def lay_out(
    people: Sequence[Placed], *, threads: Sequence[tuple[str, str]] = (), most_letters: int = 22
) -> tuple[Dot, ...]:
    """Return a dot for each, numbered from 1 in the order given. threads: pairs of keys with a line between them."""
    cells: dict[tuple[int, int], list[int]] = {}
    for index, one in enumerate(people):
        cells.setdefault((one.interest, one.power), []).append(index)
    centres: dict[int, tuple[float, float]] = {}
    for (interest, power), members in cells.items():
        for place, index in enumerate(members):
            centres[index] = _centre(interest, power, place, len(members))
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in centres.values()]
    at = {one.key: centres[index] for index, one in enumerate(people)}
    lines = [(*at[start], *at[end]) for start, end in threads if start in at and end in at]
    dots = []
    for index, one in enumerate(people):
        x, y = centres[index]
        name = one.name if len(one.name) <= most_letters else one.name[: most_letters - 1].rstrip() + "…"
        spot = _spot(x, y, len(name) * LETTER, taken, lines)
        if spot is None:
            dots.append(Dot(index + 1, one.key, one.name, x, y, "", x, y, "middle"))
            continue
        label_x, label_y, anchor, box = spot
        taken.append(box)
        dots.append(Dot(index + 1, one.key, one.name, x, y, name, label_x, label_y, anchor))
    return tuple(dots)


def cell_middle(interest: int, power: int) -> tuple[float, float]:
    """Return the middle of the cell of two ratings."""
    wide, high = (RIGHT - LEFT) / SIDE, (BOTTOM - TOP) / SIDE
    return LEFT + (interest + 0.5) * wide, BOTTOM - (power + 0.5) * high


def box_of(dot: Dot) -> Box:
    """Return the room a dot's name takes: left, top, right, bottom."""
    wide = len(dot.label) * LETTER
    left = {"start": dot.label_x, "middle": dot.label_x - wide / 2, "end": dot.label_x - wide}[dot.anchor]
    return left, dot.label_y - LINE + 4, left + wide, dot.label_y + 4


def _centre(interest: int, power: int, place: int, count: int) -> tuple[float, float]:
    x, y = cell_middle(interest, power)
    rows = -(-count // MOST_IN_ROW)
    row, column = divmod(place, MOST_IN_ROW)
    in_row = min(MOST_IN_ROW, count - row * MOST_IN_ROW)
    high = min(2 * RADIUS + 20, ((BOTTOM - TOP) / SIDE - 2 * RADIUS) / max(rows - 1, 1))
    return x + (column - (in_row - 1) / 2) * (2 * RADIUS + 14), y + (row - (rows - 1) / 2) * high


def _spot(
    x: float, y: float, wide: float, taken: Sequence[Box], lines: Sequence[Box]
) -> tuple[float, float, str, Box] | None:
    """Return the first free spot that no line crosses, else the first free one."""
    gap = RADIUS + 5
    crossed = None
    for label_x, label_y, anchor in (
        (x + gap, y + 5, "start"),
        (x - gap, y + 5, "end"),
        (x, y - gap, "middle"),
        (x, y + gap + 9, "middle"),
    ):
        left = {"start": label_x, "middle": label_x - wide / 2, "end": label_x - wide}[anchor]
        box = (left, label_y - LINE + 4, left + wide, label_y + 4)
        inside = box[0] >= LEFT and box[2] <= WIDTH - 4 and box[1] >= TOP - 16 and box[3] <= BOTTOM
        if inside and not any(_overlap(box, other) for other in taken):
            spot = (label_x, label_y, anchor, box)
            if not any(_crosses(line, box) for line in lines):
                return spot
            crossed = crossed or spot
    return crossed


def _crosses(line: Box, box: Box) -> bool:
    """Whether a line from (x1, y1) to (x2, y2) runs through a box (Liang and Barsky 1984)."""
    x1, y1, x2, y2 = line
    low, high = 0.0, 1.0
    for run, space in ((x1 - x2, x1 - box[0]), (x2 - x1, box[2] - x1), (y1 - y2, y1 - box[1]), (y2 - y1, box[3] - y1)):
        if run == 0:
            if space < 0:
                return False
        elif run < 0:
            low = max(low, space / run)
        else:
            high = min(high, space / run)
    return low <= high


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
