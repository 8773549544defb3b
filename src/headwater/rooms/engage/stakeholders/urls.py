"""Addresses of leaders as stakeholders, and what is asked of each in minutes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
