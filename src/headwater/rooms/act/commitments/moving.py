"""Commitments move with people: who leaves hands over, and what belonged to a dissolved unit goes on in what follows.

Somebody who moves to another unit keeps theirs. When an owner left, the leader of the commitment's unit inherits it,
else the next leader above; they are told, and take it or drop it with a reason. Where nobody leads, it waits with its
last owner, and the experience lead is told of it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from headwater.rooms.act.commitments.mails import tell_heir
from headwater.rooms.act.commitments.services import hand_over
from headwater.rooms.act.models import Commitment, Handover
from headwater.rooms.act.present_units import leaders_up, present_unit
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit

JOB = "move_commitments"


def move_commitments(*, now: datetime, person: Person | None = None) -> int:
    """Move open commitments of people who left and of units that closed: the daily job. Returns how many moved.

    person: of this person alone, as when they are erased. Safe to repeat.
    """
    stray = Q(owner__is_active=False) | Q(unit__is_open=False)
    open_ones = Commitment.objects.filter(state=Commitment.State.OPEN)
    wanted = open_ones.filter(stray) if person is None else open_ones.filter(owner=person)
    moved = 0
    for pk in list(wanted.order_by("made_at", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            found = (
                Commitment.objects.select_for_update(of=("self",)).select_related("owner", "unit").filter(pk=pk).first()
            )
            if found is not None and found.is_open:
                moved += _move(found, now, leaves=person is not None)
    return moved


def heir_of(unit: Unit, besides: Person) -> Person | None:
    """Return who inherits what belongs to a unit: its leader, else the next above; None where nobody leads."""
    return next((leader for leader in leaders_up(unit) if leader.pk != besides.pk), None)


def orphans() -> list[Commitment]:
    """Return open commitments of people who left for whom nobody could be found."""
    found = Commitment.objects.filter(state=Commitment.State.OPEN, owner__is_active=False)
    return list(found.select_related("owner", "unit").order_by("due_date"))


def _move(found: Commitment, now: datetime, *, leaves: bool) -> int:
    unit = present_unit(found.unit)
    if unit is None:
        return 0
    gone = leaves or not found.owner.is_active
    heir = heir_of(unit, found.owner) if gone else found.owner
    owner = heir or found.owner
    if owner.pk == found.owner_id and unit.pk == found.unit_id:
        return 0
    why = Handover.Why.LEFT if owner.pk != found.owner_id else Handover.Why.CLOSED
    left = found.owner
    hand_over(found, owner, unit, why, actor=audit.SYSTEM, now=now)
    if why == Handover.Why.LEFT:
        tell_heir(commitment=found, heir=owner, left=None if leaves else left, now=now)
    return 1
