"""Deciding: what the assessors agree on together, who is chosen and why, what the others are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.appointments.access import AppointmentRefusedError
from headwater.rooms.decide.appointments.preparing import record
from headwater.rooms.decide.logic.judging import owes_reason
from headwater.rooms.decide.models import (
    Appointment,
    AppointmentNeed,
    Candidate,
    CandidateConsensus,
    CandidateScore,
)
from headwater.rooms.people.models import User

SHORTEST_REASONS = 40
Owed = tuple[UUID, str]
"""A candidate and a competency."""


def agree_levels(
    *,
    appointment_id: UUID,
    levels: Mapping[Owed, tuple[int, str]],
    actor: User,
    now: datetime,
) -> list[Owed]:
    """Keep what the assessors agreed on: level and reason by candidate and competency. Saving again changes them.

    Returns those that were not kept because they owe a reason: scores two or more apart, or a level nobody gave.
    Raises AppointmentRefusedError unless the assessors meet now.
    """
    refused: list[Owed] = []
    with transaction.atomic():
        appointment = _meeting(appointment_id)
        given = scores_given(appointment)
        kept = 0
        for owed, (score, reason) in levels.items():
            if owed not in given or score not in range(5):
                raise AppointmentRefusedError(_("This is not asked for in this role."))
            if owes_reason(given[owed], score) and not reason.strip():
                refused.append(owed)
                continue
            candidate_id, competency = owed
            values = {"score": score, "reason": reason.strip(), "saved_at": now, "saved_by": actor}
            CandidateConsensus.objects.update_or_create(
                candidate_id=candidate_id, competency=competency, defaults=values
            )
            kept += 1
        if kept:
            appointment.touched_at = now
            appointment.save(update_fields=["touched_at"])
            record(appointment, "levels_agreed", actor, {"levels": kept}, now)
    return refused


def scores_given(appointment: Appointment) -> dict[Owed, list[int]]:
    """Return all scores of candidates who stand, by candidate and competency."""
    found: dict[Owed, list[int]] = {}
    scores = CandidateScore.objects.filter(
        assessor__appointment=appointment, assessor__excused_at=None, candidate__outcome=Candidate.Outcome.OPEN
    )
    order = ("candidate__letter", "competency", "score")
    for candidate, competency, score in scores.order_by(*order).values_list("candidate_id", "competency", "score"):
        found.setdefault((candidate, competency), []).append(score)
    return found


def missing_agreement(appointment: Appointment) -> int:
    """Return how many levels the assessors still have to agree on."""
    standing = Candidate.objects.filter(appointment=appointment, outcome=Candidate.Outcome.OPEN)
    needs = AppointmentNeed.objects.filter(appointment=appointment).count()
    agreed = CandidateConsensus.objects.filter(candidate__in=standing).count()
    return standing.count() * needs - agreed


def decide(
    *,
    appointment_id: UUID,
    chosen_id: UUID | None,
    reasons: str,
    actor: User,
    now: datetime,
) -> Appointment:
    """Decide, with reasons that are kept. chosen_id: None for nobody of them. Safe to repeat with the same choice.

    Raises AppointmentRefusedError while levels are not agreed on, without reasons, and for another choice afterwards.
    """
    if len(reasons.strip()) < SHORTEST_REASONS:
        raise AppointmentRefusedError(
            _("Write the reasons in a sentence or two: at least %(n)d letters.") % {"n": SHORTEST_REASONS}
        )
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        candidates = Candidate.objects.filter(appointment=appointment)
        if appointment.state == Appointment.State.DECIDED:
            chosen = candidates.filter(outcome=Candidate.Outcome.CHOSEN).values_list("pk", flat=True).first()
            if chosen == chosen_id:
                return appointment
            raise AppointmentRefusedError(_("It is decided already."))
        appointment = _meeting(appointment_id)
        if missing_agreement(appointment):
            raise AppointmentRefusedError(_("The assessors have not agreed on every level yet."))
        standing = candidates.filter(outcome=Candidate.Outcome.OPEN)
        if chosen_id is not None and not standing.filter(pk=chosen_id).exists():
            raise AppointmentRefusedError(_("This candidate does not stand any more."))
        declined = standing if chosen_id is None else standing.exclude(pk=chosen_id)
        declined.update(outcome=Candidate.Outcome.DECLINED)
        if chosen_id is not None:
            candidates.filter(pk=chosen_id).update(outcome=Candidate.Outcome.CHOSEN)
        appointment.state, appointment.reasons = Appointment.State.DECIDED, reasons.strip()
        appointment.decided_at = appointment.touched_at = now
        appointment.save()
        payload = {"chosen": str(chosen_id) if chosen_id is not None else "", "candidates": candidates.count()}
        record(appointment, "decided", actor, payload, now)
    return appointment


def write_feedback(*, appointment_id: UUID, candidate_id: UUID, words: str, actor: User, now: datetime) -> Candidate:
    """Keep what a declined candidate is told. Writing again changes it. Raises AppointmentRefusedError before."""
    with transaction.atomic():
        candidate = Candidate.objects.select_for_update().get(pk=candidate_id, appointment=appointment_id)
        if candidate.outcome != Candidate.Outcome.DECLINED or candidate.erased_at is not None:
            raise AppointmentRefusedError(_("Only a declined candidate is written to."))
        if candidate.feedback != words.strip():
            candidate.feedback, candidate.feedback_at = words.strip(), now
            candidate.save(update_fields=["feedback", "feedback_at"])
            appointment = Appointment.objects.get(pk=appointment_id)
            record(appointment, "feedback_written", actor, {"candidate": str(candidate_id)}, now)
    return candidate


def stop_appointment(*, appointment_id: UUID, actor: User, now: datetime) -> Appointment:
    """Stop an appointment that will not be decided. Scores not open to all yet are deleted unread. Safe to repeat."""
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        if appointment.state == Appointment.State.STOPPED:
            return appointment
        if appointment.state == Appointment.State.DECIDED:
            raise AppointmentRefusedError(_("It is decided already."))
        if appointment.all_in_at is None:
            CandidateScore.objects.filter(assessor__appointment=appointment).delete()
        appointment.state, appointment.touched_at = Appointment.State.STOPPED, now
        appointment.save()
        record(appointment, "stopped", actor, {}, now)
    return appointment


def _meeting(appointment_id: UUID) -> Appointment:
    found = Appointment.objects.select_for_update().get(pk=appointment_id)
    if found.state != Appointment.State.TOGETHER:
        raise AppointmentRefusedError(_("The assessors meet once all their scores are in, and before it is decided."))
    return found
