"""Addresses of customers' call backs, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.listen import call_back_views as views

urlpatterns: list[URLPattern] = [
    path("calls/", views.calls, name="calls"),
    path("calls/erase", views.erase, name="erase_calls"),
    path("calls/<uuid:call_id>", views.work_off, name="work_off_call"),
]
