"""Addresses of risks reported early."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
