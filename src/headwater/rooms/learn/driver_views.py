"""The page of drivers, and the same as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.rooms.learn.driver_asking import read_asked
from headwater.rooms.learn.driver_queries import driver_document, driver_page, driver_sheet
from headwater.rooms.learn.sheets import DECK, MEDIA, deck_response, sheet_response
from headwater.rooms.people.viewers import viewer
from headwater.vocab import speaking


@login_required
@require_safe
def drivers(request: HttpRequest) -> HttpResponse:
    """What goes with an outcome, and how surely."""
    with speaking(get_language() or "en"):
        page = driver_page(viewer=viewer(request), asked=read_asked(request.GET))
        return render(request, "learn/drivers.html", {"page": page})


@login_required
@require_safe
def drivers_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV, XLSX or a deck."""
    with speaking(get_language() or "en"):
        page = driver_page(viewer=viewer(request), asked=read_asked(request.GET))
        if page is None or not page.is_shown:
            raise Http404
        if form in MEDIA:
            return sheet_response(driver_sheet(page), form)
        if form != DECK:
            raise Http404
        return deck_response(driver_document(page), f"{page.chosen.unit_name} drivers")
