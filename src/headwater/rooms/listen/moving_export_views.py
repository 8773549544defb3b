"""The pages of exports: what was released, rows where the promise allows it, and requests that two others approve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.listen import moving_export_queries as queries
from headwater.rooms.listen import moving_exports as exports
from headwater.rooms.listen.exporting import stream_rows_csv
from headwater.rooms.listen.logic.export_rules import FORMS, ROW_FORMS
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.moving_exports import ExportRefusedError
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import permitted, require, user_of, viewer
from headwater.vocab import InputError


@login_required
@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """Waves whose results can be taken, and requests for rows."""
    page = queries.exports_page(viewer=viewer(request), now=timezone.now())
    return render(request, "listen/moving/exports.html", {"page": page})


@permitted("answers.move")
@require_safe
def export_wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """One wave: its released numbers at the top of the organisation, and the files that can be taken."""
    return _show(request, wave_id)


def _show(request: HttpRequest, wave_id: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    asker, now, language = viewer(request), timezone.now(), get_language() or "en"
    page = queries.export_wave_page(viewer=asker, wave_id=wave_id, language=language, now=now)
    context = {"page": page, "wave": page.wave, "problem": problem, "posted": request.POST}
    return render(request, "listen/moving/export.html", context, status=status)


@permitted("answers.move")
@require_POST
def export_released(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The released tables as a file."""
    form = request.POST.get("form", "")
    wave = queries.get_wave(viewer=viewer(request), wave_id=wave_id)
    if form not in FORMS:
        raise Http404
    language = get_language() or "en"

    def fetch(actor: User, now: datetime) -> Path:
        return exports.fetch_released(wave_id=wave_id, form=form, language=language, actor=actor, now=now)

    return _fetched(request, wave, form, "released", fetch)


@permitted("answers.move")
@require_POST
def export_rows(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The rows of an identified study. CSV leaves as it is read; other forms are written first."""
    form = request.POST.get("form", "")
    wave = queries.get_wave(viewer=viewer(request), wave_id=wave_id)
    if form not in ROW_FORMS:
        raise Http404
    if form != "csv":
        return _fetched(
            request,
            wave,
            form,
            "rows",
            lambda actor, now: exports.fetch_rows(wave_id=wave_id, form=form, actor=actor, now=now),
        )
    try:
        exports.require_rows(wave)
    except ExportRefusedError as error:
        return _show(request, wave_id, problem=str(error), status=409)
    exports.record_streamed(wave=wave, actor=user_of(request), now=timezone.now())
    pieces = stream_rows_csv(plan_in_force(wave))
    response = StreamingHttpResponse(pieces, content_type=FORMS["csv"].media_type)
    return _as_file(response, f"{wave.study.key}-{wave.key}-rows.csv")


@permitted("answers.move")
@require_POST
def export_ask(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Ask that rows of a confidential study may leave."""
    queries.get_wave(viewer=viewer(request), wave_id=wave_id)
    values = {name: request.POST.get(name, "") for name in ("cut", "form", "reason")}
    try:
        made = exports.ask_for_rows(wave_id=wave_id, actor=user_of(request), now=timezone.now(), **values)
    except ExportRefusedError as error:
        return _show(request, wave_id, problem=str(error), status=422)
    messages.success(request, _("You asked. Two others must approve it."))
    return redirect("listen:export_request", made.pk)


@login_required
@require_safe
def export_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: what is asked, why, and who approved."""
    line = queries.request_line(viewer=viewer(request), request_id=request_id, now=timezone.now())
    return render(request, "listen/moving/request.html", {"line": line, "made": line.made})


@login_required
@require_POST
def export_decide(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Approve or refuse."""
    line = queries.request_line(viewer=viewer(request), request_id=request_id, now=timezone.now())
    decision = request.POST.get("decision", "")
    act: Callable[..., Any] | None = None
    if decision == "approve":
        require(viewer(request), "exports.approve")
        act = exports.approve
    elif decision == "refuse":
        if line.made.asked_by_id != user_of(request).pk:
            require(viewer(request), "exports.approve")
        act = exports.refuse
    try:
        if act is not None:
            act(request_id=request_id, actor=user_of(request), now=timezone.now())
    except ExportRefusedError as error:
        messages.error(request, str(error))
    return redirect("listen:export_request", request_id)


@permitted("answers.move")
@require_POST
def export_fetch(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The approved file, for whoever asked."""
    line = queries.request_line(viewer=viewer(request), request_id=request_id, now=timezone.now())
    try:
        path = exports.fetch_approved(request_id=request_id, actor=user_of(request), now=timezone.now())
    except (ExportRefusedError, InputError) as error:
        messages.error(request, told_error(error))
        return redirect("listen:export_request", request_id)
    return _sent(path, line.made.form, line.made.wave, "rows")


def _fetched(
    request: HttpRequest, wave: Wave, form: str, what: str, fetch: Callable[[User, datetime], Path]
) -> HttpResponse:
    try:
        path = fetch(user_of(request), timezone.now())
    except (ExportRefusedError, InputError) as error:
        return _show(request, wave.pk, problem=told_error(error), status=409)
    return _sent(path, form, wave, what)


def _sent(path: Path, form: str, wave: Wave, what: str) -> HttpResponse:
    """Send a file that was written for this answer alone; its name is gone before the first piece leaves."""
    handle = path.open("rb")
    path.unlink()
    response = FileResponse(handle, content_type=FORMS[form].media_type)
    return _as_file(response, f"{wave.study.key}-{wave.key}-{what}.{FORMS[form].ending}")


def _as_file(response: StreamingHttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)
