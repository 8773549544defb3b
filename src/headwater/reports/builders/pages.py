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
from headwater.vocab import CUT_UNIT_MINIMUM, River, ScoreBook

ROWS_A_PAGE = 8


def parent_name(book: ScoreBook, row: int) -> str:
    """Name the unit above; empty at the top."""
    above = int(book.tree.parent[row])
    return "" if above < 0 else book.tree.names[above]


def audience(name: str, leader: str, brand: Brand) -> str:
    """Say whom the report is for: "Ines Duarte, Depot North", or "the leader of Depot North"."""
    return f"{leader}, {name}" if leader else f"the {brand.word('leader')} of {name}"


def source_line(book: ScoreBook) -> str:
    """Say where the numbers come from, for speaker notes."""
    told = f"Source: {book.study.title}, {book.wave.title}. {_sources(book)}".rstrip()
    return f"{told} Inputs {book.inputs_hash.rpartition(':')[2][:12]}."


def _sources(book: ScoreBook) -> str:
    """Name the sources; of a sealed file, whose name is a long digest, the beginning."""
    named = [source if " " in source else source[:16] for source in book.sources[:4]]
    more = f" and {len(book.sources) - 4} more" if len(book.sources) > 4 else ""
    return f"{'; '.join(named)}{more}." if named else ""


def footer(book: ScoreBook, row: int) -> str:
    """Say what the numbers of a page are."""
    place = book.everybody.position(row)
    respondents = int(book.everybody.n[place]) if place >= 0 else 0
    above = parent_name(book, row)
    rate = book.response_percent(row)
    asked = "" if rate is None else f", {rate:.0f}% of those asked"
    parts = [wording.people(respondents) + asked] if respondents else []
    parts.append(f"{book.tree.names[row]}, {book.wave.title}")
    parts.append(f"scores steadied toward {above}, 95% range" if above else "95% range")
    return ". ".join((parts[0], "; ".join(parts[1:]))) + "."


def unit_note(book: ScoreBook, row: int, shown: int | None) -> WithheldNote:
    """Say that nothing of a unit is shown, and what is nearest."""
    subject = f"{book.tree.names[row]} is not shown by itself"
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
        tuple(f"{stream.sentence} What would overturn it: {stream.overturn}" for stream in river.streams),
        f"{river.organisation}, {river.period}. Associations, not proofs of a cause.",
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
            f"With the picture of {nearest} on the table" if nearest else "Without numbers",
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
    steadied = "A group is steadied toward the group above it: the fewer the answers, the more."
    checked = "Said only when it passes the check for all comparisons at once, and is large enough to matter."
    hidden = f"Groups below {book.study.k}, and all that would give one away by subtraction."
    asked = ", ".join(book.study.instruments) or book.study.key
    rows = [
        ("Asked", f"{book.study.title}: {asked}, {book.wave.title}"),
        ("Score", f"A scale is the mean of its questions. {steadied}"),
        ("Range", "95%: it holds what these people experience, week in, week out, 19 times of 20."),
        ("Difference", f"The steadied score against the rest of the group above. {checked}"),
        (
            "Not shown",
            f"{hidden} Comments need {book.study.comment_k} writers, splits a group of {CUT_UNIT_MINIMUM}.",
        ),
    ]
    if book.previous_wave:
        rows.append(("Change", f"Against {book.previous_wave}, between groups that may be shown in both waves."))
    if book.benchmark:
        rows.append(("Benchmark", book.benchmark))
    if book.sources:
        rows.append(("Answers from", _sources(book)))
    rows.append(("Inputs", f"Hash {book.inputs_hash.rpartition(':')[2][:16]}. The same inputs give the same file."))
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
        language="en",
        brand=brand,
        sections=tuple(sections),
        footer=f"{book.tree.names[0]}, {book.wave.title}. Groups under {book.study.k} are never shown.",
        notes=(source_line(book),),
        sources=book.sources,
        inputs_hash=book.inputs_hash,
        made_on=book.wave.end_date,
        made_with=dict(book.made_with),
    )
