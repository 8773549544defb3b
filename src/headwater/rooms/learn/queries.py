"""What the pages of learning show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from headwater.reports.document import Document, Section
from headwater.reports.renderers.page_blocks import draw_block
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.reports import FORMS, leader_document
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import ACTIONS, LEADER, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import require
from headwater.vocab import Bound, ScoreBook, speaking

MOST_BELOW = 200
MOST_OWN = 12


@dataclass(frozen=True)
class Place:
    """A unit in a released book. row: its place in the book's tree."""

    row: int
    name: str
    is_shown: bool


@dataclass(frozen=True)
class ReleasedWave:
    """One released wave, with where the viewer enters it."""

    wave: Wave
    entrances: tuple[Place, ...]
    headline: str = ""


@dataclass(frozen=True)
class ReleasedPage:
    """All released waves a viewer may see something of."""

    waves: tuple[ReleasedWave, ...]


@dataclass(frozen=True)
class DrawnSection:
    """One section of a report as it stands on a page. heading_is_title: it repeats the page's title."""

    kicker: str
    heading: str
    heading_is_title: bool
    is_side: bool
    blocks: tuple[SafeString, ...]
    footer: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class UnitResults:
    """The report of one unit as a page."""

    wave: Wave
    row: int
    document: Document
    sections: tuple[DrawnSection, ...]
    path: tuple[tuple[Place, bool], ...]
    below: tuple[Place, ...]
    response: int | None
    response_is_limit: bool
    is_shown: bool
    forms: tuple[str, ...]


def may_see_results(viewer: Viewer) -> bool:
    """Whether a viewer may see results of anything: by a role, or as the leader of some unit."""
    return any(holding.role in ACTIONS["results.see"] for holding in viewer.holdings)


def released_page(*, viewer: Viewer) -> ReleasedPage:
    """Return the released waves. Raises PermissionDenied for those who see no results at all."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    found: list[ReleasedWave] = []
    for wave in released_waves():
        book = book_of(wave)
        entrances = entrances_of(viewer, book)
        if entrances:
            headline = leader_document(wave, entrances[0].row).title if not found else ""
            found.append(ReleasedWave(wave, entrances, headline))
    return ReleasedPage(tuple(found))


def entrances_of(viewer: Viewer, book: ScoreBook) -> tuple[Place, ...]:
    """Return the topmost units of a book whose results a viewer may see."""
    if can(viewer, "results.see"):
        return (_place(book, 0),)
    spans = [holding.span for holding in viewer.holdings if holding.role in ACTIONS["results.see"] and holding.span]
    keys = set[str]()
    for span in spans:
        keys.update(Unit.objects.filter(number=span.start).values_list("key", flat=True))
    rows = sorted(book.tree.index_of[key] for key in keys if key in book.tree.index_of)
    tops = [row for row in rows if not any(book.tree.is_within(row, above) for above in rows if above != row)]
    return tuple(_place(book, row) for row in tops[:MOST_OWN])


def get_wave(*, viewer: Viewer, wave_id: UUID) -> Wave:
    """Return a released wave. Raises Http404 when nothing was released, PermissionDenied for who sees no results."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = Wave.objects.select_related("study").defer("plan")
    wave = waves.filter(pk=wave_id, state=Wave.State.RELEASED).first()
    if wave is None:
        raise Http404
    try:
        book_of(wave)
    except LookupError:
        raise Http404 from None
    return wave


def require_unit(*, viewer: Viewer, wave: Wave, row: int) -> ScoreBook:
    """Return the book when the viewer may see a unit of it. Raises Http404, PermissionDenied.

    A leader sees own units and those below, as the organisation stands today. Closed units are for those who see all.
    """
    book = book_of(wave)
    if not 0 <= row < len(book.tree):
        raise Http404
    require(viewer, "results.see", Unit.objects.filter(key=book.tree.ids[row], is_open=True).first())
    return book


def unit_results(*, viewer: Viewer, wave_id: UUID, row: int) -> UnitResults:
    """Return the results of one unit: its report, drawn as a page."""
    wave = get_wave(viewer=viewer, wave_id=wave_id)
    book = require_unit(viewer=viewer, wave=wave, row=row)
    document = leader_document(wave, row)
    percent = book.response_percent(row)
    path = tuple((_place(book, above), _may(viewer, book, above)) for above in book.tree.path(row))
    return UnitResults(
        wave=wave,
        row=row,
        document=document,
        sections=tuple(_drawn(document, section, at) for at, section in enumerate(document.sections, 1)),
        path=path,
        below=tuple(_place(book, child) for child in book.tree.children(row)[:MOST_BELOW]),
        response=None if percent is None else round(percent),
        response_is_limit=book.response is not None and int(book.response.bound[row]) == Bound.AT_LEAST,
        is_shown=bool(book.everybody.shown[row].any()),
        forms=tuple(FORMS),
    )


def _may(viewer: Viewer, book: ScoreBook, row: int) -> bool:
    number = Unit.objects.filter(key=book.tree.ids[row], is_open=True).values_list("number", flat=True).first()
    return can(viewer, "results.see", number)


def _place(book: ScoreBook, row: int) -> Place:
    return Place(row, book.tree.names[row], bool(book.everybody.shown[row].any()))


def _drawn(document: Document, section: Section, number: int) -> DrawnSection:
    # Blocks are drawn by the reports' own renderer, which escapes everything that people wrote.
    with speaking(document.language or "en"):
        drawn = [str(draw_block(block, f"b{number}-{at}")) for at, block in enumerate(section.blocks, 1)]
    blocks = tuple(mark_safe(one) for one in drawn)  # noqa: S308
    return DrawnSection(
        kicker=section.kicker,
        heading=section.heading,
        heading_is_title=section.heading == document.title,
        is_side=section.layout == "side" and len(blocks) > 1,
        blocks=blocks,
        footer=section.footer,
        notes=section.speaker_notes,
    )


def leads_anything(viewer: Viewer) -> bool:
    """Whether the viewer leads a unit, or stands in for a leader."""
    return viewer.has(LEADER)
