"""Where everything of the River lies: pure geometry in px, for SVG, PDF and the freeforms of a deck.

A stream's water is `SCALE` px wide for a strength of 1. The layout checks itself: streams that would touch are moved
apart, and where that fails the weakest is left out and named, never drawn across another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.reports.charts.lettering import wrap
from headwater.reports.charts.river_courses import Bed, run_courses
from headwater.reports.charts.river_labels import Lettering, letter_streams, place_spring_labels
from headwater.reports.charts.river_order import Order, order_of
from headwater.reports.charts.river_places import Places, place_stations
from headwater.reports.charts.river_shapes import Points, blob, hill, seed_of, waves
from headwater.vocab import STAGE_TITLES, Certainty, River, Station, said, said_of

SCALE = 110.0
"""Px of width for a strength of 1."""
ATTEMPTS = (
    (0.5, 1.0),
    (0.5, 1.3),
    (0.5, 1.7),
    (0.75, 1.0),
    (0.75, 1.4),
    (0.75, 2.0),
    (1.0, 1.0),
    (1.0, 1.5),
    (1.0, 2.2),
)
"""What is tried, the fairest first: over which share of their way streams of one station may share their banks, and how
much land lies between stations."""


@dataclass(frozen=True, slots=True)
class StageMark:
    """The heading of a column: title, and what stands there in a line."""

    x: float
    title: str
    detail: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Spring:
    """A source: a ring, its label and the brooks that feed it (scenery)."""

    station: int
    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    note: str
    label_x: float
    label_y: float
    brooks: tuple[tuple[float, Points], ...]
    """(stroke width, points)."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A station between source and sea. outline, shore: closed outlines, the shore inside the lake."""

    station: int
    x: float
    y: float
    radius: tuple[float, float]
    outline: Points
    shore: Points
    lines: tuple[str, ...]
    note: str
    type_size: float


@dataclass(frozen=True, slots=True)
class Bay:
    """A station at the sea: where the streams end, and its label."""

    station: int
    x: float
    y: float
    lines: tuple[str, ...]
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ribbon:
    """One stream. Outlines are closed, empty where nothing is drawn.

    centre: the line the water follows. bed: the comparison across units. banks: the upper end of the interval.
    water: the estimate, `water_width` px at full stream, 0 where there is none. against: a negative effect, drawn by
    its size and marked with bars across. flow: scenery on wide water.
    """

    stream: int
    source: int
    target: int
    certainty: Certainty
    against: bool
    centre: Points
    bed: Points
    banks: Points
    water: Points
    bed_width: float
    banks_width: float
    water_width: float
    flow: tuple[Points, ...]
    tide: tuple[Points, ...]
    lettering: Lettering


@dataclass(frozen=True, slots=True)
class RiverLayout:
    """The River as shapes, in px, the origin at the top left."""

    width: float
    height: float
    shore: float
    """x where the fading of the streams begins."""
    sea: Points
    sea_lines: tuple[Points, ...]
    contours: tuple[Points, ...]
    stages: tuple[StageMark, ...]
    springs: tuple[Spring, ...]
    lakes: tuple[Lake, ...]
    bays: tuple[Bay, ...]
    ribbons: tuple[Ribbon, ...]
    left_out: tuple[int, ...]
    """Positions of the streams that are not drawn, because they would cross others."""


def layout(river: River, width: float = 1000.0, height: float = 640.0) -> RiverLayout:
    """Lay the River out in a picture of the given width; it grows taller than `height` where it must.

    Raises ValueError for a river without stations, with two stations of one key, or with streams that run uphill or in
    a ring, and for a width under 600.
    """
    if not river.stations:
        raise ValueError("a river needs at least one station")
    if width < 600:
        raise ValueError("the River needs a width of 600 px or more")
    order = order_of(river)
    places, beds, left_out = _settled(river, order, width, height)
    places = place_spring_labels(river, places, beds)
    ribbons = _ribbons(river, places, beds)
    random = seed_of("scenery", *(station.key for station in river.stations))
    sea, lines = _sea(random, places)
    return RiverLayout(
        width=places.width,
        height=places.height,
        shore=places.shore,
        sea=sea,
        sea_lines=lines,
        contours=_contours(random, places),
        stages=_stages(river, order, places),
        springs=_springs(random, river, places),
        lakes=_lakes(river, places),
        bays=_bays(river, places),
        ribbons=ribbons,
        left_out=left_out,
    )


def _settled(
    river: River, order: Order, width: float, height: float
) -> tuple[Places, tuple[Bed, ...], tuple[int, ...]]:
    """Move stations apart until no two streams touch; give up the weakest stream where even that fails."""
    left_out = list(order.left_out)
    while True:
        for share, air in ATTEMPTS:
            places = place_stations(river, order, width, height, SCALE, air)
            for calm in (1.0, 0.4, 0.0):
                beds, touching = run_courses(river, order, places, SCALE, calm, share)
                if not touching:
                    return places, beds, tuple(sorted(left_out))
        weights = {course.stream: course.weight for course in order.courses}
        worst = min((stream for pair in touching for stream in pair), key=lambda stream: (weights[stream], -stream))
        left_out.append(worst)
        order = Order(
            tuple(tuple(place for place in column if place != (1, worst)) for column in order.columns),
            tuple(course for course in order.courses if course.stream != worst),
            tuple(sorted(left_out)),
            order.lenses,
        )


def _ribbons(river: River, places: Places, beds: tuple[Bed, ...]) -> tuple[Ribbon, ...]:
    letterings = letter_streams(river, places, beds)
    position = {station.key: at for at, station in enumerate(river.stations)}
    return tuple(
        Ribbon(
            stream=bed.stream,
            source=position[river.streams[bed.stream].source],
            target=position[river.streams[bed.stream].target],
            certainty=river.streams[bed.stream].certainty,
            against=bed.against,
            centre=bed.line(),
            bed=bed.outline(bed.bed_width),
            banks=bed.outline(bed.banks_width),
            water=bed.outline(bed.water_width),
            bed_width=bed.bed_width,
            banks_width=bed.banks_width,
            water_width=bed.water_width,
            flow=() if lettering.in_water and len(lettering.lines) > 1 else bed.flow(),
            tide=bed.tide(),
            lettering=lettering,
        )
        for bed, lettering in zip(beds, letterings, strict=True)
    )


def _stages(river: River, order: Order, places: Places) -> tuple[StageMark, ...]:
    marks = []
    last = len(order.columns) - 1
    for at, lenses in enumerate(order.lenses):
        x = 26.0 if at == 0 else places.columns[at]
        anchor = "start" if at == 0 else "middle"
        if lenses == order.lenses[at - 1] and at:
            continue
        title = said(STAGE_TITLES[lenses[0]])
        detail = said("and %(stage)s", stage=said(STAGE_TITLES[lenses[1]]).lower()) if len(lenses) > 1 else ""
        if not detail and at in {0, last}:
            count = sum(station.lens in lenses for station in river.stations)
            detail = said_of("%(n)s spring", "%(n)s springs", count) if at == 0 and count > 1 else ""
        marks.append(StageMark(x, title, detail, anchor))
    return tuple(marks)


def _springs(random: np.random.Generator, river: River, places: Places) -> tuple[Spring, ...]:
    springs = []
    for spot in places.spots:
        if spot.column != 0:
            continue
        x, y = places.columns[0], spot.y
        brooks = []
        fan = spot.label_below
        for stroke, start in ((1.6, -62 if fan else -38), (2.6, -30 if fan else 4), (2.0, 6 if fan else 42)):
            along = np.linspace(0, 1, 6)
            ease = along**1.6
            ys = y + start * (1 - ease) + 7 * waves(random, along * 0.7) * np.sin(np.pi * along)
            xs = -8 + (x + 8) * along
            brooks.append((stroke, tuple(zip(xs.tolist(), ys.tolist(), strict=True))))
        station = river.stations[spot.station]
        springs.append(
            Spring(
                spot.station, x, y, 12.0 if fan else 8.0, spot.lines, station.note,
                spot.label_x, spot.label_y, tuple(brooks),
            )
        )  # fmt: skip
    return tuple(springs)


def _lakes(river: River, places: Places) -> tuple[Lake, ...]:
    lakes = []
    for spot in places.spots:
        if not 0 < spot.column < len(places.columns) - 1:
            continue
        station = river.stations[spot.station]
        x = places.columns[spot.column]
        outline = blob(seed_of("lake", station.key), (x, spot.y), (spot.rx, spot.ry))
        shore = blob(seed_of("lake", station.key), (x, spot.y), (spot.rx - 8, spot.ry - 7))
        lakes.append(
            Lake(spot.station, x, spot.y, (spot.rx, spot.ry), outline, shore, spot.lines, spot.note, spot.type_size)
        )
    return tuple(lakes)


def _bays(river: River, places: Places) -> tuple[Bay, ...]:
    last = len(places.columns) - 1
    return tuple(
        Bay(spot.station, places.columns[last], spot.y, spot.lines, _note_lines(river.stations[spot.station]))
        for spot in places.spots
        if spot.column == last and last > 0
    )


def _note_lines(station: Station) -> tuple[str, ...]:
    return wrap(station.note, 120, 13) if station.note else ()


def _sea(random: np.random.Generator, places: Places) -> tuple[Points, tuple[Points, ...]]:
    """The sea and four lines of swell that follow its shore."""
    ys = np.linspace(-20, places.height + 20, 26)
    edge = places.shore + 14 * waves(random, ys / places.height * 1.8, terms=4)
    shore = tuple(zip(edge.tolist(), ys.tolist(), strict=True))
    lines = tuple(tuple(zip((edge + away).tolist(), ys.tolist(), strict=True)) for away in (11.0, 26.0, 45.0))
    corner = ((places.width, places.height + 20), (places.width, -20.0))
    return (*shore, *corner), lines


def _contours(random: np.random.Generator, places: Places) -> tuple[Points, ...]:
    """Contour lines of the hill where the springs rise, and of a small one by the lower bank."""
    lines = hill(random, (20.0, 60.0), (42.0, 37.0), 12, (-1.0, 14.0))
    if places.height > 560:
        lines += hill(random, (places.width * 0.56, places.height - 12), (20.0, 12.0), 4, points=12)
    return lines


__all__ = [
    "SCALE",
    "Bay",
    "Lake",
    "Lettering",
    "Ribbon",
    "RiverLayout",
    "Spring",
    "StageMark",
    "layout",
]
