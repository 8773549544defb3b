"""What a deck on a schedule is made of: what is released and what its receiver may see, at the moment of asking."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.reports import RENDERERS, REPORTS
from headwater.reports.document import Document
from headwater.rooms.engage.models import DeckSchedule
from headwater.rooms.house.periods import period_words
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.explorer_asking import Ask, Kind, read_ask
from headwater.rooms.learn.explorer_frame import document_of
from headwater.rooms.learn.explorer_scope import Scope, entrances_in, part_of, seen_units
from headwater.rooms.learn.explorer_views import PAGES
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.queries import entrances_of, may_see_results, require_unit
from headwater.rooms.learn.reports import leader_document
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.learn.river_queries import Asked, shown_river
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.models import Unit
from headwater.vocab import HeadwaterError, ScoreBook, speaking

SEE = "results.see"
NO_ROLE, NOT_THEIRS, NONE_YET = "role", "unit", "none"
"""Why there is no deck for somebody."""


class NotShownError(HeadwaterError):
    """There is nothing to show to a receiver. why: NO_ROLE, NOT_THEIRS or NONE_YET."""

    exit_code = 3

    def __init__(self, why: str) -> None:
        """Take why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Seen:
    """What a receiver would get. unit: the one it is about, None for figures that everybody sees who sees results.

    period: the wave or period. digest: the same for the same released numbers of the same part. document: made when
    asked for, in the language in force then.
    """

    unit: Unit | None
    period: str
    inputs_hash: str
    digest: str
    document: Callable[[], Document]


@dataclass(frozen=True)
class Made:
    """A deck as a file, with what stands on it."""

    title: str
    outline: tuple[str, ...]
    content: bytes


def seen_by(schedule: DeckSchedule, viewer: Viewer) -> Seen:
    """Return what a receiver may see of a schedule's deck now, in the language in force. Raises NotShownError."""
    if not may_see_results(viewer):
        raise NotShownError(NO_ROLE)
    try:
        if schedule.kind == DeckSchedule.Kind.RIVER:
            return _river(schedule, viewer)
        wave = latest_wave(schedule)
        if wave is None:
            raise NotShownError(NONE_YET)
        if schedule.kind == DeckSchedule.Kind.REPORT:
            return _report(schedule, viewer, wave)
        return _view(schedule, viewer, wave)
    except PermissionDenied:
        raise NotShownError(NOT_THEIRS) from None
    except Http404:
        raise NotShownError(NONE_YET) from None


def made_of(seen: Seen, *, form: str, language: str) -> Made:
    """Return the file of a deck. form: "pptx" or "pdf". Raises NotShownError, as where a view names a unit or a score
    that is not in the receiver's part.
    """
    with translation.override(language), speaking(language):
        try:
            document = seen.document()
        except PermissionDenied:
            raise NotShownError(NOT_THEIRS) from None
        except Http404:
            raise NotShownError(NONE_YET) from None
        stream = io.BytesIO()
        RENDERERS[form](document, stream)
    headings = dict.fromkeys(section.heading for section in document.sections if section.heading)
    return Made(document.title, tuple(headings), stream.getvalue())


def may_still_see(unit: Unit | None, viewer: Viewer) -> bool:
    """Whether a receiver may still see what a deck of a unit says. A closed unit is for those who see all."""
    if unit is None:
        return may_see_results(viewer)
    return can(viewer, SEE, unit.number if unit.is_open else None)


def waves_of(schedule: DeckSchedule) -> list[Wave]:
    """Return the released waves that a schedule's decks follow, latest first; nobody's own studies."""
    found = Wave.objects.filter(state=Wave.State.RELEASED, study__kept_for=None, released_at__isnull=False)
    if schedule.study_id is not None:
        found = found.filter(study=schedule.study_id)
    return list(found.select_related("study").defer("plan").order_by("-released_at", "-order"))


def latest_wave(schedule: DeckSchedule) -> Wave | None:
    """Return the wave whose numbers a deck shows, None while none is released."""
    return next((wave for wave in waves_of(schedule) if has_book(wave)), None)


def _river(schedule: DeckSchedule, viewer: Viewer) -> Seen:
    key = schedule.chain or OWN
    asked = Asked(unit=schedule.unit.key if schedule.unit is not None else "")
    chain, river = shown_river(viewer=viewer, key=key, asked=asked)
    return Seen(
        unit=(schedule.unit or _top_of(viewer)) if chain.is_own else None,
        period=period_words(river.period),
        inputs_hash=river.inputs_hash,
        digest=_digest("river", chain.key, river.title, river.period, river.inputs_hash),
        document=lambda: REPORTS["river"](shown_river(viewer=viewer, key=key, asked=asked)[1], brand_of()),
    )


def _report(schedule: DeckSchedule, viewer: Viewer, wave: Wave) -> Seen:
    book = book_of(wave)
    if schedule.unit is not None:
        row = book.tree.index_of.get(schedule.unit.key, -1)
        if row < 0:
            raise NotShownError(NONE_YET if may_still_see(schedule.unit, viewer) else NOT_THEIRS)
    else:
        entrances = entrances_of(viewer, book)
        if not entrances:
            raise NotShownError(NOT_THEIRS)
        row = entrances[0].row
    require_unit(viewer=viewer, wave=wave, row=row)
    return Seen(
        unit=_unit(book.tree.ids[row]),
        period=f"{wave.study.title}, {wave.title}",
        inputs_hash=book.inputs_hash,
        digest=_digest("report", str(wave.pk), book.tree.ids[row], book.inputs_hash),
        document=lambda: leader_document(wave, row),
    )


def _view(schedule: DeckSchedule, viewer: Viewer, wave: Wave) -> Seen:
    kind = cast(Kind, schedule.kind)
    unit = schedule.unit.key if schedule.unit is not None else ""
    book = book_of(wave)
    row = _row_of(schedule, viewer, book)
    ask = replace(read_ask(schedule.query), wave=str(wave.pk), unit=unit)
    return Seen(
        unit=_unit(book.tree.ids[row]),
        period=f"{wave.study.title}, {wave.title}",
        inputs_hash=book.inputs_hash,
        digest=_digest(
            kind, str(wave.pk), book.tree.ids[row], json.dumps(schedule.query, sort_keys=True), book.inputs_hash
        ),
        document=lambda: _view_document(wave, viewer, ask, kind),
    )


def _row_of(schedule: DeckSchedule, viewer: Viewer, book: ScoreBook) -> int:
    """Where a view begins: at the unit chosen, or at the topmost one that a receiver may see."""
    seen = seen_units(viewer=viewer, book=book, action=SEE)
    if schedule.unit is not None:
        row = book.tree.index_of.get(schedule.unit.key, -1)
        if row < 0:
            raise NotShownError(NONE_YET if may_still_see(schedule.unit, viewer) else NOT_THEIRS)
        if seen is not None and not seen[row]:
            raise NotShownError(NOT_THEIRS)
        return row
    if seen is None:
        return 0
    entrances = entrances_in(book, seen)
    if not entrances:
        raise NotShownError(NOT_THEIRS)
    return entrances[0]


def _view_document(wave: Wave, viewer: Viewer, ask: Ask, kind: Kind) -> Document:
    """A view as a deck: made of the part of the book alone that its receiver may see."""
    book = part_of(wave, viewer=viewer, action=SEE, unit=ask.unit)
    if book is None or not book.columns or (ask.unit and ask.unit not in book.tree.index_of):
        raise NotShownError(NOT_THEIRS)
    if ask.score and ask.score not in {column.key for column in book.columns}:
        raise NotShownError(NONE_YET)
    if ask.other and ask.other not in book.tree.index_of:
        raise NotShownError(NOT_THEIRS)
    scope = Scope(wave, book, ask, book.tree.index_of.get(ask.unit, 0), (wave,), viewer)
    return document_of(scope, PAGES[kind](scope).view)


def _top_of(viewer: Viewer) -> Unit | None:
    """The topmost unit whose results a viewer sees by a role."""
    if can(viewer, SEE):
        return Unit.objects.filter(is_open=True, parent=None).order_by("number").first()
    spans = [holding.span for holding in viewer.holdings if holding.role in ACTIONS[SEE] and holding.span]
    return Unit.objects.filter(number__in=[one.start for one in spans], is_open=True).order_by("number").first()


def _unit(key: str) -> Unit | None:
    return Unit.objects.filter(key=key).first()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def chain_title(schedule: DeckSchedule) -> str:
    """Return what the chain of a River deck is called, "" for the organisation's own."""
    found = Chain.objects.filter(key=schedule.chain, is_own=False).first() if schedule.chain else None
    return found.title if found is not None else ""


def about_words(schedule: DeckSchedule) -> str:
    """Say what a deck is of: its kind, study and unit."""
    kind = schedule.get_kind_display()
    where = schedule.unit.name if schedule.unit is not None else _("of the part that each of them sees")
    what = schedule.study.title if schedule.study is not None else chain_title(schedule)
    return " · ".join(filter(None, (str(kind), what, where)))
