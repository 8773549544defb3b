"""Incidents for tests: reported in the app, by the public page, by code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, unit

from headwater.rooms.act.incidents import respond_views
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.logic.receipts import new_code
from headwater.rooms.act.models import Incident
from headwater.rooms.people.models import User

WHAT = "A hand was caught under the gate"


def reported(actor: User | None = None, *, now: datetime | None = None, code: str = "", **changed: Any) -> Incident:
    """An injury in team north1, unless something else is said."""
    at = now or timezone.now()
    values: dict[str, Any] = {
        "kind": "injury", "what": WHAT, "happened_date": timezone.localdate(at), "unit": unit("north1-t"), **changed
    }  # fmt: skip
    return report_incident(report=Report(**values), code=code or new_code(), actor=actor, now=at)


def sent(client: Client, address: str = "/i/", **changed: str) -> Any:
    """What a phone sends by the public page."""
    values = {
        "code": new_code(), "kind": "near_miss", "what": WHAT, "place": "", "day": timezone.localdate().isoformat(),
        "clock": "", "injured": "", "who": "anonymous", "name": "", "contact": "", **changed,
    }  # fmt: skip
    return client.post(address, values)


def page_of(incident: Incident) -> str:
    """The address of an incident's page."""
    return f"/act/incidents/{incident.pk}/"


def forget_haste() -> None:
    """Empty the counts that processes keep in memory."""
    respond_views.REPORTS.forget()
    respond_views.GUESSES.forget()


def everything_kept(cast: Cast, found: Incident) -> None:
    """Open it as the top leader and excuse the rest."""
    from headwater.rooms.act.incidents.duties import duties_of, excuse_duty, open_incident

    now = timezone.now()
    open_incident(incident_id=found.pk, actor=cast.top_leader, now=now)
    for duty in duties_of(found):
        if not duty.is_settled:
            version = Incident.objects.get(pk=found.pk).version
            excuse_duty(
                incident_id=found.pk, key=duty.key, excuse="A drill.", version=version, actor=cast.top_leader, now=now
            )
