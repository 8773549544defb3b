"""Verify the audit trail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from headwater.rooms.house.audit import verify


class Command(BaseCommand):
    """Walk the whole chain; exit with 1 when it is broken."""

    help = "Verify that no entry of the audit trail was changed, left out or cut off."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say what was found."""
        found = verify()
        if not found.is_whole:
            raise CommandError(f"The audit trail is broken at entry {found.broken_at}: {found.reason}.")
        self.stdout.write(f"The audit trail is whole: {found.entries} entries.")
