"""Addresses of answers moved in and out, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
