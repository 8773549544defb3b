"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.decide import views
from headwater.rooms.decide.appointments.urls import urlpatterns as appointments_urls
from headwater.rooms.decide.directions.urls import urlpatterns as directions_urls
from headwater.rooms.decide.maturity.urls import urlpatterns as maturity_urls
from headwater.rooms.decide.structure.urls import urlpatterns as structure_urls

app_name = "decide"
urlpatterns: list[URLPattern] = [
    path("", views.entrance, name="entrance"),
    *directions_urls,
    *structure_urls,
    *appointments_urls,
    *maturity_urls,
]
