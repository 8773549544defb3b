"""Parts that pages of deciding share: the tabs."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.pages import PAGES
from headwater.rooms.people.room_door import TABS_TEMPLATE, tabs_tag

register = template.Library()
register.inclusion_tag(TABS_TEMPLATE, takes_context=True, name="decide_tabs")(tabs_tag(PAGES, gettext_lazy("Decide")))
