"""Maturity assessments at every stage, for tests of their pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.rooms.conftest import NOW, TODAY, Cast, signed_in, unit

from headwater.rooms.decide.logic.maturity import library
from headwater.rooms.decide.maturity import preparing, scoring
from headwater.rooms.decide.models import (
    MaturityAssessment,
    MaturityAssessor,
)
from headwater.rooms.people.models import User

PRACTICE = "vision-one-page"
SECRET = "only-alone-4711"
KEYS = [one.key for one in library().practices]
PDF = b"%PDF-1.7\n%%EOF\n"
LATER = NOW + timedelta(days=2)


def begun(cast: Cast, *, opened: bool = True, where: str = "") -> MaturityAssessment:
    """An assessment with two assessors, one without a role, and the top leader to validate it."""
    lead = cast.experience_lead
    made = preparing.begin_assessment(
        title="Where we stand", unit=unit(where) if where else None, due_date=TODAY, complete_from=3,
        bands=(25, 50, 75), actor=lead, now=NOW,
    )  # fmt: skip
    for user in (cast.analyst, cast.outsider):
        named(made, user, cast)
    preparing.name_validator(assessment_id=made.pk, user=cast.top_leader, actor=lead, now=NOW)
    if opened:
        preparing.open_scoring(assessment_id=made.pk, actor=lead, now=NOW)
    return MaturityAssessment.objects.get(pk=made.pk)


def named(
    made: MaturityAssessment, user: User, cast: Cast, *, external: bool = False, until: date | None = None
) -> MaturityAssessor:
    """Name an assessor."""
    return preparing.name_assessor(
        assessment_id=made.pk, user=user, is_external=external, engaged_until_date=until, actor=cast.experience_lead,
        now=NOW,
    )  # fmt: skip


def score(found: MaturityAssessment, user: User, reason: str = "", /, **other: int) -> None:
    """Score every practice and hand it in."""
    scores = dict.fromkeys(KEYS, (3, reason)) | {key.replace("_", "-"): (given, reason) for key, given in other.items()}
    scoring.save_scores(assessment_id=found.pk, scores=scores, actor=user, now=LATER)
    scoring.hand_in(assessment_id=found.pk, actor=user, now=LATER)


def agreed(cast: Cast, where: str = "", **other: int) -> MaturityAssessment:
    """An assessment whose assessors agreed, waiting for the senior."""
    found = begun(cast, where=where)
    for user in (cast.analyst, cast.outsider):
        score(found, user, **other)
    levels = {key: (other.get(key.replace("-", "_"), 3), "") for key in KEYS}
    assert scoring.agree_levels(assessment_id=found.pk, levels=levels, actor=cast.analyst, now=LATER) == []
    return scoring.ask_validation(assessment_id=found.pk, actor=cast.experience_lead, now=LATER)


def done(cast: Cast, where: str = "", **other: int) -> MaturityAssessment:
    """A validated assessment."""
    found = agreed(cast, where, **other)
    return scoring.validate(assessment_id=found.pk, is_accepted=True, word="", actor=cast.top_leader, now=LATER)


def get(user: User, path: str) -> Any:
    """A page as somebody sees it."""
    return signed_in(user).get(f"/decide/maturity/{path}")
