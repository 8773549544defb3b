"""The team: a structure is adopted, members join and leave, a limit is set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.structure import Situation, Structure, advise
from headwater.rooms.decide.models import (
    ActivityLetter,
    ActivityRight,
    CompetencyRating,
    Responsibility,
    StructureDecision,
    TeamActivity,
    TeamLimit,
    TeamMember,
)
from headwater.rooms.decide.structure.defaults import ACTIVITIES, PART_DUTIES, STRUCTURE_DUTIES, TEAM_DUTIES
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit, User

TEAM = "team"
"""The subject of audit entries that are about the team and no person."""
SHORTEST_REASON = 20


class TeamError(ValueError):
    """What was asked for cannot be done; the message says why."""


def adopt_structure(
    *, structure: Structure, situation: Situation, reason: str, actor: User, now: datetime
) -> StructureDecision:
    """Adopt a structure as a new version, and give the team what it begins with. The same again adds no version.

    Raises TeamError for a reason of fewer than 20 letters.
    """
    said = " ".join(reason.split())[:1000]
    if len(said) < SHORTEST_REASON:
        raise TeamError(_("A reason has at least 20 letters."))
    with transaction.atomic():
        latest = StructureDecision.objects.select_for_update().order_by("-number").first()
        plain = situation.as_plain()
        if latest is not None and (latest.structure, latest.situation, latest.reason) == (structure, plain, said):
            return latest
        made = StructureDecision.objects.create(
            number=(latest.number if latest else 0) + 1,
            structure=structure,
            advised=advise(situation).best,
            situation=plain,
            reason=said,
            decided_at=now,
            decided_by=actor,
        )
        _begin(structure, now)
        payload = {"number": made.number, "structure": structure, "advised": made.advised, "reason": said}
        _record("team.structure_adopted", actor, TEAM, payload, now)
    return made


def add_member(
    *, person: Person, part: str, seat: Unit | None, rater: Person | None, actor: User, now: datetime
) -> TeamMember:
    """Take somebody on the team, with the sentences and letters their part begins with. Again changes nothing.

    Nobody becomes a second one who answers for an activity: they are asked before instead.
    Raises TeamError for somebody inactive, or who would rate themselves.
    """
    _check_people(person, rater)
    with transaction.atomic():
        standing = TeamMember.objects.select_for_update().filter(person=person, left_at=None).first()
        if standing is not None:
            return standing
        member = TeamMember.objects.create(person=person, part=part, seat=seat, rater=rater, joined_at=now)
        for position, (key, text) in enumerate(PART_DUTIES[part]):
            Responsibility.objects.create(member=member, key=key, text=str(text), position=position, written_at=now)
        for activity in TeamActivity.objects.filter(key__in=ACTIVITIES, ended_at=None):
            letter = ACTIVITIES[activity.key].letters.get(part)
            if letter is not None:
                kept = _without_second(activity, letter)
                ActivityLetter.objects.create(activity=activity, member=member, letter=kept)
        _record("team.member_joined", actor, str(person.pk), {"member": str(member.pk), "part": part}, now)
    return member


def change_member(
    *, member_id: UUID, part: str, seat: Unit | None, rater: Person | None, actor: User, now: datetime
) -> TeamMember:
    """Change a member's part, seat and other rater. Ratings by an earlier rater are dropped with them.

    Raises TeamMember.DoesNotExist for nobody on the team, TeamError as `add_member`.
    """
    with transaction.atomic():
        member = TeamMember.objects.select_for_update(of=("self",)).select_related("person").get(
            pk=member_id, left_at=None
        )  # fmt: skip
        _check_people(member.person, rater)
        wanted = (part, seat.pk if seat else None, rater.pk if rater else None)
        if (member.part, member.seat_id, member.rater_id) == wanted:
            return member
        if member.rater_id != wanted[2]:
            CompetencyRating.objects.filter(member=member, by=CompetencyRating.By.OTHER).delete()
        member.part, member.seat, member.rater = part, seat, rater
        member.save(update_fields=["part", "seat", "rater"])
        _record("team.member_changed", actor, str(member.person_id), {"member": str(member.pk), "part": part}, now)
    return member


def end_member(*, member_id: UUID, actor: User, now: datetime) -> TeamMember:
    """Let a member leave the team. Their letters stay until somebody takes them over, so that nothing is lost unseen.

    Raises TeamMember.DoesNotExist for an unknown member. Again changes nothing.
    """
    with transaction.atomic():
        member = TeamMember.objects.select_for_update().get(pk=member_id)
        if member.left_at is None:
            member.left_at = now
            member.save(update_fields=["left_at"])
            _record("team.member_left", actor, str(member.person_id), {"member": str(member.pk)}, now)
    return member


def set_limit(*, kind: str, most: int, actor: User, now: datetime) -> TeamLimit:
    """Set what a member can carry. Raises TeamError for a limit outside 1..400."""
    if not 1 <= most <= 400:
        raise TeamError(_("A limit lies between 1 and 400."))
    with transaction.atomic():
        limit = limit_in_force()
        if limit._state.adding or (limit.kind, limit.most) != (kind, most):
            limit.kind, limit.most = kind, most
            limit.save()
            _record("team.limit_set", actor, TEAM, {"kind": kind, "most": most}, now)
    return limit


def limit_in_force() -> TeamLimit:
    """Return the limit; one that nobody has changed yet is not kept."""
    return TeamLimit.objects.filter(pk=1).first() or TeamLimit(pk=1)


def next_position(kept: Any) -> int:
    """Return the place after the last of some rows that have a position."""
    last = kept.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _check_people(person: Person, rater: Person | None) -> None:
    if not person.is_active:
        raise TeamError(_("This person has left the organisation."))
    if rater is not None and rater.pk == person.pk:
        raise TeamError(_("The other rater is somebody else."))


def _begin(structure: Structure, now: datetime) -> None:
    """Give the team its sentences and activities; those that are there, changed or ended stay as they are."""
    own = f"structure:{structure}"
    Responsibility.objects.filter(member=None, key__startswith="structure:", ended_at=None).exclude(key=own).update(
        ended_at=now
    )
    wanted = [*TEAM_DUTIES.items(), (own, STRUCTURE_DUTIES[structure][1])]
    for position, (key, text) in enumerate(wanted):
        values = {"text": str(text), "position": position, "written_at": now}
        duty, is_new = Responsibility.objects.get_or_create(member=None, key=key, defaults=values)
        if not is_new and key == own and duty.ended_at is not None:
            duty.ended_at = None
            duty.save(update_fields=["ended_at"])
    for position, (key, one) in enumerate(ACTIVITIES.items()):
        values = {"title": str(one.title), "hours": one.hours, "position": position}
        activity, is_new = TeamActivity.objects.get_or_create(key=key, defaults=values)
        if is_new:
            ActivityRight.objects.bulk_create([ActivityRight(activity=activity, kind=kind) for kind in one.rights])
            for member in TeamMember.objects.filter(left_at=None).order_by("joined_at"):
                letter = one.letters.get(member.part)
                if letter is not None:
                    kept = _without_second(activity, letter)
                    ActivityLetter.objects.create(activity=activity, member=member, letter=kept)


def _without_second(activity: TeamActivity, letter: str) -> str:
    """Return a letter that makes nobody a second one who answers for the activity."""
    if "A" not in letter:
        return letter
    standing = ActivityLetter.objects.filter(
        activity=activity, letter__contains="A", member__left_at=None, member__person__is_active=True
    )
    return letter if not standing.exists() else "R" if "R" in letter else "C"


def _record(action: str, actor: User, subject: str, payload: Mapping[str, Any], now: datetime) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=subject, payload=payload, now=now)
