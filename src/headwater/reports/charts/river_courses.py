"""The courses of the streams: one centre line each, and a check that no two of them touch.

All lines share one grid in x and one easing between columns. Two streams that keep their order at both columns then
keep it all the way between, and smoothing all lines alike keeps it too. What is left to chance is checked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.reports.charts.river_order import Course, Order
from headwater.reports.charts.river_places import LAKE, Places, widths_of
from headwater.reports.charts.river_shapes import Floats, Points, normals, ribbon, seed_of, waves
from headwater.vocab import River

STEP = 6.0
"""Px between points of a centre line while it is computed."""
THIN = 3
"""Every third point is kept in what is drawn."""
HIDDEN = 40.0
"""How far from a lake's centre its streams run level, out of sight."""
SMOOTH = 15.0
"""Standard deviation of the smoothing, in px."""
CLEAR = 3.0
"""Least land between two streams, in px."""
BESIDE = 60.0
"""How near its station a stream's side does not count yet, in px."""
INTO_SEA = 58.0
"""How far past the shore a stream fades."""


@dataclass(frozen=True, eq=False)
class Bed:
    """One stream's course. xs, ys, taper: float64[P]; taper is the share of full width at each point."""

    stream: int
    xs: Floats
    ys: Floats
    taper: Floats
    bed_width: float
    banks_width: float
    water_width: float
    against: bool
    seen: tuple[float, float]
    """From which x to which x the stream is in sight, outside lakes and sea."""

    @property
    def most(self) -> float:
        """Width of everything drawn."""
        return max(self.bed_width, self.banks_width, self.water_width, 3.0)

    def line(self) -> Points:
        """Return the centre line, thinned."""
        keep = _kept(len(self.xs))
        return tuple(zip(self.xs[keep].tolist(), self.ys[keep].tolist(), strict=True))

    def outline(self, width: float) -> Points:
        """Return the closed outline at a width, empty for none."""
        if width <= 0:
            return ()
        keep = _kept(len(self.xs))
        return ribbon(self.xs[keep], self.ys[keep], (self.taper * width / 2)[keep])

    def beside(self, away: float, start: float, end: float) -> Points:
        """Return the line that runs `away` px beside the centre (down the page when positive), between two x."""
        across_x, across_y = normals(self.xs, self.ys)
        xs, ys = self.xs + across_x * away, self.ys + across_y * away
        within = np.flatnonzero((self.xs >= start) & (self.xs <= end))
        inside = within[_kept(len(within))] if len(within) else within
        return tuple(zip(xs[inside].tolist(), ys[inside].tolist(), strict=True))

    def edges(self, width: float) -> tuple[Floats, Floats]:
        """Return the upper and the lower edge as y over `xs`."""
        half = self.taper * width / 2
        across_x, across_y = normals(self.xs, self.ys)
        upper = _over(self.xs, self.xs - across_x * half, self.ys - across_y * half)
        lower = _over(self.xs, self.xs + across_x * half, self.ys + across_y * half)
        return upper, lower

    def flow(self) -> tuple[Points, ...]:
        """Return two fine lines inside wide water: scenery."""
        if self.water_width < 26:
            return ()
        start, end = self.seen
        random = seed_of("flow", str(self.stream), f"{self.water_width:.2f}")
        lines = []
        for away in (-0.32, 0.32):
            begin, reach = random.uniform(0.16, 0.3), random.uniform(0.35, 0.55)
            line = self.beside(
                away * self.water_width, start + begin * (end - start), start + (begin + reach) * (end - start)
            )
            if len(line) > 2:
                lines.append(line)
        return tuple(lines)

    def tide(self) -> tuple[Points, ...]:
        """Return bars across water that runs against: more of the one goes with less of the other."""
        if not self.against or self.water_width <= 0:
            return ()
        across_x, across_y = normals(self.xs, self.ys)
        half = self.taper * self.water_width / 2
        start, end = self.seen
        bars = []
        for at in np.flatnonzero((self.xs >= start) & (self.xs <= end))[2::3]:
            x, y, h = self.xs[at], self.ys[at], half[at]
            one = (float(x - across_x[at] * h), float(y - across_y[at] * h))
            bars.append((one, (float(x + across_x[at] * h), float(y + across_y[at] * h))))
        return tuple(bars)


def run_courses(
    river: River, order: Order, places: Places, scale: float, calm: float, share: float
) -> tuple[tuple[Bed, ...], list[tuple[int, int]]]:
    """Return the course of every drawn stream, and the pairs that touch.

    calm: 1 for the full meander, 0 for none. share: over which share of their way two streams of one station may share
    their banks; they never change sides.
    """
    beds = tuple(_bed(river, course, places, scale, calm) for course in order.courses)
    return beds, _touching(river, beds, places, share)


def _bed(river: River, course: Course, places: Places, scale: float, calm: float) -> Bed:
    stream = river.streams[course.stream]
    widths = widths_of(stream, scale)
    last = len(places.columns) - 1
    end_x = places.shore + INTO_SEA
    xs = np.arange(places.columns[0], end_x + STEP, STEP)
    first, final = course.first, course.first + len(course.places) - 1
    ys = np.full(xs.shape, places.ports[course.stream, first])
    random = seed_of("stream", stream.source, stream.target)
    for at in range(first, final):
        begin = places.columns[at] + (10.0 if at == 0 else HIDDEN)
        end = places.shore + 16 if at + 1 == last else places.columns[at + 1] - HIDDEN
        along = np.clip((xs - begin) / (end - begin), 0, 1)
        ease = 0.3 * along + 0.7 * along * along * (3 - 2 * along)
        start_y, end_y = places.ports[course.stream, at], places.ports[course.stream, at + 1]
        meander = 10.0 * calm * waves(random, along * (end - begin) / 300) * np.sin(np.pi * along) ** 1.5
        ys += (end_y - start_y) * ease + meander
    ys = _smoothed(ys)
    start_x = places.columns[first] if first == 0 else places.columns[first] + 0.45 * LAKE
    stop_x = end_x if final == last else places.columns[final] - 0.45 * LAKE
    inside = (xs >= start_x) & (xs <= stop_x)
    xs, ys = xs[inside], ys[inside]
    taper = np.ones(xs.shape)
    if first == 0:
        ys = ys + (places.ports[course.stream, 0] - ys[0]) * np.exp(-(xs - xs[0]) / 28)
        # A spring that feeds several streams is a point; a single stream rises nearly at full width.
        alone = sum(other.source == stream.source for other in river.streams) == 1
        least, reach = (0.3, 46.0) if alone else (0.3, 110.0)
        grown = np.clip((xs - xs[0]) / reach, 0, 1)
        swell = np.sqrt(grown * (2 - grown)) if alone else grown * grown * (3 - 2 * grown)
        taper = least + (1 - least) * swell
    seen = (
        places.columns[0] + 16 if first == 0 else places.columns[first] + LAKE + 4,
        places.shore - 6 if final == last else places.columns[final] - LAKE - 4,
    )
    link = stream.best
    against = link is not None and link.effect < 0 and round(abs(link.effect), 2) > 0
    return Bed(course.stream, xs, ys, taper, widths.bed, widths.banks, widths.water, against, seen)


def _smoothed(ys: Floats) -> Floats:
    reach = int(3 * SMOOTH / STEP)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * STEP / SMOOTH) ** 2)
    kernel /= kernel.sum()
    return np.convolve(np.pad(ys, reach, mode="edge"), kernel, mode="valid")


def _kept(count: int) -> list[int]:
    kept = list(range(0, count, THIN))
    if kept[-1] != count - 1:
        kept = [*kept[:-1], count - 1] if count - 1 - kept[-1] < 2 and len(kept) > 1 else [*kept, count - 1]
    return kept


def _over(grid: Floats, xs: Floats, ys: Floats) -> Floats:
    sort = np.argsort(xs, kind="stable")
    return np.asarray(np.interp(grid, xs[sort], ys[sort]), dtype=np.float64)


def _touching(river: River, beds: tuple[Bed, ...], places: Places, share: float) -> list[tuple[int, int]]:
    """Pairs of streams that come closer than they may, and (stream, stream) where one runs through a lake."""
    edges = [bed.edges(bed.most) for bed in beds]
    found = []
    for i, one in enumerate(beds):
        for j in range(i + 1, len(beds)):
            if _meet(river, one, beds[j], edges[i], edges[j], share):
                found.append((one.stream, beds[j].stream))
        if _through_a_lake(river, one, edges[i], places):
            found.append((one.stream, one.stream))
    return found


def _meet(
    river: River, one: Bed, other: Bed, edge: tuple[Floats, Floats], beyond: tuple[Floats, Floats], share: float
) -> bool:
    start, end = max(one.xs[0], other.xs[0]), min(one.xs[-1], other.xs[-1])
    if end <= start:
        return False
    a, b = river.streams[one.stream], river.streams[other.stream]
    first, last = start, end
    # Streams of one station part from it, or join in it: near it they may share their banks.
    if a.source == b.source:
        first = start + share * (min(one.seen[1], other.seen[1]) - start)
        start += BESIDE
    if a.target == b.target:
        last = end - share * (end - max(one.seen[0], other.seen[0]))
        end -= BESIDE
    if _changes_sides(one, other, start, end):
        return True
    if last <= first:
        return False
    grid = np.arange(first, last + STEP, STEP)
    upper_a, lower_a, upper_b, lower_b = (
        np.interp(grid, bed.xs, side)
        for bed, side in ((one, edge[0]), (one, edge[1]), (other, beyond[0]), (other, beyond[1]))
    )
    return not (bool(np.all(lower_a + CLEAR <= upper_b)) or bool(np.all(lower_b + CLEAR <= upper_a)))


def _changes_sides(one: Bed, other: Bed, start: float, end: float) -> bool:
    if end <= start:
        return False
    grid = np.arange(start, end + STEP, STEP)
    gap = np.interp(grid, one.xs, one.ys) - np.interp(grid, other.xs, other.ys)
    return bool(gap.min() < 0 < gap.max())


def _through_a_lake(river: River, bed: Bed, edge: tuple[Floats, Floats], places: Places) -> bool:
    own = {river.streams[bed.stream].source, river.streams[bed.stream].target}
    for spot in places.spots:
        if spot.rx == 0 or river.stations[spot.station].key in own:
            continue
        x = places.columns[spot.column]
        near = np.abs(bed.xs - x) <= LAKE * 1.1
        if near.any() and not (
            bool(np.all(edge[1][near] + CLEAR <= spot.y - spot.ry * 1.06))
            or bool(np.all(edge[0][near] - CLEAR >= spot.y + spot.ry * 1.06))
        ):
            return True
    return False
