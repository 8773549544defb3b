"""The pages of the team, as a second row under the tabs of the room."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.decide.structure.access import may_manage, may_see_team, may_share
from headwater.rooms.people.tabs import Tab
from headwater.rooms.people.viewers import viewer

register = template.Library()


@register.inclusion_tag("decide/_structure_parts.html", takes_context=True)
def team_parts(context: template.Context, here: str) -> dict[str, Any]:
    """Draw the pages of the team that open to the viewer. here: the key of this page."""
    request: HttpRequest = context["request"]
    asker = viewer(request)
    sees, manages = may_see_team(asker), may_manage(asker)
    pages = (
        ("team", "decide:team", _("The team"), sees),
        ("adviser", "decide:team_adviser", _("Structure"), sees),
        ("duties", "decide:team_duties", _("Responsibilities"), sees),
        ("matrix", "decide:team_matrix", _("Who does what"), sees),
        ("abilities", "decide:team_abilities", _("Abilities"), manages),
        ("mandate", "decide:team_mandate", _("Mandate"), sees),
        ("practices", "decide:team_practices", _("Practices"), may_share(asker)),
    )
    return {"tabs": [Tab(reverse(view), title, key == here) for key, view, title, opens in pages if opens]}
