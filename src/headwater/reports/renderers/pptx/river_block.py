"""The River as native freeforms: every stream, lake and shore can be picked up and edited."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.reports.charts.river_layout import Ribbon, RiverLayout, layout
from headwater.reports.document import RiverPicture
from headwater.reports.renderers.pptx import markup
from headwater.reports.renderers.pptx.page import Area, Page
from headwater.vocab import Certainty, River, said

Point = tuple[float, float]
KEY = 34.0
PICTURE = 1060.0
"""Width of the picture in its own px: type set at 15 there reads as 12 points on the slide."""
MOUTH = 26.0
"""How far streams run into the sea, where their colour ends and the words begin."""


def draw_river(page: Page, block: RiverPicture, area: Area) -> None:
    """Draw the River into an area, as one group with its alternative text, and its key below."""
    inside = Area(area.x, area.y, area.width, area.height - KEY)
    drawn = layout(block.river, width=PICTURE, height=PICTURE * inside.height / inside.width)
    scale = min(inside.width / drawn.width, inside.height / drawn.height)
    left = inside.x + (inside.width - drawn.width * scale) / 2
    painter = _Painter(page, scale, left, inside.y, drawn)
    number = page.number()
    painter.paint(block.river)
    told = f"{block.title}. {block.description}"
    page.add(markup.group(number, f"River: {block.title}", "".join(painter.shapes), told))
    words = said(
        "Width: strength. Pale banks: it could be this wide. Sand: the comparison across units. "
        "Colour: sure, fairly sure, dashed where it may be nothing."
    )
    page.text(
        said("How to read it"), Area(area.x, inside.bottom + 8, area.width, KEY - 8), page.say(words, 12, "ink-2")
    )


class _Painter:
    """Turns the geometry of the River into shapes, scaled into place and clipped to its picture."""

    def __init__(self, page: Page, scale: float, left: float, top: float, drawn: RiverLayout) -> None:
        self.page, self.scale, self.left, self.top, self.drawn = page, scale, left, top, drawn
        self.shapes: list[str] = []

    def at(self, points: Sequence[Point]) -> list[Point]:
        """Place points on the slide, none outside the picture."""
        width, height = self.drawn.width, self.drawn.height
        return [
            (self.left + min(max(x, 0), width) * self.scale, self.top + min(max(y, 0), height) * self.scale)
            for x, y in points
        ]

    def shape(self, name: str, parts: Sequence[Sequence[Point]], look: str, *, closed: bool = True) -> None:
        """Add a smooth freeform."""
        placed = [self.at(part) for part in parts]
        self.shapes.append(markup.curve(self.page.number(), name, placed, look, closed=closed, description=""))

    def strand(self, name: str, points: Sequence[Point], look: str) -> None:
        """Add a line, only where it runs inside the picture."""
        run: list[Point] = []
        for x, y in (*points, (-1e9, -1e9)):
            if -0.5 <= x <= self.drawn.width and -0.5 <= y <= self.drawn.height:
                run.append((x, y))
                continue
            if len(run) > 1:
                self.shape(name, (run,), look, closed=False)
            run = []

    def ribbon(self, name: str, outline: Sequence[Point], look: str) -> None:
        """Add the two banks of a stream; it ends a little way into the sea."""
        kept = [(x, y) for x, y in outline if x <= self.drawn.shore + MOUTH]
        half = sum(x <= self.drawn.shore + MOUTH for x, _ in outline[: len(outline) // 2])
        if half > 1 and len(kept) - half > 1:
            self.shape(name, (kept[:half], kept[half:]), look)

    def words(
        self,
        name: str,
        middle: Point,
        lines: Sequence[tuple[str, float, str, bool]],
        *,
        width: float = 200,
        align: str = "ctr",
        turn: float = 0.0,
        serif: bool = False,
    ) -> None:
        """Add words about a middle. lines: (text, size in px of the picture, token, bold)."""
        sizes = [size * self.scale * 0.6 for _, size, _, _ in lines]
        text = "".join(
            self.page.say(words, points, ink, bold=bold, align=align, italic=serif, serif=serif)
            for (words, _, ink, bold), points in zip(lines, sizes, strict=True)
        )
        tall = sum(points / 0.6 * 1.25 for points in sizes)
        x, y = self.left + middle[0] * self.scale, self.top + middle[1] * self.scale
        wide = width * self.scale
        start = {"l": x, "ctr": x - wide / 2, "r": x - wide}[align]
        self.shapes.append(
            markup.box(self.page.number(), name, (start, y - tall / 2, wide, tall), text, anchor="ctr", turn=turn)
        )

    def paint(self, river: River) -> None:
        """Draw land, streams, lakes, sea and words, far to near."""
        page, drawn = self.page, self.drawn
        whole = (self.left, self.top, drawn.width * self.scale, drawn.height * self.scale)
        self.shapes.append(
            markup.box(page.number(), "Land", whole, look=page.fill("land", "line", 0.75), description="")
        )
        for contour in drawn.contours:
            self.strand("Contour", (*contour, contour[0]), page.fill(None, "contour", 0.75))
        half = len(drawn.sea) - 2
        self.shape("Sea", (drawn.sea[:half], drawn.sea[half:]), page.fill("sea"))
        for line in drawn.sea_lines:
            self.strand("Swell", line, page.fill(None, "sea-2", 1.0))
        for spring in drawn.springs:
            for stroke, points in spring.brooks:
                self.strand("Brook", points, page.fill(None, "water-2", stroke * 0.6))
        for ribbon in drawn.ribbons:
            self.ribbon("Bed", ribbon.bed, page.fill("bed", "bed-line", 0.5))
        for ribbon in drawn.ribbons:
            self.ribbon("Banks", ribbon.banks, page.fill("plain"))
        for ribbon in drawn.ribbons:
            self._water(ribbon, river)
        self._stations(river)
        for ribbon in drawn.ribbons:
            self._lettering(ribbon)

    def _water(self, ribbon: Ribbon, river: River) -> None:
        stream = river.streams[ribbon.stream]
        token = f"water-{int(ribbon.certainty)}"
        edge = markup.line(None, self.page.colours)
        if ribbon.certainty is Certainty.UNCLEAR:
            edge = markup.line("water-2", self.page.colours, 1.0, "dash")
        self.ribbon(f"Stream: {stream.short}", ribbon.water, markup.fill(token, self.page.colours) + edge)
        for flow in (*ribbon.flow, *ribbon.tide):
            self.strand("Current", flow, self.page.fill(None, "interval", 0.75))

    def _stations(self, river: River) -> None:
        drawn, page = self.drawn, self.page
        for lake in drawn.lakes:
            self.shape("Lake", (lake.outline,), page.fill("water-1", "plain", 3.0))
            lines = [(line, lake.type_size, "water-1-ink", True) for line in lake.lines]
            if lake.note:
                lines.append((lake.note, 14.0, "water-1-ink", False))
            self.words(f"Lake: {' '.join(lake.lines)}", (lake.x, lake.y), lines, width=lake.radius[0] * 2)
        for spring in drawn.springs:
            x, y, r = (self.left + spring.x * self.scale, self.top + spring.y * self.scale, spring.radius * self.scale)
            look = page.fill("surface", "water-1", 2.5)
            self.shapes.append(
                markup.box(page.number(), "Spring", (x - r, y - r, 2 * r, 2 * r), look=look, shape="ellipse")
            )
            named = [(line, 15.0, "name", True) for line in spring.lines]
            middle = (spring.label_x, spring.label_y - 5 + (len(named) - 1) * 9)
            self.words(f"Spring: {' '.join(spring.lines)}", middle, named, width=240, align="l")
        for bay in drawn.bays:
            told = [(line, 15.0, "sea-ink", True) for line in bay.lines]
            told += [(line, 13.0, "sea-ink", False) for line in bay.note]
            self.words(f"Result: {' '.join(bay.lines)}", (bay.x, bay.y), told, width=150)
        for stage in drawn.stages:
            title = [(stage.title, 14.0, "name", True)]
            if stage.detail:
                title.append((stage.detail, 13.0, "name", False))
            align = "l" if stage.anchor == "start" else "ctr"
            self.words(f"Stage: {stage.title}", (stage.x, 34), title, width=200, align=align)

    def _lettering(self, ribbon: Ribbon) -> None:
        letters = ribbon.lettering
        ink = f"water-{int(ribbon.certainty)}-ink" if letters.in_water else "name"
        lines = [(f"{line.words}  {line.figure}".rstrip(), letters.size, ink, False) for line in letters.lines]
        self.words("Lettering", (letters.x, letters.y), lines, width=420, turn=letters.angle, serif=True)
