"""Addresses of leaders find the truth themselves."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
