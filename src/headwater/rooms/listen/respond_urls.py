"""Addresses of respondents, at the root of the site: short enough for a poster."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.listen import respond_calls, respond_codes, respond_views

app_name = "respond"
urlpatterns = [
    path("r/<str:token>", respond_views.personal, name="page"),
    path("w/<str:name>/", respond_codes.enter_code, name="code"),
    path("q/<str:token>/", respond_views.poster, name="poster"),
    path("q/<str:token>/kiosk/", respond_views.kiosk, name="kiosk"),
    path("c/<str:token>", respond_views.customer, name="customer"),
    path("c/<str:token>/call", respond_calls.call_back, name="call_back"),
]
