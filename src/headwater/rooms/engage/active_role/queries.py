"""What leaders agreed to and whether it was done: for themselves, and for the experience lead 48 hours later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.models import DirectionReview
from headwater.rooms.engage.active_role.services import BRIEFING, DIRECTION_REVIEW, REVIEW, SELF, VISIT
from headwater.rooms.engage.logic.cadence import Decided, Period, decisions_of, is_told, periods_of
from headwater.rooms.engage.models import RoleAct, RoleDuty, RoleVersion
from headwater.rooms.people.logic.roles import EXPERIENCE_LEAD, LEADER, Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.tabs import has_role_for


@dataclass(frozen=True)
class DutyLine:
    """One thing agreed to, and whether it was done. untold: misses that the reader may not know of yet."""

    duty: RoleDuty
    periods: tuple[Period, ...]
    decisions: tuple[Decided, ...]

    @property
    def now(self) -> Period | None:
        """The period that runs."""
        return self.periods[-1] if self.periods and not self.periods[-1].is_over else None


@dataclass(frozen=True)
class VersionView:
    """A version with its lines; lines carry cadence only once it was signed."""

    version: RoleVersion
    proposed_by: str
    lines: tuple[DutyLine, ...]


@dataclass(frozen=True)
class ActLine:
    """Something that was done. is_own: the leader noted it, and may take it back. source: where it comes from."""

    act: RoleAct
    is_own: bool
    source: str


@dataclass(frozen=True)
class RolePage:
    """The active role of one leader. is_own: whether they read it themselves."""

    leader: User
    name: str
    is_own: bool
    waiting: VersionView | None
    current: VersionView | None
    earlier: tuple[VersionView, ...]
    acts: tuple[ActLine, ...]


@dataclass(frozen=True)
class RolesPage:
    """All leaders with an agreement, for the experience lead."""

    rows: tuple[RolePage, ...]


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab opens: to leaders and to the experience lead."""
    return has_role_for(viewer, "roles.agree")


def own_role_page(*, viewer: Viewer, today: date) -> RolePage:
    """Return the viewer's own. Raises PermissionDenied for somebody who leads no unit."""
    if not viewer.has(LEADER):
        raise PermissionDenied
    leader = User.objects.select_related("person").get(pk=viewer.user_id)
    return _page(leader, is_own=True, today=today)


def role_page(*, viewer: Viewer, leader_id: UUID, today: date) -> RolePage:
    """Return a leader's to themselves and to the experience lead. Raises PermissionDenied to all others."""
    is_own = viewer.user == str(leader_id)
    if not is_own and not viewer.has(EXPERIENCE_LEAD):
        raise PermissionDenied
    leader = User.objects.select_related("person").get(pk=leader_id)
    return _page(leader, is_own=is_own, today=today)


def roles_page(*, viewer: Viewer, today: date) -> RolesPage:
    """Return every leader with an agreement, by name. Raises PermissionDenied to all but the experience lead."""
    if not viewer.has(EXPERIENCE_LEAD):
        raise PermissionDenied
    with_one = RoleVersion.objects.filter(dropped_at=None).values("leader")
    leaders = User.objects.filter(pk__in=with_one, is_active=True).select_related("person")
    rows = [_page(one, is_own=viewer.user == str(one.pk), today=today) for one in leaders]
    return RolesPage(tuple(sorted(rows, key=lambda row: row.name.casefold())))


def _page(leader: User, *, is_own: bool, today: date) -> RolePage:
    versions = list(
        RoleVersion.objects.filter(leader=leader, dropped_at=None)
        .select_related("proposed_by__person")
        .order_by("number")
    )
    acts = _acts(leader)
    signed = [one for one in versions if one.signed_at is not None]
    views = []
    for place, version in enumerate(signed):
        assert version.signed_at is not None
        later = signed[place + 1].signed_at if place + 1 < len(signed) else None
        ended = localdate(later) if later is not None else None
        views.append(_view(version, acts, localdate(version.signed_at), ended, today, is_own=is_own))
    waiting = next((one for one in versions if one.signed_at is None), None)
    return RolePage(
        leader=leader,
        name=name_of(leader),
        is_own=is_own,
        waiting=_view(waiting, acts, None, None, today, is_own=is_own) if waiting is not None else None,
        current=views[-1] if views else None,
        earlier=tuple(reversed(views[:-1])),
        acts=tuple(ActLine(one, one.source.startswith(SELF), _source_words(one.source)) for one in acts[:12])
        if is_own
        else (),
    )


def _acts(leader: User) -> list[RoleAct]:
    """Everything a leader did, latest first: what was recorded, and directions they looked at again.

    Reviews of several directions on one day, and one that was noted that day, are one act: a review was opened.
    """
    recorded = list(RoleAct.objects.filter(leader=leader))
    noted = {one.at_date for one in recorded if one.kind == RoleDuty.Kind.REVIEW}
    days: dict[date, RoleAct] = {}
    for held in DirectionReview.objects.filter(held_by=leader).order_by("held_at"):
        day = localdate(held.held_at)
        source = f"{DIRECTION_REVIEW}{held.pk}"
        act = RoleAct(leader=leader, kind=RoleDuty.Kind.REVIEW, at_date=day, source=source, recorded_at=held.held_at)
        if day not in noted:
            days.setdefault(day, act)
    return sorted([*recorded, *days.values()], key=lambda one: (one.at_date, one.recorded_at), reverse=True)


def _source_words(source: str) -> str:
    """Say where an act comes from, "" where its leader noted it."""
    words = {
        BRIEFING: _("from a briefing"),
        VISIT: _("from a visit"),
        REVIEW: _("from a review"),
        DIRECTION_REVIEW: _("from a direction looked at again"),
    }
    return next((said for start, said in words.items() if source.startswith(start)), "")


def _view(
    version: RoleVersion, acts: list[RoleAct], agreed: date | None, ended: date | None, today: date, *, is_own: bool
) -> VersionView:
    lines = []
    for duty in RoleDuty.objects.filter(version=version).order_by("kind"):
        mine = [one for one in acts if one.kind == duty.kind]
        periods: tuple[Period, ...] = ()
        decisions: tuple[Decided, ...] = ()
        if agreed is not None and duty.per == RoleDuty.Per.EACH:
            asked = [
                (one.asked_date, one.at_date, localdate(one.recorded_at)) for one in mine if one.asked_date is not None
            ]
            found = decisions_of(asked, within=duty.amount, agreed=agreed, ended=ended)
            decisions = tuple(one for one in found if is_own or one.is_told(today))
        elif agreed is not None:
            every = periods_of(
                [one.at_date for one in mine],
                per=duty.per,
                wanted=duty.amount,
                agreed=agreed,
                ended=ended,
                today=today,
            )
            periods = tuple(one for one in every if is_own or is_told(one, today))[-6:]
        lines.append(DutyLine(duty, periods, decisions[:6]))
    return VersionView(version, name_of(version.proposed_by), tuple(lines))
