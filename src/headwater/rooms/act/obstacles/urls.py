"""Addresses of obstacles in internal service."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.act.obstacles import views

urlpatterns: list[URLPattern] = [
    path("obstacles/", views.obstacles, name="obstacles"),
    path("obstacles/new/", views.new, name="obstacles_new"),
    path("obstacles/matrix/", views.matrix, name="obstacles_matrix"),
    path("obstacles/services/<uuid:unit_id>/", views.service, name="obstacles_service"),
    path("obstacles/posters/<uuid:unit_id>/", views.poster, name="obstacles_poster"),
    path("obstacles/<uuid:obstacle_id>/", views.one, name="obstacles_one"),
]
"""A poster's own address, and the receipt's, stand at the root of the site: `act.front_urls`."""
