"""Erasing a person: in every room at once, with a numbered, signed receipt. Released figures stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import Erased, erase_everywhere
from headwater.rooms.people import imports
from headwater.rooms.people.erased import GONE, hash_key
from headwater.rooms.people.models import (
    Deputy,
    ErasureReceipt,
    ImportChange,
    OrganisationImport,
    Person,
    PrivacyRequest,
    RoleGrant,
    Unit,
    User,
)
from headwater.rooms.people.receipts import sign
from headwater.rooms.people.services import RoleRefusedError, end_role
from headwater.rooms.people.trees import count_version, lock_organisation, renumber_units

NO_ADDRESS = "@erased.invalid"
"""Ends the address of an account that is gone (RFC 2606: mail to it goes nowhere)."""
SHORTEST_NAME = 3
UNDECIDED = (imports.State.CHECKING, imports.State.CHECKED, imports.State.WAITING)


def erase_person(*, person_id: UUID, actor: User | None, now: datetime) -> ErasureReceipt:
    """Erase a person in every room, in one transaction, and return the receipt. A second time returns the first one.

    actor: None for retention. Raises RoleRefusedError for oneself and for the last administrator.
    """
    with transaction.atomic():
        lock_organisation()
        person = Person.objects.select_for_update().get(pk=person_id)
        if person.erased_at is not None:
            return ErasureReceipt.objects.get(person=person)
        if actor is not None and actor.person_id == person.pk:
            raise RoleRefusedError(_("You cannot erase yourself. Let another privacy officer do it."))
        key_hash = hash_key(person.key)
        who = str(actor.pk) if actor is not None else audit.SYSTEM
        by_room = erase_everywhere(person=str(person.pk), actor=who, now=now)
        number = (ErasureReceipt.objects.aggregate(found=Max("number"))["found"] or 0) + 1
        content = _content(number, person, who, by_room, now)
        receipt = ErasureReceipt.objects.create(
            number=number,
            person=person,
            erased_at=now,
            erased_by=actor,
            key_hash=key_hash,
            content=content,
            signature=sign(content),
        )
        audit.record(
            action="privacy.erased", actor=who, subject=f"receipt-{number}", payload={"receipt": number}, now=now
        )
    return receipt


def _content(number: int, person: Person, who: str, by_room: dict[str, list[Erased]], now: datetime) -> str:
    rooms = [
        {
            "room": room,
            "records": [
                {"what": str(found.what), "erased": found.count, "kept": str(found.kept)} for found in by_room[room]
            ],
        }
        for room in by_room
    ]
    content = {
        "receipt": number,
        "person": str(person.pk),
        "erased_at": now.isoformat(timespec="seconds"),
        "erased_by": who,
        "rooms": rooms,
        "stays": [
            _("Released figures stay as they are. Each shows a group large enough that nobody in it can be told."),
            _("The audit trail keeps that something was done and when. What it said of the person cannot be read."),
            _("Backups made before this day hold the old records until they are deleted."),
        ],
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1)


def erase_in_people(*, person: str, actor: str, now: datetime) -> Iterable[Erased]:
    """Erase what this room keeps: the slot ERASERS. The row stays, empty, since other records point to it."""
    found = Person.objects.select_for_update().filter(pk=person, erased_at=None).first()
    if found is None:
        return []
    return list(_erase(found, actor, now))


def _erase(person: Person, actor: str, now: datetime) -> Iterator[Erased]:
    old_key, name, addresses = person.key, person.name, {person.email}
    gone = f"{GONE}{person.pk}"
    user = User.objects.filter(person=person).first()
    if user is not None:
        addresses.add(user.email)
        for grant in RoleGrant.objects.filter(user=user, ended_at=None):
            end_role(grant=grant, actor=actor, now=now)
        erase_account(user)
        yield Erased(_("Account, its roles and ways to sign in"), 1)
    was_counted = person.is_active or Unit.objects.filter(leader=person).exists()
    led = Unit.objects.filter(leader=person).update(leader=None)
    deputy = Deputy.objects.filter(person=person, ended_at=None).update(ended_at=now)
    person.key, person.name, person.email, person.language, person.attributes = gone, "", "", "", {}
    person.left_date = person.left_date or timezone.localdate(now)
    person.is_active, person.unit_id, person.erased_at = False, None, now
    person.save()
    if was_counted:
        renumber_units()
    count_version()
    yield Erased(_("Id, name, address, language and attributes"), 1)
    yield Erased(_("Places as a leader or deputy"), led + deputy)
    yield Erased(_("Changes by organisation files"), _scrub_changes(old_key, gone))
    yield Erased(_("Organisation files not yet decided, dropped whole"), _drop_undecided(now))
    _scrub_problems({old_key, name, *addresses} - {""})
    asked = PrivacyRequest.objects.filter(person=person)
    asked.filter(closed_at=None).update(closed_at=now, outcome=PrivacyRequest.Outcome.DONE)
    asked.update(answer="")
    yield Erased(_("Messages waiting or sent"), _delete_messages(addresses - {""}))
    subjects = [str(person.pk), *([str(user.pk)] if user is not None else [])]
    entries = AuditEntry.objects.filter(subject__in=subjects).count()
    for subject in subjects:
        audit.erase_subject(subject=subject, actor=actor, now=now)
    yield Erased(_("Entries of the audit trail made unreadable"), entries)
    named = Q(key=old_key) | (Q(name__icontains=name) if len(name) > SHORTEST_NAME else Q(pk__in=[]))
    if units := Unit.objects.filter(named).count():
        kept = _("%(n)d units bear the person's id or name; results are filed under them. Rename them in the HR file.")
        yield Erased(_("Names of units"), 0, kept % {"n": units})


def erase_account(user: User) -> None:
    """Take everything from an account but its opaque id, in the caller's transaction."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    user.email, user.name, user.last_login, user.is_active = f"{user.pk}{NO_ADDRESS}", "", None, False
    user.set_unusable_password()
    user.save()


def _scrub_changes(old_key: str, gone: str) -> int:
    count = 0
    for change in ImportChange.objects.filter(kind="person", key=old_key):
        change.key = gone
        change.before, change.after = _emptied(change.before), _emptied(change.after)
        change.save()
        count += 1
    for change in ImportChange.objects.filter(kind="unit").filter(Q(before__leader=old_key) | Q(after__leader=old_key)):
        for state in (change.before, change.after):
            if state is not None and state["leader"] == old_key:
                state["leader"] = gone
        change.save()
        count += 1
    return count


def _emptied(state: dict[str, Any] | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {"name": "", "unit": state["unit"], "attributes": {}, "email": "", "language": ""}


def _drop_undecided(now: datetime) -> int:
    undecided = list(OrganisationImport.objects.filter(state__in=UNDECIDED).values_list("pk", flat=True))
    for import_id in undecided:
        imports.drop_import(import_id=import_id, actor=None, now=now)
    return len(undecided)


def _scrub_problems(words: set[str]) -> None:
    """Take out the problems and the swapped ids of imports that name the person."""
    if not words:
        return
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words)))
    for made in OrganisationImport.objects.defer("content").iterator():
        problems = [problem for problem in made.problems if not named.search(_told(problem))]
        swapped = [key for key in made.summary.get("swapped", []) if key not in words]
        if len(problems) != len(made.problems) or len(swapped) != len(made.summary.get("swapped", [])):
            made.problems = problems
            made.summary = {**made.summary, "swapped": swapped}
            made.save(update_fields=["problems", "summary"])


def _told(problem: dict[str, Any]) -> str:
    return f"{problem.get('message', '')} {problem.get('remedy', '')}"


def _delete_messages(addresses: set[str]) -> int:
    return Job.objects.filter(name="send_mail", arguments__to__in=addresses).delete()[0] if addresses else 0
