"""Fills the slots when the application starts."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The site itself: no tables, only wiring."""

    name = "headwater.site"
    label = "site"

    def ready(self) -> None:
        """Fill the slots once all rooms are loaded."""
        from headwater.site.quick_migrations import render_new_models_alone
        from headwater.site.slots import fill

        render_new_models_alone()
        fill()
