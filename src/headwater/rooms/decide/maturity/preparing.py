"""Preparing an assessment: what is looked at, by whom, and who validates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.maturity import (
    FEWEST_ASSESSORS,
    LATEST,
    MOST_ASSESSORS,
    check_bands,
    independent_before,
    is_independent,
    library,
)
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.models import MaturityAssessment, MaturityAssessor
from headwater.rooms.house import audit
from headwater.rooms.people.models import Unit, User


def begin_assessment(
    *,
    title: str,
    unit: Unit | None,
    due_date: date,
    complete_from: int,
    bands: Sequence[int],
    actor: User,
    now: datetime,
) -> MaturityAssessment:
    """Begin an assessment with the latest practices. Raises ValueError for bands that do not ascend."""
    check_bands(bands)
    with transaction.atomic():
        made = MaturityAssessment.objects.create(
            title=title, unit=unit, due_date=due_date, complete_from=complete_from, bands=list(bands),
            library=library(LATEST).version, begun_by=actor, begun_at=now,
        )  # fmt: skip
        record(made, "begun", actor, {"library": made.library}, now)
    return made


def name_assessor(
    *,
    assessment_id: UUID,
    user: User,
    is_external: bool,
    engaged_until_date: date | None,
    actor: User,
    now: datetime,
) -> MaturityAssessor:
    """Name somebody who scores. engaged_until_date: known last day of an external one's engagement here.

    Safe to repeat. Raises MaturityRefusedError for the validator, for an external one engaged within two years, and
    past four.
    """
    with transaction.atomic():
        found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        if found.state not in (MaturityAssessment.State.EVIDENCE, MaturityAssessment.State.SCORING):
            raise MaturityRefusedError(_("All scores are in. No assessor can be added any more."))
        if found.validator_id == user.pk:
            raise MaturityRefusedError(_("Whoever validates does not score. Choose another person."))
        if is_external and not is_independent(engaged_until_date, timezone.localdate(now)):
            raise MaturityRefusedError(too_recent(now))
        named = MaturityAssessor.objects.filter(assessment=found)
        same = named.filter(user=user).first()
        if same is not None and same.excused_at is None:
            return same
        if named.filter(excused_at=None).count() >= MOST_ASSESSORS:
            raise MaturityRefusedError(_("Two to four assessors score. Four are named."))
        made = same or MaturityAssessor(assessment=found, user=user)
        made.excused_at, made.declared_at = None, None
        made.is_external, made.engaged_until_date = is_external, engaged_until_date
        made.save()
        record(found, "assessor_named", actor, {"assessor": str(user.pk), "external": is_external}, now)
    return made


def release_assessor(*, assessment_id: UUID, user_id: UUID, actor: User, now: datetime) -> None:
    """Let an assessor go who has not handed in: their drafts are deleted unread. Safe to repeat.

    Raises MaturityRefusedError for one who has, and where fewer than two would be left while others score.
    """
    from headwater.rooms.decide.maturity.scoring import drop_drafts, open_when_all_in

    with transaction.atomic():
        found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        one = MaturityAssessor.objects.select_for_update().get(assessment=found, user=user_id)
        if one.excused_at is not None:
            return
        if one.submitted_at is not None:
            raise MaturityRefusedError(_("Their scores are in. They stay."))
        others = MaturityAssessor.objects.filter(assessment=found, excused_at=None).exclude(pk=one.pk).count()
        is_scoring = found.state == MaturityAssessment.State.SCORING
        if is_scoring and others < FEWEST_ASSESSORS:
            raise MaturityRefusedError(_("Two assessors have to be left. Name another one first."))
        drop_drafts(one)
        one.excused_at = now
        one.save(update_fields=["excused_at"])
        record(found, "assessor_released", actor, {"assessor": str(user_id)}, now)
        if is_scoring:
            open_when_all_in(found, now)


def name_validator(*, assessment_id: UUID, user: User, actor: User, now: datetime) -> MaturityAssessment:
    """Name the senior who validates. Safe to repeat.

    Raises MaturityRefusedError for an assessor, for who runs it, and for somebody who leads neither the unit looked at
    nor one above it; of the whole organisation, the leader at the top or of a unit right below.
    """
    with transaction.atomic():
        found = MaturityAssessment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=assessment_id)
        if found.state in (MaturityAssessment.State.DONE, MaturityAssessment.State.STOPPED):
            raise MaturityRefusedError(_("It is over."))
        if MaturityAssessor.objects.filter(assessment=found, user=user, excused_at=None).exists():
            raise MaturityRefusedError(_("An assessor cannot validate what they scored. Choose another person."))
        if user.pk == found.begun_by_id:
            raise MaturityRefusedError(_("Whoever began the assessment cannot validate it."))
        if not is_senior(user, found.unit):
            raise MaturityRefusedError(
                _("The one who validates leads the unit looked at, or a unit above it; else the organisation.")
            )
        if found.validator_id != user.pk:
            found.validator = user
            found.save(update_fields=["validator"])
            record(found, "validator_named", actor, {"validator": str(user.pk)}, now)
    return found


def is_senior(user: User, unit: Unit | None) -> bool:
    """Whether somebody leads a unit, or one above it; of the whole organisation, a unit at the top or right below."""
    if user.person_id is None:
        return False
    led = Unit.objects.filter(leader=user.person_id, is_open=True).exclude(number=None)
    if unit is None or unit.number is None:
        return led.filter(depth__lte=1).exists()
    return any(one.number is not None and one.number <= unit.number < one.number + one.size for one in led)


def open_scoring(*, assessment_id: UUID, actor: User, now: datetime) -> MaturityAssessment:
    """Ask the assessors to score. Safe to repeat. Raises MaturityRefusedError unless two to four are named."""
    with transaction.atomic():
        found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        if found.state == MaturityAssessment.State.SCORING:
            return found
        if found.state != MaturityAssessment.State.EVIDENCE:
            raise MaturityRefusedError(_("All scores are in already."))
        named = MaturityAssessor.objects.filter(assessment=found, excused_at=None).count()
        if not FEWEST_ASSESSORS <= named <= MOST_ASSESSORS:
            raise MaturityRefusedError(_("Name two to four assessors first."))
        found.state, found.opened_at = MaturityAssessment.State.SCORING, now
        found.save(update_fields=["state", "opened_at"])
        record(found, "opened", actor, {"assessors": named}, now)
    return found


def stop_assessment(*, assessment_id: UUID, actor: User, now: datetime) -> MaturityAssessment:
    """Stop an assessment that will not be finished. Scores not open to all yet are deleted unread. Safe to repeat."""
    from headwater.rooms.decide.maturity.scoring import drop_drafts

    with transaction.atomic():
        found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
        if found.state == MaturityAssessment.State.STOPPED:
            return found
        if found.state == MaturityAssessment.State.DONE:
            raise MaturityRefusedError(_("It is over."))
        if found.all_in_at is None:
            for one in MaturityAssessor.objects.filter(assessment=found):
                drop_drafts(one)
        found.state = MaturityAssessment.State.STOPPED
        found.save(update_fields=["state"])
        record(found, "stopped", actor, {}, now)
    return found


def too_recent(now: datetime) -> str:
    """Return the sentence that refuses an external assessor engaged here within two years."""
    from django.utils.formats import date_format

    day = date_format(independent_before(timezone.localdate(now)), "DATE_FORMAT")
    return _("An external assessor has not been engaged here for two years: not since %(day)s.") % {"day": day}


def record(
    assessment: MaturityAssessment, what: str, actor: User | None, payload: Mapping[str, Any], now: datetime
) -> None:
    """Write it down: which assessment, what, by whom. No score, no reason."""
    audit.record(
        action=f"maturity.{what}",
        actor=str(actor.pk) if actor is not None else audit.SYSTEM,
        subject=str(assessment.pk),
        payload=payload,
        now=now,
    )
