"""Charts on pages: a picture of `reports.charts` with its title, description, legend and the same as a table.

`{% load charts %}{% chart figure %}` puts a Figure on a page. The picture styles itself by classes and colour tokens
alone, so it follows light, dark and paper under the strict policy. Wide pictures stand in a region that scrolls
sideways and takes the keyboard; rows of dots stack on a phone instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.charts import (
    Branch,
    Chart,
    Prediction,
    StandingAxes,
    StandingPoint,
    diverging_bars,
    dot_rows,
    draw,
    heat_table,
    layout,
    organisation_tree,
    prediction,
    small_multiples,
    standing,
    standing_key,
    standing_list,
    trend,
)
from headwater.reports.charts.chart import folded, scrolling
from headwater.reports.charts.dots import dot_legend
from headwater.reports.charts.heat import heat_legend
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.river import left_out_words
from headwater.reports.document import Diverging, DotIntervals, HeatMap, RiverPicture, Trend, WithheldNote
from headwater.reports.renderers.page_river import evidence, legend
from headwater.vocab import said, speaking

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a page takes it. picture: what is seen. foot: what stands under it. kind: a class of the figure.

    title: what names it; it stands above the picture unless the heading before it says the same (`is_titled`).
    """

    title: str
    picture: Markup
    foot: Markup
    kind: str = ""
    is_titled: bool = False

    def markup(self) -> Markup:
        """Return the figure, whole."""
        return element(
            "figure",
            {"class": f"chart {self.kind}".strip(), "aria-label": self.title},
            element("p", {"class": "chart-title"}, self.title) if self.is_titled else None,
            self.picture,
            element("figcaption", None, self.foot) if self.foot else None,
        )


def _in_the_words_of_the_page(build: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with the words of the language in force."""

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with speaking(get_language() or "en"):
            return build(*args, **kwargs)

    return built


@_in_the_words_of_the_page
def dot_figure(block: DotIntervals, key: str, *, is_titled: bool = False) -> Figure:
    """Rows of dots with their intervals: picture and table at once, stacked on a phone."""
    return Figure(block.title, dot_rows(block, key), dot_legend(block), "of-dots", is_titled)


@_in_the_words_of_the_page
def bar_figure(block: Diverging, key: str, *, is_titled: bool = False) -> Figure:
    """Diverging bars with the shares of each answer as a table."""
    narrow = diverging_bars(block, f"{key}-narrow", is_narrow=True)
    return pictured(diverging_bars(block, key), narrow=narrow, is_titled=is_titled)


@_in_the_words_of_the_page
def heat_figure(block: HeatMap, key: str, *, is_titled: bool = False) -> Figure:
    """A heat map as a table whose cells are coloured, with how to read the colours and what is not shown."""
    key_chart = heat_legend(block, f"{key}-key")
    foot = join(
        [
            element("div", {"class": "heat-key"}, key_chart.svg()),
            _withheld(block.note) if block.note is not None else None,
        ]
    )
    return Figure(block.title, scrolling(heat_table(block), block.title), foot, "of-heat", is_titled)


@_in_the_words_of_the_page
def trend_figure(block: Trend, key: str, *, is_titled: bool = False) -> Figure:
    """A trend with its band. What changed is said under it, where it passes the flag rule."""
    narrow = trend(block, f"{key}-narrow", is_narrow=True)
    return pictured(trend(block, key), narrow=narrow, words=block.words, is_titled=is_titled)


@_in_the_words_of_the_page
def multiples_figure(blocks: Sequence[Trend], key: str, title: str, description: str) -> Figure:
    """Trends beside each other on the same axes, 12 at most. Raises ValueError as `small_multiples` does."""
    narrow = small_multiples(blocks, f"{key}-narrow", title, description, is_narrow=True)
    return pictured(small_multiples(blocks, key, title, description), narrow=narrow, kind="of-many")


@_in_the_words_of_the_page
def tree_figure(root: Branch, key: str, title: str, description: str) -> Figure:
    """The organisation as a tree."""
    return pictured(organisation_tree(root, key, title, description), kind="of-tree")


@_in_the_words_of_the_page
def prediction_figure(
    rows: Sequence[Prediction],
    axis: tuple[float, float, tuple[float, ...]],
    key: str,
    title: str,
    description: str,
) -> Figure:
    """What was expected beside what was said. axis: low, high, ticks."""
    low, high, ticks = axis
    return pictured(prediction(rows, low, high, ticks, key, title, description))


@_in_the_words_of_the_page
def standing_figure(
    points: Sequence[StandingPoint], axes: StandingAxes, key: str, title: str, description: str
) -> Figure:
    """Importance against score; on a phone the same as a list. Raises ValueError without points."""
    chart = standing(points, axes, key, title, description)
    picture = join([scrolling(chart.svg(), chart.title), standing_key(points, axes), standing_list(points, axes)])
    return Figure(chart.title, picture, _table_of(chart), "of-standing")


@_in_the_words_of_the_page
def river_figure(block: RiverPicture, key: str, *, chosen: int | None = None) -> Figure:
    """The River with its legend and table. chosen: the stream that is outlined; its evidence stands beside it."""
    river = block.river
    shapes = layout(river)
    chart = draw(river, shapes, chosen=chosen, key=key, title=block.title, description=block.description)
    missing = left_out_words(river, shapes)
    key_to_it = join(
        [legend(river, shapes), element("p", {"class": "small"}, missing) if missing else None],
    )
    picture = scrolling(chart.svg(), chart.title)
    if chosen is None:
        return Figure(chart.title, picture, join([key_to_it, _table_of(chart)]), "of-river")
    left = element("div", {"class": "river-left"}, picture, key_to_it)
    beside = evidence(river, river.streams[chosen], f"{key}-e")
    return Figure(chart.title, element("div", {"class": "river-grid"}, left, beside), _table_of(chart), "of-river")


def pictured(
    chart: Chart, *, narrow: Chart | None = None, words: str = "", is_titled: bool = False, kind: str = ""
) -> Figure:
    """Return a chart as a figure. narrow: the same drawn for a phone, where it takes the place of what would scroll."""
    lead = element("p", {"class": "small"}, words) if words else None
    picture = scrolling(chart.svg(), chart.title)
    if narrow is not None:
        kind = f"{kind} has-narrow".strip()
        picture = join([picture, element("div", {"class": "narrow-form"}, narrow.svg())])
    return Figure(chart.title, picture, join([lead, _table_of(chart)]), kind, is_titled)


def _table_of(chart: Chart) -> Markup:
    words = _("The same as a table")
    return folded(words, scrolling(chart.table.markup(), f"{chart.title}: {words}"))


def _withheld(note: WithheldNote) -> Markup:
    nearest = f" {said('The nearest group we can show is')} {note.nearest}" if note.nearest else ""
    figures = f": {note.nearest_text}" if note.nearest and note.nearest_text else ""
    words = f"{said(note.reason)}.{nearest}{figures}" + ("." if nearest else "")
    return element("p", {"class": "withheld"}, element("span", None, element("b", None, f"{note.subject}. "), words))
