"""Addresses of reports, at the root of the site: short enough for a poster."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.act.incidents import respond_views

app_name = "incident"
urlpatterns = [
    path("i/", respond_views.report, name="report"),
    path("i/follow", respond_views.follow, name="follow"),
    path("i/worker.js", respond_views.worker, name="worker"),
    path("i/<str:code>/", respond_views.report, name="poster"),
]
