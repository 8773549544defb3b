"""The path of an SVG (SVG 1.1, chapter 8) as lines of points, curves in short straight pieces."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator

from headwater.formats.places.shapes import Point

PIECES = 12
_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([\s,]+)|(.)", re.DOTALL)
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def path_lines(text: str) -> list[tuple[tuple[Point, ...], bool]]:
    """Return the lines of a path, each with whether it is closed. Raises ValueError where it cannot be read."""
    lines: list[tuple[tuple[Point, ...], bool]] = []
    here: list[Point] = []
    at, start, control, before = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), ""

    def finish(closed: bool) -> None:
        if len(here) > 1:
            lines.append((tuple(here), closed))
        here.clear()

    for sign, given in _commands(text):
        kind, base = sign.upper(), at if sign.islower() else (0.0, 0.0)
        if kind == "M":
            finish(closed=False)
            at = start = (base[0] + given[0], base[1] + given[1])
            here.append(at)
            before = kind
            continue
        if kind == "Z":
            if here:
                here.append(start)
            finish(closed=True)
            at, before = start, kind
            continue
        if not here:
            if not before:
                raise ValueError("a path begins with M")
            here.append(at)
        points: list[Point] = []
        if kind == "H":
            end = (base[0] + given[0], at[1])
        elif kind == "V":
            end = (at[0], base[1] + given[0])
        elif kind == "A":
            end = (base[0] + given[5], base[1] + given[6])
            points = _arc(at, end, given)
        else:
            spots = [(base[0] + x, base[1] + y) for x, y in zip(given[::2], given[1::2], strict=True)]
            if kind in "ST":
                mirrored = before in ("CS" if kind == "S" else "QT")
                spots.insert(0, (2 * at[0] - control[0], 2 * at[1] - control[1]) if mirrored else at)
            end = spots[-1]
            points = [] if kind == "L" else _bezier([at, *spots])
            control = spots[-2] if len(spots) > 1 else end
        here += [*points, end]
        at, before = end, kind
    finish(closed=False)
    return lines


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Yield commands with their numbers, repeated ones apart. The flags of arcs may stand without blanks."""
    sign, numbers = "", list[float]()
    place = 0
    while place < len(text):
        if sign.upper() == "A" and len(numbers) % 7 in (3, 4) and text[place] in "01":
            numbers.append(float(text[place]))
            place += 1
            continue
        found = _TOKEN.match(text, place)
        assert found is not None
        place = found.end()
        letter, number, _blank, other = found.groups()
        if other:
            raise ValueError("a sign that no path has")
        if number:
            numbers.append(float(number))
        if letter:
            yield from _groups(sign, numbers)
            sign, numbers = letter, []
    yield from _groups(sign, numbers)


def _groups(sign: str, numbers: list[float]) -> Iterator[tuple[str, list[float]]]:
    if not sign:
        if numbers:
            raise ValueError("numbers without a command")
        return
    takes = _TAKES[sign.upper()]
    if not takes:
        yield sign, []
        return
    if not numbers or len(numbers) % takes:
        raise ValueError("a command with too few numbers")
    for at in range(0, len(numbers), takes):
        # What follows a move is drawn.
        repeated = {"M": "L", "m": "l"}.get(sign, sign) if at else sign
        yield repeated, numbers[at : at + takes]


def _bezier(spots: list[Point]) -> list[Point]:
    """Points of a curve between its ends (de Casteljau)."""
    found = []
    for piece in range(1, PIECES):
        part, level = piece / PIECES, spots
        while len(level) > 1:
            level = [(a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in itertools.pairwise(level)]
        found.append(level[0])
    return found


def _arc(start: Point, end: Point, given: list[float]) -> list[Point]:
    """Points of an elliptical arc between its ends (SVG 1.1, appendix F.6)."""
    rx, ry, turn, large, sweep = abs(given[0]), abs(given[1]), math.radians(given[2]), given[3] != 0, given[4] != 0
    if rx == 0 or ry == 0 or start == end:
        return []
    cos, sin = math.cos(turn), math.sin(turn)
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    x, y = cos * half[0] + sin * half[1], -sin * half[0] + cos * half[1]
    short = (x / rx) ** 2 + (y / ry) ** 2
    if short > 1:
        rx, ry = rx * math.sqrt(short), ry * math.sqrt(short)
    under = max(0.0, (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2) / ((rx * y) ** 2 + (ry * x) ** 2)
    root = math.sqrt(under) * (-1 if large == sweep else 1)
    cx, cy = root * rx * y / ry, -root * ry * x / rx
    middle = (cos * cx - sin * cy + (start[0] + end[0]) / 2, sin * cx + cos * cy + (start[1] + end[1]) / 2)
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    last = math.atan2((-y - cy) / ry, (-x - cx) / rx)
    span = last - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    pieces = 2 * PIECES
    angles = [first + span * piece / pieces for piece in range(1, pieces)]
    return [
        (
            middle[0] + rx * math.cos(one) * cos - ry * math.sin(one) * sin,
            middle[1] + rx * math.cos(one) * sin + ry * math.sin(one) * cos,
        )
        for one in angles
    ]
