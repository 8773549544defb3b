"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.prove import views
from headwater.rooms.prove.effects.urls import urlpatterns as effects_urls
from headwater.rooms.prove.elsewhere.urls import urlpatterns as elsewhere_urls
from headwater.rooms.prove.reviews.urls import urlpatterns as reviews_urls
from headwater.rooms.prove.value.urls import urlpatterns as value_urls

app_name = "prove"
urlpatterns: list[URLPattern] = [
    path("", views.entrance, name="entrance"),
    *effects_urls,
    *elsewhere_urls,
    *value_urls,
    *reviews_urls,
]
