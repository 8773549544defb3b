"""Addresses of studies, their waves, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
