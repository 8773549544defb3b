"""Listening as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Studies, and the answers that come in safely."""

    name = "headwater.rooms.listen"
    label = "listen"
