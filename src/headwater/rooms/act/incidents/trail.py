"""The audit trail of anonymous reports: written once their hour is over, in no order, with the hour alone.

An entry written at once would stand between entries whose second is known.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from headwater.rooms.act.incidents.duties import apply_answer
from headwater.rooms.act.incidents.reporting import ANONYMOUS, record
from headwater.rooms.act.incidents.unordered import write_again
from headwater.rooms.act.logic.incidents import HOUR
from headwater.rooms.act.models import Incident, IncidentMessage

JOB = "keep_incident_trail"


def keep_trail(*, now: datetime) -> int:
    """Write the entries of anonymous reports and answers whose hour is over. Returns how many. Safe to repeat."""
    written = 0
    over = now - HOUR
    with transaction.atomic():
        reports = Incident.objects.select_for_update().filter(is_audited=False, reported_at__lte=over)
        for incident in reports.order_by("reported_at", "pk"):
            record("incident.reported", incident, ANONYMOUS, incident.reported_at, kind=incident.kind)
            Incident.objects.filter(pk=incident.pk).update(is_audited=True)
            write_again(incident)
            written += 1
        waiting = Incident.objects.select_for_update().exclude(meeting_waits="").filter(meeting_waits_at__lte=over)
        for incident in waiting.order_by("meeting_waits_at", "pk"):
            answer, at = incident.meeting_waits, incident.meeting_waits_at
            incident.meeting_waits, incident.meeting_waits_at = "", None
            incident.save(update_fields=["meeting_waits", "meeting_waits_at"])
            assert at is not None
            if incident.is_open:
                apply_answer(incident, answer, ANONYMOUS, at)
            written += 1
        answers = IncidentMessage.objects.select_for_update(of=("self",)).select_related("incident")
        for message in answers.filter(is_audited=False, at__lte=over).order_by("at", "pk"):
            record("incident.answered", message.incident, ANONYMOUS, message.at)
            IncidentMessage.objects.filter(pk=message.pk).update(is_audited=True)
            write_again(message.incident)
            written += 1
    return written
