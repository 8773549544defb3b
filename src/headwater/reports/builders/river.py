"""The executive River report: the whole chain in one picture, then every stream with what it rests on."""

from __future__ import annotations

from datetime import date

from headwater.reports.brand import Brand
from headwater.reports.charts.numerals import plain, strength, strength_span, strength_with_range
from headwater.reports.charts.river import (
    certainty_of,
    describe,
    design_of,
    direction,
    name_of,
    published_of,
    reliability_of,
    units_of,
)
from headwater.reports.charts.river_order import columns_of
from headwater.reports.document import (
    Block,
    Callout,
    Callouts,
    Document,
    DotIntervals,
    DotRow,
    Flag,
    KeyFigure,
    KeyFigures,
    Paragraph,
    RiverPicture,
    Section,
    Sentence,
    Table,
)
from headwater.reports.localising import localised
from headwater.vocab import STAGE_TITLES, Certainty, Lens, River, Stream, said, said_of, spoken

TICKS_NARROW = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
TICKS_WIDE = (-1.0, -0.5, 0.0, 0.5, 1.0)
MOST_ROWS = 6
"""Streams on one page; more go on the next."""
_FLAGS: dict[Certainty, Flag] = {Certainty.SURE: "strong", Certainty.FAIRLY: "strong", Certainty.UNCLEAR: "unsure"}


def river_report(river: River, brand: Brand, *, made_on: date | None = None) -> Document:
    """Make the River report.

    made_on: the date that the report speaks of. Raises ValueError for a river that cannot be drawn: without stations,
    or with streams that run uphill or in a ring.
    """
    picture = RiverPicture(
        river,
        said("The River of %(organisation)s, %(period)s", organisation=river.organisation, period=river.period),
        describe(river),
    )
    sections = [
        Section(
            river.title,
            (picture,),
            kicker="The River",
            speaker_notes=(describe(river), "Read the picture from left to right: from being led to what comes of it."),
            footer=_footer(river),
        )
    ]
    sections += _reaches(river)
    sections += _overturned(river)
    sections += _unknowns(river)
    measured = sum(stream.best is not None for stream in river.streams)
    return Document(
        kind="river",
        key="river",
        title=river.title,
        subtitle=(
            said_of(
                "%(organisation)s, %(period)s: how what people feel upstream goes with what is felt downstream, "
                "%(n)s stream measured.",
                "%(organisation)s, %(period)s: how what people feel upstream goes with what is felt downstream, "
                "%(n)s streams measured.",
                measured,
                organisation=river.organisation,
                period=river.period,
            )
        ),
        organisation=river.organisation,
        period=river.period,
        audience=said("the board and the executive team"),
        minutes=4 + len(sections),
        language=spoken(),
        brand=brand,
        sections=localised(tuple(sections)),
        footer=said("Link strengths are associations, unless their design says more."),
        notes=_notes(river),
        sources=river.sources,
        inputs_hash=river.inputs_hash,
        made_on=made_on,
        made_with=river.made_with,
    )


def _footer(river: River) -> str:
    most = max((stream.best.n_units for stream in river.streams if stream.best is not None), default=0)
    return (
        said(
            "Up to %(most)s %(unit_word_plural)s. 95%% intervals.",
            most=plain(most, 0),
            unit_word_plural=river.unit_word_plural,
        )
        if most
        else ""
    )


def _reaches(river: River) -> list[Section]:
    """A page for each stretch between two stages, from the source down; long ones go over several pages."""
    column, _ = columns_of(river)
    at = {station.key: column[position] for position, station in enumerate(river.stations)}
    stretches: dict[tuple[int, int], list[Stream]] = {}
    for stream in river.streams:
        stretches.setdefault((at[stream.source], at[stream.target]), []).append(stream)
    sections = []
    for ends in sorted(stretches):
        streams = stretches[ends]
        for start in range(0, len(streams), MOST_ROWS):
            sections.append(_reach(river, streams[start : start + MOST_ROWS], start > 0))
    return sections


def _reach(river: River, streams: list[Stream], further: bool) -> Section:
    source, target = river.station(streams[0].source).lens, river.station(streams[0].target).lens
    kicker = said("From %(source)s to %(target)s", source=_stage(source), target=_stage(target)) + (
        said(", continued") if further else ""
    )
    blocks: list[Block] = []
    if len(streams) == 1:
        blocks.append(_figures(river, streams[0]))
    else:
        blocks.append(_strengths(river, streams))
    for stream in streams:
        best = stream.best
        rests = (
            said("Not measured yet.")
            if best is None
            else f"{strength_with_range(best)}, {certainty_of(stream).lower()}."
        )
        against = direction(best)
        told = f"{stream.sentence} {rests}" + (said(" The stream %(against)s.", against=against) if against else "")
        if stream.meaning:
            told += f" {stream.meaning}"
        blocks.append(Paragraph(told, heading=f"{name_of(river, stream)}."))
    notes = tuple(f"{name_of(river, stream)}: {stream.overturn}" for stream in streams if stream.overturn)
    return Section(_heading(river, streams), tuple(blocks), kicker=kicker, speaker_notes=notes, footer=_footer(river))


def _stage(lens: Lens) -> str:
    return said(STAGE_TITLES[lens]).lower()


def _heading(river: River, streams: list[Stream]) -> str:
    """The sentence of a stretch: how many of its streams are clear, and the strongest by name."""
    clear = [stream for stream in streams if stream.best is not None and stream.best.clear_of_nothing]
    if not clear and len(streams) == 1:
        return said("The stream here is not clear of nothing")
    if not clear:
        return said("None of the %(streams)s streams here is clear of nothing", streams=len(streams))
    strongest = max(clear, key=lambda stream: abs(stream.best.effect) if stream.best is not None else 0.0)
    if len(streams) == 1:
        return said("%(short)s: the stream is clear", short=strongest.short)
    ends = {"source": _low(river, strongest.source), "target": _low(river, strongest.target)}
    if len(clear) == len(streams):
        return said("All %(n)s streams are clear, the strongest from %(source)s to %(target)s", n=len(streams), **ends)
    return said_of(
        "%(n)s of %(streams)s streams is clear, the strongest from %(source)s to %(target)s",
        "%(n)s of %(streams)s streams are clear, the strongest from %(source)s to %(target)s",
        len(clear),
        streams=len(streams),
        **ends,
    )


def _low(river: River, key: str) -> str:
    label = river.station(key).label
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _figures(river: River, stream: Stream) -> KeyFigures:
    best = stream.best
    figures = []
    if best is None:
        figures.append(KeyFigure("–", "Strength", "Not measured yet"))
    else:
        words = said(
            "95%% range %(low)s, %(design)s",
            low=strength_span(best.low, best.high),
            design=design_of(river, best).lower(),
        )
        figures.append(KeyFigure(strength(best.effect), "Strength", words))
    if stream.dry_bed is not None and stream.dry_bed is not best:
        bed = stream.dry_bed
        figures.append(
            KeyFigure(
                strength(bed.effect),
                design_of(river, bed),
                said("95%% range %(low)s", low=strength_span(bed.low, bed.high)),
            )
        )
    if best is not None:
        figures.append(KeyFigure(plain(best.n_units, 0), river.unit_word_plural.capitalize(), units_of(river, best)))
    figures.append(KeyFigure(certainty_of(stream), "How sure", published_of(stream.published).replace("–", "")))
    return KeyFigures(tuple(figures))


def _strengths(river: River, streams: list[Stream]) -> DotIntervals:
    """The streams of a stretch on one axis, never cut: the strongest design as dot, across units as upright line."""
    links = [link for stream in streams for link in (stream.best, stream.dry_bed) if link is not None]
    wide = min((link.low for link in links), default=0.0) < TICKS_NARROW[0]
    ticks = TICKS_WIDE if wide else TICKS_NARROW
    rows = []
    for stream in streams:
        best = stream.best
        across = stream.dry_bed if stream.dry_bed is not best else None
        rows.append(
            DotRow(
                label=name_of(river, stream),
                value=None if best is None else best.effect,
                low=None if best is None else best.low,
                high=None if best is None else best.high,
                rest=None if across is None else across.effect,
                n=None,
                flag=_FLAGS[stream.certainty],
                value_text="Not measured" if best is None else strength(best.effect),
                range_text="" if best is None else strength_span(best.low, best.high),
                words=certainty_of(stream),
            )
        )
    described = " ".join(
        f"{row.label}: {row.value_text}{f' ({row.range_text})' if row.range_text else ''}, {row.words.lower()}."
        for row in rows
    )
    return DotIntervals(
        title="Strength of the streams",
        description=described,
        rows=tuple(rows),
        low=ticks[0],
        high=ticks[-1],
        ticks=ticks,
        axis_label="0 nothing to 1 as strong as can be",
        value_label="Strength",
        rest_label=said("Comparing one %(unit_word)s with another", unit_word=river.unit_word)
        if any(row.rest is not None for row in rows)
        else "",
        decimals=2,
        compact=True,
    )


def _overturned(river: River) -> list[Section]:
    """What every stream rests on, and what would overturn it."""
    if not river.streams:
        return []
    design = tuple(
        (
            name_of(river, stream),
            "–" if stream.best is None else strength_with_range(stream.best),
            "Not measured yet" if stream.best is None else design_of(river, stream.best),
            "–" if stream.best is None else units_of(river, stream.best),
            reliability_of(stream),
            "–" if stream.published is None else strength_span(stream.published.low, stream.published.high),
        )
        for stream in river.streams
    )
    published = dict.fromkeys(
        published_of(stream.published) for stream in river.streams if stream.published is not None
    )
    reasons: dict[str, list[str]] = {}
    for stream in river.streams:
        if stream.overturn:
            reasons.setdefault(stream.overturn, []).append(name_of(river, stream))
    others = tuple(
        (name_of(river, stream), design_of(river, link), strength_with_range(link), units_of(river, link))
        for stream in river.streams
        for link in stream.others
        if link not in {stream.best, stream.dry_bed}
    )
    header = ("Stream", "Strength (95% range)", "Design", "Units", "Reliability", "Published")
    blocks: list[Block] = [Table("What each stream rests on", header, design, (), (3.4, 2.2, 1.8, 2.2, 1.5, 1.4))]
    blocks += [Paragraph(f"{found}.", heading="Published elsewhere.", quiet=True) for found in published]
    if others:
        title = "Other estimates that were tried"
        blocks.append(Table(title, ("Stream", "Design", "Strength (95% range)", "Units"), others, (), (3, 2, 2, 2)))
    sections = [Section("How each stream was measured, and how well", tuple(blocks), kicker="Evidence")]
    if reasons:
        items = tuple(Callout("note", "; ".join(names), reason) for reason, names in reasons.items())
        sections.append(
            Section(
                "What would overturn these findings",
                (Sentence("A finding is worth what could prove it wrong."), Callouts(items)),
                kicker="What would overturn it",
            )
        )
    return sections


def _unknowns(river: River) -> list[Section]:
    if not river.unknowns:
        return []
    items = tuple(Callout("note", what, why) for what, why in river.unknowns)
    return [Section("What we do not know", (Callouts(items),), kicker="Open questions")]


def _notes(river: River) -> tuple[str, ...]:
    methods: dict[str, None] = {}
    for stream in river.streams:
        for link in (stream.water, stream.dry_bed, *stream.others):
            if link is not None and link.method:
                methods.setdefault(f"{design_of(river, link)}: {link.method}.")
    return (
        said("A stream's strength is a standardised association, from −1 to 1, between units."),
        said("Water is drawn on the strongest design that the data allow; the dry bed compares units with each other."),
        said("An estimate of 0 draws no water. Published ranges are a comparison, never a result."),
        *methods,
    )
