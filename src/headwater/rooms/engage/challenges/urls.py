"""Addresses of saying no with reasons, and asks for support."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
