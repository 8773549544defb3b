"""Addresses that need no account, at the root of the site: short enough for a poster."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.act.obstacles import front_views
from headwater.rooms.act.visits import told_views

app_name = "front"
urlpatterns = [
    path("o/", front_views.tell, name="tell"),
    path("o/follow", front_views.follow, name="follow"),
    path("o/<str:token>/", front_views.tell, name="tell_at"),
    path("v/<str:token>/", told_views.told, name="told"),
]
