"""The page of comments, and the same as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.rooms.learn.comment_pages import comment_document, comment_page, comment_sheet
from headwater.rooms.learn.driver_asking import read_asked
from headwater.rooms.learn.looking import note_look
from headwater.rooms.learn.sheets import DECK, MEDIA, deck_response, sheet_response
from headwater.rooms.people.viewers import user_of, viewer
from headwater.vocab import speaking


@login_required
@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """What people wrote, by theme."""
    with speaking(get_language() or "en"):
        page = comment_page(viewer=viewer(request), asked=read_asked(request.GET), search=request.GET.get("q", ""))
        if page is not None:
            note_look(user=user_of(request), wave=page.chosen.wave, now=timezone.now())
        return render(request, "learn/comments.html", {"page": page})


@login_required
@require_safe
def comments_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV, XLSX or a deck."""
    with speaking(get_language() or "en"):
        page = comment_page(viewer=viewer(request), asked=read_asked(request.GET), search=request.GET.get("q", ""))
        if page is None or not page.is_shown:
            raise Http404
        if form in MEDIA:
            return sheet_response(comment_sheet(page), form)
        if form != DECK:
            raise Http404
        return deck_response(comment_document(page), f"{page.of} comments")
