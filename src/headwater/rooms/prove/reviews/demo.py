"""The demonstration's review: of the quarter that runs, issued to three sponsors in the forms they like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import override

from headwater.rooms.act.present_units import top_unit
from headwater.rooms.decide.models import Goal
from headwater.rooms.people.models import User
from headwater.rooms.prove.logic.reviews import quarter_of
from headwater.rooms.prove.models import ProgrammeReview
from headwater.rooms.prove.reviews.queries import sponsors_offered
from headwater.rooms.prove.reviews.services import give_copy, issue_review, make_review, write_note

NOTE = (
    "We promised more than we could follow up. In the next quarter we make fewer promises, and tell people sooner when "
    "one will be late."
)
ASKS = (
    "Open the next safety meeting yourself and say what was fixed.",
    "Decide on the two posts for obstacles between depots and planning.",
    "",
)
SPONSORS = 3


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Make one review, give it to sponsors and issue it, unless there is one. Returns nothing to print."""
    lead = User.objects.filter(email="experience.lead@demo.example").first()
    unit = top_unit()
    if lead is None or unit is None or ProgrammeReview.objects.exists():
        return []
    with override("en"):
        review = make_review(unit=unit, quarter=quarter_of(timezone.localdate(now)), actor=lead, now=now)
        write_note(review_id=review.pk, note=NOTE, actor=lead, now=now)
        goals = list(Goal.objects.filter(retired_at=None).order_by("position"))
        by = timezone.localdate(now) + timedelta(days=21)
        chosen = sponsors_offered()
        top = User.objects.filter(email="top.leader@demo.example").first()
        chosen.sort(key=lambda one: top is None or one.person_id != top.person_id)
        for place, stakeholder in enumerate(chosen[:SPONSORS]):
            ask = ASKS[place] if place < len(goals) else ""
            give_copy(
                review_id=review.pk,
                stakeholder=stakeholder,
                ask=ask,
                goal=goals[place] if ask else None,
                ask_by_date=by if ask else None,
                minutes=None,
                actor=lead,
                now=now,
            )
        issue_review(review_id=review.pk, actor=lead, now=now, over_reason="The meeting on the quarter is that week.")
    return []
