"""Addresses of promises, forecasts and how they turned out."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
