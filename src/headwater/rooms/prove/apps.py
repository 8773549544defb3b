"""Proving as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ProveConfig(AppConfig):
    """Effects, value, reviews."""

    name = "headwater.rooms.prove"
    label = "prove"
