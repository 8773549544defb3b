"""What briefings answer to other slices: who opens the tab, whose copy it is, and how useful receivers found them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Min, QuerySet
from django.utils.timezone import localdate

from headwater.rooms.engage.models import Briefing, BriefingCopy
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


def forecast_briefings() -> tuple[tuple[Briefing, date], ...]:
    """Return every briefing with a forecast that was sent, and its first day, for whoever checks forecasts later.

    It works from the day on which the first copy went out. No viewer: what is shown of it is for the caller to gate.
    """
    foreseen = Briefing.objects.exclude(forecast_likely=None).select_related("unit", "author__person")
    found = foreseen.annotate(begun_at=Min("copies__sent_at")).exclude(begun_at=None).order_by("made_at", "pk")
    return tuple((one, localdate(one.begun_at)) for one in found)


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


def handed_to(viewer: Viewer) -> QuerySet[BriefingCopy]:
    """Return the copies that whoever asks is to hand on as a sponsor, latest first."""
    rows = BriefingCopy.objects.select_related(
        "briefing__author", "briefing__unit", "stakeholder__person", "sponsor__person"
    )
    if not viewer.person:
        return rows.none()
    mine = rows.filter(sponsor__person=viewer.person_id, sponsor__erased_at=None, stakeholder__erased_at=None)
    return mine.filter(sent_at__isnull=False).order_by("-sent_at", "pk")


def handed_copy(*, viewer: Viewer, copy_id: UUID) -> BriefingCopy:
    """Return a copy to its sponsor. Raises PermissionDenied for everybody else's, its receiver included."""
    found = handed_to(viewer).filter(pk=copy_id).first()
    if found is None:
        raise PermissionDenied
    return found


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab opens: to those who send, and to those who were sent one or hand one on."""
    return can(viewer, MANAGE) or received_by(viewer).exists() or handed_to(viewer).exists()
