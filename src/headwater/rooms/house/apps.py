"""The house as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """What all rooms share."""

    name = "headwater.rooms.house"
    label = "house"
