"""Parts of the room's pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.logic.roles import NOBODY, can

register = template.Library()

TABS = (
    ("organisation", "people:organisation", "organisation.see", _("Organisation")),
    ("imports", "people:imports", "organisation.import", _("Imports")),
    ("roles", "people:roles", "roles.manage", _("Accounts and roles")),
    ("look", "people:look", "look.change", _("Name and words")),
    ("interfaces", "people:interfaces", "interfaces.manage", _("Interfaces")),
    ("privacy", "people:privacy", "privacy.desk", _("Privacy desk")),
)
"""Key, address, the action that opens it, title."""


@register.filter
def may(request: Any, action: str) -> bool:
    """Whether who asks may do an action over everything: a page links only to what opens."""
    return can(getattr(request, "viewer", NOBODY), action)


@register.inclusion_tag("people/_tab_row.html", takes_context=True)
def people_tabs(context: Context, here: str) -> dict[str, Any]:
    """Draw the tabs that the viewer may open; none where there is only one."""
    request = context.get("request")
    asker = getattr(request, "viewer", NOBODY)
    tabs = [
        {"href": reverse(view), "title": title, "is_here": key == here}
        for key, view, action, title in TABS
        if can(asker, action)
    ]
    return {"tabs": tabs if len(tabs) > 1 else []}
