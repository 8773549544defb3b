"""Addresses of who is appointed, how candidates are rated, and why."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
