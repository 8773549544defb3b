"""Addresses of the pages of learning that begin with driver."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import driver_views

urlpatterns: list[URLPattern] = [
    path("drivers/", driver_views.drivers, name="drivers"),
    path("drivers/view.<slug:form>", driver_views.drivers_file, name="drivers_file"),
]
