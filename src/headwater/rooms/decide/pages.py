"""The pages of deciding, as its tabs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.appointments.access import opens_appointments
from headwater.rooms.decide.maturity.access import opens_maturity
from headwater.rooms.decide.structure.access import may_see_team
from headwater.rooms.people.tabs import RoomPage, opens_with

PAGES: tuple[RoomPage, ...] = (
    RoomPage("directions", "decide:directions", _("Directions"), opens_with("directions.see")),
    RoomPage("team", "decide:team", _("Team"), may_see_team),
    RoomPage("appointments", "decide:appointments", _("Appointments"), opens_appointments),
    RoomPage("maturity", "decide:maturity", _("Maturity"), opens_maturity),
)
"""The tabs, in their order."""
