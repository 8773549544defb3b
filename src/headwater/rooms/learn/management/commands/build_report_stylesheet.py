"""Write the stylesheet of reports on pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from headwater.rooms.learn.stylesheet import STYLESHEET, build_stylesheet


class Command(BaseCommand):
    """Writes static/learn/report.css."""

    help = "Write static/learn/report.css from the stylesheet of the reports."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        STYLESHEET.parent.mkdir(parents=True, exist_ok=True)
        STYLESHEET.write_text(build_stylesheet(), encoding="utf-8")
        self.stdout.write(str(STYLESHEET))
