"""The mandate: put before the sponsor as it stands, and signed by them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.models import (
    ActivityLetter,
    ActivityRight,
    Mandate,
    Responsibility,
    StructureDecision,
    TeamActivity,
    TeamMember,
)
from headwater.rooms.decide.structure.matrix import by_part
from headwater.rooms.decide.structure.services import TeamError
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User


def mandate_content() -> dict[str, Any]:
    """Return what the mandate says now, as plain values: people and units by id, so that no name is frozen."""
    decision = StructureDecision.objects.order_by("-number").first()
    duties = Responsibility.objects.filter(member=None, ended_at=None).order_by("position", "written_at")
    members = by_part(TeamMember.objects.select_related("person").filter(left_at=None, person__is_active=True))
    activities = TeamActivity.objects.filter(ended_at=None).order_by("position", "title")
    answering = {
        letter.activity_id: str(letter.member.person_id)
        for letter in ActivityLetter.objects.filter(letter__contains="A", member__in=members).select_related("member")
    }
    rights: dict[UUID, list[ActivityRight]] = {}
    for right in ActivityRight.objects.filter(activity__in=activities).order_by("kind"):
        rights.setdefault(right.activity_id, []).append(right)
    return {
        "structure": decision.structure if decision is not None else "",
        "duties": [duty.text for duty in duties],
        "members": [[str(member.person_id), member.part] for member in members],
        "activities": [
            {
                "title": one.title,
                "hours": one.hours,
                "answers": answering.get(one.pk, ""),
                "rights": [
                    [right.kind, right.words, right.is_given, str(right.held_by_id) if right.held_by_id else ""]
                    for right in rights.get(one.pk, [])
                ],
            }
            for one in activities
        ],
    }


def mandate_in_force() -> Mandate | None:
    """Return the latest mandate that was not withdrawn, signed or not."""
    return Mandate.objects.select_related("sponsor").filter(withdrawn_at=None).order_by("-number").first()


def ask_signature(*, sponsor: Person, actor: User, now: datetime) -> Mandate:
    """Put the mandate before a sponsor as it stands; it is frozen then. One that still waits is withdrawn.

    The same content before the same sponsor changes nothing. Raises TeamError without a structure or for somebody who
    left.
    """
    content = mandate_content()
    if not content["structure"]:
        raise TeamError(_("Adopt a structure first."))
    if not sponsor.is_active:
        raise TeamError(_("This person has left the organisation."))
    with transaction.atomic():
        latest = Mandate.objects.select_for_update().order_by("-number").first()
        if latest is not None and latest.withdrawn_at is None:
            if latest.sponsor_id == sponsor.pk and latest.content == content:
                return latest
            if latest.signed_at is None:
                latest.withdrawn_at = now
                latest.save(update_fields=["withdrawn_at"])
        made = Mandate.objects.create(
            number=(latest.number if latest else 0) + 1, sponsor=sponsor, content=content, asked_at=now, asked_by=actor
        )
        payload = {"mandate": str(made.pk), "number": made.number}
        audit.record(
            action="team.mandate_asked", actor=str(actor.pk), subject=str(sponsor.pk), payload=payload, now=now
        )
    return made


def sign_mandate(*, mandate_id: UUID, name: str, actor: User, now: datetime) -> Mandate:
    """Sign a mandate, by the sponsor alone, with their name as they write it. Again changes nothing.

    Raises Mandate.DoesNotExist for one withdrawn or unknown, PermissionDenied for anybody else, TeamError without a
    name.
    """
    said = " ".join(name.split())[:200]
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(pk=mandate_id, withdrawn_at=None)
        if actor.person_id is None or actor.person_id != mandate.sponsor_id:
            raise PermissionDenied
        if mandate.signed_at is not None:
            return mandate
        if not said:
            raise TeamError(_("Write your name to sign."))
        mandate.signed_at, mandate.signed_name = now, said
        mandate.save(update_fields=["signed_at", "signed_name"])
        payload = {"mandate": str(mandate.pk), "number": mandate.number, "name": said}
        audit.record(
            action="team.mandate_signed", actor=str(actor.pk), subject=str(mandate.sponsor_id), payload=payload, now=now
        )
    return mandate
