"""The explorer's pages and files. One query a view; the same view gives page, sheet and deck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.rooms.learn.explorer_asking import KINDS, Kind, read_ask
from headwater.rooms.learn.explorer_compare import compare_page
from headwater.rooms.learn.explorer_frame import View, document_of
from headwater.rooms.learn.explorer_heat import heat_page, heat_rows
from headwater.rooms.learn.explorer_levels import levels_page
from headwater.rooms.learn.explorer_scope import Scope, explored
from headwater.rooms.learn.explorer_score import score_page
from headwater.rooms.learn.place_page import places_page
from headwater.rooms.learn.sheets import DECK, MEDIA, deck_response, sheet_response
from headwater.rooms.people.viewers import viewer
from headwater.vocab import speaking

PAGES: Mapping[Kind, Callable[[Scope], Any]] = {
    "heat": heat_page,
    "levels": levels_page,
    "score": score_page,
    "compare": compare_page,
    "places": places_page,
}


@login_required
@require_safe
def heat(request: HttpRequest) -> HttpResponse:
    """Units by scores."""
    return _explored(request, "heat")


@login_required
@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """Top, middle and front line."""
    return _explored(request, "levels")


@login_required
@require_safe
def score(request: HttpRequest) -> HttpResponse:
    """One score of one unit."""
    return _explored(request, "score")


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two groups, or two waves."""
    return _explored(request, "compare")


@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """One score on a map or plan."""
    return _explored(request, "places")


@login_required
@require_safe
def file(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A view as a file."""
    if kind not in KINDS or (form not in MEDIA and form != DECK):
        raise Http404
    scope = explored(viewer=viewer(request), ask=read_ask(request.GET))
    if scope is None:
        raise Http404
    return view_file(scope, kind, form)


def _explored(request: HttpRequest, kind: Kind) -> HttpResponse:
    scope = explored(viewer=viewer(request), ask=read_ask(request.GET))
    if scope is None:
        return render(request, "learn/explorer_empty.html", {})
    return view_page(request, scope, kind)


def view_page(request: HttpRequest, scope: Scope, kind: Kind, more: Mapping[str, object] | None = None) -> HttpResponse:
    """Answer with a view as a page; a window of the heat map's rows alone when it is asked for."""
    with speaking(get_language() or "en"):
        if kind == "heat" and "rows" in request.GET:
            return render(request, "learn/_explorer_rows.html", {"window": heat_rows(scope)})
        return render(request, f"learn/explorer_{kind}.html", {"page": PAGES[kind](scope), **(more or {})})


def view_file(scope: Scope, kind: Kind, form: str) -> HttpResponse:
    """Answer with a view as a file to save: CSV or XLSX of its numbers, or a deck. Raises Http404 for another form."""
    if form not in MEDIA and form != DECK:
        raise Http404
    with speaking(get_language() or "en"):
        view: View = PAGES[kind](scope).view
        if form in MEDIA:
            return sheet_response(view.sheet(), form)
        return deck_response(document_of(scope, view), f"{scope.name(scope.unit)} {kind}")
