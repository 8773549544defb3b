"""Addresses of incidents."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.act.incidents import poster_views, views

urlpatterns: list[URLPattern] = [
    path("incidents/", views.register, name="incidents"),
    path("incidents/new/", views.report, name="incidents_report"),
    path("incidents/told/", views.told, name="incidents_told"),
    path("incidents/posters/", poster_views.hanging, name="incidents_posters"),
    path("incidents/posters/<uuid:poster_id>/", poster_views.poster, name="incidents_poster"),
    path("incidents/<uuid:incident_id>/", views.one, name="incidents_one"),
]
