"""Addresses of the pages of learning that begin with importance."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
