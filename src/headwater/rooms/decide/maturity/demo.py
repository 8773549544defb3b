"""The demonstration's part of maturity: one assessment that is validated, with evidence, and one a year before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from headwater.rooms.decide.logic.judging import owes_reason
from headwater.rooms.decide.logic.maturity import DEFAULT_BANDS, library
from headwater.rooms.decide.maturity import evidence, preparing, scoring
from headwater.rooms.decide.maturity.queries import unit_of
from headwater.rooms.decide.models import MaturityAssessment
from headwater.rooms.learn.evidence import evidence_for_unit
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

LEAD = "experience.lead@demo.example"
ASSESSORS = ("analyst@demo.example", "team.leader@demo.example", "employee@demo.example")
SENIOR = "top.leader@demo.example"
REASON = "We looked at the evidence together: it holds in most places, and two do it otherwise."
LINKS = {
    "vision-one-page": ("The page as it hangs in every depot", "https://harbour-transit.example/vision"),
    "people-asked-regularly": ("The plan of surveys for this year", "https://harbour-transit.example/surveys"),
    "safe-for-staff": ("Minutes of the weekly safety meeting", "https://harbour-transit.example/safety"),
}
LINKS |= {
    "leaders-meet-customers": ("Days at the front line, by leader", "https://harbour-transit.example/front-line-days"),
    "few-priorities-kept": ("The board of directions", "https://harbour-transit.example/directions"),
    "journeys-mapped": ("The three main journeys", "https://harbour-transit.example/journeys"),
    "accessible-to-all": ("Report of the accessibility panel", "https://harbour-transit.example/accessibility"),
    "loop-closed": ("What changed because you said so", "https://harbour-transit.example/what-changed"),
    "scores-with-ranges": ("The latest quarterly deck", "https://harbour-transit.example/quarterly"),
}
MEAN = {2: 3.2, 3: 2.3, 4: 1.7, 5: 1.2}
"""Of the levels a year ago by overall level; the latest is half a level higher."""


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build two validated assessments, unless there are any. Returns nothing to print."""
    emails = (LEAD, SENIOR, *ASSESSORS)
    accounts = {one.email: one for one in User.objects.filter(email__in=emails).select_related("person")}
    if len(accounts) < len(emails) or MaturityAssessment.objects.exists():
        return []
    if not preparing.is_senior(accounts[SENIOR], None):
        return []
    rng = np.random.default_rng([seed, 11])
    before = _levels(rng)
    after = {key: min(4, level + int(rng.random() < 0.5)) for key, level in before.items()}
    # Every tactical practice is complete by now, so that the first level counts.
    after |= {one.key: max(3, after[one.key]) for one in library().practices if one.level == 2}
    for title, agreed, ago in (
        ("Where we stood a year ago", before, timedelta(days=370)),
        ("Where we stand", after, timedelta(days=20)),
    ):
        _live_through(title, agreed, accounts, rng, now - ago)
    return []


def _levels(rng: np.random.Generator) -> dict[str, int]:
    return {one.key: int(np.clip(round(MEAN[one.level] + rng.normal(0, 0.6)), 0, 4)) for one in library().practices}


def _live_through(
    title: str, agreed: Mapping[str, int], accounts: Mapping[str, User], rng: np.random.Generator, now: datetime
) -> None:
    """One assessment from its beginning to the senior's word, as people would."""
    lead = accounts[LEAD]
    made = preparing.begin_assessment(
        title=title, unit=None, due_date=timezone.localdate(now) + timedelta(days=14), complete_from=3,
        bands=DEFAULT_BANDS, actor=lead, now=now,
    )  # fmt: skip
    for email in ASSESSORS:
        preparing.name_assessor(
            assessment_id=made.pk, user=accounts[email], is_external=False, engaged_until_date=None, actor=lead, now=now
        )
    preparing.name_validator(assessment_id=made.pk, user=accounts[SENIOR], actor=lead, now=now)
    for practice, (what, link) in LINKS.items():
        evidence.add_link(assessment_id=made.pk, practice=practice, title=what, link=link, actor=lead, now=now)
    _attach_scores(made, lead, now)
    preparing.open_scoring(assessment_id=made.pk, actor=lead, now=now)
    day = now + timedelta(days=5)
    given: dict[str, list[int]] = {key: [] for key in agreed}
    for email in ASSESSORS:
        scores = {}
        for key, level in agreed.items():
            own = int(np.clip(level + rng.choice([-1, 0, 0, 0, 0, 0, 1]), 0, 4))
            given[key].append(own)
            scores[key] = (own, "")
        scoring.save_scores(assessment_id=made.pk, scores=scores, actor=accounts[email], now=day)
        scoring.hand_in(assessment_id=made.pk, actor=accounts[email], now=day)
    levels = {key: (level, REASON if owes_reason(given[key], level) else "") for key, level in agreed.items()}
    scoring.agree_levels(assessment_id=made.pk, levels=levels, actor=lead, now=day)
    scoring.ask_validation(assessment_id=made.pk, actor=lead, now=day)
    scoring.validate(
        assessment_id=made.pk,
        is_accepted=True,
        word="I would have said less of ourselves a year ago. Let us take two of the gaps, not ten.",
        actor=accounts[SENIOR],
        now=day + timedelta(days=2),
    )


def _attach_scores(made: MaturityAssessment, lead: User, now: datetime) -> None:
    """Released scores as evidence, where any are released by then."""
    unit = unit_of(made)
    if unit is None:
        return
    viewer = viewer_of(lead, today=timezone.localdate(now))
    found = evidence_for_unit(viewer=viewer, unit=unit.key)
    for practice, one in zip(("leaders-meet-customers", "bad-news-early"), found, strict=False):
        if one.released_at <= now.isoformat():
            evidence.add_finding(assessment_id=made.pk, practice=practice, evidence=one, actor=lead, now=now)
