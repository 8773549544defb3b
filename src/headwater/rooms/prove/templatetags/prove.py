"""Parts that pages of proving share: the tabs."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.rooms.people.tabs import tabs_of
from headwater.rooms.people.viewers import viewer
from headwater.rooms.prove.pages import PAGES

register = template.Library()


@register.inclusion_tag("people/_room_tabs.html", takes_context=True)
def prove_tabs(context: template.Context, here: str) -> dict[str, Any]:
    """Draw the tabs of the room. here: the key of this page, "" for a page below none of them."""
    request: HttpRequest = context["request"]
    return {"tabs": tabs_of(PAGES, viewer(request), here), "room": _("Prove")}
