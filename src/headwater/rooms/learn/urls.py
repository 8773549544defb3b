"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.learn import (
    benchmark_urls,
    comment_urls,
    driver_urls,
    explorer_urls,
    importance_urls,
    journey_urls,
    place_urls,
    question_urls,
    river_urls,
    sameness_urls,
    service_urls,
    surprise_urls,
    team_urls,
    views,
)

app_name = "learn"
urlpatterns = [
    path("", views.released, name="released"),
    path("waves/<uuid:wave_id>/", views.wave, name="wave"),
    path("waves/<uuid:wave_id>/<int:row>/", views.unit, name="unit"),
    path("waves/<uuid:wave_id>/<int:row>/report.<slug:form>", views.report, name="report"),
    *question_urls.urlpatterns,
    *team_urls.urlpatterns,
    *explorer_urls.urlpatterns,
    *driver_urls.urlpatterns,
    *importance_urls.urlpatterns,
    *sameness_urls.urlpatterns,
    *comment_urls.urlpatterns,
    *journey_urls.urlpatterns,
    *place_urls.urlpatterns,
    *service_urls.urlpatterns,
    *benchmark_urls.urlpatterns,
    *river_urls.urlpatterns,
    *surprise_urls.urlpatterns,
]
