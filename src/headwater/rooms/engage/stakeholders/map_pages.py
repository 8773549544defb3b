"""The map of power by interest, with sponsor relations drawn between, and who can open which door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headwater.rooms.engage.logic import map_layout
from headwater.rooms.engage.logic.doors import Path, Relation, path_to
from headwater.rooms.engage.logic.map_layout import Dot, Placed, lay_out
from headwater.rooms.engage.logic.salience import HELD
from headwater.rooms.engage.stakeholders.register_pages import MANAGE, relations_between
from headwater.rooms.engage.stakeholders.standing import Line, active, lines_of
from headwater.rooms.engage.stakeholders.words import QUARTERS, door_words, stands
from headwater.rooms.house.slots import Text
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require

ALLIES = ("supportive", "leading")
"""Who can be asked to open a door."""


@dataclass(frozen=True)
class Thread:
    """A sponsor relation as a line on the map. strength: 1 to 4."""

    x1: float
    y1: float
    x2: float
    y2: float
    strength: int


@dataclass(frozen=True)
class Tick:
    """A rating at an axis."""

    at: float
    value: int


@dataclass(frozen=True)
class Corner:
    """What a quarter of the map asks for, in its outer corner."""

    x: int
    y: int
    anchor: str
    words: Text


@dataclass(frozen=True)
class MapRow:
    """One stakeholder beside the map."""

    number: int
    key: str
    name: str
    power: int
    interest: int
    quarter: Text
    stands: str


@dataclass(frozen=True)
class RelationRow:
    """A sponsor relation, as the table beside the map tells it."""

    sponsor: str
    sponsored: str
    strength: int
    source: str


@dataclass(frozen=True)
class Door:
    """One of those with power who do not support yet, and how to reach them."""

    key: str
    name: str
    words: str
    is_open: bool


@dataclass(frozen=True)
class MapPage:
    """The map. missing: stakeholders without a rating of power or interest. middle_x, middle_y: where quarters meet."""

    dots: tuple[Dot, ...]
    rows: tuple[MapRow, ...]
    threads: tuple[Thread, ...]
    relations: tuple[RelationRow, ...]
    doors: tuple[Door, ...]
    missing: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    middle_x: float
    middle_y: float
    corners: tuple[Corner, ...]
    layout: dict[str, int]

    @property
    def quarters(self) -> list[tuple[Text, list[MapRow]]]:
        """What each quarter asks for, with those who stand there, for where the map has no room."""
        by_words = [(words, [row for row in self.rows if row.quarter == words]) for words in QUARTERS.values()]
        return [(words, rows) for words, rows in by_words if rows]

    @property
    def wide(self) -> float:
        """From the middle to the right."""
        return map_layout.RIGHT - self.middle_x

    @property
    def high(self) -> float:
        """From the top to the middle."""
        return self.middle_y - map_layout.TOP

    @property
    def inner_wide(self) -> int:
        """The width of the frame."""
        return map_layout.RIGHT - map_layout.LEFT

    @property
    def inner_high(self) -> int:
        """The height of the frame."""
        return map_layout.BOTTOM - map_layout.TOP

    @property
    def tick_x(self) -> int:
        """Where ratings of power end."""
        return map_layout.LEFT - 10

    @property
    def tick_y(self) -> int:
        """The base line of ratings of interest."""
        return map_layout.BOTTOM + 22

    @property
    def axis_y(self) -> int:
        """The base line of the name of interest."""
        return map_layout.BOTTOM + 46


def map_page(*, viewer: Viewer, today: date) -> MapPage:
    """Return the map of everybody rated in power and interest."""
    require(viewer, MANAGE)
    lines = lines_of(active().order_by("added_at", "pk"), today=today)
    lines.sort(key=lambda line: (-(line.value("power") or 0), -(line.value("interest") or 0), str(line.stakeholder)))
    shown: list[tuple[Line, int, int]] = []
    missing = []
    for line in lines:
        power, interest = line.value("power"), line.value("interest")
        if power is None or interest is None:
            missing.append(line)
        else:
            shown.append((line, power, interest))
    relations = relations_between({line.stakeholder.pk for line in lines})
    dots = lay_out(
        [Placed(line.key, str(line.stakeholder), power, interest) for line, power, interest in shown],
        threads=[(str(one.sponsor_id), str(one.sponsored_id)) for one in relations],
    )
    place = {dot.key: dot for dot in dots}
    names = {line.key: str(line.stakeholder) for line in lines}
    left, bottom = map_layout.cell_middle(2, 2)
    right, top = map_layout.cell_middle(3, 3)
    return MapPage(
        dots=dots,
        rows=tuple(
            MapRow(
                number,
                line.key,
                str(line.stakeholder),
                power,
                interest,
                QUARTERS[line.quarter],
                stands(line.mattering.standing.attitude, line.mattering.standing.desired),
            )
            for number, (line, power, interest) in enumerate(shown, 1)
        ),
        threads=tuple(
            Thread(start.x, start.y, end.x, end.y, one.strength)
            for one in relations
            if (start := place.get(str(one.sponsor_id))) and (end := place.get(str(one.sponsored_id)))
        ),
        relations=tuple(
            RelationRow(names[str(one.sponsor_id)], names[str(one.sponsored_id)], one.strength, one.source)
            for one in relations
        ),
        doors=doors_of(
            lines, [Relation(str(one.sponsor_id), str(one.sponsored_id), one.strength) for one in relations]
        ),
        missing=tuple(missing),
        across=tuple(Tick(map_layout.cell_middle(value, 0)[0], value) for value in range(map_layout.SIDE)),
        up=tuple(Tick(map_layout.cell_middle(0, value)[1], value) for value in range(map_layout.SIDE)),
        middle_x=(left + right) / 2,
        middle_y=(bottom + top) / 2,
        corners=_corners(),
        layout={
            "width": map_layout.WIDTH,
            "height": map_layout.HEIGHT,
            "left": map_layout.LEFT,
            "top": map_layout.TOP,
            "right": map_layout.RIGHT,
            "bottom": map_layout.BOTTOM,
            "radius": map_layout.RADIUS,
        },
    )


def doors_of(lines: list[Line], relations: list[Relation]) -> tuple[Door, ...]:
    """Return how to reach each of those with power who neither support nor lead yet, the reachable first."""
    names = {line.key: str(line.stakeholder) for line in lines}
    openers = [line.key for line in lines if line.mattering.standing.attitude in ALLIES]
    found: list[tuple[Door, Path | None]] = []
    for line in lines:
        if (line.value("power") or 0) < HELD or line.key in openers:
            continue
        path = path_to(line.key, openers=openers, relations=relations)
        words = door_words(path, door=line.key, names=names)
        found.append((Door(line.key, names[line.key], words, path is not None), path))
    found.sort(key=lambda pair: (pair[1] is None, len(pair[1].steps) if pair[1] else 0, pair[0].name))
    return tuple(door for door, _path in found)


def _corners() -> tuple[Corner, ...]:
    left, right = map_layout.LEFT + 8, map_layout.RIGHT - 8
    top, bottom = map_layout.TOP + 18, map_layout.BOTTOM - 8
    return (
        Corner(left, top, "start", QUARTERS["keep_satisfied"]),
        Corner(right, top, "end", QUARTERS["manage_closely"]),
        Corner(left, bottom, "start", QUARTERS["monitor"]),
        Corner(right, bottom, "end", QUARTERS["keep_informed"]),
    )
