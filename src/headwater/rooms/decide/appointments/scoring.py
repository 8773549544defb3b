"""Assessors score alone: drafts that nobody else reads, handed in together, opened when the last one is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.appointments.access import AppointmentRefusedError
from headwater.rooms.decide.appointments.preparing import FEWEST_ASSESSORS, record
from headwater.rooms.decide.logic.judging import agreement_of
from headwater.rooms.decide.models import (
    Appointment,
    AppointmentAssessor,
    AppointmentNeed,
    Candidate,
    CandidateScore,
)
from headwater.rooms.people.models import User

MINUTES = 10
"""For one candidate."""
SHORTEST_REASON = 10


def save_scores(
    *,
    appointment_id: UUID,
    candidate_id: UUID,
    scores: Mapping[str, tuple[int, str]],
    actor: User,
    now: datetime,
) -> None:
    """Keep an assessor's scores of one candidate: level and reason by competency. Saving again changes them.

    Raises AppointmentRefusedError once handed in, for what the role does not need, and without a reason.
    """
    with transaction.atomic():
        assessor = _own(appointment_id, actor)
        candidate = Candidate.objects.get(pk=candidate_id, appointment=assessor.appointment_id)
        if candidate.outcome != Candidate.Outcome.OPEN:
            raise AppointmentRefusedError(_("This candidate does not stand any more."))
        needed = set(
            AppointmentNeed.objects.filter(appointment=assessor.appointment_id).values_list("competency", flat=True)
        )
        for competency, (score, reason) in scores.items():
            if competency not in needed or score not in range(5):
                raise AppointmentRefusedError(_("This is not asked for in this role."))
            if len(reason.strip()) < SHORTEST_REASON:
                raise AppointmentRefusedError(_("Each score needs a reason: what you saw or heard."))
            CandidateScore.objects.update_or_create(
                assessor=assessor,
                candidate=candidate,
                competency=competency,
                defaults={"score": score, "reason": reason.strip(), "saved_at": now},
            )
        Appointment.objects.filter(pk=assessor.appointment_id).update(touched_at=now)
        payload = {"assessor": str(actor.pk), "scores": len(scores)}
        record(assessor.appointment, "scores_saved", actor, payload, now)


def say_conflict(*, appointment_id: UUID, words: str, actor: User, now: datetime) -> None:
    """Keep what an assessor says about a tie to a candidate; empty takes it back."""
    with transaction.atomic():
        assessor = _own(appointment_id, actor)
        if assessor.own_conflict != words.strip():
            assessor.own_conflict = words.strip()
            assessor.save(update_fields=["own_conflict"])
            record(assessor.appointment, "conflict_said", actor, {"assessor": str(actor.pk)}, now)


def hand_in(*, appointment_id: UUID, actor: User, now: datetime) -> Appointment:
    """Hand an assessor's scores in; with the last of them everybody's open. Safe to repeat.

    Raises AppointmentRefusedError while one is missing.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        assessor = AppointmentAssessor.objects.select_for_update().get(
            appointment=appointment, user=actor, excused_at=None
        )
        if assessor.submitted_at is not None:
            return appointment
        if appointment.state != Appointment.State.SCORING:
            raise AppointmentRefusedError(_("Nobody is asked to score now."))
        missing = missing_scores(assessor)
        if missing:
            raise AppointmentRefusedError(_("%(n)d scores are missing still.") % {"n": missing})
        assessor.submitted_at = now
        assessor.save(update_fields=["submitted_at"])
        record(appointment, "scores_handed_in", actor, {"assessor": str(actor.pk)}, now)
        return _open_when_all_in(appointment, now)


def excuse_assessor(*, appointment_id: UUID, user_id: UUID, actor: User, now: datetime) -> Appointment:
    """Let an assessor go who has not handed in: their drafts are deleted unread. Safe to repeat.

    Raises AppointmentRefusedError for one who has, and where fewer than two would be left.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        assessor = AppointmentAssessor.objects.select_for_update().get(appointment=appointment, user=user_id)
        if assessor.excused_at is not None:
            return appointment
        if assessor.submitted_at is not None or appointment.state != Appointment.State.SCORING:
            raise AppointmentRefusedError(_("Their scores are in. They stay."))
        others = AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None).exclude(pk=assessor.pk)
        if others.count() < FEWEST_ASSESSORS:
            raise AppointmentRefusedError(_("Two assessors have to be left. Name another one first."))
        CandidateScore.objects.filter(assessor=assessor).delete()
        assessor.excused_at = now
        assessor.save(update_fields=["excused_at"])
        record(appointment, "assessor_excused", actor, {"assessor": str(user_id)}, now)
        return _open_when_all_in(appointment, now)


def withdraw_candidate(*, appointment_id: UUID, candidate_id: UUID, actor: User, now: datetime) -> None:
    """Note that a candidate does not stand any more. Nobody is asked about them from then on. Safe to repeat."""
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        if appointment.decided_at is not None:
            raise AppointmentRefusedError(_("It is decided already."))
        candidate = Candidate.objects.select_for_update().get(pk=candidate_id, appointment=appointment)
        if candidate.outcome == Candidate.Outcome.OPEN:
            candidate.outcome = Candidate.Outcome.WITHDREW
            candidate.save(update_fields=["outcome"])
            record(appointment, "candidate_withdrew", actor, {"candidate": str(candidate_id)}, now)


def missing_scores(assessor: AppointmentAssessor) -> int:
    """Return how many scores an assessor still owes."""
    standing = Candidate.objects.filter(appointment=assessor.appointment_id, outcome=Candidate.Outcome.OPEN)
    needs = AppointmentNeed.objects.filter(appointment=assessor.appointment_id).count()
    given = CandidateScore.objects.filter(assessor=assessor, candidate__in=standing).count()
    return standing.count() * needs - given


def _own(appointment_id: UUID, actor: User) -> AppointmentAssessor:
    """The actor's own sheet, while it can be changed."""
    found = (
        AppointmentAssessor.objects.select_for_update(of=("self",))
        .select_related("appointment")
        .get(appointment=appointment_id, user=actor, excused_at=None)
    )
    if found.appointment.state != Appointment.State.SCORING or found.submitted_at is not None:
        raise AppointmentRefusedError(_("Your scores are handed in. They stay as you gave them."))
    return found


def _open_when_all_in(appointment: Appointment, now: datetime) -> Appointment:
    named = list(AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None).order_by("pk"))
    appointment.touched_at = now
    if all(one.submitted_at is not None for one in named):
        appointment.state, appointment.all_in_at = Appointment.State.TOGETHER, now
        appointment.agreement = agreement_of(_ratings(appointment, named)).as_plain()
        record(appointment, "all_in", None, {"assessors": len(named)}, now)
    appointment.save()
    return appointment


def _ratings(appointment: Appointment, named: list[AppointmentAssessor]) -> list[list[int | None]]:
    """A row a candidate and competency, a column an assessor."""
    columns = {one.pk: place for place, one in enumerate(named)}
    rows: dict[tuple[UUID, str], list[int | None]] = {}
    given = CandidateScore.objects.filter(assessor__in=named).order_by("candidate__letter", "competency")
    for one in given:
        row = rows.setdefault((one.candidate_id, one.competency), [None] * len(named))
        row[columns[one.assessor_id]] = one.score
    return list(rows.values())
