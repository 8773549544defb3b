"""Ratings of what members are able to do, by themselves and by one other, and what they have lived through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.competencies import COMPETENCIES, LEVELS
from headwater.rooms.decide.models import CompetencyRating, MemberExperience, TeamMember
from headwater.rooms.decide.structure.access import require_actor
from headwater.rooms.decide.structure.services import TeamError
from headwater.rooms.house import audit
from headwater.rooms.people.models import User

MOST_FUNCTIONS = 8


def rate_member(*, member_id: UUID, levels: Mapping[str, int], actor: User, now: datetime) -> str:
    """Keep a rating of a member: their own, or that of the one other who was asked. Returns whose it is.

    A level that is left out is taken away. Raises TeamMember.DoesNotExist, PermissionDenied for anybody else,
    TeamError for an unknown competency or level.
    """
    if not set(levels) <= set(COMPETENCIES) or not set(levels.values()) <= set(LEVELS):
        raise TeamError(_("A level lies between 0 and 4, of a competency that is asked about."))
    with transaction.atomic():
        member = TeamMember.objects.select_for_update().get(pk=member_id, left_at=None)
        by = _side_of(member, actor)
        kept = CompetencyRating.objects.filter(member=member, by=by)
        if dict(kept.values_list("competency", "level")) == dict(levels):
            return by
        kept.exclude(competency__in=levels).delete()
        for key, level in levels.items():
            CompetencyRating.objects.update_or_create(
                member=member, competency=key, by=by, defaults={"level": level, "rated_by": actor, "rated_at": now}
            )
        payload = {"member": str(member.pk), "by": str(by)}
        audit.record(
            action="team.member_rated", actor=str(actor.pk), subject=str(member.person_id), payload=payload, now=now
        )
    return by


def say_experience(
    *,
    member_id: UUID,
    functions: Sequence[str],
    lenses: Sequence[str],
    front_line: str,
    years_here: int,
    actor: User,
    now: datetime,
) -> MemberExperience:
    """Keep what a member has lived through at work, said by them or by who sets up the team.

    Raises TeamMember.DoesNotExist, PermissionDenied, TeamError for impossible years or too many kinds of work.
    """
    said = list(dict.fromkeys(line[:60] for raw in functions if (line := " ".join(raw.split()))))
    if len(said) > MOST_FUNCTIONS or not 0 <= years_here < 80:
        raise TeamError(_("Say at most 8 kinds of work, and 0 to 79 years."))
    values = {
        "functions": said,
        "lenses": list(dict.fromkeys(lenses)),
        "front_line": front_line,
        "years_here": years_here,
    }
    with transaction.atomic():
        member = TeamMember.objects.select_related("person").get(pk=member_id)
        require_actor(actor, member, now)
        kept = MemberExperience.objects.filter(member=member).first()
        if kept is not None and all(getattr(kept, name) == value for name, value in values.items()):
            return kept
        made, _is_new = MemberExperience.objects.update_or_create(member=member, defaults={**values, "said_at": now})
        audit.record(
            action="team.experience_said",
            actor=str(actor.pk),
            subject=str(member.person_id),
            payload={"member": str(member.pk)},
            now=now,
        )
    return made


def _side_of(member: TeamMember, actor: User) -> CompetencyRating.By:
    if actor.person_id is not None and actor.person_id == member.person_id:
        return CompetencyRating.By.OWN
    if actor.person_id is not None and actor.person_id == member.rater_id:
        return CompetencyRating.By.OTHER
    raise PermissionDenied
