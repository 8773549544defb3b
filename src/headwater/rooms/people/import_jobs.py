"""Imports in the background: checking, applying and undoing large ones, and those whose day has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from headwater.rooms.people import imports
from headwater.rooms.people.dry_runs import Checked, plan_of
from headwater.rooms.people.models import OrganisationImport


def prepare_check(*, import_id: str, actor: str, now: datetime) -> Checked | None:
    """Read and compare the file, before any transaction. None when the import was dropped meanwhile."""
    made = OrganisationImport.objects.filter(pk=UUID(import_id), state=imports.State.CHECKING).first()
    return plan_of(made) if made is not None and made.content is not None else None


def check_import(*, import_id: str, actor: str, now: datetime, prepared: Checked | None) -> None:
    """Keep what was found: the job `check_import`."""
    if prepared is not None:
        imports.finish_check(import_id=UUID(import_id), checked=prepared, actor=actor, now=now)


def apply_import(*, import_id: str, actor: str, now: datetime) -> None:
    """Apply: the job `apply_import`."""
    imports.finish_apply(import_id=UUID(import_id), actor=actor, now=now)


def undo_import(*, import_id: str, actor: str, now: datetime) -> None:
    """Undo: the job `undo_import`."""
    imports.finish_undo(import_id=UUID(import_id), actor=actor, now=now)


def apply_due_imports(*, now: datetime) -> None:
    """Apply every waiting import whose day has come, oldest day first."""
    due = OrganisationImport.objects.filter(
        state=OrganisationImport.State.WAITING, effective_date__lte=timezone.localdate(now)
    )
    for import_id in list(due.order_by("effective_date", "uploaded_at").values_list("pk", flat=True)):
        imports.apply_waiting(import_id=import_id, now=now)
