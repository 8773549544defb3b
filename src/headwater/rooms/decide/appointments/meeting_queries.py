"""The pages of the assessors' meeting and of the decision. Both open when the last scores are in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.appointments.access import Access, access_to
from headwater.rooms.decide.appointments.deciding import missing_agreement
from headwater.rooms.decide.appointments.queries import NeedShown, agreed_of, needs_of
from headwater.rooms.decide.judged_meetings import Given, JudgedPage, JudgedRow
from headwater.rooms.decide.judging_words import figures_words, verdict_words
from headwater.rooms.decide.logic.judging import agreement_from, common_level
from headwater.rooms.decide.models import Candidate
from headwater.rooms.people.logic.roles import Viewer


@dataclass(frozen=True, kw_only=True)
class MeetingPage(JudgedPage):
    """The meeting of an appointment: a row for each candidate in each competency."""

    access: Access
    needs: int


@dataclass(frozen=True)
class Against:
    """One candidate against the need: competencies met, and the levels agreed on."""

    candidate: Candidate
    levels: tuple[tuple[NeedShown, int | None, str], ...]

    @property
    def met(self) -> int:
        """How many needs are met."""
        return sum(level is not None and level >= need.level for need, level, _reason in self.levels)

    @property
    def mean(self) -> float | None:
        """The agreed level over the needs, weighted as the profile says; None while one is missing."""
        if not self.levels or any(level is None for _need, level, _reason in self.levels):
            return None
        weights = sum(need.weight for need, _level, _reason in self.levels)
        return sum(need.weight * (level or 0) for need, level, _reason in self.levels) / weights


@dataclass(frozen=True)
class DecisionPage:
    """Every candidate who stood against the need, in the order of their letters, never ranked."""

    access: Access
    needs: tuple[NeedShown, ...]
    against: tuple[Against, ...]
    missing: int


def meeting_page(*, viewer: Viewer, appointment_id: UUID) -> MeetingPage:
    """Return the meeting for the lead and the assessors. Raises PermissionDenied before all scores are in."""
    access = access_to(viewer=viewer, appointment_id=appointment_id)
    if not access.sees_all_scores:
        raise PermissionDenied
    appointment = access.appointment
    needs = {need.key: need for need in needs_of(appointment)}
    kept = agreed_of(appointment)
    given: dict[tuple[UUID, str], list[Given]] = {}
    candidates: dict[UUID, Candidate] = {}
    scores = access.scores().exclude(candidate__outcome=Candidate.Outcome.WITHDREW)
    for one in scores.select_related("candidate", "assessor__user__person").order_by("candidate__letter", "score"):
        candidates[one.candidate_id] = one.candidate
        named = Given(name_of(one.assessor.user), one.score, one.reason)
        given.setdefault((one.candidate_id, one.competency), []).append(named)
    rows = []
    for pk, candidate in candidates.items():
        for key, need in needs.items():
            said = given.get((pk, key), [])
            agreed = kept.get((pk, key))
            proposed = agreed.score if agreed is not None else common_level([one.score for one in said])
            reason = agreed.reason if agreed is not None else ""
            rows.append(
                JudgedRow(
                    key=(pk, key),
                    field=f"{candidate.letter}-{key}",
                    title=f"{need.title}, {candidate}",
                    given=tuple(said),
                    agreed=proposed,
                    reason=reason,
                    is_kept=agreed is not None,
                )
            )
    rows.sort(key=lambda row: -row.spread)
    found = agreement_from(appointment.agreement)
    return MeetingPage(
        access=access,
        verdict=verdict_words(found),
        figures=tuple(figures_words(found)),
        rows=tuple(rows),
        missing=missing_agreement(appointment),
        needs=len(needs),
    )


def decision_page(*, viewer: Viewer, appointment_id: UUID) -> DecisionPage:
    """Return the candidates against the need, for the lead and the assessors, once all scores are in."""
    access = access_to(viewer=viewer, appointment_id=appointment_id)
    if not access.sees_all_scores:
        raise PermissionDenied
    needs, kept = needs_of(access.appointment), agreed_of(access.appointment)
    standing = Candidate.objects.filter(appointment=access.appointment, erased_at=None).exclude(
        outcome=Candidate.Outcome.WITHDREW
    )
    against = []
    for one in standing.order_by("letter"):
        levels = []
        for need in needs:
            agreed = kept.get((one.pk, need.key))
            levels.append((need, agreed.score if agreed else None, agreed.reason if agreed else ""))
        against.append(Against(one, tuple(levels)))
    return DecisionPage(access, needs, tuple(against), missing_agreement(access.appointment))
