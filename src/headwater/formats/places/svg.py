"""A plan drawn as SVG: its lines and areas as points. Nothing of the file itself is kept or served."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from headwater.formats.places.shapes import Plan, Point, Shape, checked_size, thinned
from headwater.formats.places.svg_paths import path_lines
from headwater.vocab import InputError, Problem

Matrix = tuple[float, float, float, float, float, float]
STAND = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
DEEPEST, MOST_ELEMENTS = 60, 50_000
ROUND = 36
_CALL = re.compile(r"([a-zA-Z]+)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SKIPPED = {
    "defs",
    "metadata",
    "title",
    "desc",
    "style",
    "namedview",
    "symbol",
    "clipPath",
    "mask",
    "marker",
    "pattern",
}
_GROUPS = {"svg", "g", "a", "switch"}
_REMEDY = "Save it as plain SVG."


def read_svg_plan(data: bytes, *, name: str = "") -> Plan:
    """Read the shapes of an SVG with their transforms; text, pictures, copies and everything else are left out.

    Raises InputError: not SVG, entities, no size, nothing to draw, too much of it.
    """
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    file = name or "plan"
    checked_size(data, file)
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise InputError(Problem("the file declares entities or a document type.", _REMEDY, file)) from None
    except (ElementTree.ParseError, ValueError, LookupError):
        raise InputError(Problem("this is not SVG.", _REMEDY, file)) from None
    if _tag(root) != "svg":
        raise InputError(Problem("this is not SVG.", _REMEDY, file))
    left, top, width, height = _frame(root, file)
    left_out: set[str] = set()
    try:
        shapes = list(_walk(root, (1.0, 0.0, 0.0, 1.0, -left, -top), 0, left_out, [0]))
    except (ValueError, OverflowError, ZeroDivisionError):
        raise InputError(Problem("a shape of the file cannot be read.", _REMEDY, file)) from None
    return Plan(thinned(shapes, file), width, height, tuple(sorted(left_out)))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _numbers(text: str) -> list[float]:
    return [float(one) for one in _NUMBER.findall(text)]


def _frame(root: Any, file: str) -> tuple[float, float, float, float]:
    box = _numbers(root.get("viewBox", ""))
    if len(box) != 4:
        box = [0.0, 0.0, *(_length(root, side) for side in ("width", "height"))]
    if not (0 < box[2] < 1e6 and 0 < box[3] < 1e6 and abs(box[0]) < 1e6 and abs(box[1]) < 1e6):
        raise InputError(Problem("the drawing has neither a viewBox nor a width and height.", _REMEDY, file))
    return box[0], box[1], box[2], box[3]


def _length(element: Any, name: str) -> float:
    found = _numbers(element.get(name, ""))
    return found[0] if found else 0.0


def _walk(element: Any, matrix: Matrix, depth: int, left_out: set[str], counted: list[int]) -> Iterator[Shape]:
    counted[0] += 1
    if depth > DEEPEST or counted[0] > MOST_ELEMENTS:
        raise ValueError("nested too deeply")
    tag = _tag(element)
    if tag in _SKIPPED or element.get("display") == "none" or element.get("visibility") == "hidden":
        return
    matrix = _times(matrix, _matrix(element.get("transform", "")))
    if tag in _GROUPS:
        for child in element:
            if isinstance(child.tag, str):
                yield from _walk(child, matrix, depth + 1, left_out, counted)
        return
    lines = _lines(element, tag)
    if lines is None:
        left_out.add(tag[:30])
        return
    for closed in (True, False):
        rings = tuple(tuple(_moved(point, matrix) for point in line) for line, shut in lines if shut is closed)
        if rings:
            yield Shape(rings, closed)


def _lines(element: Any, tag: str) -> list[tuple[tuple[Point, ...], bool]] | None:
    """The lines of one element, each with whether it is closed; None for what is no shape."""
    if tag == "path":
        return path_lines(element.get("d", ""))
    if tag in {"polygon", "polyline"}:
        given = _numbers(element.get("points", ""))
        points = tuple(zip(given[::2], given[1::2], strict=False))
        return [((*points, *points[:1]) if tag == "polygon" else points, tag == "polygon")]
    if tag == "line":
        ends = [_length(element, name) for name in ("x1", "y1", "x2", "y2")]
        return [(((ends[0], ends[1]), (ends[2], ends[3])), False)]
    if tag == "rect":
        x, y, wide, high = (_length(element, name) for name in ("x", "y", "width", "height"))
        return [(((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)), True)]
    if tag in {"circle", "ellipse"}:
        x, y = _length(element, "cx"), _length(element, "cy")
        rx, ry = (_length(element, name) for name in (("r", "r") if tag == "circle" else ("rx", "ry")))
        turns = [2 * math.pi * at / ROUND for at in range(ROUND + 1)]
        return [(tuple((x + rx * math.cos(one), y + ry * math.sin(one)) for one in turns), True)]
    return None


def _matrix(text: str) -> Matrix:
    """The matrix of a transform attribute. Raises ValueError for one that is not known."""
    found: Matrix = STAND
    for name, inside in _CALL.findall(text):
        given = _numbers(inside)
        match name, given:
            case "matrix", [a, b, c, d, e, f]:
                one: Matrix = (a, b, c, d, e, f)
            case "translate", [x, *rest]:
                one = (1.0, 0.0, 0.0, 1.0, x, rest[0] if rest else 0.0)
            case "scale", [x, *rest]:
                one = (x, 0.0, 0.0, rest[0] if rest else x, 0.0, 0.0)
            case "rotate", [angle, *rest]:
                cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
                one = (cos, sin, -sin, cos, 0.0, 0.0)
                if len(rest) == 2:
                    x, y = rest
                    one = _times(_times((1.0, 0.0, 0.0, 1.0, x, y), one), (1.0, 0.0, 0.0, 1.0, -x, -y))
            case "skewX", [angle]:
                one = (1.0, 0.0, math.tan(math.radians(angle)), 1.0, 0.0, 0.0)
            case "skewY", [angle]:
                one = (1.0, math.tan(math.radians(angle)), 0.0, 1.0, 0.0, 0.0)
            case _:
                raise ValueError("a transform that is not known")
        found = _times(found, one)
    return found


def _times(outer: Matrix, inner: Matrix) -> Matrix:
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f)


def _moved(point: Point, matrix: Matrix) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return (a * x + c * y + e, b * x + d * y + f)
