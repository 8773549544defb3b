"""Who may see and change what of the team: the lead of experience, leaders, members, the other rater, the sponsor."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from headwater.rooms.decide.models import Mandate, TeamMember
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import User
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import viewer_of


def may_manage(viewer: Viewer) -> bool:
    """Whether a viewer sets up the team."""
    return can(viewer, "structure.manage")


def may_see_team(viewer: Viewer) -> bool:
    """Whether the pages of the team open: to who sets it up, to leaders, and to who is on it."""
    return has_role_for(viewer, "structure.see") or is_on_team(viewer)


def is_on_team(viewer: Viewer) -> bool:
    """Whether a viewer has a standing place on the team, or was asked to sign its mandate."""
    if not viewer.person:
        return False
    person = viewer.person_id
    if TeamMember.objects.filter(person=person, left_at=None).exists():
        return True
    return Mandate.objects.filter(sponsor=person, withdrawn_at=None).exists()


def may_share(viewer: Viewer) -> bool:
    """Whether the library of practices opens, to read and to write."""
    return has_role_for(viewer, "practices.share")


def may_open(viewer: Viewer) -> bool:
    """Whether any page of the team opens: that of who was asked to rate a member included."""
    return may_see_team(viewer) or is_rater(viewer)


def is_rater(viewer: Viewer) -> bool:
    """Whether a viewer was asked to rate somebody on the team."""
    return bool(viewer.person) and TeamMember.objects.filter(rater=viewer.person_id, left_at=None).exists()


def require_team(viewer: Viewer) -> None:
    """Raise PermissionDenied unless the pages of the team open."""
    if not may_see_team(viewer):
        raise PermissionDenied


def is_self(viewer: Viewer, member: TeamMember) -> bool:
    """Whether a viewer is that member."""
    return bool(viewer.person) and viewer.person == str(member.person_id)


def may_change_member(viewer: Viewer, member: TeamMember) -> bool:
    """Whether a viewer may change a member's sentences and what they have lived through."""
    return may_manage(viewer) or (is_self(viewer, member) and member.left_at is None)


def require_actor(actor: User, member: TeamMember, now: datetime) -> None:
    """Raise PermissionDenied unless an actor may change a member."""
    if not may_change_member(viewer_of(actor, today=localdate(now)), member):
        raise PermissionDenied
