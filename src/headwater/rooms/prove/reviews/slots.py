"""What reviews answer in the house's slots: what needs this viewer, the daily job, one person's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.models import Commitment, Handover
from headwater.rooms.house.periods import period_words
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import viewer
from headwater.rooms.prove.logic.reviews import quarter_of
from headwater.rooms.prove.models import EffectPlan, ProgrammeReview, ReviewCopy
from headwater.rooms.prove.reviews.allowed import copies_for, may_manage
from headwater.rooms.prove.reviews.documents import facts_in, language_now
from headwater.rooms.prove.reviews.facts import without_words

ISSUE_MINUTES = 20


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the copies that wait to be read, to their sponsors, and the latest draft, to who issues it."""
    asker = viewer(request)
    for copy in copies_for(asker):
        if copy.read_at is None:
            words = copy.ask or facts_in(copy.review, language_now()).headline
            yield Need(
                f"review-read-{copy.pk}",
                _("Review"),
                _("Read the review of %(quarter)s") % {"quarter": period_words(quarter_of(copy.review.first_date).key)},
                words,
                copy.minutes,
                reverse("prove:reviews_read", args=[copy.pk]),
                _("Read it"),
                order=1 if copy.ask else 4,
            )
    if may_manage(asker):
        draft = ProgrammeReview.objects.filter(issued_at=None).select_related("unit").order_by("-first_date").first()
        if draft is not None:
            quarter = {"quarter": period_words(quarter_of(draft.first_date).key)}
            itself = draft.made_by_id is None
            yield Need(
                f"review-issue-{draft.pk}",
                _("Review"),
                (_("The review of %(quarter)s made itself") if itself else _("Issue the review of %(quarter)s"))
                % quarter,
                facts_in(draft, language_now()).headline,
                ISSUE_MINUTES,
                reverse("prove:reviews_one", args=[draft.pk]),
                _("Add your words and issue it"),
                order=4,
            )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take a person's own words out of every review, issued ones too, and what was asked of them as a sponsor."""
    own = UUID(person)
    promised = set(Commitment.objects.filter(owner=own).values_list("pk", flat=True))
    promised |= set(Handover.objects.filter(from_person=own).values_list("commitment", flat=True))
    refs = {f"commitment:{pk}" for pk in promised}
    refs |= {
        f"{kind}:{action}" for kind, action in EffectPlan.objects.filter(owner=own).values_list("kind", "action_id")
    }
    count = 0
    for review in ProgrammeReview.objects.all():
        left = without_words(review.facts, frozenset(refs), "–")
        if left != review.facts:
            # Past the frozen save: erasing is the one thing that may change an issued review.
            ProgrammeReview.objects.filter(pk=review.pk).update(facts=left)
            count += 1
    yield Erased(gettext_lazy("own words in programme reviews"), count)
    emptied = (
        ReviewCopy.objects.filter(stakeholder__person=own)
        .exclude(ask="", read_at=None)
        .update(ask="", goal=None, ask_by_date=None, read_at=None)
    )
    yield Erased(gettext_lazy("what programme reviews asked, and that they were read"), emptied)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which reviews a person was given, what was asked of them and when they read them."""
    own = UUID(person)
    rows = ReviewCopy.objects.filter(stakeholder__person=own, review__issued_at__isnull=False).select_related(
        "review", "goal"
    )
    found = [
        {
            "quarter": quarter_of(one.review.first_date).key,
            "form": one.form,
            "minutes": one.minutes,
            "asked": one.ask,
            "goal": None if one.goal is None else one.goal.title,
            "by": one.ask_by_date,
            "read_at": one.read_at,
        }
        for one in rows.order_by("review__first_date")
    ]
    if found:
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("programme-reviews.json", "application/json", text.encode())
