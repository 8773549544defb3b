"""Who may see what of an appointment: the lead runs it, assessors score in it, candidates never see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from headwater.rooms.decide.models import Appointment, AppointmentAssessor, Candidate, CandidateScore
from headwater.rooms.decide.refusals import DecideRefusedError
from headwater.rooms.people.logic.roles import Viewer, can

ACTION = "appointments.manage"


class AppointmentRefusedError(DecideRefusedError):
    """Something that cannot be done now; the message says why and what to do."""


@dataclass(frozen=True)
class Access:
    """What a viewer is to an appointment. assessor: None for somebody who does not score in it."""

    appointment: Appointment
    is_lead: bool
    assessor: AppointmentAssessor | None

    @property
    def sees_all_scores(self) -> bool:
        """Whether everybody's scores are open: once the last of them is in, never before, the lead included."""
        return self.appointment.all_in_at is not None

    def scores(self) -> QuerySet[CandidateScore]:
        """Return the scores this viewer may see now: one's own, and everybody's once all are in."""
        found = CandidateScore.objects.filter(candidate__appointment=self.appointment, assessor__excused_at=None)
        if self.sees_all_scores:
            return found
        return found.filter(assessor=self.assessor) if self.assessor is not None else found.none()


def access_to(*, viewer: Viewer, appointment_id: UUID) -> Access:
    """Return what the viewer is to an appointment. Raises Http404 for none, PermissionDenied for an outsider.

    A candidate is an outsider to their own appointment, whatever role they hold.
    """
    appointment = Appointment.objects.select_related("unit", "begun_by").filter(pk=appointment_id).first()
    if appointment is None:
        raise Http404
    if viewer.person and Candidate.objects.filter(appointment=appointment, person=viewer.person_id).exists():
        raise PermissionDenied
    is_lead = can(viewer, ACTION)
    assessor = None
    if viewer.user and appointment.opened_at is not None:
        assessor = AppointmentAssessor.objects.filter(
            appointment=appointment, user=viewer.user_id, excused_at=None
        ).first()
    if not is_lead and assessor is None:
        raise PermissionDenied
    return Access(appointment, is_lead, assessor)


def lead_of(*, viewer: Viewer, appointment_id: UUID) -> Access:
    """Return the same for the lead alone. Raises PermissionDenied for everybody else."""
    found = access_to(viewer=viewer, appointment_id=appointment_id)
    if not found.is_lead:
        raise PermissionDenied
    return found


def opens_appointments(viewer: Viewer) -> bool:
    """Whether there is anything to see for a viewer: they run appointments, or score in one."""
    if can(viewer, ACTION):
        return True
    if not viewer.user:
        return False
    asked = AppointmentAssessor.objects.filter(user=viewer.user_id, excused_at=None)
    return asked.exclude(appointment__opened_at=None).exists()
