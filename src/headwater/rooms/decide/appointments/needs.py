"""What appointments need of a viewer now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.decide.appointments.access import ACTION
from headwater.rooms.decide.appointments.queries import waiting_for
from headwater.rooms.decide.appointments.scoring import MINUTES
from headwater.rooms.decide.models import Appointment, AppointmentAssessor, Candidate
from headwater.rooms.house.slots import Need
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.viewers import user_of, viewer

DECIDING_MINUTES = 30


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the candidates that wait for this viewer's scores, and for the lead appointments ready to decide."""
    user = user_of(request)
    mine = AppointmentAssessor.objects.filter(
        user=user, excused_at=None, submitted_at=None, appointment__state=Appointment.State.SCORING
    )
    for one in mine.select_related("appointment"):
        waiting = waiting_for(one)
        yield Need(
            f"appointment-{one.appointment_id}",
            _("Appointment"),
            ngettext("%(n)d candidate waits for your scores", "%(n)d candidates wait for your scores", waiting)
            % {"n": waiting},
            _("%(role)s. You score alone; nobody sees it before all are in.") % {"role": one.appointment.title},
            MINUTES * waiting,
            reverse("decide:appointment", args=[one.appointment_id]),
            _("Score them"),
            order=2,
        )
    asker = viewer(request)
    if not can(asker, ACTION):
        return
    ready = Appointment.objects.filter(state=Appointment.State.TOGETHER)
    if user.person_id is not None:
        ready = ready.exclude(pk__in=Candidate.objects.filter(person=user.person_id).values("appointment"))
    for appointment in ready.order_by("all_in_at"):
        yield Need(
            f"appointment-ready-{appointment.pk}",
            _("Decision asked"),
            _("All scores are in: %(role)s") % {"role": appointment.title},
            _("Meet with the assessors, agree on levels, decide, and keep the reasons."),
            DECIDING_MINUTES,
            reverse("decide:appointment_meeting", args=[appointment.pk]),
            _("See the differences"),
            order=1,
        )
