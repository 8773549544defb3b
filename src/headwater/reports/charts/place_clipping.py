"""Lines and areas cut at the edge of a picture."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

Spot = tuple[float, float]


def clip_area(ring: Sequence[Sequence[float]], width: float, height: float) -> list[Spot]:
    """Return the part of an area within 0..width, 0..height (Sutherland and Hodgman 1974)."""
    found: list[Spot] = [(x, y) for x, y in ring]
    for axis, edge, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        before, found = found, []
        for at, here in enumerate(before):
            last = before[at - 1]
            is_in, was_in = sign * (here[axis] - edge) >= 0, sign * (last[axis] - edge) >= 0
            if is_in != was_in:
                found.append(_between(last, here, axis, edge))
            if is_in:
                found.append(here)
    return found


def clip_line(line: Sequence[Sequence[float]], width: float, height: float) -> list[list[Spot]]:
    """Return the parts of a line within 0..width, 0..height (Liang and Barsky 1984)."""
    parts: list[list[Spot]] = []
    here: list[Spot] = []
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        first, last = 0.0, 1.0
        for run, room in ((x1 - x2, x1), (x2 - x1, width - x1), (y1 - y2, y1), (y2 - y1, height - y1)):
            if run == 0:
                if room < 0:
                    last = -1.0
                continue
            if run < 0:
                first = max(first, room / run)
            else:
                last = min(last, room / run)
        if first > last:
            here = _ended(parts, here)
            continue
        start = (x1 + first * (x2 - x1), y1 + first * (y2 - y1))
        if first > 0 or not here:
            here = _ended(parts, here)
            here.append(start)
        here.append((x1 + last * (x2 - x1), y1 + last * (y2 - y1)))
        if last < 1:
            here = _ended(parts, here)
    _ended(parts, here)
    return parts


def _ended(parts: list[list[Spot]], here: list[Spot]) -> list[Spot]:
    if len(here) > 1:
        parts.append(here)
    return []


def _between(one: Spot, other: Spot, axis: int, edge: float) -> Spot:
    part = (edge - one[axis]) / (other[axis] - one[axis])
    return (one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1]))
