"""The pages of challenges and of support: each for its owner, those it is shared with, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.challenges.support import of_either
from headwater.rooms.engage.challenges.wording import RespectfulNo, respectful_no
from headwater.rooms.engage.models import Challenge, ChallengeShare, SupportRequest
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit, evidence_from
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit

MOST_UNITS = 60


@dataclass(frozen=True)
class ChallengesPage:
    """One's own challenges, those others share, and the support one asked and was asked for."""

    own: tuple[Challenge, ...]
    shared: tuple[tuple[Challenge, str], ...]
    asked_of_me: tuple[tuple[SupportRequest, str], ...]
    asked_by_me: tuple[tuple[SupportRequest, str], ...]


@dataclass(frozen=True)
class ChallengePage:
    """One challenge. shares: who reads it, for its owner alone. offered: numbers of `unit` that can be added."""

    challenge: Challenge
    is_own: bool
    owner: str
    evidence: tuple[Evidence, ...]
    shares: tuple[tuple[ChallengeShare, str], ...]
    words: RespectfulNo
    units: tuple[Unit, ...]
    unit: Unit | None
    offered: tuple[Evidence, ...]


@dataclass(frozen=True)
class SupportPage:
    """One ask for support, for who asked and who was asked."""

    support: SupportRequest
    is_asker: bool
    asker: str
    asked: str


def challenges_page(*, viewer: Viewer) -> ChallengesPage:
    """Return what is whoever asks's own."""
    user = viewer.user_id
    shares = ChallengeShare.objects.filter(user=user, ended_at=None).select_related("challenge__owner__person")
    found = SupportRequest.objects.filter(of_either(user), ended_at=None).select_related(
        "asker__person", "asked__person"
    )
    support = list(found.order_by("-asked_at"))
    return ChallengesPage(
        own=tuple(Challenge.objects.filter(owner=user).order_by("-made_at")),
        shared=tuple((one.challenge, name_of(one.challenge.owner)) for one in shares.order_by("-shared_at")),
        asked_of_me=tuple((one, name_of(one.asker)) for one in support if one.asked_id == user),
        asked_by_me=tuple((one, name_of(one.asked)) for one in support if one.asker_id == user),
    )


def challenge_page(*, viewer: Viewer, challenge_id: UUID, unit: str = "") -> ChallengePage:
    """Return one challenge to its owner, or to whom they share it with. Raises Challenge.DoesNotExist to all others."""
    user = viewer.user_id
    found = Challenge.objects.select_related("owner__person").get(pk=challenge_id)
    standing = ChallengeShare.objects.filter(challenge=found, ended_at=None).select_related("user__person")
    is_own = found.owner_id == user
    if not is_own and not standing.filter(user=user).exists():
        raise Challenge.DoesNotExist
    units = units_seen(viewer) if is_own else ()
    chosen = next((one for one in units if one.key == unit), None)
    return ChallengePage(
        challenge=found,
        is_own=is_own,
        owner=name_of(found.owner),
        evidence=tuple(evidence_from(one) for one in found.evidence),
        shares=tuple((one, name_of(one.user)) for one in standing.order_by("shared_at")) if is_own else (),
        words=respectful_no(found),
        units=units,
        unit=chosen,
        offered=tuple(evidence_for_unit(viewer=viewer, unit=chosen.key)) if chosen is not None else (),
    )


def support_page(*, viewer: Viewer, support_id: UUID) -> SupportPage:
    """Return one ask to the two it is between. Raises SupportRequest.DoesNotExist to all others."""
    user = viewer.user_id
    found = SupportRequest.objects.select_related("asker__person", "asked__person")
    one = found.get(of_either(user), pk=support_id, ended_at=None)
    return SupportPage(one, one.asker_id == user, name_of(one.asker), name_of(one.asked))


def units_seen(viewer: Viewer) -> tuple[Unit, ...]:
    """Return the units whose results a viewer sees, from the top down; at most MOST_UNITS."""
    standing = Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")
    found: list[Unit] = []
    for one in standing.iterator():
        if can(viewer, "results.see", one.number):
            found.append(one)
            if len(found) == MOST_UNITS:
                break
    return tuple(found)


def challenges_to_look_back(*, viewer: Viewer, today: date) -> list[Challenge]:
    """Return one's own challenges whose outcome can be said by now."""
    waiting = Challenge.objects.filter(owner=viewer.user_id, look_back_date__lte=today, outcome="")
    return list(waiting.order_by("look_back_date"))
