"""Deciding as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DecideConfig(AppConfig):
    """Vision, directions, the experience leadership team, maturity."""

    name = "headwater.rooms.decide"
    label = "decide"
