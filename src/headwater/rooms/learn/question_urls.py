"""Address of the page that answers questions."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import question_views

urlpatterns: list[URLPattern] = [path("ask/", question_views.ask, name="ask")]
