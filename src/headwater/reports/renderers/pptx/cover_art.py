"""The river on the cover: one stream and its tributaries over contour lines, as native freeforms.

It is scenery, the same for every deck of a brand, so it lives in the cover's layout and is marked as decoration.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count

from headwater.reports.renderers.pptx.markup import freeform, line

Point = tuple[float, float]

_MAIN = ((1302, -30), (1262, 70), (1180, 190), (1080, 330), (1020, 470), (1060, 560), (1112, 640), (1094, 730),
         (1098, 810), (1150, 940))  # fmt: skip
_MAIN_WIDTHS = (16, 34, 66, 96, 104, 92, 88, 100, 122, 160)
_SIDES: tuple[tuple[tuple[Point, ...], float, float, str], ...] = (
    (((1078, -20), (1058, 60), (1066, 130), (1092, 200), (1140, 262)), 10, 54, "water-2"),
    (((1470, 150), (1420, 220), (1360, 276), (1270, 306), (1190, 352), (1110, 402)), 6, 62, "water-2"),
    (((1640, 400), (1560, 455), (1470, 512), (1350, 548), (1230, 600), (1130, 668)), 30, 70, "water-2"),
    (((640, 612), (720, 652), (800, 690), (900, 672), (980, 664), (1078, 700)), 5, 62, "water-3"),
)


def cover_art(colours: dict[str, str], first: int) -> str:
    """Draw the art as shapes numbered from `first`."""
    numbers = count(first)
    shapes = [
        freeform(next(numbers), "Contour", _contour(ring), f"<a:noFill/>{line('contour', colours, 0.75)}")
        for ring in range(11)
    ]
    main = _smooth(_MAIN, 10)
    widths = _spread(_MAIN_WIDTHS, len(main))
    sides = []
    for points, start, end, token in _SIDES:
        centre = _smooth(points, 10)
        taper = [start + (end - start) * (at / (len(centre) - 1)) ** 0.8 for at in range(len(centre))]
        sides.append((centre, taper, token))
    for centre, taper, _ in (*sides, (main, widths, "")):
        wide = [width * 1.28 + 14 for width in taper]
        shapes.append(freeform(next(numbers), "Bank", _ribbon(centre, wide), _water("plain", colours)))
    for centre, taper, token in sides:
        shapes.append(freeform(next(numbers), "Tributary", _ribbon(centre, taper), _water(token, colours)))
    shapes.append(freeform(next(numbers), "River", _ribbon(main, widths), _water("water-1", colours)))
    shapes += [_current(next(numbers), main, widths, offset, span, colours)
               for offset, span in ((-0.2, (0.28, 0.62)), (0.16, (0.4, 0.86)))]  # fmt: skip
    shapes += [_current(next(numbers), centre, taper, 0.05, (0.35, 0.8), colours) for centre, taper, _ in sides]
    return "".join(shapes)


def _water(token: str, colours: dict[str, str]) -> str:
    return f'<a:solidFill><a:srgbClr val="{colours[token][1:]}"/></a:solidFill><a:ln><a:noFill/></a:ln>'


def _contour(ring: int) -> list[Point]:
    """One closed contour line around the spring; each a little less round than the one inside it."""
    radius = 38 + 52 * ring
    points = []
    for step in range(72):
        turn = step / 72 * math.tau
        wobble = 1 + 0.07 * math.sin(3 * turn + ring * 0.35) + 0.045 * math.sin(5 * turn - ring * 0.6)
        points.append((1182 + 1.08 * radius * wobble * math.cos(turn), 96 + 0.98 * radius * wobble * math.sin(turn)))
    return [(min(max(x, 560), 1600), min(max(y, 0), 900)) for x, y in points]


def _current(
    number: int,
    centre: Sequence[Point],
    widths: Sequence[float],
    offset: float,
    span: tuple[float, float],
    colours: dict[str, str],
) -> str:
    """A thin light line along the water."""
    first, last = (int(part * (len(centre) - 1)) for part in span)
    normals = _normals(centre)
    points = [
        (centre[at][0] + normals[at][0] * widths[at] * offset, centre[at][1] + normals[at][1] * widths[at] * offset)
        for at in range(first, last + 1)
    ]
    return freeform(number, "Current", points, f"<a:noFill/>{line('interval', colours, 0.75)}", closed=False)


def _smooth(points: Sequence[Point], steps: int) -> list[Point]:
    """Catmull-Rom through the points."""
    padded = [points[0], *points, points[-1]]
    found: list[Point] = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            found.append(
                (
                    _spline(before[0], start[0], end[0], after[0], t),
                    _spline(before[1], start[1], end[1], after[1], t),
                )
            )
    return [*found, points[-1]]


def _spline(before: float, start: float, end: float, after: float, t: float) -> float:
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t * t
        + (3 * start - before - 3 * end + after) * t * t * t
    )


def _spread(widths: Sequence[float], size: int) -> list[float]:
    """Widths along the stream, linear between the given ones."""
    found = []
    for at in range(size):
        place = at / (size - 1) * (len(widths) - 1)
        left = min(int(place), len(widths) - 2)
        found.append(widths[left] + (widths[left + 1] - widths[left]) * (place - left))
    return found


def _normals(centre: Sequence[Point]) -> list[Point]:
    found = []
    for at in range(len(centre)):
        before, after = centre[max(at - 1, 0)], centre[min(at + 1, len(centre) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        found.append((-dy / length, dx / length))
    return found


def _ribbon(centre: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The two banks of a stream as one outline."""
    normals = _normals(centre)
    pairs = list(zip(centre, normals, widths, strict=True))
    left = [(x + nx * width / 2, y + ny * width / 2) for (x, y), (nx, ny), width in pairs]
    right = [(x - nx * width / 2, y - ny * width / 2) for (x, y), (nx, ny), width in reversed(pairs)]
    return _inside([*left, *right])


def _inside(points: Sequence[Point]) -> list[Point]:
    """Clip an outline to the slide, so that nothing hangs over its edge (Sutherland and Hodgman 1974)."""
    found = list(points)
    for axis, bound, keep_below in ((0, 0.0, False), (0, 1600.0, True), (1, 0.0, False), (1, 900.0, True)):
        clipped: list[Point] = []
        for at, here in enumerate(found):
            last = found[at - 1]
            inside = here[axis] <= bound if keep_below else here[axis] >= bound
            was_inside = last[axis] <= bound if keep_below else last[axis] >= bound
            if inside != was_inside:
                t = (bound - last[axis]) / (here[axis] - last[axis])
                clipped.append((last[0] + (here[0] - last[0]) * t, last[1] + (here[1] - last[1]) * t))
            if inside:
                clipped.append(here)
        found = clipped
    return found
