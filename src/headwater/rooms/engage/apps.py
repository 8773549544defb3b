"""Engaging leaders as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EngageConfig(AppConfig):
    """Stakeholders, briefings, Discovery, challenge, credibility, the active role, risks."""

    name = "headwater.rooms.engage"
    label = "engage"
