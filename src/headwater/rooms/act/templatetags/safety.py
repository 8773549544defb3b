"""Parts that pages of safety share: which of them open, and what a clock says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.act.models import Incident, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.case_pages import has_own_case
from headwater.rooms.act.safety.clocks import ClockLine
from headwater.rooms.act.safety.meeting_pages import may_meet
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import viewer

register = template.Library()


@dataclass(frozen=True)
class Opens:
    """Which pages of safety open to a viewer."""

    rates: bool
    keep: bool
    meet: bool
    own: bool


@register.simple_tag(takes_context=True)
def safety_may(context: template.Context) -> Opens:
    """Say which pages of safety open to whoever asks."""
    request: HttpRequest = context["request"]
    asker = viewer(request)
    return Opens(
        has_role_for(asker, "safety.see"), has_role_for(asker, "safety.keep"), may_meet(asker), has_own_case(asker)
    )


@register.inclusion_tag("act/_safety_of_incident.html", takes_context=True)
def safety_of(context: template.Context, incident: Incident) -> dict[str, Any]:
    """Lead who keeps safety from an injury to its case, or let them begin it; to everybody else nothing."""
    request: HttpRequest = context["request"]
    opens = incident.kind == Incident.Kind.INJURY and may(viewer(request), "safety.keep", incident.unit)
    case = InjuryCase.objects.filter(incident=incident).first() if opens else None
    return {"opens": opens, "case": case, "incident": incident, "csrf_token": context.get("csrf_token")}


@register.filter
def clock_words(line: ClockLine) -> str:
    """Say how a clock stands, plainly."""
    reading = line.reading
    span = f"{reading.hours} h {reading.minutes} min"
    if reading.hours >= 72:
        days = reading.hours // 24
        span = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    words = {
        "running": _("%(span)s left"),
        "late": _("late by %(span)s"),
        "kept": _("done in time"),
        "kept_late": _("done %(span)s late"),
        "not_owed": _("not owed"),
    }[reading.state]
    return words % {"span": span}
