"""One candidate as a page, kept or straight from a finding."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import get_language

from headwater.rooms.decide.directions import wording
from headwater.rooms.decide.directions.allowed import SEE, may_choose, may_prepare, may_see
from headwater.rooms.decide.directions.board import expected_of
from headwater.rooms.decide.directions.effects import Expected
from headwater.rooms.decide.directions.estimates import Estimates, medians
from headwater.rooms.decide.directions.evidence import LargerUnit, larger_units, live_evidence
from headwater.rooms.decide.models import CandidateRating, Direction, DirectionCandidate
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_of, plain_score
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.vocab import speaking


@dataclass(frozen=True)
class CandidatePage:
    """One candidate, kept or straight from a finding. kept: None where it is only a finding so far."""

    kept: DirectionCandidate | None
    unit: Unit
    label: str
    finding: Finding | None
    evidence: Evidence | None
    smallest: str
    least: str
    expected: Expected | None
    sentences: tuple[str, ...]
    stations: tuple[str, ...]
    estimates: Estimates
    ratings: tuple[CandidateRating, ...]
    mine: CandidateRating | None
    larger: tuple[LargerUnit, ...]
    direction: Direction | None
    hours: str
    may_prepare: bool
    may_choose: bool


def candidate_page(*, viewer: Viewer, candidate_id: UUID) -> CandidatePage:
    """Return a kept candidate. Raises Http404, PermissionDenied for one of a unit that the viewer does not see."""
    kept = get_candidate(viewer=viewer, candidate_id=candidate_id)
    if kept.kind == DirectionCandidate.Kind.STOP:
        return _candidate(viewer, kept, kept.unit, None, None)
    evidence = live_evidence(viewer=viewer, study=kept.study, unit=kept.unit.key, score=kept.score)
    finding = None if evidence is None else evidence.finding
    return _candidate(viewer, kept, kept.unit, finding, evidence)


def finding_page(*, viewer: Viewer, finding: Finding) -> CandidatePage:
    """Return what a finding would be as a candidate. Raises Http404 for one that was not released to this viewer."""
    if not has_role_for(viewer, SEE):
        require(viewer, SEE)
    finding = Finding(finding.study, finding.wave, finding.unit, plain_score(finding.score))
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    evidence = evidence_of(viewer=viewer, finding=finding)
    if unit is None or evidence is None:
        raise Http404
    kept = (
        DirectionCandidate.objects.select_related("unit", "made_by", "hours_by", "asked_by")
        .filter(kind=DirectionCandidate.Kind.SCORE, unit=unit, study=finding.study, score=finding.score)
        .exclude(state=DirectionCandidate.State.ASIDE)
        .order_by("-made_at")
        .first()
    )
    return _candidate(viewer, kept, unit, finding, evidence)


def get_candidate(*, viewer: Viewer, candidate_id: UUID) -> DirectionCandidate:
    """Return a candidate. Raises Http404, PermissionDenied."""
    related = ("unit", "made_by", "hours_by", "asked_by")
    found = DirectionCandidate.objects.select_related(*related).filter(pk=candidate_id).first()
    if found is None:
        if not has_role_for(viewer, SEE):
            require(viewer, SEE)
        raise Http404
    if not may_see(viewer, found.unit):
        raise PermissionDenied
    return found


def _candidate(
    viewer: Viewer, kept: DirectionCandidate | None, unit: Unit, finding: Finding | None, evidence: Evidence | None
) -> CandidatePage:
    ratings = () if kept is None else tuple(CandidateRating.objects.filter(candidate=kept).select_related("by"))
    with speaking(get_language() or "en"):
        expected = None if evidence is None else expected_of(unit, evidence.study, evidence.score)
        parts = {"smallest": "", "least": ""} if evidence is None else wording.start_text_parts(evidence)
        sentences: tuple[str, ...] = ()
        if expected is not None:
            sentences = (wording.effect_sentence(expected), wording.downstream_sentence(expected))
        return CandidatePage(
            kept=kept,
            unit=unit,
            label=_label(kept, evidence),
            finding=finding,
            evidence=evidence,
            smallest=parts["smallest"],
            least=parts["least"],
            expected=expected,
            sentences=sentences,
            stations=() if expected is None else tuple(wording.station_text(one) for one in expected.downstream),
            estimates=medians(ratings),
            ratings=ratings,
            mine=next((one for one in ratings if str(one.by_id) == viewer.user), None),
            larger=() if evidence is None else larger_units(viewer=viewer, evidence=evidence),
            direction=None if kept is None else Direction.objects.filter(candidate=kept).order_by("-chosen_at").first(),
            hours=_hours(kept),
            may_prepare=may_prepare(viewer, unit),
            may_choose=may_choose(viewer, unit),
        )


def _hours(kept: DirectionCandidate | None) -> str:
    if kept is None or kept.hours_low is None or kept.hours_high is None:
        return ""
    return wording.hours_text(kept.hours_low, kept.hours_high)


def _label(kept: DirectionCandidate | None, evidence: Evidence | None) -> str:
    """By its score in the language of the page, unless somebody gave it words of its own."""
    own = {DirectionCandidate.Source.HAND, DirectionCandidate.Source.GAP}
    if evidence is not None and (kept is None or kept.source not in own):
        return evidence.label
    return "" if kept is None else kept.title
