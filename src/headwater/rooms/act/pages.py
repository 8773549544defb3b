"""The pages of acting, as its tabs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.commitments.queries import may_open_tab
from headwater.rooms.act.incidents.slots import may_open as may_open_incidents
from headwater.rooms.act.safety.case_pages import may_open_safety
from headwater.rooms.act.visits.queries import opens_page as may_open_visits
from headwater.rooms.people.tabs import RoomPage, opens_with

PAGES: tuple[RoomPage, ...] = (
    RoomPage("commitments", "act:commitments", _("Commitments"), may_open_tab),
    RoomPage("visits", "act:visits", _("Visits"), may_open_visits),
    RoomPage("obstacles", "act:obstacles", _("Obstacles"), opens_with("obstacles.raise")),
    RoomPage("incidents", "act:incidents", _("Incidents"), may_open_incidents),
    RoomPage("safety", "act:safety", _("Safety"), may_open_safety),
)
"""The tabs, in their order."""
