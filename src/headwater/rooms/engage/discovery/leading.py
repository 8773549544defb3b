"""Leading a Discovery: it opens, goes on step by step, reveals to all at once, and ends."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.engage.discovery.codes import STANDS, code_of, digest_of_code
from headwater.rooms.engage.discovery.foresight_keeping import renew_house_foresight
from headwater.rooms.engage.discovery.places import forget_places
from headwater.rooms.engage.discovery.preparing import MANAGE, SEE, DiscoveryRefusedError
from headwater.rooms.engage.logic.discovery_steps import TOTAL
from headwater.rooms.engage.models import Discovery, DiscoveryInvitation, DiscoveryParticipant
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import User

Stage = Discovery.Stage
MOST_GUESTS = 200
"""People without an account whom one room holds."""


def may_lead(viewer: Viewer, discovery: Discovery) -> bool:
    """Whether a viewer may lead it: a role that manages Discoveries and sees the unit, and does not take part."""
    if discovery.is_own or not viewer.user:
        return False
    number = discovery.unit.number
    if not (can(viewer, MANAGE, number) and can(viewer, SEE, number)):
        return False
    user = viewer.user_id
    taking = DiscoveryInvitation.objects.filter(discovery=discovery, user=user).exists()
    return not taking and not DiscoveryParticipant.objects.filter(discovery=discovery, user=user).exists()


def led_discovery(*, viewer: Viewer, discovery_id: UUID) -> Discovery:
    """Return a Discovery for whoever leads it. Raises Discovery.DoesNotExist, PermissionDenied for everybody else."""
    found = Discovery.objects.select_related("unit").get(pk=discovery_id)
    if not may_lead(viewer, found):
        raise PermissionDenied
    return found


def open_discovery(
    *, discovery_id: UUID, actor: User, now: datetime, by_date: date | None = None, over_reason: str = ""
) -> Discovery:
    """Open it: those invited are asked for ten minutes, and a team gets its join code. Safe to repeat.

    by_date: another day than the one it was prepared for. over_reason: why it cannot wait, where somebody's week is
    full. Raises DiscoveryRefusedError for a day that passed, OverloadError for a full week without a reason.
    """
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if discovery.stage != Stage.PREPARED:
            return discovery
        if by_date is not None and by_date < localdate(now):
            raise DiscoveryRefusedError(_("The day has passed."))
        discovery.due_date = by_date or discovery.due_date
        invited = list(DiscoveryInvitation.objects.filter(discovery=discovery).select_related("user__person"))
        wanted = [NewAsk(one.user, TOTAL, discovery.due_date, source_of(discovery)) for one in invited]
        check_load(wanted, over_reason=over_reason, actor=actor)
        discovery.opened_at = discovery.stage_at = now
        discovery.stage = Stage.PREDICT if discovery.is_team else Stage.COMMIT
        if discovery.is_team:
            _give_code(discovery, now)
        discovery.save()
        for invitation in invited:
            if not discovery.is_team:
                DiscoveryParticipant.objects.get_or_create(
                    discovery=discovery, user=invitation.user, defaults={"joined_at": now}
                )
            record_ask(
                person=invitation.user,
                kind="discovery",
                title=_("Discovery: %(title)s") % {"title": discovery.title},
                minutes=TOTAL,
                due_date=discovery.due_date,
                href=reverse("engage:discovery_take", args=[discovery.pk]),
                source=source_of(discovery),
                actor=actor,
                now=now,
                over_reason=over_reason,
            )
        _note("discovery.opened", discovery, actor, now)
    return discovery


def renew_code(*, discovery_id: UUID, actor: User, now: datetime) -> Discovery:
    """Give a team another join code; the one before opens nothing more. Raises DiscoveryRefusedError."""
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if not discovery.is_team or not Stage.PREDICT <= discovery.stage < Stage.CLOSED:
            raise DiscoveryRefusedError(_("Only a team that is open has a join code."))
        discovery.code_number += 1
        _give_code(discovery, now)
        discovery.save()
        _note("discovery.code", discovery, actor, now)
    return discovery


def let_guests_in(*, discovery_id: UUID, guests: int, actor: User, now: datetime) -> Discovery:
    """Say how many may join an anonymous team by its code without an account; the rest sign in. Safe to repeat.

    Raises DiscoveryRefusedError for a number outside 0 to MOST_GUESTS and for a team with names.
    """
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if not discovery.is_anonymous or discovery.stage >= Stage.CLOSED:
            raise DiscoveryRefusedError(_("Only an anonymous team that is not over takes guests."))
        if not 0 <= guests <= MOST_GUESTS:
            raise DiscoveryRefusedError(_("Between 0 and %(most)s guests.") % {"most": MOST_GUESTS})
        if discovery.guests != guests:
            discovery.guests = guests
            discovery.save(update_fields=["guests"])
            _note("discovery.guests", discovery, actor, now, guests=guests)
    return discovery


def go_on(*, discovery_id: UUID, from_stage: int, actor: User, now: datetime) -> Discovery:
    """Take a team to its next step; from another stage than the one named it does nothing, so that a second press does
    not skip one.

    Raises DiscoveryRefusedError for a reveal before anybody foresaw.
    """
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if not discovery.is_team or discovery.stage != from_stage or not Stage.PREDICT <= from_stage < Stage.CLOSED:
            return discovery
        following = Stage(from_stage + 1)
        if following == Stage.SEE and not discovery.cards:
            following = Stage.REVEAL
        if following == Stage.REVEAL:
            if not DiscoveryParticipant.objects.filter(discovery=discovery, locked_at__isnull=False).exists():
                raise DiscoveryRefusedError(_("Nobody has foreseen it yet. The reveal waits for at least one."))
            discovery.revealed_at = now
        if following == Stage.CLOSED:
            _end(discovery, actor, now)
        discovery.stage, discovery.stage_at = following, now
        discovery.save()
        _note("discovery.went_on", discovery, actor, now, stage=int(following))
        if following == Stage.REVEAL:
            renew_house_foresight(now=now)
    return discovery


def close_discovery(*, discovery_id: UUID, actor: User, now: datetime) -> Discovery:
    """End it as it stands. Safe to repeat."""
    with transaction.atomic():
        discovery = Discovery.objects.select_for_update().get(pk=discovery_id)
        if discovery.stage == Stage.CLOSED:
            return discovery
        _end(discovery, actor, now)
        discovery.stage, discovery.stage_at = Stage.CLOSED, now
        discovery.save()
        _note("discovery.closed", discovery, actor, now)
    return discovery


def source_of(discovery: Discovery) -> str:
    """Return the name under which its minutes are asked."""
    return f"discovery:{discovery.pk}"


def _end(discovery: Discovery, actor: User, now: datetime) -> None:
    discovery.closed_at, discovery.code_digest = now, ""
    forget_places(discovery)
    if discovery.revealed_at is not None:
        done_ask(source=source_of(discovery), actor=actor, now=now)
    else:
        cancel_ask(source=source_of(discovery), actor=actor, now=now)


def _give_code(discovery: Discovery, now: datetime) -> None:
    discovery.code_digest = digest_of_code(code_of(discovery.pk, discovery.code_number))
    discovery.code_until = now + STANDS


def _note(action: str, discovery: Discovery, actor: User, now: datetime, **payload: object) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=str(discovery.pk), payload=payload, now=now)
