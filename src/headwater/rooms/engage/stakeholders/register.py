"""Who stands in the register: fed from the organisation, added by hand, put away, erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.rooms.engage.models import (
    Ask,
    AttitudeReading,
    OwnWordRequest,
    Preference,
    Rating,
    RegisterChange,
    RegisterFile,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
    WeeklyCap,
)
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit, User
from headwater.vocab import HeadwaterError

MOST_DEPTH = 6
ABOUT = (Rating, AttitudeReading, Preference, UpcomingDecision, Remark, OwnWordRequest)
"""What hangs on one stakeholder."""


class StakeholderRefusedError(HeadwaterError):
    """The register cannot be changed in this way; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class Fed:
    """What feeding did: leaders added, and how many stood there already."""

    added: tuple[Stakeholder, ...]
    standing: int


def subject_of(stakeholder: Stakeholder) -> str:
    """Return the audit trail's subject: the person's id, so that erasing the person makes payloads unreadable."""
    return str(stakeholder.person_id or stakeholder.pk)


def write_down(action: str, stakeholder: Stakeholder, actor: User | None, now: datetime, **payload: object) -> None:
    """Add an entry about a stakeholder to the audit trail."""
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    told = {"stakeholder": str(stakeholder.pk), **payload}
    audit.record(action=f"stakeholder.{action}", actor=name, subject=subject_of(stakeholder), payload=told, now=now)


def add_person(
    *, person: Person, actor: User, now: datetime, role: str = "", origin: str = Stakeholder.Origin.HAND
) -> Stakeholder:
    """Take somebody of the organisation into the register, or back into it. Safe to repeat."""
    if person.erased_at is not None or not person.is_active:
        raise StakeholderRefusedError(_("Only people who work here now are taken in from the organisation."))
    with transaction.atomic():
        found, is_new = Stakeholder.objects.select_for_update().get_or_create(
            person=person, defaults={"role": role.strip()[:200], "owner": actor, "origin": origin, "added_at": now}
        )
        if found.erased_at is not None:
            begin_again(found, actor=actor, origin=origin, now=now)
            found.role = role.strip()[:200]
            found.save(update_fields=["role"])
            is_new = True
        if is_new or found.archived_at is not None:
            found.archived_at = None
            found.save(update_fields=["archived_at"])
            write_down("added", found, actor, now, origin=str(origin))
    return found


def begin_again(row: Stakeholder, *, actor: User, origin: str, now: datetime) -> None:
    """Let the empty row of an erased entry about somebody who still works here be an entry again."""
    row.owner, row.origin, row.added_at, row.archived_at, row.erased_at = actor, origin, now, None, None
    row.save()


def add_outsider(
    *,
    name: str,
    actor: User,
    now: datetime,
    email: str = "",
    role: str = "",
    organisation: str = "",
    external_id: str = "",
    origin: str = Stakeholder.Origin.HAND,
) -> Stakeholder:
    """Take somebody from outside into the register. The same address, or name and organisation, is the same person.

    Raises StakeholderRefusedError without a name, and for an external id that somebody else has.
    """
    name, email = " ".join(name.split())[:300], email.strip().lower()[:254]
    if not name:
        raise StakeholderRefusedError(_("Say who it is."))
    with transaction.atomic():
        known = Stakeholder.objects.select_for_update().filter(person=None, erased_at=None)
        same = Q(name__iexact=name, organisation__iexact=organisation.strip(), email="")
        if email:
            same = Q(email__iexact=email)
        found = known.filter(same).order_by("added_at").first()
        if found is not None and (not external_id or found.external_id in ("", external_id)):
            if found.archived_at is not None:
                found.archived_at = None
                found.save(update_fields=["archived_at"])
                write_down("added", found, actor, now, origin=str(origin))
            return found
        if external_id and Stakeholder.objects.filter(external_id=external_id).exists():
            raise StakeholderRefusedError(_("Somebody else stands under this id."))
        made = Stakeholder.objects.create(
            name=name,
            email=email,
            role=role.strip()[:200],
            organisation=organisation.strip()[:200],
            external_id=external_id,
            owner=actor,
            origin=origin,
            added_at=now,
        )
        write_down("added", made, actor, now, origin=str(origin))
    return made


def feed_from_organisation(*, depth: int, actor: User, now: datetime) -> Fed:
    """Take in the leaders of all open units down to a depth: 0 the whole organisation alone. Safe to repeat.

    Who was put away stays away. Raises StakeholderRefusedError for a depth outside 0 to 6.
    """
    if not 0 <= depth <= MOST_DEPTH:
        raise StakeholderRefusedError(_("The depth lies between 0 and %(most)s.") % {"most": MOST_DEPTH})
    units = Unit.objects.select_related("leader").filter(is_open=True, depth__lte=depth, leader__is_active=True)
    added, standing = [], set()
    with transaction.atomic():
        known = set(Stakeholder.objects.exclude(person=None).values_list("person_id", flat=True))
        for unit in units.order_by("number"):
            assert unit.leader is not None
            if unit.leader.pk in known:
                standing.add(unit.leader.pk)
                continue
            role = _("leads %(unit)s") % {"unit": unit.name}
            added.append(
                add_person(person=unit.leader, role=role, origin=Stakeholder.Origin.ORGANISATION, actor=actor, now=now)
            )
            known.add(unit.leader.pk)
    return Fed(tuple(added), len(standing - {one.person_id for one in added}))


def change_entry(*, stakeholder: Stakeholder, actor: User | None, now: datetime, **values: str) -> Stakeholder:
    """Change role, organisation, and an outsider's name and address. Safe to repeat.

    Raises StakeholderRefusedError for an outsider without a name, TypeError for what cannot be changed.
    """
    allowed = {"role": 200, "organisation": 200} | ({"name": 300, "email": 254} if stakeholder.is_outsider else {})
    if set(values) - set(allowed):
        raise TypeError(f"an entry has no {', '.join(sorted(set(values) - set(allowed)))} to change")
    with transaction.atomic():
        row = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk, erased_at=None)
        changed = []
        for name, value in values.items():
            plain = " ".join(value.split())[: allowed[name]]
            if getattr(row, name) != plain:
                setattr(row, name, plain)
                changed.append(name)
        if row.is_outsider and not row.name:
            raise StakeholderRefusedError(_("Say who it is."))
        if changed:
            row.save(update_fields=changed)
            write_down("changed", row, actor, now, fields=sorted(changed))
    return row


def put_away(*, stakeholder: Stakeholder, actor: User, now: datetime) -> None:
    """Take a stakeholder off every list, keeping what is known. Safe to repeat."""
    with transaction.atomic():
        if Stakeholder.objects.filter(pk=stakeholder.pk, archived_at=None).update(archived_at=now):
            Sponsorship.objects.filter(Q(sponsor=stakeholder) | Q(sponsored=stakeholder), ended_at=None).update(
                ended_at=now
            )
            write_down("put_away", stakeholder, actor, now)


def take_back(*, stakeholder: Stakeholder, actor: User, now: datetime) -> None:
    """Put a stakeholder on the lists again. Safe to repeat."""
    with transaction.atomic():
        if (
            Stakeholder.objects.filter(pk=stakeholder.pk, erased_at=None)
            .exclude(archived_at=None)
            .update(archived_at=None)
        ):
            write_down("taken_back", stakeholder, actor, now)


def erase_stakeholder(*, stakeholder: Stakeholder, actor: str, now: datetime) -> int:
    """Delete everything kept about a stakeholder and leave an empty row. Returns how many records went; safe to repeat.

    actor: an opaque id. What a file said of them goes with it; the file's other rows stay.
    """
    with transaction.atomic():
        row = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
        if row.erased_at is not None:
            return 0
        count = 1
        changes = RegisterChange.objects.filter(stakeholder=row)
        for file in RegisterFile.objects.filter(
            Q(pk__in=changes.values("made_by")) | Q(state=RegisterFile.State.CHECKED)
        ):
            kept = [one for one in file.rows if not _names(one, row)]
            if len(kept) < len(file.rows):
                file.rows = kept
                file.save(update_fields=["rows"])
        count += changes.delete()[0]
        for model in ABOUT:
            count += model._default_manager.filter(stakeholder=row).delete()[0]
        count += Sponsorship.objects.filter(Q(sponsor=row) | Q(sponsored=row)).delete()[0]
        count += Ask.objects.filter(outsider=row).delete()[0] + WeeklyCap.objects.filter(outsider=row).delete()[0]
        row.name = row.email = row.role = row.organisation = row.external_id = ""
        row.owner, row.archived_at, row.erased_at = None, row.archived_at or now, now
        row.save()
        if row.person_id is None:
            audit.erase_subject(subject=str(row.pk), actor=actor, now=now)
    return count


def _names(plan: Mapping[str, Any], row: Stakeholder) -> bool:
    """Whether a row of a file names a stakeholder, as it was matched."""
    signs = [plan, *plan.get("candidates", ())]
    person = str(row.person_id or "-")
    return any(one.get("stakeholder") == str(row.pk) or one.get("person") == person for one in signs)
