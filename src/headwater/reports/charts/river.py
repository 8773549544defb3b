"""The River as a picture: leadership at the source, employees, customers, results.

`layout` says where everything lies, `draw` makes the marks; `table` says the same in words and figures. A stream's
width is its strength, its pale banks the upper end of the interval, its colour the certainty; the dry bed is what
comparing units with each other would suggest.
"""

from __future__ import annotations

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.markup import Markup, element, join, number, text
from headwater.reports.charts.numerals import plain, strength, strength_span, strength_with_range
from headwater.reports.charts.river_layout import (
    SCALE,
    Bay,
    Lake,
    Lettering,
    Ribbon,
    RiverLayout,
    Spring,
    StageMark,
    layout,
)
from headwater.reports.charts.river_shapes import Points, ribbon_path, smooth_path
from headwater.vocab import Certainty, LinkEstimate, PublishedRange, River, Stream, said, said_of

CERTAIN: dict[Certainty, str] = {
    Certainty.SURE: "Sure",
    Certainty.FAIRLY: "Fairly sure",
    Certainty.UNCLEAR: "Not clear of nothing",
}


def draw(
    river: River,
    shapes: RiverLayout | None = None,
    *,
    chosen: int | None = None,
    key: str = "river",
    title: str = "",
    description: str = "",
) -> Chart:
    """Draw the River.

    shapes: a layout of the same river, made where it is None. chosen: the stream that is outlined. key: unique on the
    page. title, description: the alternative text; made from the river where empty.
    """
    shapes = layout(river) if shapes is None else shapes
    parts = [
        _definitions(shapes, key),
        element("rect", {"class": "ground", "width": shapes.width, "height": shapes.height, "rx": 14}),
        element(
            "g",
            {"clip-path": f"url(#{key}-c)"},
            *(_line("contour", points, closed=True) for points in shapes.contours),
            element("path", {"class": "sea", "d": smooth_path(shapes.sea[:-2]) + _corner(shapes)}),
            *(
                element("path", {"class": "sea2", "opacity": share, "d": smooth_path(points)})
                for share, points in zip(("0.69", "0.43", "0.17"), shapes.sea_lines, strict=True)
            ),
            *(element("g", {"mask": f"url(#{key}-m)"}, *_ribbon(ribbon)) for ribbon in _back_to_front(shapes, chosen)),
            *_outline(shapes, chosen, key),
            *(_brooks(spring) for spring in shapes.springs),
            *(_lake(lake) for lake in shapes.lakes),
            *(
                element("circle", {"class": "src", "cx": spring.x, "cy": spring.y, "r": spring.radius})
                for spring in shapes.springs
            ),
            *(_lettering(ribbon, key) for ribbon in shapes.ribbons),
            *(_lake_words(lake) for lake in shapes.lakes),
            *(_spring_words(spring) for spring in shapes.springs),
            *(_bay_words(bay) for bay in shapes.bays),
            *(_stage(stage, shapes) for stage in shapes.stages),
        ),
    ]
    return Chart(
        key=key,
        title=title
        or said("The River of %(organisation)s, %(period)s", organisation=river.organisation, period=river.period),
        description=description or describe(river),
        width=shapes.width,
        height=shapes.height,
        body=join(parts),
        table=table(river),
        kind="river",
    )


def table(river: River) -> ChartTable:
    """Return the River as a table: every stream, drawn or not, with what it rests on."""
    header = (
        said("Stream"),
        said("Association"),
        said("Design"),
        said("Across units"),
        said("Units"),
        said("Reliability"),
        said("How sure"),
        said("Published"),
        said("What would overturn it"),
    )
    return ChartTable(
        said("The River as a table"), header, tuple(_row(river, stream) for stream in river.streams), (1, 3, 5)
    )


def name_of(river: River, stream: Stream) -> str:
    """Return the two ends of a stream in words: "Less stress to patients seen within four hours"."""
    end = river.station(stream.target).label
    lower = end if end[:2].isupper() else end[:1].lower() + end[1:]
    return said("%(source)s to %(target)s", source=river.station(stream.source).label, target=lower, end=end)


def design_of(river: River, link: LinkEstimate) -> str:
    """Return a link's design in the organisation's word for a unit: "Within trusts"."""
    words = said(link.design.value).replace(said("units"), river.unit_word_plural)
    return words[:1].upper() + words[1:]


def direction(link: LinkEstimate | None) -> str:
    """Return what the sign of a link means, in words; empty where it runs with the stream."""
    if link is None or link.effect >= 0 or round(abs(link.effect), 2) == 0:
        return ""
    return said("runs against: more of the one goes with less of the other")


def units_of(river: River, link: LinkEstimate) -> str:
    """Return what a link counts: "138 trusts, 516 observations"."""
    word = river.unit_word if link.n_units == 1 else river.unit_word_plural
    units = f"{plain(link.n_units, 0)} {word}"
    if link.n_observations == link.n_units:
        return units
    return said("%(units)s, %(n)s observations", units=units, n=plain(link.n_observations, 0))


def certainty_of(stream: Stream) -> str:
    """Return how sure a stream is, in words."""
    best = stream.best
    if best is None:
        return said("Not measured yet")
    if round(abs(best.effect), 2) == 0 and not best.clear_of_nothing:
        return said("Nothing seen")
    return said(CERTAIN[stream.certainty])


def published_of(published: PublishedRange | None) -> str:
    """Return the published range with its source; a dash where there is none."""
    return f"{strength_span(published.low, published.high)}, {published.source}" if published is not None else "–"


def reliability_of(stream: Stream) -> str:
    """Return the reliabilities of the unit means: ".91 and .88"; a dash where none is known."""
    known = (stream.reliability_source, stream.reliability_target)
    if known == (None, None):
        return "–"
    first, last = (said("not known") if value is None else strength(value) for value in known)
    return said("%(first)s and %(last)s", first=first, last=last)


def means_of(river: River, stream: Stream) -> str:
    """Return the reliabilities with what they are of: ".91 and .88 of trust means"."""
    return said("%(reliability)s of %(unit)s means", reliability=reliability_of(stream), unit=river.unit_word)


def describe(river: River) -> str:
    """Return the River in words, for those who cannot see it."""
    streams = []
    for stream in river.streams:
        best = stream.best
        how = (
            said("not measured yet") if best is None else f"{strength_with_range(best)}, {certainty_of(stream).lower()}"
        )
        against = direction(best)
        streams.append(f"{name_of(river, stream)}: {how}{', ' + against if against else ''}.")
    return " ".join(
        [said("%(title)s. From left to right, from source to sea.", title=river.title.rstrip(".")), *streams]
    )


def left_out_words(river: River, shapes: RiverLayout) -> str:
    """Return a sentence that names the streams that are not drawn; empty where all are."""
    if not shapes.left_out:
        return ""
    names = "; ".join(name_of(river, river.streams[at]) for at in shapes.left_out)
    count = len(shapes.left_out)
    return said_of(
        "%(n)s stream is not drawn, so that no stream crosses another: %(names)s. The table has every stream.",
        "%(n)s streams are not drawn, so that no stream crosses another: %(names)s. The table has every stream.",
        count,
        names=names,
    )


def _row(river: River, stream: Stream) -> tuple[str, ...]:
    best = stream.best
    against = direction(best)
    how = certainty_of(stream) + (f", {against}" if against else "")
    return (
        name_of(river, stream),
        "–" if best is None else strength_with_range(best),
        "–" if best is None else design_of(river, best),
        "–" if stream.dry_bed is None else strength_with_range(stream.dry_bed),
        "–" if best is None else units_of(river, best),
        reliability_of(stream),
        how,
        published_of(stream.published),
        stream.overturn,
    )


def _definitions(shapes: RiverLayout, key: str) -> Markup:
    near, far = number(shapes.shore), number(shapes.shore + 52)
    size = {"width": shapes.width, "height": shapes.height}
    return element(
        "defs",
        None,
        element("clipPath", {"id": f"{key}-c"}, element("rect", {**size, "rx": 14})),
        element(
            "linearGradient",
            {"id": f"{key}-g", "gradientUnits": "userSpaceOnUse", "x1": near, "x2": far, "y1": "0", "y2": "0"},
            element("stop", {"offset": "0", "stop-color": "#fff"}),
            element("stop", {"offset": "1", "stop-color": "#000"}),
        ),
        element(
            "mask",
            {"id": f"{key}-m", "maskUnits": "userSpaceOnUse", "x": "0", "y": "0", **size},
            element("rect", {**size, "fill": f"url(#{key}-g)"}),
        ),
        *(
            element("path", {"id": f"{key}-p{ribbon.stream}-{at}", "d": smooth_path(line.path)})
            for ribbon in shapes.ribbons
            for at, line in enumerate(ribbon.lettering.lines)
            if len(line.path) > 1
        ),
    )


def _corner(shapes: RiverLayout) -> str:
    return f"L{number(shapes.width)} {number(shapes.height + 20)}L{number(shapes.width)} -20Z"


def _line(kind: str, points: Points, *, closed: bool = False) -> Markup:
    return element("path", {"class": kind, "d": smooth_path(points, closed=closed)})


def _back_to_front(shapes: RiverLayout, chosen: int | None) -> list[Ribbon]:
    """The unsure below, the sure above, the chosen one on top: only near a shared station do streams touch."""
    return sorted(
        shapes.ribbons, key=lambda ribbon: (ribbon.stream == chosen, -int(ribbon.certainty), ribbon.water_width)
    )


def _ribbon(ribbon: Ribbon) -> list[Markup]:
    marks = []
    if ribbon.bed:
        path = ribbon_path(ribbon.bed)
        marks += [element("path", {"class": "bedfill", "d": path}), element("path", {"class": "bedline", "d": path})]
    if ribbon.banks:
        over = "plain over" if ribbon.bed_width > ribbon.banks_width else "plain"
        marks.append(element("path", {"class": over, "d": ribbon_path(ribbon.banks)}))
    if ribbon.water:
        path = ribbon_path(ribbon.water)
        marks.append(element("path", {"class": f"w{int(ribbon.certainty)}", "d": path}))
        if ribbon.certainty is Certainty.UNCLEAR:
            marks.append(element("path", {"class": "dash", "d": path}))
        marks += [_line("flow", points) for points in ribbon.flow]
        marks += [element("path", {"class": "tide", "d": f"M{_at(one)}L{_at(other)}"}) for one, other in ribbon.tide]
    if not marks:
        marks.append(_line("dash", ribbon.centre))
    return marks


def _at(point: tuple[float, float]) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _outline(shapes: RiverLayout, chosen: int | None, key: str) -> list[Markup]:
    for ribbon in shapes.ribbons:
        outline = max((ribbon.banks_width, ribbon.banks), (ribbon.bed_width, ribbon.bed))[1] or ribbon.water
        if ribbon.stream == chosen and outline:
            path = ribbon_path(outline)
            return [
                element(
                    "g",
                    {"mask": f"url(#{key}-m)"},
                    element("path", {"class": "sel-o", "d": path}),
                    element("path", {"class": "sel", "d": path}),
                    element("g", None, *_ribbon(ribbon)),
                )
            ]
    return []


def _brooks(spring: Spring) -> Markup:
    return join(
        element("path", {"class": "brook", "stroke-width": stroke, "d": smooth_path(points)})
        for stroke, points in spring.brooks
    )


def _lake(lake: Lake) -> Markup:
    return join([_line("lake", lake.outline, closed=True), _line("lake-in", lake.shore, closed=True)])


def _lettering(ribbon: Ribbon, key: str) -> Markup:
    lettering: Lettering = ribbon.lettering
    tones = [f"on{int(ribbon.certainty)}"] if lettering.in_water else ["halo", "name"]
    parts = []
    for at, line in enumerate(lettering.lines):
        if len(line.path) < 2:
            continue
        # Type on a bank is drawn twice, land first: letter by letter, a halo would eat its neighbour.
        for tone in tones:
            figure = element("tspan", {"class": f"fig {tone}", "dx": "5"}, line.figure) if line.figure else None
            words = (text(line.words), Markup(" ") if figure else None, figure)
            path = {"href": f"#{key}-p{ribbon.stream}-{at}", "startOffset": "50%"}
            attributes = {"class": f"say s{round(lettering.size)} {tone}", "text-anchor": "middle"}
            parts.append(element("text", attributes, element("textPath", path, *words)))
    return join(parts)


def _words(kind: str, lines: tuple[str, ...], x: float, y: float, step: float, anchor: str | None) -> list[Markup]:
    return [
        element("text", {"class": kind, "x": x, "y": y + step * at, "text-anchor": anchor}, line)
        for at, line in enumerate(lines)
    ]


def _lake_words(lake: Lake) -> Markup:
    count = len(lake.lines) + bool(lake.note)
    y = lake.y + 5 - 9 * (count - 1)
    kind = "lk l14" if lake.type_size > 14 else "lk"
    marks = _words(kind, lake.lines, lake.x, y, 18, "middle")
    if lake.note:
        marks += _words("lk-s", (lake.note,), lake.x, y + 18 * len(lake.lines), 18, "middle")
    return join(marks)


def _spring_words(spring: Spring) -> Markup:
    marks = _words("spring bank", spring.lines, spring.label_x, spring.label_y, 18, None)
    if spring.note:
        y = spring.label_y + 18 * len(spring.lines) if spring.radius > 10 else spring.label_y - 18
        marks += _words("stage-s bank", (spring.note,), spring.label_x, y, 18, None)
    return join(marks)


def _bay_words(bay: Bay) -> Markup:
    y = bay.y + 5 - (18 * (len(bay.lines) - 1) + 17 * len(bay.note)) / 2
    marks = _words("bay", bay.lines, bay.x, y, 18, "middle")
    marks += _words("bay-s", bay.note, bay.x, y + 18 * len(bay.lines), 17, "middle")
    return join(marks)


def _stage(stage: StageMark, shapes: RiverLayout) -> Markup:
    ground = "afloat" if stage.x > shapes.shore else "bank"
    marks = _words(f"stage {ground}", (stage.title,), stage.x, 34, 18, stage.anchor)
    if stage.detail:
        marks += _words(f"stage-s {ground}", (stage.detail,), stage.x, 52, 18, stage.anchor)
    return join(marks)


__all__ = [
    "CERTAIN",
    "SCALE",
    "RiverLayout",
    "certainty_of",
    "describe",
    "design_of",
    "direction",
    "draw",
    "layout",
    "left_out_words",
    "means_of",
    "name_of",
    "published_of",
    "reliability_of",
    "table",
    "units_of",
]
