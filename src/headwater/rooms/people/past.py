"""Units as they stood at a past moment: today's, with later imports taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from headwater.rooms.people.logic.plans import UnitState
from headwater.rooms.people.models import ImportChange, OrganisationImport, Unit


def units_at(at: datetime) -> dict[str, UnitState]:
    """Return the open units as they stood at a moment, by key. An import counts from when it was applied."""
    now = {
        key: UnitState(name, parent or "", leader or "")
        for key, name, parent, leader in Unit.objects.filter(is_open=True).values_list(
            "key", "name", "parent__key", "leader__key"
        )
    }
    for _, import_id, is_applied in reversed(events_after(at)):
        for change in ImportChange.objects.filter(made_by=import_id, kind="unit").iterator():
            state = change.before if is_applied else change.after
            if state is None:
                now.pop(change.key, None)
            else:
                now[change.key] = UnitState(state["name"], state["parent"], state["leader"])
    return now


def events_after(at: datetime) -> list[tuple[datetime, UUID, bool]]:
    """Return the imports applied (True) or undone (False) after a moment, in order.

    An import that was applied and undone after it left nothing behind and is not listed: only the latest is ever
    undone.
    """
    events: list[tuple[datetime, int, UUID, bool]] = []
    for made in OrganisationImport.objects.exclude(applied_at=None).only("applied_at", "undone_at", "sequence"):
        assert made.applied_at is not None
        assert made.sequence is not None
        if made.applied_at > at:
            if made.undone_at is None:
                events.append((made.applied_at, made.sequence, made.pk, True))
        elif made.undone_at is not None and made.undone_at > at:
            # Undos come last in, first out: among equal moments the lowest sequence was undone last.
            events.append((made.undone_at, -made.sequence, made.pk, False))
    return [(when, pk, is_applied) for when, _, pk, is_applied in sorted(events, key=lambda event: event[:2])]
