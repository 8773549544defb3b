"""The pages of learning: what was released, and the results of one unit."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from headwater.rooms.learn import queries
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.looking import note_look
from headwater.rooms.learn.reports import FORMS, download_name, report_file
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def released(request: HttpRequest) -> HttpResponse:
    """What was released."""
    return render(request, "learn/released.html", {"page": queries.released_page(viewer=viewer(request))})


@login_required
@require_safe
def wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Enter a wave where the viewer's own units begin."""
    found = queries.get_wave(viewer=viewer(request), wave_id=wave_id)
    entrances = queries.entrances_of(viewer(request), book_of(found))
    if not entrances:
        raise Http404
    return redirect("learn:unit", found.pk, entrances[0].row)


@login_required
@require_safe
def unit(request: HttpRequest, wave_id: UUID, row: int) -> HttpResponse:
    """The results of one unit."""
    page = queries.unit_results(viewer=viewer(request), wave_id=wave_id, row=row)
    note_look(user=user_of(request), wave=page.wave, now=timezone.now())
    return render(request, "learn/unit.html", {"page": page})


@login_required
@require_safe
def report(request: HttpRequest, wave_id: UUID, row: int, form: str) -> HttpResponseBase:
    """The report of one unit as a file."""
    if form not in FORMS:
        raise Http404
    found = queries.get_wave(viewer=viewer(request), wave_id=wave_id)
    queries.require_unit(viewer=viewer(request), wave=found, row=row)
    note_look(user=user_of(request), wave=found, now=timezone.now())
    path = report_file(found, row, form)
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=download_name(found, row, form), content_type=FORMS[form]
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
