"""What the pages of reviews show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied

from headwater.rooms.engage.models import Sponsorship, Stakeholder
from headwater.rooms.house.periods import period_words
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.rooms.prove.logic.reviews import Quarter, quarter_of
from headwater.rooms.prove.models import ProgrammeReview, ReviewCopy
from headwater.rooms.prove.reviews.allowed import (
    MANAGE,
    copies_for,
    get_review,
    may_manage,
    opens_page,
    own_copy,
    seen_reviews,
)
from headwater.rooms.prove.reviews.documents import copy_form, facts_in, language_now
from headwater.rooms.prove.reviews.facts import Facts

QUARTERS_OFFERED = 4
MOST_OFFERED = 300


@dataclass(frozen=True)
class ReviewLine:
    """One review in the list. copy: the viewer's own, None without one."""

    review: ProgrammeReview
    quarter: str
    headline: str
    copy: ReviewCopy | None


@dataclass(frozen=True)
class ReviewsPage:
    """The reviews a viewer sees. quarters: for which one can be made."""

    reviews: tuple[ReviewLine, ...]
    may_manage: bool
    quarters: tuple[Quarter, ...]


@dataclass(frozen=True)
class CopyLine:
    """One sponsor's copy."""

    copy: ReviewCopy
    name: str
    form: str
    file: str


@dataclass(frozen=True)
class ReviewPage:
    """One review. copies: of all sponsors, for who makes it."""

    review: ProgrammeReview
    quarter: str
    facts: Facts
    copies: tuple[CopyLine, ...]
    may_manage: bool


@dataclass(frozen=True)
class CopyPage:
    """One sponsor's copy as they read it. is_own: whether its sponsor reads it."""

    copy: ReviewCopy
    review: ProgrammeReview
    quarter: str
    facts: Facts
    file: str
    is_own: bool


def reviews_page(*, viewer: Viewer, today: date) -> ReviewsPage:
    """Return the reviews a viewer sees. Raises PermissionDenied."""
    if not opens_page(viewer):
        raise PermissionDenied
    copies = {copy.review_id: copy for copy in copies_for(viewer)}
    lines = tuple(
        ReviewLine(
            review,
            period_words(quarter_of(review.first_date).key),
            facts_in(review, language_now()).headline,
            copies.get(review.pk),
        )
        for review in seen_reviews(viewer)
    )
    quarters = [quarter_of(today)]
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].before())
    return ReviewsPage(lines, may_manage(viewer), tuple(quarters))


def review_page(*, viewer: Viewer, review_id: UUID) -> ReviewPage:
    """Return a review. Raises Http404, PermissionDenied."""
    review = get_review(viewer=viewer, review_id=review_id)
    manages = may_manage(viewer)
    copies: tuple[CopyLine, ...] = ()
    if manages:
        rows = ReviewCopy.objects.filter(review=review).select_related("stakeholder__person", "goal")
        copies = tuple(
            CopyLine(copy, str(copy.stakeholder), str(copy.get_form_display()), copy_form(copy))
            for copy in rows.order_by("made_at", "pk")
        )
    return ReviewPage(
        review, period_words(quarter_of(review.first_date).key), facts_in(review, language_now()), copies, manages
    )


def copy_page(*, viewer: Viewer, copy_id: UUID) -> CopyPage:
    """Return a sponsor's copy. Raises Http404, PermissionDenied."""
    copy = own_copy(viewer=viewer, copy_id=copy_id)
    review = copy.review
    person = copy.stakeholder.person_id
    return CopyPage(
        copy=copy,
        review=review,
        quarter=period_words(quarter_of(review.first_date).key),
        facts=facts_in(review, language_now()),
        file=copy_form(copy),
        is_own=bool(viewer.person) and person == viewer.person_id,
    )


def editable_review(*, viewer: Viewer, review_id: UUID) -> ProgrammeReview:
    """Return a review, to change it. Raises Http404, PermissionDenied."""
    require(viewer, MANAGE)
    return get_review(viewer=viewer, review_id=review_id)


def sponsors_offered() -> list[Stakeholder]:
    """Return whom a review can be given to: those who speak up for somebody first. No viewer: the form's page asked."""
    speaks = set(Sponsorship.objects.filter(ended_at=None).values_list("sponsor", flat=True))
    found = Stakeholder.objects.filter(archived_at=None, erased_at=None).select_related("person")
    return sorted(found[:MOST_OFFERED], key=lambda one: (one.pk not in speaks, str(one).lower()))
