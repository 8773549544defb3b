"""Addresses of how mature the practice of experience is."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
