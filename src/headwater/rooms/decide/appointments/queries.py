"""The pages of appointments. Every query takes its viewer and refuses who may not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.appointments.access import ACTION, Access, access_to, lead_of, opens_appointments
from headwater.rooms.decide.appointments.anchors import ANCHORS, Anchors
from headwater.rooms.decide.appointments.preparing import missing_to_open
from headwater.rooms.decide.appointments.scoring import MINUTES, missing_scores
from headwater.rooms.decide.logic.competencies import COMPETENCIES, Competency
from headwater.rooms.decide.logic.fairness import grounds_touched
from headwater.rooms.decide.models import (
    Appointment,
    AppointmentAssessor,
    AppointmentNeed,
    Candidate,
    CandidateConsensus,
)
from headwater.rooms.decide.structure.competency_words import COMPETENCY_WORDS
from headwater.rooms.decide.structure.words import Text
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.retention import days_of


@dataclass(frozen=True)
class AppointmentRow:
    """One appointment in the list. waiting: candidates that wait for the viewer's scores."""

    appointment: Appointment
    candidates: int
    assessors: int
    waiting: int

    @property
    def minutes(self) -> int:
        """What it takes of the viewer."""
        return self.waiting * MINUTES


@dataclass(frozen=True)
class AppointmentsPage:
    """Appointments that a viewer runs or scores in."""

    rows: tuple[AppointmentRow, ...]
    may_manage: bool


@dataclass(frozen=True)
class NeedShown:
    """One competency that the role needs."""

    key: Competency
    title: Text
    anchors: Anchors
    level: int
    weight: int

    @property
    def level_text(self) -> Text:
        """What the level needed looks like."""
        return self.anchors[self.level]


@dataclass(frozen=True)
class CandidateShown:
    """One candidate. grounds: words in the notes that may touch a protected ground, for the lead. tie: how the viewer,
    as an assessor, is tied to them. has_own: the viewer scored them fully.
    """

    candidate: Candidate
    grounds: tuple[str, ...]
    tie: str
    has_own: bool


@dataclass(frozen=True)
class AssessorShown:
    """One assessor: handed in or not, never how far they are. ties: candidates they lead or are led by."""

    assessor: AppointmentAssessor
    name: str
    ties: tuple[tuple[str, Candidate], ...]


@dataclass(frozen=True)
class AppointmentPage:
    """One appointment. missing: what has to be there before scores are asked for, as sentences."""

    access: Access
    needs: tuple[NeedShown, ...]
    candidates: tuple[CandidateShown, ...]
    assessors: tuple[AssessorShown, ...]
    missing: tuple[str, ...]
    owed: int
    keep_days: int | None

    @property
    def appointment(self) -> Appointment:
        """The appointment."""
        return self.access.appointment

    @property
    def waiting(self) -> tuple[CandidateShown, ...]:
        """Candidates that wait for the viewer's own scores."""
        return tuple(one for one in self.candidates if not one.has_own and one.candidate.outcome == "open")

    @property
    def minutes(self) -> int:
        """What scoring takes of the viewer still."""
        return MINUTES * len(self.waiting)

    @property
    def late(self) -> tuple[AssessorShown, ...]:
        """Assessors whose scores are not in."""
        return tuple(one for one in self.assessors if one.assessor.submitted_at is None)


@dataclass(frozen=True)
class ScorePage:
    """One candidate as one assessor scores them. own: level and reason given so far, by competency."""

    access: Access
    candidate: Candidate
    needs: tuple[NeedShown, ...]
    own: Mapping[str, tuple[int, str]]
    tie: str
    minutes: int


def appointments_page(*, viewer: Viewer) -> AppointmentsPage:
    """Return the appointments a viewer runs or scores in. Raises PermissionDenied where there are none to see."""
    if not opens_appointments(viewer):
        raise PermissionDenied
    may_manage = can(viewer, ACTION)
    found = Appointment.objects.select_related("unit").order_by("-begun_at")
    mine = {
        one.appointment_id: one
        for one in AppointmentAssessor.objects.filter(user=viewer.user_id, excused_at=None).exclude(
            appointment__opened_at=None
        )
    }
    if not may_manage:
        found = found.filter(pk__in=list(mine))
    if viewer.person:
        found = found.exclude(pk__in=Candidate.objects.filter(person=viewer.person_id).values("appointment"))
    return AppointmentsPage(tuple(_row(one, mine.get(one.pk)) for one in found), may_manage)


def waiting_for(assessor: AppointmentAssessor) -> int:
    """Return how many candidates wait for an assessor's scores; one where only handing in is left."""
    if assessor.submitted_at is not None or assessor.appointment.state != Appointment.State.SCORING:
        return 0
    missing = missing_scores(assessor)
    needs = AppointmentNeed.objects.filter(appointment=assessor.appointment_id).count()
    return max(1, -(-missing // needs)) if needs else 0


def appointment_page(*, viewer: Viewer, appointment_id: UUID) -> AppointmentPage:
    """Return one appointment for its lead or one of its assessors."""
    access = access_to(viewer=viewer, appointment_id=appointment_id)
    appointment = access.appointment
    candidates = list(Candidate.objects.filter(appointment=appointment).select_related("person").order_by("letter"))
    needs = needs_of(appointment)
    own: dict[UUID, int] = {}
    if access.assessor is not None:
        for pk in access.scores().filter(assessor=access.assessor).values_list("candidate_id", flat=True):
            own[pk] = own.get(pk, 0) + 1
    ties = access.assessor.conflicts if access.assessor is not None else {}
    return AppointmentPage(
        access=access,
        needs=needs,
        candidates=tuple(
            CandidateShown(
                one,
                grounds_touched(one.notes) if access.is_lead else (),
                ties.get(str(one.pk), ""),
                access.assessor is None or own.get(one.pk, 0) >= len(needs),
            )
            for one in candidates
        ),
        assessors=_assessors(appointment, candidates),
        missing=tuple(missing_to_open(appointment)) if appointment.state == Appointment.State.DRAFT else (),
        owed=missing_scores(access.assessor) if access.assessor is not None else 0,
        keep_days=days_of().get("candidates"),
    )


def draft_page(*, viewer: Viewer, appointment_id: UUID) -> tuple[Access, tuple[NeedShown, ...]]:
    """Return an appointment and its needs for the form of its profile, for the lead."""
    access = lead_of(viewer=viewer, appointment_id=appointment_id)
    return access, needs_of(access.appointment)


def score_page(*, viewer: Viewer, appointment_id: UUID, candidate_id: UUID) -> ScorePage:
    """Return one candidate for an assessor's own sheet. Raises PermissionDenied for who does not score in it."""
    access = access_to(viewer=viewer, appointment_id=appointment_id)
    if access.assessor is None:
        raise PermissionDenied
    candidate = Candidate.objects.filter(pk=candidate_id, appointment=appointment_id, erased_at=None).first()
    if candidate is None:
        raise Http404
    scores = access.scores().filter(assessor=access.assessor, candidate=candidate)
    own = {one.competency: (one.score, one.reason) for one in scores}
    tie = access.assessor.conflicts.get(str(candidate.pk), "")
    return ScorePage(access, candidate, needs_of(access.appointment), own, tie, MINUTES)


def needs_of(appointment: Appointment) -> tuple[NeedShown, ...]:
    """Return what a role needs, in the order of the competencies."""
    found = {one.competency: one for one in AppointmentNeed.objects.filter(appointment=appointment)}
    return tuple(
        NeedShown(key, COMPETENCY_WORDS[key].title, ANCHORS[key], found[key].level, found[key].weight)
        for key in COMPETENCIES
        if key in found
    )


def agreed_of(appointment: Appointment) -> dict[tuple[UUID, str], CandidateConsensus]:
    """Return what was agreed on, by candidate and competency."""
    found = CandidateConsensus.objects.filter(candidate__appointment=appointment)
    return {(one.candidate_id, one.competency): one for one in found}


def _row(appointment: Appointment, mine: AppointmentAssessor | None) -> AppointmentRow:
    if mine is not None:
        mine.appointment = appointment
    return AppointmentRow(
        appointment,
        Candidate.objects.filter(appointment=appointment).count(),
        AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None).count(),
        waiting_for(mine) if mine is not None else 0,
    )


def _assessors(appointment: Appointment, candidates: list[Candidate]) -> tuple[AssessorShown, ...]:
    by_id = {str(one.pk): one for one in candidates}
    named = AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None)
    shown = []
    for one in named.select_related("user__person"):
        ties = tuple((kind, by_id[pk]) for pk, kind in one.conflicts.items() if pk in by_id)
        shown.append(AssessorShown(one, name_of(one.user), ties))
    return tuple(sorted(shown, key=lambda one: one.name))
