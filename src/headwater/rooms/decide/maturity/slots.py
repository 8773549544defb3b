"""What maturity answers in the house's slots: what needs this viewer, one person's erasure and export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.decide.maturity.scoring import MINUTES, missing_scores
from headwater.rooms.decide.models import (
    MaturityAssessment,
    MaturityAssessor,
    MaturityEvidence,
    PracticeConsensus,
    PracticeScore,
)
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import user_of

VALIDATING_MINUTES = 15
State = MaturityAssessment.State


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what this viewer's scores and validation are waited for."""
    user = user_of(request)
    mine = MaturityAssessor.objects.filter(
        user=user, excused_at=None, submitted_at=None, assessment__state=State.SCORING
    )
    for one in mine.select_related("assessment"):
        missing = missing_scores(one)
        title = ngettext(
            "%(n)d practice waits for your score", "%(n)d practices wait for your scores", max(missing, 1)
        ) % {"n": missing}
        yield Need(
            f"maturity-{one.assessment_id}",
            _("Maturity"),
            title if missing else _("Hand your scores in"),
            _("%(title)s. You score alone; the others see it when all are in.") % {"title": one.assessment.title},
            max(MINUTES * missing, 1),
            reverse("decide:maturity_one", args=[one.assessment_id]),
            _("Score them"),
            order=2,
        )
    for assessment in MaturityAssessment.objects.filter(validator=user, state=State.VALIDATING):
        yield Need(
            f"maturity-validate-{assessment.pk}",
            _("Decision asked"),
            _("An assessment waits for you to validate it"),
            assessment.title,
            VALIDATING_MINUTES,
            reverse("decide:maturity_result", args=[assessment.pk]),
            _("Look and decide"),
            order=1,
        )


def erase_words(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take away what a person wrote as an assessor or as the senior who validated: the slot ERASERS."""
    by = {"user__person": UUID(person)}
    count = PracticeScore.objects.filter(assessor__user__person=UUID(person)).exclude(reason="").update(reason="")
    count += PracticeConsensus.objects.filter(saved_by__person=UUID(person)).exclude(reason="").update(reason="")
    count += MaturityAssessment.objects.filter(validator__person=UUID(person)).exclude(word="").update(word="")
    scores = PracticeScore.objects.filter(assessor__in=MaturityAssessor.objects.filter(**by)).count()
    evidence = MaturityEvidence.objects.filter(added_by__person=UUID(person)).count()
    kept = gettext_lazy("scores and evidence belong to the assessment; they stay under an opaque id")
    yield Erased(gettext_lazy("reasons written about practices"), count, kept if scores or evidence else "")


def export_words(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down a person's scores of practices, declarations and evidence: the slot EXPORTERS."""
    named = MaturityAssessor.objects.filter(user__person=UUID(person)).select_related("assessment")
    found = {
        "assessor": [
            {
                "assessment": one.assessment.title,
                "external": one.is_external,
                "engaged_until": one.engaged_until_date,
                "declared": one.declared_at,
                "handed_in": one.submitted_at,
                "scores": list(
                    PracticeScore.objects.filter(assessor=one)
                    .order_by("practice")
                    .values("practice", "score", "reason", "saved_at")
                ),
            }
            for one in named
        ],
        "evidence": list(
            MaturityEvidence.objects.filter(added_by__person=UUID(person))
            .order_by("added_at")
            .values("assessment__title", "practice", "kind", "title", "link", "file_name", "added_at")
        ),
        "validated": list(
            MaturityAssessment.objects.filter(validator__person=UUID(person))
            .order_by("begun_at")
            .values("title", "word", "validated_at")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("maturity.json", "application/json", content.encode())
