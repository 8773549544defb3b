"""The page that says whether questions mean the same to all groups, and the same as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.rooms.learn.sameness_queries import read_same, same_page, same_sheet
from headwater.rooms.learn.sheets import MEDIA, sheet_response
from headwater.rooms.people.viewers import viewer
from headwater.vocab import speaking


@login_required
@require_safe
def sameness(request: HttpRequest) -> HttpResponse:
    """Whether the questions mean the same to all groups."""
    with speaking(get_language() or "en"):
        page = same_page(viewer=viewer(request), asked=read_same(request.GET))
        return render(request, "learn/sameness.html", {"page": page})


@login_required
@require_safe
def sameness_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV or XLSX."""
    with speaking(get_language() or "en"):
        page = same_page(viewer=viewer(request), asked=read_same(request.GET))
        if page is None or form not in MEDIA:
            raise Http404
        return sheet_response(same_sheet(page), form)
