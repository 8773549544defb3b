"""Addresses of the experience leadership team: structure, responsibilities, competencies, mandate, practices."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
