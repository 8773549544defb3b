"""Addresses of what top leaders agreed to do, and those new to it."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
