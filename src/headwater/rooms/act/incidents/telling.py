"""The note to everybody: who must not be named in it, and mail to the people of the unit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from headwater.rooms.act.incidents import notice_words
from headwater.rooms.act.models import Incident, IncidentNotice
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.populations import people_of

JOB = "tell_unit_of_incident"
CHUNK = 1_000


def names_of(incident: Incident) -> list[str]:
    """The names that a note for everybody must not hold."""
    people = [one.name for one in (incident.reporter, incident.injured) if one is not None]
    return [name for name in (*people, incident.reporter_name) if name]


def tell_unit_later(incident: Incident, now: datetime) -> None:
    """Send the note to the people of the unit, in the background. Once."""
    if incident.unit is not None:
        enqueue_job(name=JOB, arguments={"incident": str(incident.pk)}, now=now, once_key=f"{JOB}:{incident.pk}")


def tell_unit(*, incident: str, now: datetime) -> None:
    """Queue the note for everybody in the unit and below, in their language: the job. Each gets it once."""
    found = Incident.objects.select_related("unit").get(pk=UUID(incident))
    there = present_unit(found.unit) if found.unit is not None else None
    if there is None or found.told_at is None:
        return
    people = people_of([there.key], with_leaders=True).exclude(email="").order_by("pk")
    for person in people.iterator(CHUNK):
        notice = IncidentNotice(incident=found, person=person, reason=IncidentNotice.Reason.TOLD)
        letter = notice_words.letter_of(notice)
        send_mail_later(
            to=person.email,
            subject=letter.subject,
            text=letter.text,
            now=now,
            once_key=f"incident-told:{found.pk}:{person.pk}",
            with_layout=True,
            language=letter.language,
        )
