"""The door of the room: to the first page that opens to whoever asks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from headwater.rooms.act.pages import PAGES
from headwater.rooms.people.tabs import first_page_of
from headwater.rooms.people.viewers import viewer


@login_required
@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Go to the first page that opens."""
    page = first_page_of(PAGES, viewer(request))
    if page is None:
        raise PermissionDenied
    return redirect(page.view)
