"""Learning as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LearnConfig(AppConfig):
    """Released scores and the reports made of them."""

    name = "headwater.rooms.learn"
    label = "learn"
