"""A map as native shapes: every mark, area and name can be picked up and edited."""

from __future__ import annotations

from headwater.reports.charts.place_layout import PlacedMark, PlaceLayout, lay_out
from headwater.reports.charts.places import key_words, mark_words, triangle
from headwater.reports.place_blocks import PlacePicture
from headwater.reports.renderers.pptx import markup
from headwater.reports.renderers.pptx.page import Area, Page
from headwater.vocab import said

KEY = 52.0
PICTURE = 1060.0
"""Width of the picture in its own px: type set at 13 there reads as 10 points on the slide."""
EDGES = {"a": 1.25, "b": 0.75, "c": 0.75}


def draw_places(page: Page, block: PlacePicture, area: Area) -> None:
    """Draw a map into an area, as one group with its alternative text, and its key below."""
    inside = Area(area.x, area.y, area.width, area.height - KEY)
    drawn = lay_out(block, PICTURE, height=PICTURE * inside.height / inside.width)
    scale = inside.width / drawn.width
    painter = _Painter(page, scale, inside.x, inside.y)
    number = page.number()
    painter.ground(drawn, block)
    for one in drawn.marks:
        painter.mark(one)
    for label in drawn.labels:
        painter.words(label.text, label.x, label.y, label.width)
    if drawn.bar is not None:
        painter.bar(drawn, *drawn.bar)
    told = f"{block.title}. {block.description}"
    page.add(markup.group(number, f"{said('Map')}: {block.title}", "".join(painter.shapes), told))
    page.text(
        said("How to read it"), Area(area.x, inside.bottom + 8, area.width, KEY - 8), page.say(key_words(), 12, "ink-2")
    )


class _Painter:
    """Turns the geometry of a map into shapes, scaled into place."""

    def __init__(self, page: Page, scale: float, left: float, top: float) -> None:
        self.page, self.scale, self.left, self.top = page, scale, left, top
        self.shapes: list[str] = []

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Place a point on the slide."""
        return self.left + x * self.scale, self.top + y * self.scale

    def box(self, name: str, x: float, y: float, wide: float, high: float, look: str, shape: str = "rect") -> None:
        """Add a box or disc."""
        where = (*self.at(x, y), wide * self.scale, high * self.scale)
        self.shapes.append(markup.box(self.page.number(), name, where, look=look, shape=shape, description=""))

    def line(self, name: str, points: list[tuple[float, float]], look: str, *, closed: bool = False) -> None:
        """Add straight lines through points."""
        placed = [self.at(x, y) for x, y in points]
        self.shapes.append(
            markup.freeform(self.page.number(), name, placed, look, closed=closed, description="" if closed else None)
        )

    def words(self, text: str, x: float, baseline: float, width: float, *, align: str = "l") -> None:
        """Add words whose baseline begins at a point."""
        left, top = self.at(x, baseline - 12)
        paragraph = self.page.say(text, 13 * self.scale * 0.6, "ink", align=align)
        where = (left, top, (width + 6) * self.scale, 16 * self.scale)
        self.shapes.append(markup.box(self.page.number(), text, where, paragraph, anchor="ctr", wrap=False))

    def ground(self, drawn: PlaceLayout, block: PlacePicture) -> None:
        """Draw what the marks stand on."""
        page = self.page
        self.box(said("Map"), 0, 0, drawn.width, drawn.height, page.fill("sunken", "line", 0.75))
        if drawn.sheet is not None:
            x, y, wide, high = drawn.sheet
            self.box(said("Plan"), x, y, wide, high, page.fill("surface", "rule", 0.75))
            if block.image:
                relation = page.relation()
                page.images.append((relation, "png", block.image))
                where = (*self.at(x, y), wide * self.scale, high * self.scale)
                self.shapes.append(markup.picture(page.number(), said("Plan"), relation, where, said("Plan")))
        for rings in drawn.areas:
            for ring in rings:
                self.line(said("Outline"), list(ring), page.fill("surface", "rule", 0.75), closed=True)
        for line in drawn.lines:
            self.line(said("Outline"), list(line), page.fill(None, "rule", 0.75))
        for grid in drawn.grid:
            ends = (
                [(grid.at, 0.0), (grid.at, drawn.height)]
                if grid.is_upright
                else [(0.0, grid.at), (drawn.width, grid.at)]
            )
            self.line(grid.words, ends, page.fill(None, "grid", 0.5))
            x, y = (grid.at + 4, 14.0) if grid.is_upright else (6.0, grid.at - 4)
            self.words(grid.words, x, y, 60)

    def mark(self, one: PlacedMark) -> None:
        """Draw one mark; its name and number are the name of its shape."""
        mark, name = one.mark, f"{one.mark.label}: {mark_words(one.mark)}"
        x, y, r = one.x, one.y, one.radius
        if mark.withheld:
            side = r * 0.9
            self.box(name, x - side, y - side, 2 * side, 2 * side, self.page.fill("hold-bg", "ink-2", 0.75))
            for slope in (1, -1):
                self.line(
                    name, [(x - side, y - slope * side), (x + side, y + slope * side)], self.page.fill(None, "hold")
                )
            return
        look = self.page.fill(
            f"div-{mark.step}{mark.doubt}", "ink" if mark.doubt == "a" else "ink-2", EDGES[mark.doubt]
        )
        if mark.standing == "same":
            self.box(name, x - r, y - r, 2 * r, 2 * r, look, "ellipse")
            return
        self.line(name, list(triangle(x, y, r, mark.standing == "better")), look, closed=True)

    def bar(self, drawn: PlaceLayout, length: float, words: str) -> None:
        """Draw the scale bar."""
        right, y = drawn.width - 14, drawn.height - 14
        ends = [(right - length, y - 5), (right - length, y), (right, y), (right, y - 5)]
        self.line(words, ends, self.page.fill(None, "ink", 1.0))
        self.words(words, right - length, y - 6, length, align="ctr")
