"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.learn import views

app_name = "learn"
urlpatterns = [
    path("", views.released, name="released"),
    path("waves/<uuid:wave_id>/", views.wave, name="wave"),
    path("waves/<uuid:wave_id>/<int:row>/", views.unit, name="unit"),
    path("waves/<uuid:wave_id>/<int:row>/report.<slug:form>", views.report, name="report"),
]
