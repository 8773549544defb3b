"""What people estimated of candidates: how hard they are, and how ready their unit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain
from headwater.rooms.decide.models import CandidateRating


@dataclass(frozen=True)
class Estimates:
    """What people estimated of a candidate. effort, readiness: medians, None before anybody did."""

    effort: float | None = None
    readiness: float | None = None
    count: int = 0

    @property
    def text(self) -> str:
        """Both as people read them."""
        if self.effort is None or self.readiness is None:
            return ""
        return _("effort %(effort)s, ready %(ready)s of 5") % {
            "effort": plain(self.effort, 0 if self.effort % 1 == 0 else 1),
            "ready": plain(self.readiness, 0 if self.readiness % 1 == 0 else 1),
        }


def estimates_of(candidates: Sequence[UUID]) -> Mapping[UUID, Estimates]:
    """Return what was estimated, by candidate; those without an estimate are left out."""
    by: dict[UUID, list[CandidateRating]] = {}
    for rating in CandidateRating.objects.filter(candidate__in=candidates):
        by.setdefault(rating.candidate_id, []).append(rating)
    return {candidate: medians(ratings) for candidate, ratings in by.items()}


def medians(ratings: Sequence[CandidateRating]) -> Estimates:
    """Return the medians of some estimates."""
    if not ratings:
        return Estimates()
    return Estimates(
        float(median(one.effort for one in ratings)), float(median(one.readiness for one in ratings)), len(ratings)
    )
