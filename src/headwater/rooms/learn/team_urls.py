"""Addresses of the pages of learning that begin with team."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import team_views

urlpatterns: list[URLPattern] = [
    path("team/", team_views.teams, name="team"),
    path("team/<uuid:wave_id>/<int:row>/", team_views.team, name="team_unit"),
]
