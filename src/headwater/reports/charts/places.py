"""A map of groups: colour and shape say how each differs, paleness how sure that is, size how many answered.

Shapes carry what colour says, for whoever does not see it: a triangle up is better, down is worse, a disc is the same
or too close to call, a crossed square is not shown.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from headwater.reports.charts.chart import NARROW, Chart, ChartTable
from headwater.reports.charts.markup import Markup, element, join, number, text
from headwater.reports.charts.numerals import plain, signed
from headwater.reports.charts.place_layout import MOST_LABELS, PlacedMark, PlaceLayout, lay_out
from headwater.reports.place_blocks import PlaceMark, PlacePicture, Spot
from headwater.vocab import WITHHELD_REASON, said

WIDTH = 760.0
FEW_LABELS = 12
MANY = 600
"""Marks beyond which their edges are finer."""
DOUBT = {"a": "sure", "b": "fairly sure", "c": "too close to call"}


def place_map(
    block: PlacePicture,
    key: str,
    *,
    width: float = WIDTH,
    most_labels: int = MOST_LABELS,
    picture: str = "",
    links: Sequence[str] = (),
) -> Chart:
    """Draw a map. picture: address of the plan's picture; its bytes are put in where there is none.

    links: where each mark leads, in the order of the block. A linked mark says its words when pointed at; such a
    picture is for a page that has the same as a table, and is not one image to those who hear it.
    """
    shapes = lay_out(block, width, most_labels=most_labels)
    parts = [_ground(shapes, block, picture)]
    marks: list[Markup] = []
    for one in shapes.marks:
        drawn = mark_shape(one.mark, one.x, one.y, one.radius)
        if links and links[one.number]:
            drawn = _linked(drawn, links[one.number], one)
        marks.append(drawn)
    parts.append(element("g", {"class": "many" if len(marks) > MANY else None}, *marks))
    parts += [element("text", {"class": "pl", "x": one.x, "y": one.y}, one.text) for one in shapes.labels]
    if shapes.bar is not None:
        parts.append(_bar(shapes, *shapes.bar))
    return Chart(key, block.title, block.description, shapes.width, shapes.height, join(parts), place_table(block))


def narrow_place_map(block: PlacePicture, key: str, *, picture: str = "") -> Chart:
    """Draw a map for a phone: the same marks, few names."""
    return place_map(block, key, width=NARROW, most_labels=FEW_LABELS, picture=picture)


def mark_words(mark: PlaceMark) -> str:
    """Return what a mark says."""
    if mark.withheld:
        return said(WITHHELD_REASON)
    if mark.difference is None:
        return mark.text
    return f"{mark.text} ({signed(mark.difference)}, {said(DOUBT[mark.doubt])})"


def place_table(block: PlacePicture) -> ChartTable:
    """Return the map as a table of words and figures."""
    rows = tuple((one.label, "–" if one.n is None else plain(one.n, 0), mark_words(one)) for one in block.marks)
    return ChartTable(block.title, (said("Group"), said("Answers"), said("Score")), rows, (1, 2))


def mark_shape(mark: PlaceMark, x: float, y: float, radius: float) -> Markup:
    """Return the shape of a mark."""
    if mark.withheld:
        side = radius * 0.9
        left, top, right, bottom = (number(one) for one in (x - side, y - side, x + side, y + side))
        return element(
            "g",
            {"class": "px"},
            element("rect", {"class": "hb", "x": x - side, "y": y - side, "width": 2 * side, "height": 2 * side}),
            element("path", {"class": "hl", "d": f"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"}),
        )
    look = f"pm pm-{mark.doubt} f{mark.step}{mark.doubt}"
    if mark.standing == "same":
        return element("circle", {"class": look, "cx": x, "cy": y, "r": radius})
    points = " ".join(f"{number(px)},{number(py)}" for px, py in triangle(x, y, radius, mark.standing == "better"))
    return element("polygon", {"class": look, "points": points})


def triangle(x: float, y: float, radius: float, is_up: bool) -> tuple[Spot, Spot, Spot]:
    """Return the corners of a triangle as large to the eye as a disc of the radius."""
    half, tall = radius * 1.3, radius * 1.2
    turn = -1 if is_up else 1
    return (x - half, y - turn * tall * 0.75), (x + half, y - turn * tall * 0.75), (x, y + turn * tall)


def key_words() -> str:
    """Return what the marks mean in one line, where no marks can stand beside the words."""
    return said(
        "Triangle up: better. Down: worse. Disc: about the same, or too close to call. Crossed: %(reason)s. Strong "
        "colour: sure. Size: answers.",
        reason=said(WITHHELD_REASON).lower(),
    )


def place_legend(block: PlacePicture) -> list[tuple[Markup, str]]:
    """Return what the marks mean, as (marks in a box of 58 by 22, words). Only what can be there."""
    compared = any(mark.difference is not None for mark in block.marks)
    parts: list[tuple[Markup, str]] = []

    def pair(first: PlaceMark, second: PlaceMark) -> Markup:
        return join([mark_shape(first, 16, 11, 8), mark_shape(second, 42, 11, 8)])

    if compared:
        better = (
            PlaceMark("", 0, 0, difference=1.0, step=7, doubt="a"),
            PlaceMark("", 0, 0, difference=1.0, step=6, doubt="b"),
        )
        worse = (
            PlaceMark("", 0, 0, difference=-1.0, step=1, doubt="a"),
            PlaceMark("", 0, 0, difference=-1.0, step=2, doubt="b"),
        )
        parts.append((pair(*better), said("Better: sure, fairly sure")))
        parts.append((pair(*worse), said("Worse: sure, fairly sure")))
        same = PlaceMark("", 0, 0, difference=0.0), PlaceMark("", 0, 0, difference=0.0, step=5)
        parts.append((pair(*same), said("About the same, or too close to call")))
    if any(mark.withheld for mark in block.marks):
        parts.append((mark_shape(PlaceMark("", 0, 0, withheld=True), 29, 11, 8), said(WITHHELD_REASON)))
    plain_mark = PlaceMark("", 0, 0)
    sizes = join(mark_shape(plain_mark, x, 11, radius) for x, radius in ((7, 5.0), (21, 7.0), (40, 9.0)))
    parts.append((sizes, said("Size: under 20 answers, under 100, more")))
    return parts


def _linked(drawn: Markup, href: str, one: PlacedMark) -> Markup:
    # Thousands of these stand on a page: built as text, each part escaped.
    told = text(f"{one.mark.label}: {mark_words(one.mark)}")
    return Markup(f'<a href="{text(href)}" tabindex="-1">{drawn}<title>{told}</title></a>')


def _ground(shapes: PlaceLayout, block: PlacePicture, picture: str) -> Markup:
    parts: list[Markup] = [
        element(
            "rect", {"class": "pg", "x": 0.5, "y": 0.5, "width": shapes.width - 1, "height": shapes.height - 1, "rx": 6}
        )
    ]
    if shapes.sheet is not None:
        x, y, wide, high = shapes.sheet
        box = {"x": x, "y": y, "width": wide, "height": high}
        parts.append(element("rect", {"class": "ps", **box}))
        source = picture or image_address(block.image)
        if source:
            parts.append(element("image", {"class": "pi", **box, "preserveAspectRatio": "none", "href": source}))
    parts += [
        element("path", {"class": "po", "fill-rule": "evenodd", "d": "".join(_path(ring) + "Z" for ring in rings)})
        for rings in shapes.areas
    ]
    parts += [element("path", {"class": "pw", "d": _path(line)}) for line in shapes.lines]
    for line in shapes.grid:
        if line.is_upright:
            parts.append(
                element("line", {"class": "gl", "x1": line.at, "x2": line.at, "y1": 1, "y2": shapes.height - 1})
            )
            parts.append(element("text", {"class": "pd", "x": line.at + 4, "y": 14}, line.words))
        else:
            parts.append(
                element("line", {"class": "gl", "y1": line.at, "y2": line.at, "x1": 1, "x2": shapes.width - 1})
            )
            parts.append(element("text", {"class": "pd", "x": 6, "y": line.at - 4}, line.words))
    return join(parts)


def image_address(data: bytes) -> str:
    """Return a picture as an address of its own, "" for none."""
    if not data:
        return ""
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def _path(points: Sequence[Spot]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _bar(shapes: PlaceLayout, length: float, words: str) -> Markup:
    right, y = shapes.width - 14, shapes.height - 14
    left = right - length
    path = f"M{number(left)} {number(y - 5)}V{number(y)}H{number(right)}V{number(y - 5)}"
    middle = {"x": (left + right) / 2, "y": y - 5, "text-anchor": "middle"}
    return join([element("path", {"class": "pb", "d": path}), element("text", {"class": "pl", **middle}, words)])
