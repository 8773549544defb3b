"""Addresses of the pages of learning that begin with surprise."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import surprise_views

urlpatterns: list[URLPattern] = [
    path("surprises/", surprise_views.surprises, name="surprises"),
    path("surprises/rules/", surprise_views.rules, name="surprise_rules"),
    path("surprises/<uuid:copy_id>/seen/", surprise_views.seen, name="surprise_seen"),
    path("surprises/<uuid:copy_id>/answer/", surprise_views.answer, name="surprise_answer"),
]
