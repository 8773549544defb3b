"""People as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The organisation, and who may do what."""

    name = "headwater.rooms.people"
    label = "people"
