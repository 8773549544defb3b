"""The page of what matters to whom, and the same as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.rooms.learn.driver_asking import read_asked
from headwater.rooms.learn.importance_queries import importance_document, importance_page, importance_sheet
from headwater.rooms.learn.sheets import DECK, MEDIA, deck_response, sheet_response
from headwater.rooms.people.viewers import viewer
from headwater.vocab import speaking


@login_required
@require_safe
def importance(request: HttpRequest) -> HttpResponse:
    """What matters to whom."""
    with speaking(get_language() or "en"):
        page = importance_page(viewer=viewer(request), asked=read_asked(request.GET))
        return render(request, "learn/importance.html", {"page": page})


@login_required
@require_safe
def importance_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV, XLSX or a deck."""
    with speaking(get_language() or "en"):
        page = importance_page(viewer=viewer(request), asked=read_asked(request.GET))
        if page is None or not page.is_shown:
            raise Http404
        if form in MEDIA:
            return sheet_response(importance_sheet(page), form)
        if form != DECK:
            raise Http404
        return deck_response(importance_document(page), f"{page.chosen.unit_name} importance")
