"""Addresses of the pages of learning that begin with service."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import service_views

urlpatterns: list[URLPattern] = [
    path("services/", service_views.services, name="services"),
    path("services/table.<slug:form>", service_views.services_table, name="services_table"),
]
