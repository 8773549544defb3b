"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.act import views
from headwater.rooms.act.commitments.urls import urlpatterns as commitments_urls
from headwater.rooms.act.incidents.urls import urlpatterns as incidents_urls
from headwater.rooms.act.obstacles.urls import urlpatterns as obstacles_urls
from headwater.rooms.act.safety.urls import urlpatterns as safety_urls
from headwater.rooms.act.visits.urls import urlpatterns as visits_urls

app_name = "act"
urlpatterns: list[URLPattern] = [
    path("", views.entrance, name="entrance"),
    *commitments_urls,
    *visits_urls,
    *obstacles_urls,
    *incidents_urls,
    *safety_urls,
]
