"""Where the stations and the passing streams stand: one column a stage, apart enough for all that flows between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.reports.charts.lettering import width_of, wrap
from headwater.reports.charts.river_order import Order, Place
from headwater.vocab import River, Stream

TOP, BOTTOM = 78.0, 34.0
"""Room for the stage headings and below the last stream."""
SEA = 158.0
LAKE = 58.0
"""Half the width of a lake."""
GAP = 22.0
"""Least clear land between two places of a column."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One station's place and label. rx, ry: half axes of a lake. label_below: a spring with its label at its side."""

    station: int
    column: int
    y: float
    rx: float
    ry: float
    lines: tuple[str, ...]
    note: str
    type_size: float
    label_x: float
    label_y: float
    label_below: bool


@dataclass(frozen=True, slots=True)
class Places:
    """All places. columns: x of every column. ports: (stream, column) -> y where the stream meets the column."""

    width: float
    height: float
    shore: float
    columns: tuple[float, ...]
    spots: tuple[Spot, ...]
    ports: dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Widths:
    """Widths of one stream in px."""

    bed: float
    banks: float
    water: float

    @property
    def most(self) -> float:
        """Width of everything drawn."""
        return max(self.bed, self.banks, self.water, 3.0)


def widths_of(stream: Stream, scale: float) -> Widths:
    """Return the widths of a stream: strength times the scale; nothing where the estimate is 0 to two decimals."""
    bed = scale * abs(stream.dry_bed.effect) if stream.dry_bed is not None else 0.0
    link = stream.water
    if link is None or round(abs(link.effect), 2) == 0:
        return Widths(bed, 0.0, 0.0)
    upper = abs(link.low) if link.effect < 0 else abs(link.high)
    return Widths(bed, scale * min(1.0, max(upper, abs(link.effect))), scale * abs(link.effect))


def place_stations(river: River, order: Order, width: float, height: float, scale: float, air: float) -> Places:
    """Place every station and every passing stream.

    air: 1 for the least room between neighbours, more to move them apart. The height returned is at least `height`.
    """
    widths = [widths_of(stream, scale) for stream in river.streams]
    incoming, outgoing = _meeting(order)
    last = len(order.columns) - 1
    fan = any(len(streams) > 1 for place, streams in outgoing.items() if _is_spring(place, order))
    spring_x = 132.0 if fan else 62.0
    shore = width - SEA
    columns = _columns(len(order.columns), spring_x, shore, width)

    half: dict[Place, tuple[float, float]] = {}
    lakes: dict[int, float] = {}
    for at, column in enumerate(order.columns):
        for place in column:
            if place[0] == 1:
                extent = widths[place[1]].most / 2
                half[place] = (extent + 14, extent + 4)
                continue
            sides = [sum(widths[stream].most for stream, _ in side.get(place, ())) for side in (incoming, outgoing)]
            streams = max(sides)
            station = river.stations[place[1]]
            if at == 0:
                lines = wrap(station.label, 104 if fan else 220, 14.5, "sans-bold")
                most = max((widths[stream].most for stream, _ in outgoing.get(place, ())), default=10)
                up = 70.0 if fan else most / 2 + 46 + 18 * (len(lines) - 1)
                half[place] = (up, 34.0 + 18 * (len(lines) + bool(station.note)) if fan else most / 2 + 6)
            elif at == last:
                lines = wrap(station.label, 122, 15, "sans-bold")
                words = (18 * len(lines) + 17 * len(wrap(station.note, 120, 13))) / 2 + 8
                extent = max(words, streams / 2 + 4)
                half[place] = (extent, extent)
            else:
                lakes[place[1]] = min(max(41.0, streams * 0.38 + 12), 120.0)
                half[place] = (lakes[place[1]] + 6, lakes[place[1]] + 6)

    ys, needed = _relaxed(order, half, air)
    tall = max(height, needed + TOP + BOTTOM)
    ys = _spread(order, half, ys, tall)
    ports = _ports(order, ys, widths, lakes, incoming, outgoing, last)
    spots = tuple(
        _spot(river, place, at, ys[place], columns[at], last, fan, lakes, widths, outgoing)
        for at, column in enumerate(order.columns)
        for place in column
        if place[0] == 0
    )
    return Places(width, tall, shore, columns, spots, ports)


def _is_spring(place: Place, order: Order) -> bool:
    return place in order.columns[0]


def _meeting(
    order: Order,
) -> tuple[dict[Place, list[tuple[int, Place]]], dict[Place, list[tuple[int, Place]]]]:
    """For every station: the streams that come in and go out, with the place beyond."""
    incoming: dict[Place, list[tuple[int, Place]]] = {}
    outgoing: dict[Place, list[tuple[int, Place]]] = {}
    row = {place: at for column in order.columns for at, place in enumerate(column)}
    for course in order.courses:
        outgoing.setdefault(course.places[0], []).append((course.stream, course.places[1]))
        incoming.setdefault(course.places[-1], []).append((course.stream, course.places[-2]))
    for side in (incoming, outgoing):
        for streams in side.values():
            streams.sort(key=lambda pair: (row[pair[1]], pair[0]))
    return incoming, outgoing


def _columns(count: int, spring_x: float, shore: float, width: float) -> tuple[float, ...]:
    """Return x of every column: equal stretches of open stream between springs, lakes and shore."""
    if count == 1:
        return (spring_x,)
    lakes = count - 2
    stretch = (shore + 12 - spring_x - 2 * LAKE * lakes) / (count - 1)
    middle = [spring_x + stretch * (at + 1) + LAKE * (2 * at + 1) for at in range(lakes)]
    return (spring_x, *middle, width - 70.0)


Extents = dict[Place, tuple[float, float]]


def _relaxed(order: Order, half: Extents, air: float) -> tuple[dict[Place, float], float]:
    """Pull every place toward its neighbours upstream and downstream, the order and the room between held."""
    links: dict[Place, list[tuple[Place, float]]] = {}
    for course in order.courses:
        for one, other in zip(course.places, course.places[1:], strict=False):
            pull = 4.0 if one[0] == 1 or other[0] == 1 else 1.0
            links.setdefault(one, []).append((other, pull))
            links.setdefault(other, []).append((one, pull))
    ys: dict[Place, float] = {}
    needed = 0.0
    for column in order.columns:
        offsets, total = _stack(column, half, air)
        needed = max(needed, total)
        for place, offset in zip(column, offsets.tolist(), strict=True):
            ys[place] = offset - total / 2
    for turn in range(30):
        columns = order.columns if turn % 2 == 0 else tuple(reversed(order.columns))
        for column in columns:
            if not column:
                continue
            # All are drawn a little to the middle, so that parts without a link between them do not drift apart.
            middle = sum(ys.values()) / len(ys)
            wanted = np.array([_wish(place, ys, links, middle) for place in column])
            offsets, _ = _stack(column, half, air)
            moved = _apart(wanted, offsets)
            for place, y in zip(column, moved.tolist(), strict=True):
                ys[place] = y
    top = min((ys[place] - half[place][0] for place in ys), default=0.0)
    bottom = max((ys[place] + half[place][1] for place in ys), default=0.0)
    return {place: y - top for place, y in ys.items()}, max(needed, bottom - top)


def _wish(place: Place, ys: dict[Place, float], links: dict[Place, list[tuple[Place, float]]], middle: float) -> float:
    """Where a place would stand if it were alone: at the middle of its neighbours, near the middle of all."""
    pulls = links.get(place)
    if not pulls:
        return middle
    beside = sum(ys[other] * pull for other, pull in pulls) / sum(pull for _, pull in pulls)
    return 0.98 * beside + 0.02 * middle


def _stack(column: tuple[Place, ...], half: Extents, air: float) -> tuple[NDArray[np.float64], float]:
    """Offsets of the places of a column when packed as close as allowed, and the height they take."""
    offsets = []
    at = 0.0
    for number, place in enumerate(column):
        at += half[place][0] + (GAP * air if number else 0.0)
        offsets.append(at)
        at += half[place][1]
    return np.array(offsets, dtype=np.float64), at


def _apart(wanted: NDArray[np.float64], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The positions nearest to those wanted that keep the order and the least distances (pool adjacent violators)."""
    blocks: list[list[float]] = []
    for value in (wanted - offsets).tolist():
        blocks.append([value, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value_b, count_b = blocks.pop()
            value_a, count_a = blocks.pop()
            blocks.append([(value_a * count_a + value_b * count_b) / (count_a + count_b), count_a + count_b])
    flat = [value for value, count in blocks for _ in range(int(count))]
    return np.array(flat) + offsets


def _spread(order: Order, half: Extents, ys: dict[Place, float], tall: float) -> dict[Place, float]:
    """Use the whole height: stretch the distances, then centre."""
    if not ys:
        return ys
    top = min(ys[place] - half[place][0] for place in ys)
    bottom = max(ys[place] + half[place][1] for place in ys)
    low = min(ys.values())
    high = max(ys.values())
    room = tall - TOP - BOTTOM
    spare = room - (bottom - top)
    if high - low < 1 or spare <= 0:
        shift = TOP + (room - (bottom - top)) / 2 - top
        return {place: y + shift for place, y in ys.items()}
    stretch = min(1 + spare / (high - low), 1.9)
    grown = {place: (y - low) * stretch for place, y in ys.items()}
    top = min(grown[place] - half[place][0] for place in grown)
    bottom = max(grown[place] + half[place][1] for place in grown)
    shift = TOP + (room - (bottom - top)) / 2 - top
    return {place: y + shift for place, y in grown.items()}


def _ports(
    order: Order,
    ys: dict[Place, float],
    widths: list[Widths],
    lakes: dict[int, float],
    incoming: dict[Place, list[tuple[int, Place]]],
    outgoing: dict[Place, list[tuple[int, Place]]],
    last: int,
) -> dict[tuple[int, int], float]:
    """Where each stream meets each column."""
    column_of = {place: at for at, column in enumerate(order.columns) for place in column}
    ports = {
        (course.stream, course.first + step): ys[place]
        for course in order.courses
        for step, place in enumerate(course.places)
    }
    for side in (incoming, outgoing):
        for place, streams in side.items():
            at = column_of[place]
            sizes = [widths[stream].most for stream, _ in streams]
            total = sum(sizes)
            if at == 0:
                room = min(total, 8.0)
            elif at == last:
                room = total + 6 * (len(sizes) - 1)
            else:
                room = min(total, 1.5 * lakes[place[1]])
            if len(sizes) == 1:
                continue
            # The outer edges stay within the room; the ports share it by their widths.
            reached = 0.0
            for (stream, _), size in zip(streams, sizes, strict=True):
                middle = (reached + size / 2) / total
                ports[stream, at] = ys[place] + (middle - 0.5) * room
                reached += size
    return ports


def _spot(
    river: River,
    place: Place,
    at: int,
    y: float,
    x: float,
    last: int,
    fan: bool,
    lakes: dict[int, float],
    widths: list[Widths],
    outgoing: dict[Place, list[tuple[int, Place]]],
) -> Spot:
    station = river.stations[place[1]]
    if at == 0:
        lines = wrap(station.label, 104 if fan else 220, 14.5, "sans-bold")
        most = max((widths[stream].most for stream, _ in outgoing.get(place, ())), default=10)
        label_y = y + 42 if fan else y - most / 2 - 16 - 18 * (len(lines) - 1)
        return Spot(place[1], at, y, 0, 0, lines, station.note, 14.5, 24.0 if fan else x - 8, label_y, fan)
    if at == last and last > 0:
        lines = wrap(station.label, 122, 15, "sans-bold")
        return Spot(place[1], at, y, 0, 0, lines, "", 15, x, y, False)
    size = 14.5
    note = station.note if width_of(station.note, 13) <= 2 * LAKE - 22 else ""
    lines = wrap(station.label, 2 * LAKE - 24, size, "sans-bold", most=3)
    if any("…" in line for line in lines):
        size = 13.0
        lines = wrap(station.label, 2 * LAKE - 16, size, "sans-bold", most=3)
    ry = max(lakes[place[1]], 22 + 9.0 * (len(lines) + bool(note)))
    return Spot(place[1], at, y, LAKE, ry, lines, note, size, x, y, False)
