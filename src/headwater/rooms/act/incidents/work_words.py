"""What duties are called, and what stands beside them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from headwater.rooms.act.incidents.duties import SYSTEM_EXCUSE
from headwater.rooms.act.incidents.who import is_askable
from headwater.rooms.act.logic.incidents import FIX, KNOW, MEET, REPEAT
from headwater.rooms.act.models import Incident, IncidentDuty


def duty_title(key: str) -> str:
    """Return what a duty is called, for the top leader who owes it."""
    if key == KNOW:
        return _("Know within the hour")
    if key == MEET:
        return _("Meet the injured person, once they are well")
    if key == REPEAT:
        return _("Do the same task yourself")
    return _("Say what was fixed, and by whom") if key == FIX else _("Tell everybody")


def due_words(incident: Incident, duty: IncidentDuty, due: str) -> str:
    """Return until when a duty is due, in words; of meeting, what the injured person said. "" once it is settled."""
    if duty.kept_at is not None or duty.excused_at is not None:
        return ""
    if duty.key == MEET and incident.meeting != Incident.Meeting.YES:
        if incident.meeting == Incident.Meeting.NOT_YET:
            return _("They said: not yet. They are asked again after a week.")
        if is_askable(incident):
            return _("They are asked. Nothing is due before they say yes.")
        return _("Asked through the report. If you know who it is, name them below, so that they are asked themselves.")
    return _("until %(day)s") % {"day": due} if due else ""


def excuse_words(excuse: str) -> str:
    """Return an excuse as it is read."""
    return _("They do not want to be met.") if excuse == SYSTEM_EXCUSE else excuse
