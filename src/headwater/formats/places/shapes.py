"""Shapes of an outline or plan: rings of points, and nothing else of the file they came from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.vocab import InputError, Problem

Point = tuple[float, float]
ShapeData = Mapping[str, Any]
"""A shape as it is kept: {"closed": bool, "rings": [[x, y, x, y ...], ...]}."""

MOST_POINTS = 60_000
MOST_BYTES = 4 << 20
FINEST = 1 / 1500
"""Points nearer to the line between their neighbours than this part of the whole are left out: nobody sees them."""


@dataclass(frozen=True)
class Shape:
    """One shape. rings: each a line of points. closed: each ring ends where it begins; inner rings are holes."""

    rings: tuple[tuple[Point, ...], ...]
    closed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept, coordinates to six significant decimals."""
        return {
            "closed": self.closed,
            "rings": [[round(one, 6) for point in ring for one in point] for ring in self.rings],
        }

    @classmethod
    def from_json(cls, kept: ShapeData) -> Shape:
        """Read it back."""
        rings = tuple(tuple(zip(ring[::2], ring[1::2], strict=True)) for ring in kept["rings"])
        return cls(rings, bool(kept["closed"]))


@dataclass(frozen=True)
class Plan:
    """What places stand on. width, height: of a plan in its own units, its corner at (0, 0); 0 for an outline on earth.

    left_out: what the file held besides shapes, by name.
    """

    shapes: tuple[Shape, ...]
    width: float = 0.0
    height: float = 0.0
    left_out: tuple[str, ...] = ()


def thinned(shapes: Sequence[Shape], file: str) -> tuple[Shape, ...]:
    """Return shapes without points that nobody sees (Douglas and Peucker 1973).

    Raises InputError where nothing is left, and where there is more than can be drawn.
    """
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    if not points:
        raise InputError(
            Problem("the file holds no shapes.", "Draw lines, areas or rectangles, and save it again.", file)
        )
    if not all(math.isfinite(one) for point in points for one in point):
        raise InputError(
            Problem("a coordinate of a shape is no finite number.", "Draw it anew, and save it again.", file)
        )
    reach = max(
        max(x for x, _ in points) - min(x for x, _ in points), max(y for _, y in points) - min(y for _, y in points)
    )
    found = []
    for shape in shapes:
        rings = tuple(one for ring in shape.rings if len(one := simplified(ring, reach * FINEST)) > 1)
        if rings:
            found.append(Shape(rings, shape.closed))
    count = sum(len(ring) for shape in found for ring in shape.rings)
    if count > MOST_POINTS:
        message = f"the shapes have {count} points; at most {MOST_POINTS} are drawn."
        raise InputError(Problem(message, "Simplify the outline, and save it again.", file))
    if not found:
        raise InputError(
            Problem("the file holds no shapes.", "Draw lines, areas or rectangles, and save it again.", file)
        )
    return tuple(found)


def simplified(ring: Sequence[Point], reach: float) -> tuple[Point, ...]:
    """Return a line without the points that lie within `reach` of it (Douglas and Peucker 1973), ends kept."""
    if len(ring) < 3 or reach <= 0:
        return tuple(ring)
    keep = [False] * len(ring)
    keep[0] = keep[-1] = True
    waiting = [(0, len(ring) - 1)]
    if ring[0] == ring[-1]:
        # A closed line has no span between its ends: it is parted at the point farthest from them.
        far = max(range(len(ring)), key=lambda at: math.dist(ring[0], ring[at]))
        keep[far] = True
        waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        worst, at = reach, -1
        for place in range(first + 1, last):
            away = _from_line(ring[place], ring[first], ring[last])
            if away > worst:
                worst, at = away, place
        if at >= 0:
            keep[at] = True
            waiting += [(first, at), (at, last)]
    return tuple(point for point, is_kept in zip(ring, keep, strict=True) if is_kept)


def _from_line(point: Point, start: Point, end: Point) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    length = math.hypot(*along)
    off = (point[0] - start[0], point[1] - start[1])
    if length == 0:
        return math.hypot(*off)
    part = min(max((off[0] * along[0] + off[1] * along[1]) / length**2, 0.0), 1.0)
    return math.hypot(off[0] - part * along[0], off[1] - part * along[1])


def checked_size(data: bytes, file: str) -> None:
    """Raise InputError for a file that is empty or larger than 4 MB."""
    if not data.strip():
        raise InputError(Problem("the file is empty.", "Save it again.", file))
    if len(data) > MOST_BYTES:
        raise InputError(
            Problem(f"the file is larger than {MOST_BYTES >> 20} MB.", "Simplify it, and save it again.", file)
        )
