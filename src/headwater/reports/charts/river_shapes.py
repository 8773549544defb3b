"""Curves of the River: smooth paths, ribbons as offsets of one centre line, shores and hills, all seeded."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from headwater.reports.charts.markup import number

Point = tuple[float, float]
Points = tuple[Point, ...]
Floats = NDArray[np.float64]


def seed_of(*names: str) -> np.random.Generator:
    """Return a generator that depends on the names alone, so that the same data draw the same river."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def waves(random: np.random.Generator, at: Floats, *, terms: int = 3) -> Floats:
    """Return smooth noise within -1..1 at the given places (one period is 1)."""
    strengths = 1 / np.arange(1, terms + 1)
    phases = random.uniform(0, 2 * np.pi, terms)
    turns = np.arange(1, terms + 1)[:, None] * at[None, :]
    sines = np.sin(2 * np.pi * turns + phases[:, None])
    return np.asarray((strengths[:, None] * sines).sum(axis=0) / strengths.sum(), dtype=np.float64)


def ribbon(xs: Floats, ys: Floats, half: Floats) -> Points:
    """Return the outline of a ribbon around a centre line: the lower bank out, the upper bank back.

    xs, ys: float64[P], the centre line. half: float64[P], half the width at each point, across the line.
    """
    across_x, across_y = normals(xs, ys)
    right = zip((xs + across_x * half).tolist(), (ys + across_y * half).tolist(), strict=True)
    left = zip((xs - across_x * half).tolist(), (ys - across_y * half).tolist(), strict=True)
    return (*right, *reversed(tuple(left)))


def normals(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Return the unit vectors across a line, pointing down the page where the line runs to the right."""
    along_x, along_y = np.gradient(xs), np.gradient(ys)
    length = np.hypot(along_x, along_y)
    return -along_y / length, along_x / length


def blob(
    random: np.random.Generator, centre: Point, radius: Point, *, wobble: float = 0.11, points: int = 14
) -> Points:
    """Return an irregular round outline, as lakes have."""
    turn = np.arange(points) / points
    return _round(centre, radius, 1 + wobble * waves(random, turn, terms=4))


def hill(
    random: np.random.Generator, centre: Point, step: Point, rings: int, drift: Point = (0.0, 0.0), points: int = 18
) -> tuple[Points, ...]:
    """Return nested contour lines that change shape slowly from ring to ring and do not cross."""
    turn = np.arange(points) / points
    one, other = waves(random, turn, terms=4), waves(random, turn, terms=4)
    lines = []
    for ring in range(1, rings + 1):
        angle = 0.09 * ring
        grow = 1 + 0.16 * (np.cos(angle) * one + np.sin(angle) * other)
        middle = (centre[0] + drift[0] * ring, centre[1] + drift[1] * ring)
        lines.append(_round(middle, (step[0] * (ring + 0.4), step[1] * (ring + 0.4)), grow))
    return tuple(lines)


def _round(centre: Point, radius: Point, grow: Floats) -> Points:
    turn = np.arange(len(grow)) / len(grow)
    xs = centre[0] + radius[0] * grow * np.cos(2 * np.pi * turn)
    ys = centre[1] + radius[1] * grow * np.sin(2 * np.pi * turn)
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def smooth_path(points: Points, *, closed: bool = False) -> str:
    """Return SVG path data of a Catmull-Rom spline through the points."""
    count = len(points)
    if count < 2:
        raise ValueError("a path needs two points")
    parts = [f"M{_pair(points[0])}"]
    for start in range(count if closed else count - 1):
        before, here, after, beyond = (
            points[place % count] if closed else points[min(max(place, 0), count - 1)]
            for place in range(start - 1, start + 3)
        )
        one = (here[0] + (after[0] - before[0]) / 6, here[1] + (after[1] - before[1]) / 6)
        two = (after[0] - (beyond[0] - here[0]) / 6, after[1] - (beyond[1] - here[1]) / 6)
        parts.append(f"C{_pair(one)} {_pair(two)} {_pair(after)}")
    return "".join(parts) + ("Z" if closed else "")


def ribbon_path(outline: Points) -> str:
    """Return SVG path data of a ribbon: two smooth banks joined by straight ends."""
    half = len(outline) // 2
    back = smooth_path(outline[half:])
    return f"{smooth_path(outline[:half])}L{back[1:]}Z"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
