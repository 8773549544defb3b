"""Sentences, activities, letters and rights: changed whole, one activity or one list at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.models import ActivityLetter, ActivityRight, Responsibility, TeamActivity, TeamMember
from headwater.rooms.decide.structure.access import require_actor
from headwater.rooms.decide.structure.services import TEAM, TeamError, next_position
from headwater.rooms.house import audit
from headwater.rooms.people.models import Unit, User

MOST_DUTIES = 12
LONGEST_DUTY = 300


@dataclass(frozen=True)
class RightWanted:
    """One kind of authority of an activity. held_by: the unit at whose level it lies, None for the top."""

    kind: str
    words: str
    is_given: bool
    held_by: Unit | None


def write_duties(*, member_id: UUID | None, lines: Sequence[str], actor: User, now: datetime) -> list[Responsibility]:
    """Write the sentences of a member, or of the team, in their order. Those left out end; the same ones stay.

    Raises TeamMember.DoesNotExist, PermissionDenied for another member's, TeamError for too many or too long ones.
    """
    said = list(dict.fromkeys(line for raw in lines if (line := " ".join(raw.split()))))
    if len(said) > MOST_DUTIES:
        raise TeamError(_("There are at most 12 sentences."))
    if any(len(line) > LONGEST_DUTY for line in said):
        raise TeamError(_("A sentence has at most 300 letters."))
    with transaction.atomic():
        member = None
        if member_id is not None:
            member = TeamMember.objects.select_related("person").get(pk=member_id)
            require_actor(actor, member, now)
        standing = list(
            Responsibility.objects.select_for_update().filter(member=member, ended_at=None).order_by("position")
        )
        if [one.text for one in standing] == said:
            return standing
        known = {one.text: one for one in standing}
        found = []
        for position, text in enumerate(said):
            duty = known.pop(text, None) or Responsibility(member=member, text=text, written_at=now)
            duty.position = position
            duty.save()
            found.append(duty)
        Responsibility.objects.filter(pk__in=[one.pk for one in known.values()]).update(ended_at=now)
        subject = TEAM if member is None else str(member.person_id)
        audit.record(
            action="team.duties_written", actor=str(actor.pk), subject=subject, payload={"lines": said}, now=now
        )
    return found


def write_activity(
    *,
    activity_id: UUID | None,
    title: str,
    hours: int,
    letters: Mapping[UUID, str],
    rights: Sequence[RightWanted],
    actor: User,
    now: datetime,
) -> TeamActivity:
    """Write one activity whole: its row of letters, and the authority it needs. None makes a new one.

    letters: by member on the team; "" takes a letter away. Letters of those who are no longer here go with it: whoever
    writes has seen the row. Raises TeamActivity.DoesNotExist, TeamError for no title or impossible hours.
    """
    said = " ".join(title.split())[:160]
    if not said or not 0 <= hours <= 400:
        raise TeamError(_("An activity has a title and 0 to 400 hours."))
    with transaction.atomic():
        if activity_id is None:
            same = TeamActivity.objects.filter(title=said, ended_at=None).first()
            activity = same or TeamActivity(title=said, position=next_position(TeamActivity.objects.all()))
        else:
            activity = TeamActivity.objects.select_for_update().get(pk=activity_id, ended_at=None)
        activity.title, activity.hours = said, hours
        activity.save()
        here = TeamMember.objects.filter(left_at=None, person__is_active=True)
        wanted = {one.pk: letters.get(one.pk, "") for one in here}
        ActivityLetter.objects.filter(activity=activity).exclude(
            member__in=[pk for pk, letter in wanted.items() if letter]
        ).delete()
        for pk, letter in wanted.items():
            if letter:
                ActivityLetter.objects.update_or_create(activity=activity, member_id=pk, defaults={"letter": letter})
        ActivityRight.objects.filter(activity=activity).exclude(kind__in=[one.kind for one in rights]).delete()
        for one in rights:
            values = {"words": one.words, "is_given": one.is_given, "held_by": one.held_by}
            ActivityRight.objects.update_or_create(activity=activity, kind=one.kind, defaults=values)
        payload = {
            "activity": str(activity.pk),
            "letters": {str(pk): letter for pk, letter in wanted.items() if letter},
            "given": [one.kind for one in rights if one.is_given],
        }
        audit.record(action="team.activity_written", actor=str(actor.pk), subject=TEAM, payload=payload, now=now)
    return activity


def end_activity(*, activity_id: UUID, actor: User, now: datetime) -> None:
    """Take an activity off the matrix. Again changes nothing. Raises TeamActivity.DoesNotExist."""
    with transaction.atomic():
        activity = TeamActivity.objects.select_for_update().get(pk=activity_id)
        if activity.ended_at is None:
            activity.ended_at = now
            activity.save(update_fields=["ended_at"])
            payload = {"activity": str(activity.pk)}
            audit.record(action="team.activity_ended", actor=str(actor.pk), subject=TEAM, payload=payload, now=now)
