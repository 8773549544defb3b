"""The pages of proving, as its tabs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.people.tabs import RoomPage, opens_with
from headwater.rooms.prove.effects.allowed import opens_page as opens_effects
from headwater.rooms.prove.reviews.allowed import opens_page as opens_reviews

PAGES: tuple[RoomPage, ...] = (
    RoomPage("effects", "prove:effects", _("Effects"), opens_effects),
    RoomPage("value", "prove:value", _("Value"), opens_with("value.see")),
    RoomPage("reviews", "prove:reviews", _("Reviews"), opens_reviews),
)
"""The tabs, in their order."""
