"""Addresses of the pages of learning that begin with journeys or start."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import journey_edit_views, journey_views, start_views

urlpatterns: list[URLPattern] = [
    path("journeys/", journey_views.journeys, name="journeys"),
    path("journeys/contacts/<uuid:wave_id>/", journey_views.contacts, name="journey_contacts"),
    path("journeys/<slug:key>/", journey_views.journey, name="journey"),
    path("journeys/<slug:key>/edit/", journey_edit_views.edit, name="journey_edit"),
    path("journeys/<slug:key>/edit/stage/<slug:stage>/", journey_edit_views.stage, name="journey_stage"),
    path("journeys/<slug:key>/edit/moment/", journey_edit_views.moment, name="journey_new_moment"),
    path("journeys/<slug:key>/edit/moment/<slug:moment>/", journey_edit_views.moment, name="journey_moment"),
    path("start/", start_views.start, name="start"),
    path("start/<uuid:study_id>/", start_views.study, name="start_study"),
    path("start/<uuid:study_id>/act/", start_views.act, name="start_act"),
    path("start/<uuid:unit_id>/<slug:moment>/", start_views.choose, name="start_choose"),
]
