"""The River on a page: the picture in a region of its own, its legend, its table and the evidence of one stream."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.reports.charts.chart import folded, scrolling
from headwater.reports.charts.evidence import link_intervals
from headwater.reports.charts.markup import Markup, element, join, text
from headwater.reports.charts.river import (
    certainty_of,
    design_of,
    direction,
    draw,
    layout,
    left_out_words,
    means_of,
    name_of,
    published_of,
    reliability_of,
    units_of,
)
from headwater.reports.charts.river_layout import RiverLayout
from headwater.reports.document import RiverPicture
from headwater.vocab import Certainty, River, Stream, said


def chosen_stream(river: River) -> int | None:
    """Return the stream whose evidence stands beside the picture.

    The one that loses most when units are compared with themselves, since that is where a board is misled; where no
    stream has both estimates, the strongest. None for a river without an estimate.
    """
    both = [
        (abs(stream.dry_bed.effect) - abs(stream.water.effect), at)
        for at, stream in enumerate(river.streams)
        if stream.dry_bed is not None and stream.water is not None
    ]
    known = [(abs(stream.best.effect), at) for at, stream in enumerate(river.streams) if stream.best is not None]
    ranked = both or known
    return max(ranked, key=lambda pair: (pair[0], -pair[1]))[1] if ranked else None


def river_block(block: RiverPicture, key: str) -> Markup:
    """Return the River with all that explains it."""
    river = block.river
    shapes = layout(river)
    chosen = chosen_stream(river)
    chart = draw(river, shapes, chosen=chosen, key=key, title=block.title, description=block.description)
    missing = left_out_words(river, shapes)
    figure = element(
        "figure",
        None,
        scrolling(chart.svg(), said("%(title)s, scrolls sideways on small screens", title=chart.title)),
        element(
            "figcaption",
            None,
            legend(river, shapes),
            element("p", {"class": "small"}, missing) if missing else None,
            folded(said("The same as a table"), scrolling(chart.table.markup(), said("The River as a table"))),
        ),
    )
    if chosen is None:
        return figure
    return element("div", {"class": "river-grid"}, figure, evidence(river, river.streams[chosen], f"{key}-e"))


def legend_parts(river: River, shapes: RiverLayout) -> list[tuple[Markup, str]]:
    """Return what the marks of this river mean, as (marks in a box of 58 by 22, words). Only marks that are drawn."""
    parts: list[tuple[Markup, str]] = []
    drawn = shapes.ribbons
    bed = element("rect", {"class": "k-bed", "x": 1, "y": 1, "width": 56, "height": 20, "rx": 3})
    banks = element("rect", {"class": "k-plain", "y": 1, "width": 58, "height": 20, "rx": 3})
    water = element("rect", {"class": "k1", "y": 6, "width": 58, "height": 10})
    if any(ribbon.water for ribbon in drawn):
        parts.append((join([banks, water]), said("Width of the water: strength. Pale banks: it could be this wide")))
    if any(ribbon.bed for ribbon in drawn):
        one = river.unit_word
        parts.append((bed, said("Dry bed: what comparing one %(one)s with another would suggest", one=one)))
        if any(ribbon.water and ribbon.bed for ribbon in drawn):
            inside = join([bed, element("rect", {"class": "k1", "y": 6, "width": 58, "height": 10})])
            parts.append(
                (
                    inside,
                    said("Water in a bed: what is left on the strongest design, each %(one)s with itself", one=one),
                )
            )
    if len({ribbon.certainty for ribbon in drawn if ribbon.water}) > 1:
        steps = join(
            element("rect", {"class": f"k{step}", "x": 20 * (step - 1), "y": 4, "width": 18, "height": 14})
            for step in (1, 2, 3)
        )
        parts.append((steps, said("Colour: sure, fairly sure, not clear of nothing (dashed)")))
    elif any(ribbon.certainty is Certainty.UNCLEAR for ribbon in drawn if ribbon.water):
        parts.append(
            (element("rect", {"class": "k3", "y": 6, "width": 58, "height": 10}), said("Not clear of nothing"))
        )
    if any(ribbon.tide for ribbon in drawn):
        bars = join(element("line", {"class": "k-tide", "x1": x, "x2": x, "y1": 6, "y2": 16}) for x in (12, 29, 46))
        parts.append((join([water, bars]), said("Bars across: runs against, more of the one with less of the other")))
    return parts


def legend(river: River, shapes: RiverLayout) -> Markup:
    """Return the legend of a page."""
    return legend_of(legend_parts(river, shapes))


def legend_of(parts: Sequence[tuple[Markup, str]]) -> Markup:
    """Return a legend of marks in boxes of 58 by 22, each with its words."""
    return element(
        "div",
        {"class": "legend"},
        *(
            element(
                "span",
                None,
                element(
                    "svg",
                    {"class": "ch key", "width": 58, "height": 22, "viewBox": "0 0 58 22", "aria-hidden": "true"},
                    marks,
                ),
                text(words),
            )
            for marks, words in parts
        ),
    )


def evidence(river: River, stream: Stream, key: str) -> Markup:
    """Return what one stream rests on: sentence, estimates, design, units, reliability, what would overturn it."""
    chart = link_intervals(river, stream, key)
    best = stream.best
    facts: list[tuple[str, str]] = []
    if best is not None:
        facts += [(said("Design"), best.method or design_of(river, best)), (said("Units"), units_of(river, best))]
    if stream.dry_bed is not None and stream.dry_bed is not best:
        facts.append((said("Across"), units_of(river, stream.dry_bed)))
    if reliability_of(stream) != "–":
        facts.append((said("Reliability"), means_of(river, stream)))
    facts.append((said("How sure"), certainty_of(stream)))
    if stream.published is not None:
        facts.append((said("Published"), published_of(stream.published)))
    against = direction(best)
    parts = [
        element("p", {"class": "small"}, said("Chosen stream: %(river)s", river=name_of(river, stream))),
        element("h3", {"class": "say"}, stream.sentence),
        chart.svg(),
        element("dl", {"class": "kv"}, *(join([element("dt", None, a), element("dd", None, b)]) for a, b in facts)),
    ]
    if against:
        parts.append(element("p", {"class": "small"}, said("The stream %(against)s.", against=against)))
    for heading, words in (
        (said("What this means"), stream.meaning),
        (said("What would overturn it"), stream.overturn),
    ):
        if words:
            parts.append(
                element("section", None, element("h3", None, heading), element("p", {"class": "small"}, words))
            )
    parts += [element("p", {"class": "small"}, note) for note in stream.notes]
    label = said("Evidence for %(name)s", name=name_of(river, stream))
    return element("aside", {"class": "evidence", "aria-label": label}, *parts)
