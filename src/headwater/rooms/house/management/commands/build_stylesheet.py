"""Write the stylesheet that pages are served."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from headwater.rooms.house.stylesheet import STYLESHEET, build_stylesheet


class Command(BaseCommand):
    """Write it anew; a test holds it equal to its sources."""

    help = "Write static/house/headwater.css from the tokens, the palette and house.css."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write."""
        STYLESHEET.write_text(build_stylesheet(), encoding="utf-8")
        self.stdout.write(str(STYLESHEET))
