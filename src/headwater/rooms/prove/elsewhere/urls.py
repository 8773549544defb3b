"""Addresses of shared summaries."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.prove.elsewhere import views

urlpatterns: list[URLPattern] = [
    path("effects/elsewhere/", views.elsewhere, name="elsewhere"),
    path("effects/elsewhere/files/", views.files, name="elsewhere_files"),
    path("effects/elsewhere/files/<uuid:summary_id>/remove/", views.remove, name="elsewhere_remove"),
    path("effects/elsewhere/share/", views.share, name="elsewhere_share"),
    path("effects/elsewhere/ours/<uuid:summary_id>.json", views.ours, name="elsewhere_ours"),
]
