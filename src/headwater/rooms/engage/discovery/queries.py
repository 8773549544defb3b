"""The list of Discoveries, who may open it, and the commitments they led to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from headwater.rooms.engage.discovery.leading import may_lead
from headwater.rooms.engage.discovery.preparing import MANAGE
from headwater.rooms.engage.models import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryInvitation,
    DiscoveryParticipant,
    DiscoveryQuestion,
)
from headwater.rooms.people.logic.roles import LEADER, Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.tabs import has_role_for

Stage = Discovery.Stage


@dataclass(frozen=True)
class Line:
    """One Discovery on the list. state: where it stands for the viewer."""

    discovery: Discovery
    href_key: str
    state: str
    kind: str


@dataclass(frozen=True)
class ListPage:
    """My Discoveries, and those that the viewer leads."""

    mine: tuple[Line, ...]
    led: tuple[Line, ...]
    may_prepare: bool
    is_leader: bool


def list_page(*, viewer: Viewer, now: datetime) -> ListPage:
    """Return the list. Raises PermissionDenied for nobody signed in."""
    if not viewer.user:
        raise PermissionDenied
    user = viewer.user_id
    asked = DiscoveryInvitation.objects.filter(user=user).values("discovery")
    taking = DiscoveryParticipant.objects.filter(user=user).values("discovery")
    mine = Discovery.objects.filter(pk__in=asked.union(taking)).exclude(stage=Stage.PREPARED)
    may_prepare = may_prepare_any(viewer)
    led: list[Discovery] = []
    if may_prepare:
        every = Discovery.objects.filter(is_own=False).select_related("unit").order_by("-prepared_at")[:100]
        led = [one for one in every if may_lead(viewer, one)]
    return ListPage(
        mine=tuple(_mine(one, user) for one in mine.select_related("unit").order_by("-stage_at")[:50]),
        led=tuple(Line(one, "lead", str(Stage(one.stage).label), kind_of(one)) for one in led),
        may_prepare=may_prepare,
        is_leader=viewer.has(LEADER),
    )


def may_prepare_any(viewer: Viewer) -> bool:
    """Whether a viewer may prepare Discoveries for any part of the organisation."""
    return has_role_for(viewer, MANAGE)


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab of Discovery opens: to who prepares, to leaders, and to whoever was asked."""
    if may_prepare_any(viewer) or viewer.has(LEADER):
        return True
    return bool(viewer.user) and DiscoveryInvitation.objects.filter(user=viewer.user_id).exists()


@dataclass(frozen=True)
class CommitmentMade:
    """A commitment of a Discovery, for the room that follows commitments. finding: study, wave, unit, score."""

    commitment: UUID
    user: UUID
    discovery: UUID
    title: str
    finding: tuple[str, str, str, str]
    sentence: str
    first_step: str
    first_step_date: date
    tells: str
    made_at: datetime


def commitments_of(*, viewer: Viewer, user: User | None = None) -> list[CommitmentMade]:
    """Return the viewer's own commitments from Discoveries, the latest first. user: has to be the viewer themself.

    Those of anonymous participants belong to no account and are not here. Raises PermissionDenied for anybody else's.
    """
    if not viewer.user or (user is not None and str(user.pk) != viewer.user):
        raise PermissionDenied
    found = DiscoveryCommitment.objects.filter(participant__user=viewer.user_id).order_by("-made_at")
    made = []
    for one in found.select_related("participant__discovery__unit"):
        discovery = one.participant.discovery
        truth = DiscoveryQuestion.objects.get(discovery=discovery, role=DiscoveryQuestion.Role.INSIGHT).truth
        finding = (truth["study"], truth["wave"], truth["unit"], truth["score"])
        made.append(
            CommitmentMade(
                one.pk, viewer.user_id, discovery.pk, discovery.title, finding, one.sentence, one.first_step,
                one.first_step_date, one.tells, one.made_at,
            )
        )  # fmt: skip
    return made


def kind_of(discovery: Discovery) -> str:
    """Return in words for whom it is."""
    if discovery.is_own:
        return _("Your own")
    if not discovery.is_team:
        return _("One leader")
    return _("A team, anonymous") if discovery.is_anonymous else _("A team, named")


def _mine(discovery: Discovery, user: UUID) -> Line:
    if discovery.stage == Stage.CLOSED:
        return Line(discovery, "take", _("Over"), kind_of(discovery))
    participant = DiscoveryParticipant.objects.filter(discovery=discovery, user=user).first()
    if participant is not None and participant.locked_at is not None:
        return Line(discovery, "take", _("Locked, goes on"), kind_of(discovery))
    return Line(discovery, "take", _("Waits for you"), kind_of(discovery))
