"""What every room with tabs has: a door to its first page, and the tag that draws the tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from headwater.rooms.people.tabs import RoomPage, first_page_of, tabs_of
from headwater.rooms.people.viewers import viewer

TABS_TEMPLATE = "people/_room_tabs.html"


def entrance_to(pages: Sequence[RoomPage]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that leads to the first page that opens to whoever asks, and refuses where none does."""

    @login_required
    @require_safe
    def entrance(request: HttpRequest) -> HttpResponse:
        page = first_page_of(pages, viewer(request))
        if page is None:
            raise PermissionDenied
        return redirect(page.view)

    return entrance


def tabs_tag(pages: Sequence[RoomPage], room: str | Promise) -> Callable[[template.Context, str], dict[str, Any]]:
    """Return the inclusion tag that draws the tabs of a room. room: its name in the navigation.

    In a template it takes the key of this page, "" for a page below none of them.
    """

    def tabs(context: template.Context, here: str) -> dict[str, Any]:
        request: HttpRequest = context["request"]
        return {"tabs": tabs_of(pages, viewer(request), here), "room": room}

    return tabs
