"""Addresses of respondents, at the root of the site: short enough for a poster."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "respond"
urlpatterns: list[URLPattern] = []
