"""Write the stylesheets that pages are served."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from headwater.rooms.house.stylesheet import (
    PLAIN_STYLESHEET,
    STYLESHEET,
    build_plain_stylesheet,
    build_stylesheet,
)


class Command(BaseCommand):
    """Write them anew; a test holds them equal to their sources."""

    help = "Write static/house/headwater.css and plain.css from the tokens, the palette, house.css and plain.css."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write."""
        for path, text in ((STYLESHEET, build_stylesheet()), (PLAIN_STYLESHEET, build_plain_stylesheet())):
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path))
