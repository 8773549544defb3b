"""Parts that pages of proving share: the tabs."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy

from headwater.rooms.people.room_door import TABS_TEMPLATE, tabs_tag
from headwater.rooms.prove.pages import PAGES

register = template.Library()
register.inclusion_tag(TABS_TEMPLATE, takes_context=True, name="prove_tabs")(tabs_tag(PAGES, gettext_lazy("Prove")))
