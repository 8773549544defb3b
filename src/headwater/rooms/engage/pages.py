"""The pages of engaging, as its tabs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.engage.active_role.queries import may_open_tab as may_open_role
from headwater.rooms.engage.briefings.queries import may_open_tab as may_open_briefings
from headwater.rooms.engage.decks.queries import may_open_tab as may_open_decks
from headwater.rooms.engage.discovery.queries import may_open_tab
from headwater.rooms.people.tabs import RoomPage, opens_with

PAGES: tuple[RoomPage, ...] = (
    RoomPage("stakeholders", "engage:stakeholders", _("Stakeholders"), opens_with("stakeholders.manage")),
    RoomPage("asks", "engage:asks", _("Minutes asked"), lambda viewer: bool(viewer.holdings)),
    RoomPage("briefings", "engage:briefings", _("Briefings"), may_open_briefings),
    RoomPage("decks", "engage:decks", _("Decks"), may_open_decks),
    RoomPage("discovery", "engage:discovery", _("Discovery"), may_open_tab),
    RoomPage("challenges", "engage:challenges", _("Challenges"), lambda viewer: bool(viewer.holdings)),
    RoomPage("credibility", "engage:credibility", _("Credibility"), lambda viewer: bool(viewer.holdings)),
    RoomPage("role", "engage:role", _("Active role"), may_open_role),
    RoomPage("risks", "engage:risks", _("Risks"), opens_with("risks.report")),
)
"""The tabs, in their order."""
