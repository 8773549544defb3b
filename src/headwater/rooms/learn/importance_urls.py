"""Addresses of the pages of learning that begin with importance."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import importance_views

urlpatterns: list[URLPattern] = [
    path("importance/", importance_views.importance, name="importance"),
    path("importance/view.<slug:form>", importance_views.importance_file, name="importance_file"),
]
