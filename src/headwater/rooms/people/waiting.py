"""The job that applies imports on their day."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from headwater.rooms.people.imports import apply_waiting
from headwater.rooms.people.models import OrganisationImport


def apply_due_imports(*, now: datetime) -> None:
    """Apply every waiting import whose day has come, oldest day first."""
    due = OrganisationImport.objects.filter(
        state=OrganisationImport.State.WAITING, effective_date__lte=timezone.localdate(now)
    )
    for import_id in list(due.order_by("effective_date", "uploaded_at").values_list("pk", flat=True)):
        apply_waiting(import_id=import_id, now=now)
