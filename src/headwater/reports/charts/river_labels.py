"""Map lettering: what is written along each stream, in the water where it fits, on the bank where it does not.

Every place that a stream's words could take is tried in order of preference; the first that hides nothing is taken,
else the one that hides least. Streams are lettered one after another, the widest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from headwater.reports.charts.lettering import shorten, width_of, wrap
from headwater.reports.charts.numerals import strength
from headwater.reports.charts.river_courses import STEP, Bed
from headwater.reports.charts.river_places import Places, Spot
from headwater.reports.charts.river_shapes import Points
from headwater.vocab import River

SIZES = (16.0, 15.0, 14.0, 13.0)
SMALLEST = 12.0
"""Only for words that would be cut at every other size."""
FIGURE = 13.0
"""Type size of the strength after the words."""
CUT = 60.0
"""What words cut or left out count for, in points hidden: words whole and close by are better than half of them."""
ON_WORDS = 4.0
"""What a point on other words counts for, in points on water: two words over each other cannot be read at all."""
AIR = 4.0
"""Least clear px around words."""


@dataclass(frozen=True, slots=True)
class LetteredLine:
    """One line of words, centred on its path; the strength follows the last one."""

    words: str
    figure: str
    path: Points


@dataclass(frozen=True, slots=True)
class Lettering:
    """The words along one stream. x, y, angle: middle and slope in degrees, for forms that cannot bend type."""

    lines: tuple[LetteredLine, ...]
    size: float
    in_water: bool
    x: float
    y: float
    angle: float


@dataclass(frozen=True, eq=False)
class _Trial:
    lettering: Lettering
    body: NDArray[np.float64]
    """float64[N, 2], points that the words cover."""
    fits: bool
    """Whether every line is as long as its words, or longer."""


def letter_streams(river: River, places: Places, beds: tuple[Bed, ...]) -> tuple[Lettering, ...]:
    """Return the lettering of every drawn stream, in their order."""
    edges = {bed.stream: bed.edges(bed.most) for bed in beds}
    taken: list[NDArray[np.float64]] = [_label_points(places)]
    found: dict[int, Lettering] = {}
    for bed in sorted(beds, key=lambda bed: (-bed.water_width, bed.stream)):
        best: tuple[float, _Trial] | None = None
        for trial in _trials(river, bed):
            hidden = _hidden(trial, bed, beds, edges, places, taken)
            if best is None or hidden < best[0]:
                best = (hidden, trial)
            if hidden == 0:
                break
        assert best is not None
        taken.append(best[1].body)
        found[bed.stream] = best[1].lettering
    return tuple(found[bed.stream] for bed in beds)


def place_spring_labels(river: River, places: Places, beds: tuple[Bed, ...]) -> Places:
    """Return the places with the labels of springs where they hide least of the streams, in one line or two."""
    edges = {bed.stream: bed.edges(bed.most) for bed in beds}
    spots = []
    for spot in places.spots:
        if spot.column != 0 or spot.label_below or not spot.lines:
            spots.append(spot)
            continue
        station = river.stations[spot.station]
        trials = []
        for lines in dict.fromkeys((spot.lines, wrap(station.label, 132, spot.type_size, "sans-bold"))):
            base = spot.label_y - 18 * (len(lines) - len(spot.lines))
            trials += [replace(spot, lines=lines, label_y=base + lift) for lift in (0.0, -5.0, -10.0, -15.0, 5.0)]
        spots.append(min(trials, key=lambda trial: _on_streams(_spring_points(trial), beds, edges)))
    return replace(places, spots=tuple(spots))


def _on_streams(
    points: NDArray[np.float64],
    beds: tuple[Bed, ...],
    edges: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> int:
    """How many points lie on a stream."""
    xs, ys = points[:, 0], points[:, 1]
    bad = np.zeros(len(xs), dtype=bool)
    for bed in beds:
        upper, lower = edges[bed.stream]
        near = (xs >= bed.xs[0] - STEP) & (xs <= bed.xs[-1] + STEP)
        top, bottom = np.interp(xs, bed.xs, upper), np.interp(xs, bed.xs, lower)
        bad |= near & (ys > top - AIR) & (ys < bottom + AIR)
    return int(bad.sum())


def _spring_points(spot: Spot) -> NDArray[np.float64]:
    longest = max((width_of(line, spot.type_size, "sans-bold") for line in spot.lines), default=0.0)
    top = spot.label_y - 12 - (18 if spot.note and not spot.label_below else 0)
    bottom = spot.label_y + 18 * (len(spot.lines) - 1) + 4 + (18 if spot.note and spot.label_below else 0)
    return _box(spot.label_x, spot.label_x + longest + 4, top, bottom)


def _box(left: float, right: float, top: float, bottom: float) -> NDArray[np.float64]:
    xs, ys = np.meshgrid(np.arange(left, right + 8, 8.0), np.arange(top, bottom + 4, 4.0))
    return np.column_stack([xs.ravel(), ys.ravel()])


def _trials(river: River, bed: Bed) -> Iterator[_Trial]:
    """Yield the ways to letter a stream, the best first: the last always exists."""
    stream = river.streams[bed.stream]
    best = stream.best
    figure = strength(best.effect) if best is not None else ""
    start, end = bed.seen
    # In the water, words begin where a stream that widens has reached most of its width.
    # Water that runs against has bars across it, which words must not lie on.
    full = max(start, float(bed.xs[int(np.argmax(bed.taper > 0.85))]))
    in_water = 0.0 if bed.against else bed.water_width
    for size in SIZES:
        if in_water >= size + 6 and _length(stream.short, figure, size) <= _reach(bed, full, end) - 8:
            yield _trial(bed, (stream.short,), figure, size, (0.34 * size,), full, end, in_water=True)
    for size in SIZES[1:]:
        step = size * 1.16
        rows = _rows(stream.short, figure, size, _reach(bed, full, end) - 12)
        if len(rows) == 2 and in_water >= 2 * step + 7 and "…" not in "".join(rows):
            yield _trial(bed, rows, figure, size, (0.34 * size - step / 2, 0.34 * size + step / 2), full, end, True)
    away = bed.most / 2 + 9
    for size in SIZES:
        length, reach = _length(stream.short, figure, size), _reach(bed, start, end)
        if length > reach - 4:
            continue
        slack = (reach - length) / 2 / max(reach, 1) * (end - start)
        for slide in (0.0, -0.5, 0.5, -0.95, 0.95):
            shift = slide * slack
            for side in (-1, 1):
                offset = -away if side < 0 else away + 0.7 * size
                begin, stop = start + max(0.0, 2 * shift), end + min(0.0, 2 * shift)
                yield _trial(bed, (stream.short,), figure, size, (offset,), begin, stop, in_water=False)
    room = _reach(bed, start, end) - 4
    stacks = [
        (size, _rows(stream.short, figure, size, room, most))
        for size, most in ((SIZES[-2], 2), (SIZES[-2], 3), (SIZES[-1], 3), (SMALLEST, 3), (SMALLEST, 4))
    ]
    # Beside a short stream the strength takes a line of its own, so that the words have the whole length.
    stacks += [
        (size, (*wrap(stream.short, room, size, "serif-italic", most=most), ""))
        for size, most in ((SIZES[-1], 3), (SMALLEST, 3), (SMALLEST, 4))
    ]
    for size, rows in stacks:
        step = size * 1.16
        for side in (-1, 1):
            first = -away - step * (len(rows) - 1) if side < 0 else away + 0.7 * size
            offsets = tuple(first + step * at for at in range(len(rows)))
            yield _trial(bed, rows, figure, size, offsets, start, end, in_water=False)
    # Where words would only cover others, the strength stands alone; the list of streams has the words.
    if figure:
        middle = (start + end) / 2
        for begin, stop in ((start, end), (middle, end), (start, middle)):
            for offset in (-away, away + 0.7 * SMALLEST):
                yield _trial(bed, ("",), figure, SMALLEST, (offset,), begin, stop, in_water=False)


def _trial(
    bed: Bed,
    rows: tuple[str, ...],
    figure: str,
    size: float,
    offsets: tuple[float, ...],
    start: float,
    end: float,
    in_water: bool,
) -> _Trial:
    lines, covered, fits = [], [], True
    for at, (row, offset) in enumerate(zip(rows, offsets, strict=True)):
        tail = figure if at == len(rows) - 1 else ""
        path = bed.beside(offset, start, end)
        lines.append(LetteredLine(row, tail, path))
        length = _length(row, tail, size)
        fits = fits and length <= sum(math.dist(one, other) for one, other in pairwise(path))
        covered.append(_body(path, length, size))
    middle, away = (start + end) / 2, sum(offsets) / len(offsets) - 0.34 * size
    y = float(np.interp(middle, bed.xs, bed.ys)) + away
    slope = float(np.interp(middle + 30, bed.xs, bed.ys) - np.interp(middle - 30, bed.xs, bed.ys)) / 60
    lettering = Lettering(tuple(lines), size, in_water, middle, y, math.degrees(math.atan(slope)))
    return _Trial(lettering, np.concatenate(covered), fits)


def _body(path: Points, length: float, size: float) -> NDArray[np.float64]:
    """Points that words of a length cover when centred on a path: along the foot and along the head."""
    line = np.array(path, dtype=np.float64)
    if len(line) < 2:
        return np.empty((0, 2))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    middle = along[-1] / 2
    places = np.arange(middle - length / 2, middle + length / 2 + 1, 7.0)
    xs, ys = np.interp(places, along, line[:, 0]), np.interp(places, along, line[:, 1])
    return np.concatenate([np.column_stack([xs, ys - size * up]) for up in (-0.15, 0.35, 0.8)])


def _rows(words: str, figure: str, size: float, room: float, most: int = 2) -> tuple[str, ...]:
    tail = width_of(figure, FIGURE, "sans-bold") + 6
    rows = wrap(words, room - tail, size, "serif-italic", most=most) or ("",)
    return tuple(shorten(row, room - tail, size, "serif-italic") for row in rows)


def _length(words: str, figure: str, size: float) -> float:
    tail = width_of(figure, FIGURE, "sans-bold") + 9 if figure else 0
    return width_of(words, size, "serif-italic") + tail


def _reach(bed: Bed, start: float, end: float) -> float:
    """Length of the stream between two x, along it."""
    inside = (bed.xs >= start) & (bed.xs <= end)
    return float(np.hypot(np.diff(bed.xs[inside]), np.diff(bed.ys[inside])).sum())


def _hidden(
    trial: _Trial,
    bed: Bed,
    beds: tuple[Bed, ...],
    edges: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]],
    places: Places,
    taken: list[NDArray[np.float64]],
) -> float:
    """How many points of the words lie on another stream, a lake, other words or outside the picture."""
    xs, ys = trial.body[:, 0], trial.body[:, 1]
    bad = (ys < 62) | (ys > places.height - 6) | (xs < 6) | (xs > places.width - 6)
    others = tuple(other for other in beds if other.stream != bed.stream)
    hidden = float(_on_streams(trial.body, others, edges)) + (0.0 if trial.fits else 100.0)
    lines = trial.lettering.lines
    hidden += CUT * (any("…" in line.words for line in lines) or not any(line.words for line in lines))
    for spot in places.spots:
        if spot.rx:
            x = places.columns[spot.column]
            bad |= ((xs - x) / (spot.rx + AIR)) ** 2 + ((ys - spot.y) / (spot.ry + AIR)) ** 2 < 1
    on_words = np.zeros(len(xs), dtype=bool)
    for points in taken:
        if len(points):
            gap = np.abs(xs[:, None] - points[None, :, 0]), np.abs(ys[:, None] - points[None, :, 1])
            on_words |= ((gap[0] < 8) & (gap[1] < 7)).any(axis=1)
    return hidden + float((bad & ~on_words).sum()) + ON_WORDS * float(on_words.sum())


def _label_points(places: Places) -> NDArray[np.float64]:
    """Points covered by the labels of springs and bays."""
    boxes = [np.empty((0, 2))]
    for spot in places.spots:
        if spot.rx:
            continue
        if spot.column == 0:
            boxes.append(_spring_points(spot))
        else:
            half = max((width_of(line, spot.type_size, "sans-bold") for line in spot.lines), default=0.0) / 2
            tall = 9 * len(spot.lines) + 8
            boxes.append(_box(spot.label_x - half, spot.label_x + half, spot.y - tall, spot.y + tall + 30))
    return np.concatenate(boxes)
