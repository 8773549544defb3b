"""The demonstration's map: a harbour town that nobody finds in an atlas, and the depots in it."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
from collections.abc import Sequence
from datetime import datetime

from headwater.rooms.learn.place_services import bring_places, bring_plan, create_place_map
from headwater.rooms.people.models import User
from headwater.vocab import UnitTree

TITLE = "Harbour and town"
MIDDLE = (-20.0, 47.0)
"""Longitude and latitude in the open Atlantic."""
WIDE, HIGH = 0.26, 0.15
SHORE = (
    (-1.1, -1.15), (-0.95, -0.5), (-0.55, -0.42), (-0.42, -0.05), (-0.62, 0.22), (-0.3, 0.38), (-0.05, 0.12),
    (0.12, 0.2), (0.2, 0.55), (0.55, 0.62), (0.7, 0.32), (1.0, 0.42), (1.2, 0.75), (1.25, 1.2), (-1.25, 1.2),
    (-1.25, -1.15), (-1.1, -1.15),
)  # fmt: skip
ISLAND = ((0.34, -0.62), (0.62, -0.78), (0.93, -0.55), (0.8, -0.2), (0.46, -0.24), (0.34, -0.62))
STREAM = ((-0.06, 0.13), (-0.2, 0.45), (-0.12, 0.72), (-0.34, 0.95), (-0.3, 1.2))
SPOTS = (
    (-0.62, 0.42), (-0.8, -0.2), (-0.15, 0.55), (0.08, 0.42), (0.42, 0.78), (-0.9, 0.62), (-0.42, 0.62), (0.66, 0.85),
    (0.98, 0.62), (-0.7, 0.9), (0.62, -0.5), (0.02, 0.82), (-0.98, 0.2), (-0.5, 0.3), (0.3, 0.98), (-1.05, 0.98),
    (-0.78, 0.08), (-0.2, 0.98), (0.9, 0.98), (-1.0, -0.6), (0.5, -0.38), (-0.28, 0.74), (0.2, 0.66), (-0.62, 0.72),
)  # fmt: skip
"""Where depots are, from the middle of the town, in half widths and heights; y runs inland."""


def build_places(*, tree: UnitTree, actor: User, now: datetime) -> None:
    """Make the map and place the depots of the sample organisation on it. Safe to repeat."""
    made = create_place_map(title=TITLE, surface="earth", actor=actor, now=now)
    bring_plan(map_id=made.pk, content=_outline(), file_name="harbour.geojson", actor=actor, now=now)
    bring_places(map_id=made.pk, content=places_file(tree), file_name="places.csv", actor=actor, now=now)


def places_file(tree: UnitTree) -> bytes:
    """Write where the units on the second level are, as a file: those of one name stand in one yard."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("unit", "latitude", "longitude"))
    yards: dict[str, int] = {}
    in_yard: dict[str, int] = {}
    for row, unit in enumerate(tree.ids):
        depth = int(tree.depth[row])
        if depth != 2 and (depth != 1 or int(tree.size[row]) > 1):
            continue
        above = tree.names[int(tree.parent[row])]
        yard = tree.names[row].removeprefix(above).strip()
        number = yards.setdefault(yard, len(yards))
        beside = in_yard[yard] = in_yard.get(yard, -1) + 1
        x, y = SPOTS[number % len(SPOTS)]
        # Further yards than there are spots, and units of one yard, stand around the first.
        around = 3 * (number // len(SPOTS)) + beside
        turn = 2.4 * around
        x, y = x + 0.07 * math.sqrt(around) * math.cos(turn), y + 0.1 * math.sqrt(around) * math.sin(turn)
        longitude, latitude = _on_earth((x, y))
        writer.writerow((unit, f"{latitude:.5f}", f"{longitude:.5f}"))
    return text.getvalue().encode()


def _outline() -> bytes:
    features = [
        {"type": "Polygon", "coordinates": [[_on_earth(spot) for spot in _rounded(SHORE)]]},
        {"type": "Polygon", "coordinates": [[_on_earth(spot) for spot in _rounded(ISLAND)]]},
        {"type": "LineString", "coordinates": [_on_earth(spot) for spot in _rounded(STREAM)]},
    ]
    return json.dumps({"type": "GeometryCollection", "geometries": features}).encode()


def _rounded(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut the corners of a line (Chaikin 1974), its ends kept."""
    found = list(line)
    for _time in range(3):
        cut = [found[0]]
        for (ax, ay), (bx, by) in itertools.pairwise(found):
            cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        found = [*cut, found[-1]]
    return found


def _on_earth(spot: tuple[float, float]) -> tuple[float, float]:
    return MIDDLE[0] + spot[0] * WIDE / 2, MIDDLE[1] + spot[1] * HIGH / 2
