"""Addresses of what is told to whom, in which form, and what it did."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
