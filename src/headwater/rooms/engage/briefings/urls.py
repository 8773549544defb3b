"""Addresses of briefings."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.briefings import read_views, views

urlpatterns: list[URLPattern] = [
    path("briefings/", views.briefings, name="briefings"),
    path("briefings/prepare/", views.prepare, name="briefings_prepare"),
    path("briefings/learned/", views.learned, name="briefings_learned"),
    path("briefings/read/<uuid:copy_id>/", read_views.read, name="briefings_read"),
    path("briefings/read/<uuid:copy_id>/save.<slug:form>", read_views.save, name="briefings_save"),
    path("briefings/link/<str:token>/", read_views.read_by_link, name="briefings_by_link"),
    path("briefings/link/<str:token>/save.<slug:form>", read_views.save_by_link, name="briefings_save_by_link"),
    path("briefings/copies/<uuid:copy_id>/", views.copy, name="briefings_copy"),
    path("briefings/copies/<uuid:copy_id>/file.<slug:form>", views.download, name="briefings_file"),
    path("briefings/<uuid:briefing_id>/", views.one, name="briefings_one"),
]
