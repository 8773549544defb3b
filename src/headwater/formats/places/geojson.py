"""An outline on earth: the lines and areas of a GeoJSON file (RFC 7946), nothing else of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from headwater.formats.places.shapes import Plan, Point, Shape, checked_size, thinned
from headwater.vocab import InputError, Problem

DEEPEST = 20
_CLOSED = {"Polygon", "MultiPolygon"}
_REMEDY = "Export it as GeoJSON in longitude and latitude (WGS 84)."


def read_outline(data: bytes, *, name: str = "") -> Plan:
    """Read an outline. Properties, points and other dimensions are left out.

    Raises InputError: not GeoJSON, coordinates that are not degrees, nothing to draw, too much of it.
    """
    file = name or "outline"
    checked_size(data, file)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError(Problem("this is not GeoJSON.", _REMEDY, file)) from None
    left_out: set[str] = set()
    try:
        shapes = [shape for one in _geometries(content, 0) for shape in _shapes(one, left_out)]
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise InputError(Problem("a geometry of the file cannot be read.", _REMEDY, file)) from None
    outside = any(
        not (-180.0 <= x <= 180.0 and -90.0 <= y <= 90.0)
        for shape in shapes for ring in shape.rings for x, y in ring
    )  # fmt: skip
    if outside:
        raise InputError(Problem("coordinates of the outline are not degrees.", _REMEDY, file))
    return Plan(thinned(shapes, file), left_out=tuple(sorted(left_out)))


def _geometries(content: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the geometries of a feature collection, a feature, a collection of geometries or a geometry."""
    if depth > DEEPEST or not isinstance(content, dict):
        raise ValueError("nested too deeply")
    if content.get("type") == "FeatureCollection":
        for one in content["features"]:
            yield from _geometries(one, depth + 1)
    elif content.get("type") == "Feature":
        if content.get("geometry") is not None:
            yield from _geometries(content["geometry"], depth + 1)
    elif content.get("type") == "GeometryCollection":
        for one in content["geometries"]:
            yield from _geometries(one, depth + 1)
    else:
        yield content


def _shapes(geometry: dict[str, Any], left_out: set[str]) -> Iterator[Shape]:
    kind, given = geometry.get("type"), geometry.get("coordinates")
    if kind == "LineString":
        yield Shape((_ring(given),))
    elif kind == "MultiLineString":
        yield Shape(tuple(_ring(one) for one in given or ()))
    elif kind == "Polygon":
        yield Shape(tuple(_ring(one) for one in given or ()), closed=True)
    elif kind == "MultiPolygon":
        for part in given or ():
            yield Shape(tuple(_ring(one) for one in part), closed=True)
    elif kind in {"Point", "MultiPoint"}:
        left_out.add(str(kind))
    else:
        raise ValueError("no geometry")


def _ring(given: Any) -> tuple[Point, ...]:
    return tuple((float(point[0]), float(point[1])) for point in given)
