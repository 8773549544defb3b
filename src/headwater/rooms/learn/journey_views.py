"""The pages of journeys: the list, one journey as a map, and what contacts weigh."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.rooms.learn import journey_queries
from headwater.rooms.learn.journey_contact_files import contacts_document, contacts_sheet
from headwater.rooms.learn.journey_contact_pages import contacts_page
from headwater.rooms.learn.sheets import DECK, MEDIA, deck_response, sheet_response
from headwater.rooms.people.viewers import viewer


@login_required
@require_safe
def journeys(request: HttpRequest) -> HttpResponse:
    """Every journey."""
    return render(request, "learn/journeys.html", {"page": journey_queries.journeys_page(viewer=viewer(request))})


@login_required
@require_safe
def journey(request: HttpRequest, key: str) -> HttpResponse:
    """One journey as a map."""
    page = journey_queries.journey_page(viewer=viewer(request), key=key, unit=request.GET.get("unit", "")[:400])
    return render(request, "learn/journey_map.html", {"page": page})


@login_required
@require_safe
def contacts(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """What contacts weigh and add up to, as a page or a file."""
    wave, found = journey_queries.contacts_wave(viewer=viewer(request), wave_id=wave_id)
    asked = request.GET.get("read", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else found.index(journey_queries.best_findings(found))
    try:
        page = contacts_page(wave, found, number)
    except IndexError:
        raise Http404 from None
    form = request.GET.get("form", "")
    if form == DECK:
        return deck_response(contacts_document(page), f"contacts {wave.study.key}")
    if form:
        if form not in MEDIA:
            raise Http404
        return sheet_response(contacts_sheet(page), form)
    return render(request, "learn/journey_contacts.html", {"page": page})
