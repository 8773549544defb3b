"""The meeting of the assessors, what is validated, the result, its gaps and how it moved since the last time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.judged_meetings import Given, JudgedPage, JudgedRow
from headwater.rooms.decide.judging_words import figures_words, verdict_words
from headwater.rooms.decide.logic.judging import agreement_from, common_level
from headwater.rooms.decide.logic.maturity import DIMENSIONS, GATES, Standing, changed_since, library, standing_of
from headwater.rooms.decide.maturity.access import Access, access_to, involved_in
from headwater.rooms.decide.maturity.queries import findings_for, unit_of
from headwater.rooms.decide.maturity.scoring import missing_agreement, scores_given
from headwater.rooms.decide.maturity.words import (
    BAND_WORDS,
    DIMENSION_WORDS,
    GATE_MEANINGS,
    GATE_WORDS,
    LEVEL_WORDS,
    PracticeWords,
    Text,
)
from headwater.rooms.decide.maturity.words import practice_words as words_of
from headwater.rooms.decide.models import MaturityAssessment, MaturityEvidence, PracticeConsensus
from headwater.rooms.learn.evidence import Evidence, evidence_from
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for


@dataclass(frozen=True, kw_only=True)
class MeetingPage(JudgedPage):
    """The meeting of an assessment: a row for each practice."""

    access: Access


@dataclass(frozen=True)
class LevelRow:
    """One practice in the result. alone: what assessors gave, unnamed. evidence: how many pieces there are."""

    words: PracticeWords
    level: int
    level_text: Text
    reason: str
    alone: tuple[int, ...]
    evidence: int
    is_complete: bool


@dataclass(frozen=True)
class DimensionResult:
    """One dimension in the result."""

    key: str
    title: Text
    mean: float
    rows: tuple[LevelRow, ...]


@dataclass(frozen=True)
class GateRow:
    """One overall level: whether it counts, and how many of its practices are complete."""

    number: int
    title: Text
    meaning: Text
    complete: int
    practices: int
    counts: bool


@dataclass(frozen=True)
class Earlier:
    """An earlier validated assessment of the same unit, and which practices moved since the one before it."""

    assessment: MaturityAssessment
    gate: Text
    share: float
    band: Text
    up: int
    down: int
    is_here: bool


@dataclass(frozen=True)
class ResultPage:
    """What was agreed on and what it comes to. gaps: what keeps the next overall level from counting, then the rest."""

    access: Access
    standing: Standing
    gate: Text
    gate_meaning: Text
    next_gate: Text
    band: Text
    bands: tuple[tuple[Text, int], ...]
    gates: tuple[GateRow, ...]
    dimensions: tuple[DimensionResult, ...]
    lacking: tuple[LevelRow, ...]
    later: tuple[LevelRow, ...]
    trend: tuple[Earlier, ...]
    moved: tuple[tuple[PracticeWords, int], ...]
    agreement: str
    figures: tuple[str, ...]
    assessors: int
    validator: str
    may_prepare: bool

    @property
    def assessment(self) -> MaturityAssessment:
        """The assessment."""
        return self.access.assessment


@dataclass(frozen=True)
class GapPage:
    """One gap on its way to a direction. findings: scores that could show it moved, attached ones first."""

    access: Access
    row: LevelRow
    findings: tuple[Evidence, ...]


def meeting_page(*, viewer: Viewer, assessment_id: UUID) -> MeetingPage:
    """Return the meeting for the lead and the assessors. Raises PermissionDenied before all scores are in."""
    access = involved_in(viewer=viewer, assessment_id=assessment_id)
    if not access.sees_all_scores:
        raise PermissionDenied
    assessment = access.assessment
    given: dict[str, list[Given]] = {}
    for one in access.scores().select_related("assessor__user__person").order_by("score"):
        given.setdefault(one.practice, []).append(Given(name_of(one.assessor.user), one.score, one.reason))
    kept = _agreed(assessment)
    rows: list[JudgedRow] = []
    for practice in library(assessment.library).practices:
        said, agreed = given.get(practice.key, []), kept.get(practice.key)
        proposed = agreed.score if agreed is not None else common_level([one.score for one in said])
        reason = agreed.reason if agreed is not None else ""
        rows.append(
            JudgedRow(
                key=practice.key,
                field=practice.key,
                title=words_of(practice).title,
                href=reverse("decide:maturity_practice", args=[assessment.pk, practice.key]),
                given=tuple(said),
                agreed=proposed,
                reason=reason,
                is_kept=agreed is not None,
            )
        )
    rows.sort(key=lambda row: -row.spread)
    found = agreement_from(assessment.agreement)
    return MeetingPage(
        access=access,
        verdict=verdict_words(found),
        figures=tuple(figures_words(found)),
        rows=tuple(rows),
        missing=missing_agreement(assessment),
    )


def result_page(*, viewer: Viewer, assessment_id: UUID) -> ResultPage:
    """Return what was agreed on, once it is complete: for who works on it, and for readers when validated."""
    access = access_to(viewer=viewer, assessment_id=assessment_id)
    assessment = access.assessment
    is_ready = assessment.state in (MaturityAssessment.State.VALIDATING, MaturityAssessment.State.DONE)
    if not is_ready:
        raise PermissionDenied
    practices = library(assessment.library)
    kept = _agreed(assessment)
    agreed = {key: one.score for key, one in kept.items()}
    found = standing_of(agreed, practices, complete_from=assessment.complete_from, bands=assessment.bands)
    alone, evidence = scores_given(assessment), _evidence_counts(assessment)
    rows = {
        one.key: LevelRow(
            words_of(one),
            agreed[one.key],
            LEVEL_WORDS[agreed[one.key]],
            kept[one.key].reason,
            tuple(alone.get(one.key, ())),
            evidence.get(one.key, 0),
            agreed[one.key] >= assessment.complete_from,
        )
        for one in practices.practices
    }
    gates = _gates(rows, found)
    trend, moved = _trend(assessment)
    agreement = agreement_from(assessment.agreement)
    return ResultPage(
        access=access,
        standing=found,
        gate=GATE_WORDS[found.gate_name],
        gate_meaning=GATE_MEANINGS[found.gate_name],
        next_gate=GATE_WORDS[GATES[found.gate]] if found.gate < len(GATES) else "",
        band=BAND_WORDS[found.band],
        bands=tuple(zip(BAND_WORDS.values(), (0, *assessment.bands), strict=True)),
        gates=gates,
        dimensions=tuple(
            DimensionResult(
                key,
                DIMENSION_WORDS[key],
                found.by_dimension[key],
                tuple(row for row in rows.values() if row.words.dimension == key),
            )
            for key in DIMENSIONS
        ),
        lacking=tuple(rows[key] for key in found.lacking),
        later=tuple(rows[key] for key in found.incomplete if key not in found.lacking),
        trend=trend,
        moved=moved,
        agreement=verdict_words(agreement),
        figures=tuple(figures_words(agreement)),
        assessors=agreement.raters,
        validator=name_of(assessment.validator) if assessment.validator is not None else "",
        may_prepare=has_role_for(viewer, "directions.prepare"),
    )


def gap_page(*, viewer: Viewer, assessment_id: UUID, practice: str) -> GapPage:
    """Return one gap of a validated assessment, for who may put candidates on the board of directions."""
    page = result_page(viewer=viewer, assessment_id=assessment_id)
    unit = unit_of(page.assessment)
    if unit is None or page.assessment.state != MaturityAssessment.State.DONE:
        raise Http404
    if not can(viewer, "directions.prepare", unit.number):
        raise PermissionDenied
    row = next((one for one in (*page.lacking, *page.later) if one.words.key == practice), None)
    if row is None:
        raise Http404
    attached = MaturityEvidence.objects.filter(
        assessment=page.assessment, practice=practice, kind=MaturityEvidence.Kind.FINDING
    ).defer("content")
    backing = [evidence_from(one.finding) for one in attached]
    # What was attached for another unit cannot become a direction of this one.
    mine = [one for one in backing if one.unit == unit.key]
    seen = {(one.study, one.score) for one in mine}
    others = [one for one in findings_for(viewer, page.assessment) if (one.study, one.score) not in seen]
    return GapPage(page.access, row, (*mine, *others))


def _agreed(assessment: MaturityAssessment) -> dict[str, PracticeConsensus]:
    return {one.practice: one for one in PracticeConsensus.objects.filter(assessment=assessment)}


def _evidence_counts(assessment: MaturityAssessment) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in MaturityEvidence.objects.filter(assessment=assessment).values_list("practice", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return counts


def _gates(rows: dict[str, LevelRow], found: Standing) -> tuple[GateRow, ...]:
    made = []
    for number, key in enumerate(GATES, 1):
        mine = [row for row in rows.values() if row.words.gate == number]
        complete = sum(row.is_complete for row in mine)
        made.append(
            GateRow(number, GATE_WORDS[key], GATE_MEANINGS[key], complete, len(mine), counts=number <= found.gate)
        )
    return tuple(made)


def _trend(
    assessment: MaturityAssessment,
) -> tuple[tuple[Earlier, ...], tuple[tuple[PracticeWords, int], ...]]:
    """Validated assessments of the same unit, oldest first, and what moved between this one and the one before it."""
    done = MaturityAssessment.objects.filter(unit=assessment.unit, state=MaturityAssessment.State.DONE)
    shown: list[Earlier] = []
    moved: tuple[tuple[PracticeWords, int], ...] = ()
    before: dict[str, int] | None = None
    for one in done.order_by("validated_at"):
        levels: dict[str, int] = one.outcome["levels"]
        changes = changed_since(before, levels) if before is not None else []
        if one.pk == assessment.pk:
            known = library(one.library).by_key
            moved = tuple((words_of(known[key]), by) for key, by in changes)
        shown.append(
            Earlier(
                one,
                GATE_WORDS[GATES[one.outcome["gate"] - 1]],
                one.outcome["share"],
                BAND_WORDS[one.outcome["band"]],
                sum(by > 0 for _key, by in changes),
                sum(by < 0 for _key, by in changes),
                one.pk == assessment.pk,
            )
        )
        before = levels
    return tuple(shown), moved
