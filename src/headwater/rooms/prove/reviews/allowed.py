"""Who may see a review: those who lead the experience, whoever leads its part, and each sponsor it was given to."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from headwater.rooms.act.present_units import may
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.rooms.prove.models import ProgrammeReview, ReviewCopy

SEE, MANAGE = "reviews.see", "reviews.manage"


def may_manage(viewer: Viewer) -> bool:
    """Whether a viewer makes and issues reviews."""
    return can(viewer, MANAGE)


def copies_for(viewer: Viewer) -> list[ReviewCopy]:
    """Return the copies of issued reviews that were given to whoever asks, the latest first."""
    if not viewer.person:
        return []
    rows = ReviewCopy.objects.filter(
        stakeholder__person=viewer.person_id, stakeholder__erased_at=None, review__issued_at__isnull=False
    )
    return list(rows.select_related("review__unit", "goal", "stakeholder__person").order_by("-review__first_date"))


def opens_page(viewer: Viewer) -> bool:
    """Whether the tab opens: by role, or to somebody a review was given to."""
    return has_role_for(viewer, SEE) or bool(copies_for(viewer))


def seen_reviews(viewer: Viewer) -> list[ProgrammeReview]:
    """Return the reviews a viewer sees by role or by a copy: drafts only who makes them. The latest quarter first."""
    found = ProgrammeReview.objects.select_related("unit").order_by("-first_date", "unit__number", "pk")
    if may_manage(viewer):
        return list(found)
    given = {copy.review_id for copy in copies_for(viewer)}
    issued = [review for review in found if not review.is_draft]
    return [review for review in issued if review.pk in given or may(viewer, SEE, review.unit)]


def get_review(*, viewer: Viewer, review_id: UUID) -> ProgrammeReview:
    """Return a review. Raises Http404, PermissionDenied for one that the viewer does not see."""
    found = ProgrammeReview.objects.select_related("unit").filter(pk=review_id).first()
    if found is None:
        if not opens_page(viewer):
            require(viewer, SEE)
        raise Http404
    if may_manage(viewer):
        return found
    is_given = any(copy.review_id == found.pk for copy in copies_for(viewer))
    if found.is_draft or not (is_given or may(viewer, SEE, found.unit)):
        raise PermissionDenied
    return found


def own_copy(*, viewer: Viewer, copy_id: UUID) -> ReviewCopy:
    """Return a copy: its sponsor's own, or any to who makes reviews. Raises PermissionDenied, Http404."""
    if may_manage(viewer):
        rows = ReviewCopy.objects.select_related("review__unit", "goal", "stakeholder__person")
        found = rows.filter(pk=copy_id).first()
        if found is None:
            raise Http404
        return found
    mine = next((copy for copy in copies_for(viewer) if copy.pk == copy_id), None)
    if mine is None:
        raise PermissionDenied
    return mine
