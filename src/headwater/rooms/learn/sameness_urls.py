"""Addresses of the page that says whether questions mean the same to all groups."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import sameness_views

urlpatterns: list[URLPattern] = [
    path("questions/", sameness_views.sameness, name="sameness"),
    path("questions/view.<slug:form>", sameness_views.sameness_file, name="sameness_file"),
]
