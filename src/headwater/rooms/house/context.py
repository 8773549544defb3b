"""What the layout of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from headwater.rooms.house.slots import NAMES, ROOMS


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the rooms that open to the viewer, the organisation's name, and initials of who is signed in."""
    user = getattr(request, "user", None)
    name = str(getattr(user, "name", "") or getattr(user, "email", ""))
    rooms = []
    for room in ROOMS.values() if getattr(user, "is_authenticated", False) else ():
        if not room.is_open_to(request):
            continue
        address = reverse(room.view)
        rooms.append(
            {
                "title": room.title,
                "subtitle": room.subtitle,
                "href": address,
                "is_here": request.path.startswith(address),
            }
        )
    return {
        "rooms": rooms,
        "organisation_name": _organisation_name(user),
        "signed_in_name": name,
        "initials": "".join(part[0] for part in name.split()[:2]).upper(),
        "languages": [pair for pair in settings.LANGUAGES if pair[0] in settings.DESK_LANGUAGES],
    }


def _organisation_name(user: Any) -> str:
    """The name of the setting, else, for those signed in, what the organisation calls itself."""
    if settings.ORGANISATION or user is None or not user.is_authenticated:
        return str(settings.ORGANISATION)
    return NAMES["organisation"]() if "organisation" in NAMES else ""
