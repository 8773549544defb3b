"""Assessors score practices alone; when the last one is in they agree, and a senior validates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.judging import agreement_of, owes_reason
from headwater.rooms.decide.logic.maturity import is_independent, library, standing_of
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.maturity.preparing import record, too_recent
from headwater.rooms.decide.models import (
    MaturityAssessment,
    MaturityAssessor,
    PracticeConsensus,
    PracticeScore,
)
from headwater.rooms.people.models import User

MINUTES = 2
"""For one practice."""
SHORTEST_WORD = 20


def declare_independence(
    *, assessment_id: UUID, engaged_until_date: date | None, actor: User, now: datetime
) -> MaturityAssessor:
    """Keep an external assessor's own, dated declaration: when they were last engaged here, None for never.

    Raises MaturityRefusedError within two years: then they cannot score.
    """
    with transaction.atomic():
        one = _own(assessment_id, actor)
        if not is_independent(engaged_until_date, timezone.localdate(now)):
            raise MaturityRefusedError(too_recent(now))
        if one.declared_at is None or one.engaged_until_date != engaged_until_date:
            one.engaged_until_date, one.declared_at = engaged_until_date, now
            one.save(update_fields=["engaged_until_date", "declared_at"])
            record(one.assessment, "independence_declared", actor, {"assessor": str(actor.pk)}, now)
    return one


def save_scores(*, assessment_id: UUID, scores: Mapping[str, tuple[int, str]], actor: User, now: datetime) -> None:
    """Keep an assessor's scores: level and reason by practice. Saving again changes them; others stay.

    Raises MaturityRefusedError once handed in, and for an external assessor before their declaration.
    """
    with transaction.atomic():
        one = _own(assessment_id, actor)
        if one.is_external and one.declared_at is None:
            raise MaturityRefusedError(_("Declare first since when you have not been engaged here."))
        known = library(one.assessment.library).by_key
        for practice, (score, reason) in scores.items():
            if practice not in known or score not in range(5):
                raise MaturityRefusedError(_("This practice is not in this assessment."))
            PracticeScore.objects.update_or_create(
                assessor=one,
                practice=practice,
                defaults={"score": score, "reason": reason.strip(), "saved_at": now},
            )
        record(one.assessment, "scores_saved", actor, {"assessor": str(actor.pk), "scores": len(scores)}, now)


def hand_in(*, assessment_id: UUID, actor: User, now: datetime) -> MaturityAssessment:
    """Hand an assessor's scores in; with the last of them everybody's open. Safe to repeat.

    Raises MaturityRefusedError while one is missing.
    """
    with transaction.atomic():
        assessment = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        one = MaturityAssessor.objects.select_for_update().get(assessment=assessment, user=actor, excused_at=None)
        if one.submitted_at is not None:
            return assessment
        if assessment.state != MaturityAssessment.State.SCORING:
            raise MaturityRefusedError(_("Nobody is asked to score now."))
        missing = missing_scores(one)
        if missing:
            raise MaturityRefusedError(_("%(n)d scores are missing still.") % {"n": missing})
        one.submitted_at = now
        one.save(update_fields=["submitted_at"])
        record(assessment, "scores_handed_in", actor, {"assessor": str(actor.pk)}, now)
        return open_when_all_in(assessment, now)


def agree_levels(
    *, assessment_id: UUID, levels: Mapping[str, tuple[int, str]], actor: User, now: datetime
) -> list[str]:
    """Keep what the assessors agreed on: level and reason by practice. Saving again changes them.

    Returns the practices not kept because they owe a reason: scores two or more apart, or a level nobody gave.
    Raises MaturityRefusedError unless the assessors meet now.
    """
    refused: list[str] = []
    with transaction.atomic():
        assessment = _in_state(assessment_id, MaturityAssessment.State.TOGETHER)
        given = scores_given(assessment)
        for practice, (score, reason) in levels.items():
            if practice not in given or score not in range(5):
                raise MaturityRefusedError(_("This practice is not in this assessment."))
            if owes_reason(given[practice], score) and not reason.strip():
                refused.append(practice)
                continue
            values = {"score": score, "reason": reason.strip(), "saved_at": now, "saved_by": actor}
            PracticeConsensus.objects.update_or_create(assessment=assessment, practice=practice, defaults=values)
        if len(refused) < len(levels):
            record(assessment, "levels_agreed", actor, {"levels": len(levels) - len(refused)}, now)
    return refused


def ask_validation(*, assessment_id: UUID, actor: User, now: datetime) -> MaturityAssessment:
    """Ask the senior to validate what was agreed on. Safe to repeat.

    Raises MaturityRefusedError while a level is open, or nobody is named who validates.
    """
    with transaction.atomic():
        assessment = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        if assessment.state == MaturityAssessment.State.VALIDATING:
            return assessment
        assessment = _in_state(assessment_id, MaturityAssessment.State.TOGETHER)
        if assessment.validator_id is None:
            raise MaturityRefusedError(_("Name a senior who validates first."))
        missing = missing_agreement(assessment)
        if missing:
            raise MaturityRefusedError(_("%(n)d practices have no agreed level yet.") % {"n": missing})
        assessment.state = MaturityAssessment.State.VALIDATING
        assessment.save(update_fields=["state"])
        record(assessment, "validation_asked", actor, {}, now)
    return assessment


def validate(*, assessment_id: UUID, is_accepted: bool, word: str, actor: User, now: datetime) -> MaturityAssessment:
    """Accept what was agreed on, which freezes the result, or send it back with a word to the assessors.

    Safe to repeat. Raises MaturityRefusedError for anybody but the named senior, and for sending back without a word.
    """
    with transaction.atomic():
        assessment = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        if assessment.validator_id != actor.pk:
            raise MaturityRefusedError(_("Only the senior who was named validates."))
        if assessment.state == MaturityAssessment.State.DONE and is_accepted:
            return assessment
        assessment = _in_state(assessment_id, MaturityAssessment.State.VALIDATING)
        if not is_accepted and len(word.strip()) < SHORTEST_WORD:
            raise MaturityRefusedError(_("Say in a sentence what the assessors should look at again."))
        assessment.word = word.strip()
        if is_accepted:
            assessment.outcome = _outcome(assessment)
            assessment.state, assessment.validated_at = MaturityAssessment.State.DONE, now
        else:
            assessment.state = MaturityAssessment.State.TOGETHER
        assessment.save()
        record(assessment, "validated" if is_accepted else "sent_back", actor, {}, now)
    return assessment


def scores_given(assessment: MaturityAssessment) -> dict[str, list[int]]:
    """Return all scores by practice, ascending."""
    found: dict[str, list[int]] = {}
    scores = PracticeScore.objects.filter(assessor__assessment=assessment, assessor__excused_at=None)
    for practice, score in scores.order_by("practice", "score").values_list("practice", "score"):
        found.setdefault(practice, []).append(score)
    return found


def missing_scores(one: MaturityAssessor) -> int:
    """Return how many practices an assessor has not scored."""
    practices = library(one.assessment.library).practices
    return len(practices) - PracticeScore.objects.filter(assessor=one).count()


def missing_agreement(assessment: MaturityAssessment) -> int:
    """Return how many practices have no agreed level."""
    practices = library(assessment.library).practices
    return len(practices) - PracticeConsensus.objects.filter(assessment=assessment).count()


def drop_drafts(one: MaturityAssessor) -> None:
    """Delete the scores of an assessor who will not hand in, in the caller's transaction."""
    PracticeScore.objects.filter(assessor=one).delete()


def open_when_all_in(assessment: MaturityAssessment, now: datetime) -> MaturityAssessment:
    """Open the scores to all assessors once the last one is in, in the caller's transaction."""
    named = list(MaturityAssessor.objects.filter(assessment=assessment, excused_at=None).order_by("pk"))
    if named and all(one.submitted_at is not None for one in named):
        columns = {one.pk: place for place, one in enumerate(named)}
        rows: dict[str, list[int | None]] = {
            one.key: [None] * len(named) for one in library(assessment.library).practices
        }
        for score in PracticeScore.objects.filter(assessor__in=named):
            rows[score.practice][columns[score.assessor_id]] = score.score
        assessment.agreement = agreement_of(list(rows.values())).as_plain()
        assessment.state, assessment.all_in_at = MaturityAssessment.State.TOGETHER, now
        assessment.save()
        record(assessment, "all_in", None, {"assessors": len(named)}, now)
    return assessment


def _outcome(assessment: MaturityAssessment) -> dict[str, object]:
    """The result as it stays: the levels agreed on, and what they come to."""
    agreed = dict(PracticeConsensus.objects.filter(assessment=assessment).values_list("practice", "score"))
    practices = library(assessment.library)
    found = standing_of(agreed, practices, complete_from=assessment.complete_from, bands=assessment.bands)
    return {
        "levels": agreed,
        "gate": found.gate,
        "share": round(found.share, 6),
        "band": found.band,
        "dimensions": {key: round(level, 6) for key, level in found.by_dimension.items()},
    }


def _own(assessment_id: UUID, actor: User) -> MaturityAssessor:
    """The actor's own sheet, while it can be changed."""
    found = (
        MaturityAssessor.objects.select_for_update(of=("self",))
        .select_related("assessment")
        .get(assessment=assessment_id, user=actor, excused_at=None)
    )
    if found.assessment.state == MaturityAssessment.State.EVIDENCE:
        raise MaturityRefusedError(_("Nobody is asked to score now."))
    if found.assessment.state != MaturityAssessment.State.SCORING or found.submitted_at is not None:
        raise MaturityRefusedError(_("Your scores are handed in. They stay as you gave them."))
    return found


def _in_state(assessment_id: UUID, state: MaturityAssessment.State) -> MaturityAssessment:
    found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
    if found.state != state:
        raise MaturityRefusedError(_("It is at another step now. Look at its page."))
    return found
