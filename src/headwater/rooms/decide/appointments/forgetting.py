"""What is forgotten of candidates and when: by retention, by one's own right, and what stays as counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.appointments.preparing import record
from headwater.rooms.decide.models import (
    Appointment,
    AppointmentAssessor,
    Candidate,
    CandidateConsensus,
    CandidateScore,
)
from headwater.rooms.house.slots import Erased, ExportFile
from headwater.rooms.people.models import User
from headwater.rooms.people.retention import Kept

DAYS, LEAST_DAYS = 180, 30
STAYS = _("that there was a candidate, by a letter; how many there were, and how far the assessors agreed in all")


def forget_candidate(*, candidate_id: UUID, actor: User | None, now: datetime) -> int:
    """Remove a candidate's data, scores and what was said of them. Returns how many records; again removes none.

    actor: None for retention. What stays: a letter, its outcome, counts, and the agreement over all candidates. Reasons
    of the decision go with the chosen one, and with the last candidate.
    """
    with transaction.atomic():
        candidate = Candidate.objects.select_for_update().get(pk=candidate_id)
        if candidate.erased_at is not None:
            return 0
        appointment = Appointment.objects.select_for_update().get(pk=candidate.appointment_id)
        was_chosen = candidate.outcome == Candidate.Outcome.CHOSEN
        removed = CandidateScore.objects.filter(candidate=candidate).delete()[0]
        removed += CandidateConsensus.objects.filter(candidate=candidate).delete()[0]
        if candidate.outcome == Candidate.Outcome.OPEN and appointment.decided_at is None:
            candidate.outcome = Candidate.Outcome.WITHDREW
        candidate.person, candidate.name, candidate.email, candidate.notes = None, "", "", ""
        candidate.feedback, candidate.feedback_at, candidate.erased_at = "", None, now
        candidate.save()
        for assessor in AppointmentAssessor.objects.filter(appointment=appointment):
            if assessor.conflicts.pop(str(candidate.pk), None) is not None:
                assessor.save(update_fields=["conflicts"])
        all_candidates = Candidate.objects.filter(appointment=appointment)
        is_last = not all_candidates.filter(erased_at=None).exists()
        if was_chosen or is_last:
            appointment.reasons = ""
        if is_last:
            AppointmentAssessor.objects.filter(appointment=appointment).update(own_conflict="")
            appointment.forgotten_at = now
        appointment.counts = {
            "candidates": all_candidates.count(),
            "erased": all_candidates.exclude(erased_at=None).count(),
            "assessors": AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None).count(),
        }
        appointment.save()
        payload = {"candidate": str(candidate.pk), "records": removed + 1}
        record(appointment, "candidate_forgotten", actor, payload, now)
    return removed + 1


def forget_old_candidates(before: datetime, now: datetime) -> int:
    """Remove candidates' data of appointments decided before a moment, or untouched since: for retention."""
    old = Appointment.objects.filter(Q(decided_at__lt=before) | Q(decided_at=None, touched_at__lt=before))
    count = 0
    for appointment in old.filter(forgotten_at=None).order_by("pk"):
        with transaction.atomic():
            standing = Candidate.objects.filter(appointment=appointment, erased_at=None)
            for pk in list(standing.values_list("pk", flat=True)):
                forget_candidate(candidate_id=pk, actor=None, now=now)
                count += 1
            changed: dict[str, Any] = {"forgotten_at": now, "reasons": ""}
            if appointment.decided_at is None:
                changed["state"] = Appointment.State.STOPPED
            Appointment.objects.filter(pk=appointment.pk).update(**changed)
    return count


CANDIDATES_KEPT = Kept(
    _("Candidates of appointments"),
    _(
        "Names, notes, scores and feedback are removed so long after the decision, or after anything last happened. "
        "How many there were and how far the assessors agreed stays."
    ),
    DAYS,
    LEAST_DAYS,
    forget_old_candidates,
)


def erase_candidates(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person as a candidate, and what they wrote as an assessor: the slot ERASERS."""
    who = User.objects.filter(pk=actor).first() if _is_uuid(actor) else None
    mine = Candidate.objects.filter(person=UUID(person), erased_at=None).values_list("pk", flat=True)
    count = sum(forget_candidate(candidate_id=pk, actor=who, now=now) for pk in list(mine))
    yield Erased(_("records as a candidate: name, notes, scores, feedback"), count, STAYS if count else "")
    assessed = AppointmentAssessor.objects.filter(user__person=UUID(person))
    written = CandidateScore.objects.filter(assessor__in=assessed).exclude(reason="").update(reason="")
    written += assessed.exclude(own_conflict="").update(own_conflict="")
    kept = _("scores they gave stay under an opaque id until the candidates' data goes")
    yield Erased(_("reasons written as an assessor of candidates"), written, kept if written else "")


def export_candidates(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what is kept of a person as a candidate and as an assessor: the slot EXPORTERS.

    Scores about them are included, without who gave them, once all scores of that appointment are in.
    """
    found = {
        "candidate": [
            _as_candidate(one)
            for one in Candidate.objects.filter(person=UUID(person), erased_at=None).select_related("appointment")
        ],
        "assessor": [
            {
                "appointment": one.assessor.appointment.title,
                "candidate": one.candidate.letter,
                "competency": one.competency,
                "score": one.score,
                "reason": one.reason,
            }
            for one in CandidateScore.objects.filter(assessor__user__person=UUID(person))
            .select_related("assessor__appointment", "candidate")
            .order_by("saved_at")
        ],
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("appointments.json", "application/json", content.encode())


def _as_candidate(one: Candidate) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "appointment": one.appointment.title,
        "name": one.name,
        "email": one.email,
        "source": one.source,
        "consent": one.consent_date,
        "notes": one.notes,
        "outcome": one.outcome,
        "feedback": one.feedback,
    }
    if one.appointment.all_in_at is not None:
        scores = CandidateScore.objects.filter(candidate=one).order_by("competency", "score", "reason")
        plain["scores"] = list(scores.values("competency", "score", "reason"))
        plain["agreed"] = list(
            CandidateConsensus.objects.filter(candidate=one)
            .order_by("competency")
            .values("competency", "score", "reason")
        )
    return plain


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
