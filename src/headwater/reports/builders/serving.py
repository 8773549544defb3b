"""How those a unit serves rate its service: a page for a serving unit, a matrix for a leader of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from headwater.reports import wording
from headwater.reports.builders import pages
from headwater.reports.builders.findings import Finding, dots, findings_of, score_columns
from headwater.reports.document import Block, HeatCell, HeatMap, HeatRow, Paragraph, Section
from headwater.scoring.sentences import say_service
from headwater.vocab import Estimate, ScoreBook, ServiceBook, Sureness, said, say

KICKER = "Internal service"
ROWS = 12
COLUMNS = 10


def service_pages(services: ServiceBook | None, unit: str) -> list[Section]:
    """Make the pages about the serving units that a unit is or holds; none where it is none and holds none."""
    if services is None or unit not in services.tree.index_of:
        return []
    row = services.tree.index_of[unit]
    if unit in services.position:
        return [_own_page(services, unit)]
    inside = [one for one in services.servers if services.tree.is_within(services.tree.index_of[one], row)]
    return [_matrix_page(services, inside[start : start + ROWS], row) for start in range(0, len(inside), ROWS)]


def matrix_columns(services: ServiceBook) -> list[int]:
    """Return the units served, one level below the top, that any server shows a number of."""
    return [unit for unit in services.served_at(1)
            if any(book.everybody.shown[unit].any() for book in services.books)]  # fmt: skip


def _own_page(services: ServiceBook, server: str) -> Section:
    book = services.books[services.position[server]]
    number = score_columns(book)[0]
    name, everyone = services.tree.names[services.tree.index_of[server]], "All you serve"
    whole = findings_of(book, 0, [number])[0]
    # The whole is compared with nothing beside it; its change is in the sentence.
    rows = [replace(whole, label=everyone, difference=None, flag="unsure")]
    served = [unit for unit in services.served_at(1) if book.everybody.shown[unit, number]]
    rows += [replace(findings_of(book, unit, [number])[0], label=book.tree.names[unit]) for unit in served]
    blocks: list[Block] = []
    if whole.estimate is not None:
        column = say(book.columns[number].label)
        blocks.append(
            dots(
                book,
                served[0] if served else 0,
                rows[:ROWS],
                said("%(column)s, by who is served", column=column),
                ring=False,
            )
        )
        heading = said(
            "Those you serve rate your service %(estimate)s",
            estimate=wording.value_text(whole.estimate, whole.decimals),
        )
    else:
        heading = "How those you serve rate your service is not shown"
        assert whole.withheld is not None
        note = wording.withheld_note(book, whole.withheld)
        blocks.append(
            replace(
                note,
                subject=said("%(label)s of %(name)s is not shown", label=say(book.columns[number].label), name=name),
            )
        )
    blocks.append(Paragraph(say_service(services, server, 0, number)))
    blocks += [Paragraph(say_service(services, server, unit, number)) for unit in _clear(rows[1:], served)]
    left = said("Units in which too few rate you, or all alike, are part of the whole and of no row.")
    blocks.append(Paragraph(said("%(left)s Everybody rates a unit once.", left=left), quiet=True))
    return Section(
        heading,
        tuple(blocks),
        KICKER,
        "wide",
        ("Ask two of those you serve what they need from you before you change anything.", pages.source_line(book)),
        said(
            "%(title)s, %(wave)s. Ratings of %(name)s by the people it serves; 95%% range.",
            title=services.study.title,
            wave=services.wave.title,
            name=name,
        ),
    )


def _clear(findings: Sequence[Finding], units: Sequence[int]) -> list[int]:
    """Return the units, two at most, whose rating stands clear of the others'."""
    found = [
        unit
        for unit, one in zip(units, findings, strict=True)
        if one.difference is not None and one.difference.sureness is not Sureness.TOO_CLOSE
    ]
    return found[:2]


def _matrix_page(services: ServiceBook, servers: Sequence[str], row: int) -> Section:
    """Serving units by units served: score, and whether a served unit rates it unlike the others do."""
    first = services.books[0]
    number = score_columns(first)[0]
    column = first.columns[number]
    served = matrix_columns(services)[:COLUMNS]
    rows, wholes = [], []
    for server in servers:
        book = services.books[services.position[server]]
        cells = [_cell(book, unit, number, column.minimum_effect) for unit in (0, *served)]
        whole = book.at(0, number)
        if isinstance(whole, Estimate):
            wholes.append((whole.shrunken, server))
        name = services.tree.names[services.tree.index_of[server]]
        rows.append(HeatRow(name, tuple(cells), whole.n if isinstance(whole, Estimate) else None))
    names = ("All served", *(services.tree.names[unit] for unit in served))
    told = "; ".join(f"{one.label}: " + ", ".join(cell.text or said("not shown") for cell in one.cells) for one in rows)
    label = wording.small(say(column.label))
    if wholes:
        low, high = (wording.figure(end(wholes)[0]) for end in (min, max))
        among = (
            said("%(wholes)s serving units", wholes=len(wholes)) if len(wholes) > 1 else _name(services, wholes[0][1])
        )
        heading = (
            said("Those they serve rate %(among)s %(low)s to %(high)s", among=among, low=low, high=high)
            if low != high
            else said("%(among)s is rated %(low)s", among=among, low=low)
        )
    else:
        heading = "No rating of these units can be shown"
    blocks: list[Block] = [
        HeatMap(
            said("%(label)s: who serves, by who is served", label=say(column.label)),
            told,
            names,
            tuple(rows),
            "the others it serves",
            column.minimum_effect,
        )
    ]
    moved = [server for _, server in wholes if _moved(services, server, number)]
    blocks += [Paragraph(say_service(services, server, 0, number)) for server in moved[:2]]
    place = services.tree.names[row]
    return Section(
        heading,
        tuple(blocks),
        KICKER,
        "wide",
        (
            said("Read a row across: the same unit, %(label)s as each of those it serves sees it.", label=label),
            pages.source_line(first),
        ),
        said(
            "%(title)s, %(wave)s. Serving units of %(place)s; rows are never ranked.",
            title=services.study.title,
            wave=services.wave.title,
            place=place,
        ),
    )


def _moved(services: ServiceBook, server: str, number: int) -> bool:
    """Whether the rating of a server as a whole stands clear of the wave before or of a benchmark."""
    found = services.books[services.position[server]].at(0, number)
    against = (found.versus_previous, found.versus_benchmark) if isinstance(found, Estimate) else ()
    return any(one is not None and one.sureness is not Sureness.TOO_CLOSE for one in against)


def _name(services: ServiceBook, server: str) -> str:
    return services.tree.names[services.tree.index_of[server]]


def _cell(book: ScoreBook, unit: int, number: int, step: float) -> HeatCell:
    found = book.at(unit, number)
    if not isinstance(found, Estimate):
        return HeatCell(None, withheld=True)
    text = wording.value_text(found, wording.decimals_of(book.columns[number]))
    against = found.versus_rest
    if against is None:
        return HeatCell(found.shrunken, text, None, 4, "b")
    level = 4 + max(-3, min(3, round(against.value / step)))
    sure = against.sureness
    return HeatCell(
        found.shrunken,
        text,
        against.value,
        level,
        "a" if sure is Sureness.SURE else "b" if sure is Sureness.FAIRLY_SURE else "c",
    )
