"""What mail about incidents says: what kind, where, when, and where to open it. Nobody's name, no words of a report."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from headwater.rooms.act.logic.incidents import HOUR
from headwater.rooms.act.models import Incident, IncidentNotice
from headwater.rooms.house.languages import desk_language

Reason = IncidentNotice.Reason


@dataclass(frozen=True)
class Letter:
    """One message."""

    subject: str
    text: str
    language: str


def letter_of(notice: IncidentNotice) -> Letter:
    """Return a message in the language of who gets it, where the desk speaks it."""
    language = desk_language("" if notice.person is None else notice.person.language)
    with translation.override(language):
        subject, blocks = _words(notice)
        if notice.reason == Reason.TOLD:
            place = f"{reverse('act:incidents_told')}#told-{notice.incident_id}"
        else:
            place = reverse("act:incidents_one", args=[notice.incident_id])
        address = urljoin(settings.ADDRESS, place)
        button = f"{_('Open it')}: {address}"
        return Letter(subject, "\n\n".join([*blocks, button]) + "\n", language)


def kind_words(incident: Incident) -> str:
    """Return the kind of an incident, as a title begins."""
    if incident.kind == Incident.Kind.INJURY:
        return _("An injury")
    return _("A near miss") if incident.kind == Incident.Kind.NEAR_MISS else _("A threat")


def where_words(incident: Incident) -> str:
    """Return where it happened: the unit, the place, or that nobody said."""
    unit = incident.unit.name if incident.unit is not None else ""
    return ", ".join(filter(None, (unit, incident.place))) or _("place not said")


def received_words(incident: Incident) -> str:
    """Return when it was received: the moment, or the hour of an anonymous report."""
    at = localtime(incident.reported_at)
    day = date_format(at, "DATE_FORMAT")
    if not incident.is_anonymous:
        return _("%(day)s, %(time)s") % {"day": day, "time": time_format(at, "H:i")}
    until = localtime(incident.reported_at + HOUR)
    return _("%(day)s, between %(from)s and %(until)s") % {
        "day": day,
        "from": time_format(at, "H:i"),
        "until": time_format(until, "H:i"),
    }


def _words(notice: IncidentNotice) -> tuple[str, list[str]]:
    incident = notice.incident
    values = {"kind": kind_words(incident), "where": where_words(incident)}
    facts = "\n".join((values["kind"], values["where"], _("Received: %(when)s") % {"when": received_words(incident)}))
    if notice.reason == Reason.REPORTED:
        ask = _("You are the first to know. The page shows when you opened it; what you owe stands there with dates.")
        return _("%(kind)s was reported: %(where)s") % values, [facts, ask]
    if notice.reason == Reason.NO_MAIL:
        why = _("Mail about this did not reach the top leader. You are told in their place. Please see that they know.")
        return _("%(kind)s was reported, and mail did not arrive: %(where)s") % values, [facts, why]
    if notice.reason == Reason.UNOPENED:
        why = _("The top leader has not opened this within the hour. You are told in their place.")
        return _("%(kind)s is not opened yet: %(where)s") % values, [facts, why]
    if notice.reason == Reason.TO_MEET:
        ask = _("The top leader would like to meet you, once you are well. You decide: yes, not yet, or no.")
        return _("Would you like to be met?"), [ask]
    if notice.reason == Reason.QUESTION:
        return _("A question about what you reported"), [_("Somebody asks you something about your report.")]
    return _("What we learned: %(where)s") % values, [incident.told_text]
