"""Pages and lines that several reports share: the river, how it was made, footers, the document's frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.reports import wording
from headwater.reports.brand import Brand
from headwater.reports.document import (
    Action,
    ActionList,
    Document,
    DotIntervals,
    Paragraph,
    RiverPicture,
    Section,
    Table,
    WithheldNote,
)
from headwater.reports.localising import localised
from headwater.vocab import CUT_UNIT_MINIMUM, River, ScoreBook, said, spoken

ROWS_A_PAGE = 8


def parent_name(book: ScoreBook, row: int) -> str:
    """Name the unit above; empty at the top."""
    above = int(book.tree.parent[row])
    return "" if above < 0 else book.tree.names[above]


def audience(name: str, leader: str, brand: Brand) -> str:
    """Say whom the report is for: "Ines Duarte, Depot North", or "the leader of Depot North"."""
    return (
        f"{leader}, {name}"
        if leader
        else said("the %(leader)s of %(name)s", leader=brand.word("leader", spoken()), name=name)
    )


def source_line(book: ScoreBook) -> str:
    """Say where the numbers come from, for speaker notes."""
    told = said(
        "Source: %(title)s, %(wave)s. %(sources)s", title=book.study.title, wave=book.wave.title, sources=_sources(book)
    ).rstrip()
    return said("%(told)s Inputs %(digest)s.", told=told, digest=book.inputs_hash.rpartition(":")[2][:12])


def _sources(book: ScoreBook) -> str:
    """Name the sources; of a sealed file, whose name is a long digest, the beginning."""
    named = [source if " " in source else source[:16] for source in book.sources[:4]]
    more = said(" and %(sources)s more", sources=len(book.sources) - 4) if len(book.sources) > 4 else ""
    return f"{'; '.join(named)}{more}." if named else ""


def footer(book: ScoreBook, row: int) -> str:
    """Say what the numbers of a page are."""
    place = book.everybody.position(row)
    respondents = int(book.everybody.n[place]) if place >= 0 else 0
    above = parent_name(book, row)
    rate = book.response_percent(row)
    asked = "" if rate is None else said(", %(rate)s%% of those asked", rate=f"{rate:.0f}")
    parts = [wording.people(respondents) + asked] if respondents else []
    parts.append(f"{book.tree.names[row]}, {book.wave.title}")
    parts.append(said("scores steadied toward %(above)s, 95%% range", above=above) if above else said("95% range"))
    return ". ".join((parts[0], "; ".join(parts[1:]))) + "."


def unit_note(book: ScoreBook, row: int, shown: int | None) -> WithheldNote:
    """Say that nothing of a unit is shown, and what is nearest."""
    subject = said("%(name)s is not shown by itself", name=book.tree.names[row])
    if shown is None:
        return WithheldNote(subject)
    place = book.everybody.position(shown)
    return WithheldNote(subject, book.tree.names[shown], wording.people(int(book.everybody.n[place])))


def river_page(river: River) -> Section:
    """Make the page of the River."""
    told = "; ".join(f"{stream.short}: {stream.sentence}" for stream in river.streams)
    return Section(
        river.title,
        (RiverPicture(river, river.title, told),),
        "The whole chain",
        "wide",
        tuple(
            said(
                "%(sentence)s What would overturn it: %(overturn)s", sentence=stream.sentence, overturn=stream.overturn
            )
            for stream in river.streams
        ),
        said(
            "%(organisation)s, %(period)s. Associations, not proofs of a cause.",
            organisation=river.organisation,
            period=river.period,
        ),
    )


def small_team_steps(book: ScoreBook, row: int, nearest: str) -> Section:
    """Make the next steps of a leader whose unit shows no numbers."""
    name = book.tree.names[row]
    actions = (
        Action(
            "Tell them why no numbers are shown",
            "Every answer is kept safe; nobody can be picked out, also not by you",
            "You",
            "Within 2 weeks",
            "Each of them can say why in one sentence",
            name,
        ),
        Action(
            "Hold the conversation of the guide",
            said("With the picture of %(nearest)s on the table", nearest=nearest) if nearest else "Without numbers",
            "You",
            "Within 4 weeks",
            "One thing is written down with a name and a date",
            name,
        ),
        Action(
            "Do that one thing, and say when it is done",
            "Or say why it cannot be done, with the reason",
            "The name agreed",
            "Within 8 weeks",
            "They tell you they noticed, without being asked",
            name,
        ),
    )
    return Section(
        "Talk first, then change one thing",
        (ActionList(actions),),
        "One page of next steps",
        speaker_notes=("Steps without a forecast: nothing is promised about numbers that cannot be seen.",),
    )


def made_page(book: ScoreBook) -> Section:
    """Make the page that says how the numbers were made."""
    steadied = said("A group is steadied toward the group above it: the fewer the answers, the more.")
    checked = said("Said only when it passes the check for all comparisons at once, and is large enough to matter.")
    hidden = said("Groups below %(k)s, and all that would give one away by subtraction.", k=book.study.k)
    asked = "; ".join(book.study.instruments) or book.study.key
    rows = [
        ("Asked", f"{book.study.title}: {asked}, {book.wave.title}"),
        ("Score", said("A scale is the mean of its questions. %(steadied)s", steadied=steadied)),
        ("Range", "95%: it holds what these people experience, week in, week out, 19 times of 20."),
        ("Difference", said("The steadied score against the rest of the group above. %(checked)s", checked=checked)),
        (
            "Not shown",
            said(
                "%(hidden)s Comments need %(comment_k)s writers, splits a group of %(CUT_UNIT_MINIMUM)s.",
                hidden=hidden,
                comment_k=book.study.comment_k,
                CUT_UNIT_MINIMUM=CUT_UNIT_MINIMUM,
            ),
        ),
    ]
    if book.previous_wave:
        rows.append(
            (
                "Change",
                said(
                    "Against %(previous_wave)s, between groups that may be shown in both waves.",
                    previous_wave=book.previous_wave,
                ),
            )
        )
    if book.benchmark:
        rows.append(("Benchmark", book.benchmark))
    if book.sources:
        rows.append(("Answers from", _sources(book)))
    rows.append(
        (
            "Inputs",
            said(
                "Hash %(digest)s. The same inputs give the same file.", digest=book.inputs_hash.rpartition(":")[2][:16]
            ),
        )
    )
    return Section(
        "Every number here passed the privacy gate",
        (
            Table("How this was made", ("What", "How"), tuple(rows), (), (1.0, 5.0)),
            Paragraph("These are associations and differences, not proofs of a cause.", quiet=True),
        ),
        "How this was made",
        speaker_notes=tuple(f"{key}: {value}" for key, value in sorted(book.made_with.items())),
        footer=f"{book.tree.names[0]}, {book.wave.title}.",
    )


def minutes_of(sections: Iterable[Section]) -> int:
    """Reading time: half a minute a page and 200 words a minute, rounded up, at least 1."""
    seconds = 0.0
    for section in sections:
        seconds += 20 + len(section.heading.split()) * 0.3
        for block in section.blocks:
            match block:
                case DotIntervals(rows=rows):
                    seconds += 2.5 * len(rows)
                case ActionList(actions=actions):
                    seconds += 8 * len(actions)
                case _:
                    seconds += 12
    return max(1, round(seconds / 60 + 0.49))


def document(
    book: ScoreBook,
    brand: Brand,
    *,
    kind: str,
    key: str,
    title: str,
    subtitle: str,
    audience: str,
    sections: Sequence[Section],
) -> Document:
    """Frame sections as a Document that names its inputs."""
    return Document(
        kind=kind,
        key=key,
        title=title,
        subtitle=subtitle,
        organisation=book.tree.names[0],
        period=book.wave.title,
        audience=audience,
        minutes=minutes_of(sections),
        language=spoken(),
        brand=brand,
        sections=localised(tuple(sections)),
        footer=said(
            "%(name)s, %(title)s. Groups under %(k)s are never shown.",
            name=book.tree.names[0],
            title=book.wave.title,
            k=book.study.k,
        ),
        notes=(source_line(book),),
        sources=book.sources,
        inputs_hash=book.inputs_hash,
        made_on=book.wave.end_date,
        made_with=dict(book.made_with),
    )
