"""Acting as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ActConfig(AppConfig):
    """Commitments, visits, obstacles, incidents, safety."""

    name = "headwater.rooms.act"
    label = "act"
