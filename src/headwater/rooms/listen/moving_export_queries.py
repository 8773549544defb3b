"""What the pages of exports show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from headwater.rooms.listen import rows
from headwater.rooms.listen.logic.export_rules import APPROVALS, FORMS, ROW_FORMS, is_open, may_approve, rows_rule
from headwater.rooms.listen.logic.plans import PlannedCut
from headwater.rooms.listen.models import ExportApproval, ExportRequest, Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.viewers import require
from headwater.scoring import load_book
from headwater.vocab import Estimate, ScoreBook, say

MOST_LISTED = 100
MOST_LINES = 120


@dataclass(frozen=True)
class WaveLine:
    """A wave on the list. rule: whether its rows may leave."""

    wave: Wave
    is_released: bool
    rule: str


@dataclass(frozen=True)
class RequestLine:
    """A request. given: approvals so far."""

    made: ExportRequest
    given: int
    needed: int
    is_open: bool
    can_approve: bool
    can_refuse: bool
    can_fetch: bool
    cut: str


@dataclass(frozen=True)
class ExportsPage:
    """Waves whose answers are in, and requests that wait."""

    waves: tuple[WaveLine, ...]
    requests: tuple[RequestLine, ...]
    can_move: bool


@dataclass(frozen=True)
class Line:
    """One released number of the whole organisation, with how its answers are spread."""

    label: str
    measure: str
    n: int
    value: float
    low: float
    high: float
    unit: str
    shares: tuple[int, ...]


@dataclass(frozen=True)
class ExportWavePage:
    """One wave: what was released of it at the top, and what can be taken."""

    wave: Wave
    is_released: bool
    rule: str
    forms: Mapping[str, Any]
    row_forms: tuple[str, ...]
    rows_kept: int
    cuts: tuple[PlannedCut, ...]
    top: str
    units: int
    units_shown: int
    lines: tuple[Line, ...]
    more_lines: int
    requests: tuple[RequestLine, ...]
    now: datetime


def exports_page(*, viewer: Viewer, now: datetime) -> ExportsPage:
    """Return what can leave. Movers see the waves; approvers see the requests."""
    moves, approves = can(viewer, "answers.move"), can(viewer, "exports.approve")
    if not moves and not approves:
        raise PermissionDenied
    waves: tuple[WaveLine, ...] = ()
    if moves:
        states = (Wave.State.SEALED, Wave.State.RELEASED)
        found = (
            Wave.objects.filter(state__in=states, study__kept_for=None)
            .select_related("study")
            .order_by("-closes_at")[:MOST_LISTED]
        )
        waves = tuple(WaveLine(wave, has_book(wave), rows_rule(wave.study.promise)) for wave in found)
    asked = ExportRequest.objects.select_related("wave__study", "asked_by").order_by("-asked_at")[:MOST_LISTED]
    return ExportsPage(waves, tuple(_line(one, viewer, now) for one in asked), moves)


def request_line(*, viewer: Viewer, request_id: UUID, now: datetime) -> RequestLine:
    """Return one request. Raises Http404."""
    if not can(viewer, "answers.move") and not can(viewer, "exports.approve"):
        raise PermissionDenied
    made = ExportRequest.objects.select_related("wave__study", "asked_by", "refused_by").filter(pk=request_id).first()
    if made is None:
        raise Http404
    return _line(made, viewer, now)


def _line(made: ExportRequest, viewer: Viewer, now: datetime) -> RequestLine:
    given = [str(one) for one in ExportApproval.objects.filter(request=made).values_list("approved_by_id", flat=True)]
    waits = made.refused_at is None and made.approved_at is None
    approver = can(viewer, "exports.approve")
    mine = viewer.user == str(made.asked_by_id)
    label = next((cut.label for cut in plan_in_force(made.wave).cuts if cut.key == made.cut), made.cut)
    opened = made.refused_at is None and is_open(made.approved_at, now)
    may = may_approve(viewer.user, asked_by=str(made.asked_by_id), approved_by=given)
    return RequestLine(
        made,
        len(given),
        APPROVALS,
        opened,
        waits and approver and may,
        waits and (approver or mine),
        mine and opened,
        label,
    )


def get_wave(*, viewer: Viewer, wave_id: UUID) -> Wave:
    """Return a wave whose answers are in. Raises Http404."""
    require(viewer, "answers.move")
    wave = Wave.objects.select_related("study").filter(pk=wave_id).exclude(plan=None).first()
    if wave is None:
        raise Http404
    return wave


def export_wave_page(*, viewer: Viewer, wave_id: UUID, language: str, now: datetime) -> ExportWavePage:
    """Return what one wave has to give. Reads the released book alone, never an answer."""
    wave = get_wave(viewer=viewer, wave_id=wave_id)
    released = has_book(wave)
    book = load_book(book_folder(wave)) if released else None
    lines = _lines(book, language) if book is not None else ()
    asked = ExportRequest.objects.filter(wave=wave).select_related("wave__study", "asked_by").order_by("-asked_at")
    rule = rows_rule(wave.study.promise)
    return ExportWavePage(
        wave=wave,
        is_released=released,
        rule=rule,
        forms=FORMS,
        row_forms=ROW_FORMS,
        rows_kept=rows.count_rows(wave.study.key, wave.key) if rule != "never" else 0,
        cuts=plan_in_force(wave).cuts,
        top=book.tree.names[0] if book is not None else "",
        units=len(book.tree) if book is not None else 0,
        units_shown=int(book.everybody.shown.any(axis=1).sum()) if book is not None else 0,
        lines=lines[:MOST_LINES],
        more_lines=max(0, len(lines) - MOST_LINES),
        requests=tuple(_line(one, viewer, now) for one in asked[:MOST_LISTED]),
        now=now,
    )


def _lines(book: ScoreBook, language: str) -> tuple[Line, ...]:
    made = []
    for column, found in book.of_unit(0):
        if not isinstance(found, Estimate) or column.measure not in ("score", "mean"):
            continue
        shares = book.shares.of(0, column.subject)
        spread = tuple(round(one) for one in shares.tolist()) if shares is not None else ()
        label = say(column.label, language)
        made.append(Line(label, column.measure, found.n, found.value, found.low, found.high, column.unit, spread))
    return tuple(made)
