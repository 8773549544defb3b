"""A chart as every renderer takes it: marks, the words that stand for them, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headwater.reports.charts.markup import Markup, element, join, number, text
from headwater.reports.charts.themes import resolved_chart_rules
from headwater.reports.palette import LIGHT

NARROW = 336.0
"""Width in px of a chart for a phone, so that type keeps its size there."""


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The same as a chart, in words and figures. The first column heads its row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    """Positions of the columns set to the right."""

    def markup(self, *, caption_hidden: bool = True) -> Markup:
        """Return an HTML table with its caption and scopes."""
        head = [element("th", {"scope": "col", "class": self._class(at)}, cell) for at, cell in enumerate(self.header)]
        body = [
            element(
                "tr",
                None,
                element("th", {"scope": "row"}, row[0]),
                *(element("td", {"class": self._class(at)}, cell) for at, cell in enumerate(row[1:], 1)),
            )
            for row in self.rows
        ]
        return element(
            "table",
            {"class": "lt"},
            element("caption", {"class": "hide" if caption_hidden else None}, self.caption),
            element("thead", None, element("tr", None, *head)),
            element("tbody", None, *body),
        )

    def _class(self, at: int) -> str | None:
        return "num" if at in self.numeric else None


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: `body` holds its marks, classes only, no colour of its own.

    key: a name that is unique on the page and safe in an id. width, height: of the view box, in px.
    """

    key: str
    title: str
    description: str
    width: float
    height: float
    body: Markup
    table: ChartTable
    kind: str = "ch"
    """Class of the svg element."""

    def svg(self) -> Markup:
        """Return the picture for a page that has the stylesheet: `role="img"`, title and description."""
        return self._svg(None)

    def standalone(self, colours: Mapping[str, str] = LIGHT) -> str:
        """Return the picture as an SVG file with its colours resolved, for PDF and decks."""
        return self._svg(Markup(f"<style>{resolved_chart_rules(colours)}</style>"))

    def _svg(self, style: Markup | None) -> Markup:
        alone = style is not None
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg" if alone else None,
            "class": self.kind,
            "viewBox": f"0 0 {number(self.width)} {number(self.height)}",
            "width": number(self.width) if alone else None,
            "height": number(self.height) if alone else None,
            "role": "img",
            "aria-labelledby": f"{self.key}-t {self.key}-d",
        }
        return element(
            "svg",
            attributes,
            element("title", {"id": f"{self.key}-t"}, self.title),
            element("desc", {"id": f"{self.key}-d"}, self.description),
            style,
            self.body,
        )

    def with_table(self, *, words: str = "The same as a table", scroll: bool = False) -> Markup:
        """Return the picture with its table under it, folded away. scroll: in a region that scrolls sideways."""
        picture: Markup = self.svg()
        if scroll:
            picture = scrolling(picture, self.title)
        return join([picture, folded(words, scrolling(self.table.markup(), f"{self.title}: {words.lower()}"))])


def scrolling(inside: Markup, label: str) -> Markup:
    """Return a region that scrolls sideways by itself, so that the page never does. It takes the keyboard."""
    return element("div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": label}, inside)


def folded(words: str, inside: Markup) -> Markup:
    """Return something that opens on demand, without script."""
    return element("details", {"class": "plain"}, element("summary", None, text(words)), inside)
