"""Addresses of risks reported early."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.risks import views

urlpatterns: list[URLPattern] = [
    path("risks/", views.register, name="risks"),
    path("risks/new/", views.report, name="risks_report"),
    path("risks/<uuid:risk_id>/", views.one, name="risks_one"),
]
