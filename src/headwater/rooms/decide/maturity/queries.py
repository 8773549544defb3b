"""The pages of assessments: all of them, one of them, one practice with its evidence, one's own sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.logic.maturity import DIMENSIONS, GATES, library
from headwater.rooms.decide.maturity.access import (
    MANAGE,
    Access,
    assessments_for,
    involved_in,
    opens_maturity,
)
from headwater.rooms.decide.maturity.scoring import MINUTES, missing_scores
from headwater.rooms.decide.maturity.words import BAND_WORDS, DIMENSION_WORDS, GATE_WORDS, PracticeWords, Text
from headwater.rooms.decide.maturity.words import practice_words as words_of
from headwater.rooms.decide.models import MaturityAssessment, MaturityAssessor, MaturityEvidence
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit, evidence_from
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit


@dataclass(frozen=True)
class AssessmentRow:
    """One assessment in the list. gate, band: words, "" before it is validated. share: percent, None before."""

    assessment: MaturityAssessment
    gate: Text
    band: Text
    share: float | None


@dataclass(frozen=True)
class AssessmentsPage:
    """Assessments that a viewer works on or may read."""

    rows: tuple[AssessmentRow, ...]
    may_manage: bool


@dataclass(frozen=True)
class PracticeRow:
    """One practice in an assessment. own: the viewer's score, None where there is none. reason: theirs."""

    words: PracticeWords
    evidence: int
    own: int | None
    reason: str


@dataclass(frozen=True)
class DimensionRows:
    """The practices of one dimension."""

    key: str
    title: Text
    rows: tuple[PracticeRow, ...]

    @property
    def scored(self) -> int:
        """How many the viewer scored."""
        return sum(row.own is not None for row in self.rows)

    @property
    def minutes(self) -> int:
        """What scoring the rest takes."""
        return MINUTES * (len(self.rows) - self.scored)


@dataclass(frozen=True)
class AssessorShown:
    """One assessor: handed in or not, and since when an external one was not engaged here."""

    assessor: MaturityAssessor
    name: str


@dataclass(frozen=True)
class AssessmentPage:
    """One assessment for who works on it."""

    access: Access
    dimensions: tuple[DimensionRows, ...]
    assessors: tuple[AssessorShown, ...]
    validator: str
    owed: int
    is_named: bool

    @property
    def assessment(self) -> MaturityAssessment:
        """The assessment."""
        return self.access.assessment

    @property
    def minutes(self) -> int:
        """What scoring takes of the viewer still."""
        return MINUTES * self.owed

    @property
    def practices(self) -> int:
        """How many practices there are."""
        return sum(len(one.rows) for one in self.dimensions)

    @property
    def backed(self) -> int:
        """How many of them have evidence."""
        return sum(row.evidence > 0 for one in self.dimensions for row in one.rows)

    @property
    def late(self) -> int:
        """How many assessors have not handed in."""
        return sum(one.assessor.submitted_at is None for one in self.assessors)

    @property
    def must_declare(self) -> bool:
        """Whether the viewer has to declare their independence before they score."""
        mine = self.access.assessor
        return mine is not None and mine.is_external and mine.declared_at is None


@dataclass(frozen=True)
class EvidenceShown:
    """One piece of evidence, by whom and when. finding: None for files and links."""

    evidence: MaturityEvidence
    by: str
    added_at: datetime
    finding: Evidence | None
    is_own: bool


@dataclass(frozen=True)
class PracticePage:
    """One practice: what its levels look like, and the evidence. findings: what the viewer could attach."""

    access: Access
    words: PracticeWords
    evidence: tuple[EvidenceShown, ...]
    findings: tuple[Evidence, ...]
    may_attach: bool


def assessments_page(*, viewer: Viewer) -> AssessmentsPage:
    """Return the assessments of a viewer. Raises PermissionDenied where the page does not open to them."""
    if not opens_maturity(viewer):
        raise PermissionDenied
    rows = []
    for one in assessments_for(viewer):
        outcome = one.outcome
        is_done = one.state == MaturityAssessment.State.DONE
        rows.append(
            AssessmentRow(
                one,
                GATE_WORDS[GATES[outcome["gate"] - 1]] if is_done else "",
                BAND_WORDS[outcome["band"]] if is_done else "",
                outcome["share"] if is_done else None,
            )
        )
    return AssessmentsPage(tuple(rows), can(viewer, MANAGE))


def assessment_page(*, viewer: Viewer, assessment_id: UUID) -> AssessmentPage:
    """Return one assessment for who works on it."""
    access = involved_in(viewer=viewer, assessment_id=assessment_id)
    assessment = access.assessment
    named = MaturityAssessor.objects.filter(assessment=assessment, excused_at=None).select_related("user__person")
    shown = sorted((AssessorShown(one, name_of(one.user)) for one in named), key=lambda one: one.name)
    is_scoring = access.assessor is not None and assessment.state == MaturityAssessment.State.SCORING
    return AssessmentPage(
        access,
        dimension_rows(access),
        tuple(shown),
        name_of(assessment.validator) if assessment.validator is not None else "",
        missing_scores(access.assessor) if is_scoring and access.assessor is not None else 0,
        access.assessor is not None,
    )


def dimension_rows(access: Access) -> tuple[DimensionRows, ...]:
    """Return the practices of an assessment by dimension, with evidence counted and the viewer's own scores."""
    assessment = access.assessment
    counted = MaturityEvidence.objects.filter(assessment=assessment).values("practice").annotate(n=Count("id"))
    evidence = {one["practice"]: one["n"] for one in counted}
    own: Mapping[str, tuple[int, str]] = {}
    if access.assessor is not None:
        mine = access.scores().filter(assessor=access.assessor)
        own = {one.practice: (one.score, one.reason) for one in mine}
    made = []
    for dimension in DIMENSIONS:
        rows = []
        for practice in library(assessment.library).practices:
            if practice.dimension == dimension:
                score, reason = own.get(practice.key, (None, ""))
                rows.append(PracticeRow(words_of(practice), evidence.get(practice.key, 0), score, reason))
        made.append(DimensionRows(dimension, DIMENSION_WORDS[dimension], tuple(rows)))
    return tuple(made)


def sheet_page(*, viewer: Viewer, assessment_id: UUID, dimension: str) -> tuple[Access, DimensionRows, str]:
    """Return an assessor's own sheet of one dimension, and the key of the next one, "" after the last.

    Raises PermissionDenied for who does not score in it.
    """
    access = involved_in(viewer=viewer, assessment_id=assessment_id)
    if access.assessor is None:
        raise PermissionDenied
    found = {one.key: one for one in dimension_rows(access)}
    if dimension not in found:
        raise Http404
    place = DIMENSIONS.index(dimension) + 1
    return access, found[dimension], DIMENSIONS[place] if place < len(DIMENSIONS) else ""


def practice_page(*, viewer: Viewer, assessment_id: UUID, practice: str) -> PracticePage:
    """Return one practice with its evidence, for who works on the assessment."""
    access = involved_in(viewer=viewer, assessment_id=assessment_id)
    assessment = access.assessment
    known = library(assessment.library).by_key
    if practice not in known:
        raise Http404
    may_attach = assessment.state in (MaturityAssessment.State.EVIDENCE, MaturityAssessment.State.SCORING)
    standing = MaturityEvidence.objects.filter(assessment=assessment, practice=practice).defer("content")
    shown = tuple(
        EvidenceShown(
            one,
            name_of(one.added_by),
            one.added_at,
            evidence_from(one.finding) if one.finding else None,
            str(one.added_by_id) == viewer.user,
        )
        for one in standing.select_related("added_by__person").order_by("added_at")
    )
    return PracticePage(
        access,
        words_of(known[practice]),
        shown,
        tuple(findings_for(viewer, assessment)) if may_attach else (),
        may_attach,
    )


def evidence_file(*, viewer: Viewer, assessment_id: UUID, evidence_id: UUID) -> MaturityEvidence:
    """Return a file attached as evidence, for who works on the assessment."""
    involved_in(viewer=viewer, assessment_id=assessment_id)
    found = MaturityEvidence.objects.filter(
        pk=evidence_id, assessment=assessment_id, kind=MaturityEvidence.Kind.FILE
    ).first()
    if found is None:
        raise Http404
    return found


def findings_for(viewer: Viewer, assessment: MaturityAssessment) -> list[Evidence]:
    """Return the released scores of the unit looked at that the viewer may see; of the top for the whole."""
    unit = unit_of(assessment)
    return evidence_for_unit(viewer=viewer, unit=unit.key) if unit is not None else []


def unit_of(assessment: MaturityAssessment) -> Unit | None:
    """Return the unit looked at; the top for the whole organisation, None where there is no organisation."""
    if assessment.unit is not None:
        return assessment.unit
    return Unit.objects.filter(parent=None, is_open=True).order_by("number").first()
