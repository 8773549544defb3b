"""Addresses of visits."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.act.visits import go_views, programme_views, views

urlpatterns: list[URLPattern] = [
    path("visits/", views.visits, name="visits"),
    path("visits/plan/", views.plan, name="visits_plan"),
    path("visits/calendar/", views.calendar, name="visits_calendar"),
    path("visits/programmes/", programme_views.programmes, name="visits_programmes"),
    path("visits/programmes/<uuid:programme_id>/end/", programme_views.end, name="visits_programme_end"),
    path("visits/worker.js", go_views.worker, name="visits_worker"),
    path("visits/photos/<uuid:photo_id>.jpg", go_views.photo, name="visits_photo"),
    path("visits/photos/<uuid:photo_id>/drop/", go_views.photo_drop, name="visits_photo_drop"),
    path("visits/<uuid:visit_id>/", views.one, name="visits_one"),
    path("visits/<uuid:visit_id>/visit.ics", views.calendar_entry, name="visits_ics"),
    path("visits/<uuid:visit_id>/go/", go_views.go, name="visits_go"),
    path("visits/<uuid:visit_id>/sync/", go_views.sync, name="visits_sync"),
    path("visits/<uuid:visit_id>/photo/", go_views.photo_add, name="visits_photo_add"),
    path("visits/<uuid:visit_id>/close/", views.close, name="visits_close"),
]
