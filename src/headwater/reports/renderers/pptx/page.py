"""One slide while it is being drawn: its shapes in reading order, its charts and pictures, its speaker notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from headwater.reports.charts.lettering import Face, width_of
from headwater.reports.renderers.pptx import markup
from headwater.reports.renderers.pptx.charts import NativeChart

TEXT_SLACK = 1.06
"""Words are taken for this much wider than measured: another font may stand in for the brand's."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the slide, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height


@dataclass
class Page:
    """A slide in the making. Shapes are read in the order they are added."""

    colours: dict[str, str]
    language: str
    layout: int = 2
    shapes: list[str] = field(default_factory=list)
    charts: list[tuple[str, NativeChart]] = field(default_factory=list)
    """(relation id, chart)."""
    images: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(relation id, file ending, bytes)."""
    notes: tuple[str, ...] = ()
    title: str = ""
    numbers: int = 1
    relations: int = 2
    """rId1 is the layout, rId2 the notes."""

    def number(self) -> int:
        """Next shape number."""
        self.numbers += 1
        return self.numbers

    def relation(self) -> str:
        """Next relation id."""
        self.relations += 1
        return f"rId{self.relations}"

    def add(self, shape: str) -> None:
        """Add a shape."""
        self.shapes.append(shape)

    def run(
        self, text: str, size: float, ink: str = "ink", *, bold: bool = False, italic: bool = False, serif: bool = False
    ) -> str:
        """One run of text in the document's language."""
        return markup.run(
            text, self.colours, size=size, ink=ink, bold=bold, italic=italic, serif=serif, language=self.language
        )

    def say(
        self,
        text: str,
        size: float,
        ink: str = "ink",
        *,
        bold: bool = False,
        italic: bool = False,
        serif: bool = False,
        align: str = "l",
        spacing: float = 1.0,
        after: float = 0.0,
    ) -> str:
        """One paragraph of one run."""
        words = self.run(text, size, ink, bold=bold, italic=italic, serif=serif)
        return markup.paragraph(words, align=align, spacing=spacing, after=after)

    def fill(self, token: str | None, edge: str | None = None, width: float = 1.0) -> str:
        """Fill and outline of a shape."""
        return markup.fill(token, self.colours) + markup.line(edge, self.colours, width)

    def text(self, name: str, area: Area, paragraphs: str, *, anchor: str = "t") -> None:
        """Add a text box."""
        self.add(markup.box(self.number(), name, (area.x, area.y, area.width, area.height), paragraphs, anchor=anchor))

    def chart(self, name: str, area: Area, chart: NativeChart, description: str) -> None:
        """Add a native chart."""
        relation = self.relation()
        self.charts.append((relation, chart))
        where = (area.x, area.y, area.width, area.height)
        self.add(markup.chart_frame(self.number(), name, relation, where, description))


def page_colours(colours: Mapping[str, str]) -> dict[str, str]:
    """Tokens as a dict, for the markup functions."""
    return dict(colours)


@lru_cache(maxsize=1 << 16)
def _word(word: str, face: Face) -> float:
    """Width of a word at a size of 1, with the slack for a stand-in font."""
    return width_of(word, 1.0, face) * TEXT_SLACK


@lru_cache(maxsize=1 << 15)
def lines_of(text: str, width: float, points: float, *, serif: bool = False, bold: bool = False) -> int:
    """How many lines words take in a box of `width` pixels at a size in points, broken between words."""
    size = points / 0.6
    face: Face = "serif" if serif else "sans-bold" if bold else "sans"
    space = _word(" ", face) * size
    count, used = 1, 0.0
    for word in text.split():
        wide = _word(word, face) * size
        if used and used + space + wide > width:
            count, used = count + 1, wide
        else:
            used += (space if used else 0) + wide
    return count


def height_of(
    text: str, width: float, points: float, *, serif: bool = False, bold: bool = False, spacing: float = 1.0
) -> float:
    """Pixels that words take in height."""
    return lines_of(text, width, points, serif=serif, bold=bold) * points / 0.6 * 1.21 * spacing
