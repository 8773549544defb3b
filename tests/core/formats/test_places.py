"""Tables of places, outlines and plans: what is read, what is refused, and with what words."""

from __future__ import annotations

import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.formats.places import Shape, images, read_outline, read_places, read_plan_image, read_svg_plan, shapes
from headwater.formats.places.shapes import simplified
from headwater.formats.places.svg_paths import path_lines
from headwater.vocab import InputError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{inside}</svg>'


def svg(inside: str, box: str = "0 0 100 50") -> bytes:
    return SVG.format(box=box, inside=inside).encode()


def test_a_table_gives_places_by_unit() -> None:
    found = read_places(b"Branch;Lat;Lng;City\nb1;51,5;-0,12;L\nb2;52;1,5;C\n", "earth")
    assert dict(found.spots) == {"b1": (-0.12, 51.5), "b2": (1.5, 52.0)}
    plan = read_places(b"unit,x,y\na,1,2\n", "plan", {"a": "Alpha"})
    assert dict(plan.spots) == {"a": (1.0, 2.0)}


def test_units_are_named_by_key_or_by_a_name_that_one_has() -> None:
    units = {"a": "Alpha", "b": "Beta", "c": "Beta"}
    assert dict(read_places(b"unit,x,y\n ALPHA ,1,2\nb,3,4\n", "plan", units).spots) == {
        "a": (1.0, 2.0),
        "b": (3.0, 4.0),
    }
    with pytest.raises(InputError, match="no unit 'Beta'"):
        read_places(b"unit,x,y\nBeta,1,2\n", "plan", units)
    with pytest.raises(InputError, match="Did you mean 'Alpha'"):
        read_places(b"unit,x,y\nAlpa,1,2\n", "plan", units)
    with pytest.raises(InputError, match="stands in several rows"):
        read_places(b"unit,x,y\na,1,2\nAlpha,1,2\n", "plan", units)


def test_every_wrong_row_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_places(b"unit,lat,lon\na,91,0\nb,x,181\n,1,1\nc,,1\n", "earth", name="p.csv")
    told = {(one.row, one.column) for one in caught.value.problems}
    assert told == {(2, "lat"), (3, "lat"), (3, "lon"), (4, "unit"), (5, "lat")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"unit,lat\na,1\n", "no column 'longitude'"),
        (b"unit,x,y\na,1,1\n", "takes latitude and longitude"),
        (b"", "empty"),
    ],
)
def test_a_table_of_another_kind_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_places(content, "earth")


def test_a_table_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.formats.places.table.MOST_PLACES", 1)
    with pytest.raises(InputError, match="at most 1 are read"):
        read_places(b"unit,x,y\na,1,1\nb,1,1\n", "plan")


def test_shapes_of_a_drawing_are_read_with_their_transforms() -> None:
    inside = '<g transform="translate(10 5) scale(2)"><rect x="1" y="1" width="10" height="4"/></g>'
    plan = read_svg_plan(svg(inside, "10 5 100 50"))
    assert (plan.width, plan.height) == (100.0, 50.0)
    (shape,) = plan.shapes
    assert shape.closed
    assert shape.rings == (((2.0, 2.0), (22.0, 2.0), (22.0, 10.0), (2.0, 10.0), (2.0, 2.0)),)
    turned = read_svg_plan(svg('<line x1="0" y1="0" x2="10" y2="0" transform="rotate(90 0 0)"/>')).shapes[0].rings[0]
    assert turned[1] == pytest.approx((0.0, 10.0))


def test_circles_polygons_and_lines_are_shapes_and_nothing_else_is() -> None:
    inside = (
        '<circle cx="20" cy="20" r="10"/><ellipse cx="60" cy="20" rx="9" ry="4"/><polygon points="0,0 9,0 9,9"/>'
        '<polyline points="0 40 9 45 20 40"/><text>Ward 3</text><use href="#a"/><script>1</script>'
        '<defs><rect width="5" height="5"/></defs><rect display="none" width="5" height="5"/>'
    )
    plan = read_svg_plan(svg(inside))
    assert [one.closed for one in plan.shapes] == [True, True, True, False]
    assert plan.left_out == ("script", "text", "use")
    for x, y in plan.shapes[0].rings[0]:
        assert math.hypot(x - 20, y - 20) == pytest.approx(10)


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("M0 0h10v5H0z", [(0, 0), (10, 0), (10, 5), (0, 5), (0, 0)]),
        ("m1,1 2,0 0,2", [(1, 1), (3, 1), (3, 3)]),
        ("M0 0L.5.5-1-1", [(0, 0), (0.5, 0.5), (-1, -1)]),
    ],
)
def test_straight_paths(path: str, ends: list[tuple[float, float]]) -> None:
    ((line, closed),) = path_lines(path)
    assert list(line) == ends
    assert closed is path.endswith("z")


def test_curves_pass_where_they_should() -> None:
    ((line, _closed),) = path_lines("M0 0C0 10 10 10 10 0S20-10 20 0")
    assert any(point == pytest.approx((5.0, 7.5)) for point in line)
    assert any(point == pytest.approx((15.0, -7.5)) for point in line)
    ((line, _closed),) = path_lines("M0 0Q5 10 10 0T20 0")
    assert any(point == pytest.approx((5.0, 5.0)) for point in line)
    assert any(point == pytest.approx((15.0, -5.0)) for point in line)
    ((line, _closed),) = path_lines("M0 0a5 5 0 0110 0")
    assert any(point == pytest.approx((5.0, -5.0)) for point in line)
    assert line[-1] == (10.0, 0.0)
    ((line, _closed),) = path_lines("M0 0A5 5 0 1 0 10 0")
    assert any(point == pytest.approx((5.0, 5.0)) for point in line)


@pytest.mark.parametrize("path", ["10 10", "M0", "M0 0L1", "M0 0 x 5", "L5 5"])
def test_a_broken_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|command|numbers"):
        path_lines(path)
    with pytest.raises(InputError, match="a shape of the file cannot be read"):
        read_svg_plan(svg(f'<path d="{path}"/>'))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html/>", "not SVG"), (b"{", "not SVG"), (b" ", "empty"), (svg(""), "no shapes"),
        (svg('<rect width="9" height="9"/>', "0 0 0 0"), "viewBox"),
        (svg('<g transform="fly(3)"><rect/></g>'), "cannot be read"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"), "entities"),
        (svg("<g>" * 80 + "</g>" * 80), "cannot be read"),
        (svg('<line x1="1e300" x2="9e999"/>'), "finite|no shapes|cannot be read"),
    ],
)  # fmt: skip
def test_a_drawing_that_is_none_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_svg_plan(content)


def test_an_outline_is_read_without_its_properties() -> None:
    ring = [[-3, 51, 7], [0, 51], [0, 54], [-3, 51]]
    content = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"secret": 1},
                "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
            },
            {"type": "Feature", "properties": None, "geometry": {"type": "LineString", "coordinates": ring}},
            {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}},
            {"type": "Feature", "properties": {}, "geometry": None},
        ],
    }
    plan = read_outline(json.dumps(content).encode())
    assert [one.closed for one in plan.shapes] == [True, False]
    assert plan.shapes[0].rings[0][0] == (-3.0, 51.0)
    assert plan.left_out == ("Point",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "not GeoJSON"), (b"{}", "cannot be read"), (b"[" * 5000, "not GeoJSON"),
        (b'{"type": "LineString", "coordinates": [[400000, 5], [1, 1]]}', "not degrees"),
        (b'{"type": "LineString", "coordinates": [["a", 5]]}', "cannot be read"),
        (b'{"type": "Point", "coordinates": [1, 1]}', "no shapes"),
    ],
)  # fmt: skip
def test_an_outline_that_is_none_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_outline(content)


def test_what_nobody_sees_is_left_out_and_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    line = [(at / 1000, 0.00001 * (at % 2)) for at in range(1001)]
    assert simplified(line, 0.001) == ((0.0, 0.0), (1.0, 0.0))
    around = [(math.cos(at / 500 * math.pi), math.sin(at / 500 * math.pi)) for at in range(1000)]
    ring = simplified([*around, around[0]], 0.001)
    assert 50 < len(ring) < 150
    assert ring[0] == ring[-1]
    monkeypatch.setattr(shapes, "MOST_POINTS", 3)
    with pytest.raises(InputError, match="at most 3 are drawn"):
        read_svg_plan(svg('<rect width="9" height="9"/>'))
    monkeypatch.setattr(shapes, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        read_svg_plan(svg('<rect width="9" height="9"/>'))


POINTS = st.tuples(st.floats(-90, 90), st.floats(-90, 90))


@given(st.lists(st.lists(POINTS, min_size=2, max_size=8), min_size=1, max_size=4), st.booleans())
def test_a_shape_is_kept_as_it_was(rings: list[list[tuple[float, float]]], closed: bool) -> None:
    shape = Shape(tuple(tuple(ring) for ring in rings), closed)
    back = Shape.from_json(json.loads(json.dumps(shape.to_json())))
    assert back.closed is closed
    for ring, other in zip(shape.rings, back.rings, strict=True):
        assert [one for point in other for one in point] == pytest.approx(
            [one for point in ring for one in point], abs=1e-6
        )


def test_a_picture_is_its_pixels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "made at home"
    exif[0x0112] = 6
    Image.new("RGB", (2000, 100), (10, 90, 90)).save(stream, "JPEG", exif=exif)
    found = read_plan_image(stream.getvalue() + b"tail")
    assert (found.width, found.height) == (100, 2000)
    assert found.data.startswith(b"\x89PNG")
    assert b"made at home" not in found.data
    assert b"tail" not in found.data
    with Image.open(io.BytesIO(found.data)) as opened:
        assert opened.size == (80, 1600)
    clear = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(clear, "PNG")
    with Image.open(io.BytesIO(read_plan_image(clear.getvalue()).data)) as opened:
        assert opened.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    for content, said in (
        (b"GIF89a", "neither PNG nor JPEG"),
        (b"\x89PNG\r\n\x1a\nno", "damaged"),
        (stream.getvalue()[:300], "damaged"),
    ):
        with pytest.raises(InputError, match=said):
            read_plan_image(content)
    monkeypatch.setattr(images, "MOST_PIXELS", 10)
    with pytest.raises(InputError, match="pixels"):
        read_plan_image(clear.getvalue())
    monkeypatch.setattr(images, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        read_plan_image(clear.getvalue())
