"""How long things are kept: one table of kinds, days set by the privacy officer, applied by a daily job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import Text
from headwater.rooms.people import erasure, imports
from headwater.rooms.people.models import (
    ImportChange,
    OrganisationImport,
    Person,
    PrivacyRequest,
    Retention,
    User,
)
from headwater.rooms.people.services import RoleRefusedError

SUBJECT = "retention"
MOST_AT_ONCE = 200
"""People erased in one run; the next run takes the rest."""


@dataclass(frozen=True)
class Kept:
    """One kind of data. apply: removes what is older than a moment and says how many; safe to repeat.

    default: days until somebody sets others, None to keep it until then. least: the fewest days that can be set.
    """

    title: Text
    text: Text
    default: int | None
    least: int
    apply: Callable[[datetime, datetime], int]


def _drop_files(before: datetime, now: datetime) -> int:
    waiting = (imports.State.CHECKING, imports.State.CHECKED)
    old = OrganisationImport.objects.filter(state__in=waiting, uploaded_at__lt=before).values_list("pk", flat=True)
    listed = list(old)
    for import_id in listed:
        imports.drop_import(import_id=import_id, actor=None, now=now)
    return len(listed)


def _forget_history(before: datetime, now: datetime) -> int:
    latest = imports.latest_applied()
    old = OrganisationImport.objects.filter(
        Q(state=imports.State.APPLIED, applied_at__lt=before) | Q(state=imports.State.UNDONE, undone_at__lt=before)
    )
    if latest is not None:
        old = old.exclude(pk=latest.pk)
    return ImportChange.objects.filter(made_by__in=old, kind="person").delete()[0]


def _forget_accounts(before: datetime, now: datetime) -> int:
    closed = User.objects.filter(is_active=False).exclude(email__endswith=erasure.NO_ADDRESS)
    count = 0
    for user in closed.order_by("pk").iterator():
        ends = AuditEntry.objects.filter(action="account.closed", subject=str(user.pk), at__lt=before)
        if ends.exists():
            erasure.erase_account(user)
            count += 1
    return count


def _erase_leavers(before: datetime, now: datetime) -> int:
    left = Person.objects.filter(is_active=False, erased_at=None, left_date__lt=timezone.localdate(before)).order_by(
        "left_date", "pk"
    )
    count = 0
    for person in list(left[:MOST_AT_ONCE]):
        try:
            erasure.erase_person(person_id=person.pk, actor=None, now=now)
        except RoleRefusedError:
            continue
        count += 1
    return count


def _forget_answers(before: datetime, now: datetime) -> int:
    return PrivacyRequest.objects.filter(closed_at__lt=before).delete()[0]


KEPT: dict[str, Kept] = {
    "files": Kept(
        _("Organisation files nobody decided on"),
        _("A dry run and its file are dropped. Applied files are deleted at once."),
        30,
        1,
        _drop_files,
    ),
    "history": Kept(
        _("What imports changed of people"),
        _("Joins, moves and leavings of people are forgotten. The latest import stays, so that it can be undone."),
        None,
        90,
        _forget_history,
    ),
    "accounts": Kept(
        _("Closed accounts"),
        _("Address, name and ways to sign in are deleted. What the account did stays under an opaque id."),
        None,
        30,
        _forget_accounts,
    ),
    "leavers": Kept(
        _("People who left"),
        _("They are erased in every room, each with a receipt."),
        None,
        30,
        _erase_leavers,
    ),
    "requests": Kept(
        _("Answered privacy requests"),
        _("Who asked for what, and the answer, are deleted. Receipts of erasures stay."),
        None,
        90,
        _forget_answers,
    ),
}
"""Rooms downstream add theirs in `site`."""


def days_of() -> dict[str, int | None]:
    """Return the days that hold for each kind, None for no end."""
    kept = dict(Retention.objects.values_list("kind", "days"))
    return {kind: kept.get(kind, kind_of.default) for kind, kind_of in KEPT.items()}


def set_retention(*, days: Mapping[str, int | None], actor: User, now: datetime) -> None:
    """Set the days of kinds; None keeps without end. What stands already is not written again.

    Raises KeyError for an unknown kind, ValueError below the fewest days of a kind.
    """
    with transaction.atomic():
        standing, changed = days_of(), {}
        for kind, wanted in days.items():
            if wanted is not None and wanted < KEPT[kind].least:
                raise ValueError(kind)
            if standing[kind] != wanted:
                changed[kind] = wanted
                Retention.objects.update_or_create(kind=kind, defaults={"days": wanted, "changed_at": now})
        if changed:
            audit.record(
                action="retention.set", actor=str(actor.pk), subject=SUBJECT, payload={"days": changed}, now=now
            )


def apply_retention(*, now: datetime) -> None:
    """Remove what is older than its days: the job `apply_retention`. Every removal is counted in the audit trail."""
    for kind, days in days_of().items():
        if days is None:
            continue
        with transaction.atomic():
            removed = KEPT[kind].apply(now - timedelta(days=days), now)
            defaults = {"days": days, "changed_at": now}
            row, _is_new = Retention.objects.get_or_create(kind=kind, defaults=defaults)
            row.applied_at, row.removed = now, row.removed + removed
            row.save()
            if removed:
                payload = {"kind": kind, "days": days, "removed": removed}
                audit.record(action="retention.applied", actor=audit.SYSTEM, subject=SUBJECT, payload=payload, now=now)
