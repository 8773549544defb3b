"""What briefings answer to other slices: who opens the tab, whose copy it is, and how useful receivers found them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from headwater.rooms.engage.models import BriefingCopy
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import User

MANAGE = "briefings.manage"


@dataclass(frozen=True)
class Useful:
    """How useful one briefing was to one receiver, 0 to 4, as they said."""

    briefing: UUID
    message: str
    usefulness: int
    rated_at: datetime


def usefulness_of(author: User) -> list[Useful]:
    """Return how useful receivers found what somebody sent them, latest first, without saying who rated.

    No viewer: for the author's own ledger, which has checked who asks.
    """
    rows = BriefingCopy.objects.select_related("briefing").filter(briefing__author=author, usefulness__isnull=False)
    return [
        Useful(row.briefing_id, row.briefing.message, row.usefulness, row.rated_at)
        for row in rows.order_by("-rated_at", "pk")
        if row.usefulness is not None and row.rated_at is not None
    ]


def received_by(viewer: Viewer) -> QuerySet[BriefingCopy]:
    """Return the copies sent to whoever asks, latest first."""
    rows = BriefingCopy.objects.select_related("briefing__author", "briefing__unit", "stakeholder__person")
    if not viewer.person:
        return rows.none()
    sent = rows.filter(stakeholder__person=viewer.person_id, stakeholder__erased_at=None, sent_at__isnull=False)
    return sent.order_by("-sent_at", "pk")


def received_copy(*, viewer: Viewer, copy_id: UUID) -> BriefingCopy:
    """Return a copy sent to whoever asks. Raises PermissionDenied for everybody else's."""
    found = received_by(viewer).filter(pk=copy_id).first()
    if found is None:
        raise PermissionDenied
    return found


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab opens: to those who send, and to those who were sent one."""
    return can(viewer, MANAGE) or received_by(viewer).exists()
