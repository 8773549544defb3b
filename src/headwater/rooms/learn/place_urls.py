"""Addresses of maps and plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import place_views

urlpatterns: list[URLPattern] = [
    path("places/", place_views.maps, name="place_maps"),
    path("places/<uuid:map_id>/", place_views.place_map, name="place_map"),
    path("places/<uuid:map_id>/plan-<slug:mark>.png", place_views.plan_image, name="place_plan"),
]
