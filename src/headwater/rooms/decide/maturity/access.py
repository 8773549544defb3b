"""Who may see what of an assessment: the lead runs it, assessors score, a senior validates, leaders read the result."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from headwater.rooms.decide.models import MaturityAssessment, MaturityAssessor, PracticeScore
from headwater.rooms.decide.refusals import DecideRefusedError
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for

MANAGE, SEE = "maturity.manage", "maturity.see"


class MaturityRefusedError(DecideRefusedError):
    """Something that cannot be done now; the message says why and what to do."""


@dataclass(frozen=True)
class Access:
    """What a viewer is to an assessment. may_read: it is validated and its result is for them."""

    assessment: MaturityAssessment
    is_lead: bool
    assessor: MaturityAssessor | None
    is_validator: bool
    may_read: bool

    @property
    def is_involved(self) -> bool:
        """Whether they work on it: run it, score in it, or validate it."""
        return self.is_lead or self.assessor is not None or self.is_validator

    @property
    def sees_all_scores(self) -> bool:
        """Whether everybody's scores are open to them: to the lead and assessors, once the last of them is in."""
        return self.assessment.all_in_at is not None and (self.is_lead or self.assessor is not None)

    def scores(self) -> QuerySet[PracticeScore]:
        """Return the scores this viewer may see now: one's own, and everybody's once all are in."""
        found = PracticeScore.objects.filter(assessor__assessment=self.assessment, assessor__excused_at=None)
        if self.sees_all_scores:
            return found
        return found.filter(assessor=self.assessor) if self.assessor is not None else found.none()


def access_to(*, viewer: Viewer, assessment_id: UUID) -> Access:
    """Return what the viewer is to an assessment. Raises Http404 for none, PermissionDenied for an outsider."""
    found = MaturityAssessment.objects.select_related("unit", "validator__person").filter(pk=assessment_id).first()
    if found is None:
        raise Http404
    is_lead = can(viewer, MANAGE)
    assessor, is_validator = None, False
    if viewer.user:
        user = viewer.user_id
        assessor = MaturityAssessor.objects.filter(assessment=found, user=user, excused_at=None).first()
        is_validator = found.validator_id == user and found.all_in_at is not None
    may_read = found.state == MaturityAssessment.State.DONE and _is_for(viewer, found)
    access = Access(found, is_lead, assessor, is_validator, may_read)
    if not access.is_involved and not may_read:
        raise PermissionDenied
    return access


def involved_in(*, viewer: Viewer, assessment_id: UUID) -> Access:
    """Return the same for who works on it. Raises PermissionDenied for everybody else."""
    found = access_to(viewer=viewer, assessment_id=assessment_id)
    if not found.is_involved:
        raise PermissionDenied
    return found


def lead_of(*, viewer: Viewer, assessment_id: UUID) -> Access:
    """Return the same for the lead alone. Raises PermissionDenied for everybody else."""
    found = access_to(viewer=viewer, assessment_id=assessment_id)
    if not found.is_lead:
        raise PermissionDenied
    return found


def assessments_for(viewer: Viewer) -> QuerySet[MaturityAssessment]:
    """Return the assessments that a viewer works on, or whose result they may read, the latest first."""
    found = MaturityAssessment.objects.select_related("unit").order_by("-begun_at")
    if can(viewer, MANAGE):
        return found
    keys = set()
    if viewer.user:
        user = viewer.user_id
        keys |= set(MaturityAssessor.objects.filter(user=user, excused_at=None).values_list("assessment_id", flat=True))
        keys |= set(
            MaturityAssessment.objects.filter(validator=user, all_in_at__isnull=False).values_list("pk", flat=True)
        )
    done = MaturityAssessment.objects.select_related("unit").filter(state=MaturityAssessment.State.DONE)
    keys |= {one.pk for one in done if _is_for(viewer, one)}
    return found.filter(pk__in=keys)


def opens_maturity(viewer: Viewer) -> bool:
    """Whether the page opens: to those who may read results, and to whoever works on an assessment."""
    if has_role_for(viewer, SEE):
        return True
    return bool(viewer.user) and assessments_for(viewer).exists()


def _is_for(viewer: Viewer, assessment: MaturityAssessment) -> bool:
    """Results of the whole organisation are for every leader; those of a unit for who leads it or above."""
    if assessment.unit is None:
        return has_role_for(viewer, SEE)
    return can(viewer, SEE, assessment.unit.number)
