"""Where marks, outlines, lines of the grid and names of a map stand, in px. Pages, PDF and decks draw the same.

Latitude and longitude are projected by equal rectangles at the mean latitude (Snyder 1987, chapter 12), so that
distances near the middle are true in both directions; longitudes are taken around their mean, across the date line too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headwater.reports.charts.lettering import shorten, width_of
from headwater.reports.charts.numerals import plain
from headwater.reports.charts.place_clipping import clip_area, clip_line
from headwater.reports.place_blocks import PlaceMark, PlaceOutline, PlacePicture, Spot
from headwater.vocab import FloatArray, said

DEGREE = 111.195
"""Kilometres of a degree on a sphere of the earth's mean radius (6,371.0 km)."""
TYPE = 13.0
MOST_LABELS, NAME_ROOM = 60, 200.0
SIZES = ((20, 5.0), (100, 7.0), (500, 9.0))
"""Answers below which a mark has a radius, in px, before it is scaled to how many there are."""
LARGEST = 11.0
SMALLEST_REACH = {"earth": 0.02, "plan": 1.0}
LEAST_OF_OUTLINE = 0.25
"""An outline is shown whole where the marks cover this part of it, else it is cut at their edge."""
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
LENGTHS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark in px. number: its place in the block."""

    number: int
    mark: PlaceMark
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A name in px: the left end of its baseline, its width."""

    text: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid with its degrees, "" where they would meet a mark or a name; `is_upright` for a meridian."""

    at: float
    is_upright: bool
    words: str


@dataclass(frozen=True)
class PlaceLayout:
    """A whole map in px. marks: in the order they are drawn. bar: length of the scale bar in px with its words."""

    width: float
    height: float
    marks: tuple[PlacedMark, ...]
    labels: tuple[PlacedLabel, ...]
    areas: tuple[tuple[tuple[Spot, ...], ...], ...]
    lines: tuple[tuple[Spot, ...], ...]
    grid: tuple[GridLine, ...]
    bar: tuple[float, str] | None
    sheet: tuple[float, float, float, float] | None
    """Left, top, width and height of a plan."""


def lay_out(block: PlacePicture, width: float, *, height: float = 0.0, most_labels: int = MOST_LABELS) -> PlaceLayout:
    """Lay a map out. height: 0 for what fits its shape, from half its width to as high as wide."""
    xy = np.array([(mark.x, mark.y) for mark in block.marks], float).reshape(-1, 2)
    surface = _Surface(block, xy)
    left, top, right, bottom = surface.reach(xy, block)
    pad = 24.0
    wide, high = right - left, bottom - top
    if height <= 0:
        height = min(max(width * high / wide, width * 0.5), width)
    scale = min((width - 2 * pad) / wide, (height - 2 * pad) / high)
    offset = ((width - wide * scale) / 2 - left * scale, (height - high * scale) / 2 - top * scale)
    spots = surface.plane(xy) * scale + offset
    marks = _marks(block.marks, spots)
    areas, lines = _outlines(block.outlines, surface, scale, offset, width, height)
    sheet = None
    if block.width and block.height:
        sheet = (offset[0], offset[1], block.width * scale, block.height * scale)
    on_earth = block.surface == "earth"
    labels, full = _labels(marks, width, height, most_labels)
    return PlaceLayout(
        width,
        height,
        marks,
        labels,
        areas,
        lines,
        _grid(surface, scale, offset, width, height, full) if on_earth else (),
        _bar(scale, width) if on_earth else None,
        sheet,
    )


class _Surface:
    """From coordinates to a plane with y down, one unit as long across as down."""

    def __init__(self, block: PlacePicture, xy: FloatArray) -> None:
        self.is_earth = block.surface == "earth"
        self.middle, self.narrow = 0.0, 1.0
        if self.is_earth and len(xy):
            turns = np.radians(xy[:, 0])
            self.middle = math.degrees(math.atan2(float(np.sin(turns).mean()), float(np.cos(turns).mean())))
            self.narrow = max(math.cos(math.radians(float(xy[:, 1].mean()))), 0.05)

    def plane(self, xy: FloatArray) -> FloatArray:
        """float64[N, 2]: places on the plane."""
        if not self.is_earth:
            return xy
        across = (xy[:, 0] - self.middle + 180.0) % 360.0 - 180.0
        found: FloatArray = np.column_stack((across * self.narrow, -xy[:, 1]))
        return found

    def reach(self, xy: FloatArray, block: PlacePicture) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what is shown, never without breadth."""
        if block.width and block.height:
            return 0.0, 0.0, block.width, block.height
        plane = self.plane(xy) if len(xy) else np.zeros((1, 2))
        low, high = plane.min(axis=0), plane.max(axis=0)
        drawn = [ring for outline in block.outlines for ring in outline.rings]
        if drawn:
            around = self.plane(np.array([spot for ring in drawn for spot in ring], float))
            ends = around.min(axis=0), around.max(axis=0)
            if not len(xy) or bool(((high - low) >= LEAST_OF_OUTLINE * (ends[1] - ends[0])).any()):
                low, high = np.minimum(low, ends[0]), np.maximum(high, ends[1])
        least = SMALLEST_REACH[block.surface]
        middle, half = (low + high) / 2, np.maximum((high - low) / 2, least / 2)
        first, last = (middle - half).tolist(), (middle + half).tolist()
        return first[0], first[1], last[0], last[1]


def radius_of(n: int | None) -> float:
    """Return the radius of a mark by its answers, in px."""
    if n is None:
        return SIZES[0][1]
    return next((radius for below, radius in SIZES if n < below), LARGEST)


def shrink_of(count: int) -> float:
    """Return by how much marks shrink where there are many."""
    return 1.0 if count <= 150 else 0.75 if count <= 600 else 0.55


def _marks(marks: Sequence[PlaceMark], spots: FloatArray) -> tuple[PlacedMark, ...]:
    shrink = shrink_of(len(marks))
    placed = [
        PlacedMark(number, mark, x, y, radius_of(mark.n) * shrink)
        for number, (mark, (x, y)) in enumerate(zip(marks, spots.tolist(), strict=True))
    ]
    # What stands clear lies on top, the small above the large.
    order = {"withheld": 0, "same": 1, "worse": 2, "better": 2}
    return tuple(sorted(placed, key=lambda one: (order[one.mark.standing], -one.radius, one.number)))


def _labels(
    marks: Sequence[PlacedMark], width: float, height: float, most: int
) -> tuple[tuple[PlacedLabel, ...], FloatArray]:
    """Names where there is room for all of one beside its mark; what stands clear first, then the larger groups. With
    the boxes that marks and names fill: float64[N, 4].
    """
    boxes: FloatArray = np.array(
        [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius) for one in marks]
    )
    taken = np.zeros((0, 4))
    wanted = sorted(range(len(marks)), key=lambda at: _weight(marks[at]))[: 4 * most]
    found: list[PlacedLabel] = []
    for at in wanted:
        if len(found) == most:
            break
        one = marks[at]
        words = f"{shorten(one.mark.label, NAME_ROOM, TYPE)} {one.mark.text}".rstrip()
        wide, gap = width_of(words, TYPE) + 4, one.radius + 3
        for left, base in (
            (one.x + gap, one.y + 4.5), (one.x - gap - wide, one.y + 4.5),
            (one.x - wide / 2, one.y - gap - 3), (one.x - wide / 2, one.y + gap + 11),
            (one.x + gap - 3, one.y - gap + 2), (one.x + gap - 3, one.y + gap + 7),
        ):  # fmt: skip
            box = np.array((left, base - 11, left + wide, base + 4))
            if box[0] < 4 or box[1] < 4 or box[2] > width - 4 or box[3] > height - 26:
                continue
            if _meets(boxes, box, at) or _meets(taken, box, -1):
                continue
            taken = np.vstack((taken, box))
            found.append(PlacedLabel(words, float(left), float(base), wide))
            break
    return tuple(found), np.vstack((boxes.reshape(-1, 4), taken))


def _weight(one: PlacedMark) -> tuple[int, int, int, int]:
    mark = one.mark
    clear = mark.standing in {"better", "worse"}
    return (0 if clear else 2 if mark.withheld else 1, -abs(mark.step - 4) if clear else 0, -(mark.n or 0), one.number)


def _meets(boxes: FloatArray, box: FloatArray, but: int) -> bool:
    hit = (boxes[:, 0] < box[2]) & (box[0] < boxes[:, 2]) & (boxes[:, 1] < box[3]) & (box[1] < boxes[:, 3])
    if but >= 0:
        hit[but] = False
    return bool(hit.any())


def _outlines(
    outlines: Sequence[PlaceOutline],
    surface: _Surface,
    scale: float,
    offset: tuple[float, float],
    width: float,
    height: float,
) -> tuple[tuple[tuple[tuple[Spot, ...], ...], ...], tuple[tuple[Spot, ...], ...]]:
    areas: list[tuple[tuple[Spot, ...], ...]] = []
    lines: list[tuple[Spot, ...]] = []
    for outline in outlines:
        rings = [surface.plane(np.array(ring, float)) * scale + offset for ring in outline.rings]
        if outline.closed:
            cut = [tuple(ring) for one in rings if len(ring := clip_area(one.tolist(), width, height)) > 2]
            areas += [tuple(cut)] if cut else []
        else:
            lines += [tuple(part) for one in rings for part in clip_line(one.tolist(), width, height)]
    return tuple(areas), tuple(lines)


def _grid(
    surface: _Surface, scale: float, offset: tuple[float, float], width: float, height: float, full: FloatArray
) -> tuple[GridLine, ...]:
    found: list[GridLine] = []
    west, east = (surface.middle + (edge - offset[0]) / scale / surface.narrow for edge in (0.0, width))
    north, south = (-(edge - offset[1]) / scale for edge in (0.0, height))
    for low, high, is_upright in ((west, east, True), (south, north, False)):
        step = next((one for one in STEPS if (high - low) / one <= 5), STEPS[-1])
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        for place in range(math.ceil(low / step), math.floor(high / step) + 1):
            degrees = place * step
            if is_upright:
                at = (degrees - surface.middle) * surface.narrow * scale + offset[0]
                degrees = (degrees + 180.0) % 360.0 - 180.0
            elif abs(degrees) > 90:
                continue
            else:
                at = -degrees * scale + offset[1]
            if 30 < at < (width if is_upright else height) - 30:
                words = _degrees(degrees, decimals, is_upright=is_upright)
                wide = width_of(words, TYPE)
                box = (at + 4, 2.0, at + 4 + wide, 18.0) if is_upright else (6.0, at - 17, 6 + wide, at)
                found.append(GridLine(at, is_upright, "" if _meets(full, np.array(box), -1) else words))
    return tuple(found)


def _degrees(value: float, decimals: int, *, is_upright: bool) -> str:
    written = plain(abs(value), decimals)
    if is_upright:
        return said("%(degrees)s° W", degrees=written) if value < 0 else said("%(degrees)s° E", degrees=written)
    return said("%(degrees)s° S", degrees=written) if value < 0 else said("%(degrees)s° N", degrees=written)


def _bar(scale: float, width: float) -> tuple[float, str]:
    """The longest round length that takes at most a fifth of the width."""
    one = scale / DEGREE
    length = max((length for length in LENGTHS if length * one <= width / 5), default=LENGTHS[0])
    words = f"{plain(length * 1000, 0)} m" if length < 1 else f"{plain(length, 0)} km"
    return length * one, words
