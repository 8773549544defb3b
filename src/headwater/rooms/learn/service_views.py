"""The page of internal service."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.rooms.learn.service_queries import Asked, service_page, service_sheet
from headwater.rooms.learn.sheets import MEDIA, sheet_response
from headwater.rooms.people.viewers import viewer


@login_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Who serves whom, rated by those served."""
    return render(request, "learn/services.html", {"page": service_page(viewer=viewer(request), asked=_asked(request))})


@login_required
@require_safe
def services_table(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a table to take along."""
    if form not in MEDIA:
        raise Http404
    sheet = service_sheet(viewer=viewer(request), asked=_asked(request))
    if sheet is None:
        raise Http404
    return sheet_response(sheet, form)


def _asked(request: HttpRequest) -> Asked:
    return Asked(**{name: request.GET.get(name, "")[:100] for name in ("wave", "score", "level")})
