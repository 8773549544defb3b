"""Addresses of briefings."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.briefings import hand_on_views, read_views, views

urlpatterns: list[URLPattern] = [
    path("briefings/", views.briefings, name="briefings"),
    path("briefings/prepare/", views.prepare, name="briefings_prepare"),
    path("briefings/learned/", views.learned, name="briefings_learned"),
    path("briefings/read/<uuid:copy_id>/", read_views.read, name="briefings_read"),
    path("briefings/read/<uuid:copy_id>/save.<slug:form>", read_views.save, name="briefings_save"),
    path("briefings/link/<str:token>/", read_views.read_by_link, name="briefings_by_link"),
    path("briefings/link/<str:token>/save.<slug:form>", read_views.save_by_link, name="briefings_save_by_link"),
    path("briefings/hand-on/<uuid:copy_id>/", hand_on_views.hand, name="briefings_hand"),
    path("briefings/hand-on/<uuid:copy_id>/save.<slug:form>", hand_on_views.save_hand, name="briefings_save_hand"),
    path("briefings/hand-on/link/<str:token>/", hand_on_views.hand_by_link, name="briefings_hand_by_link"),
    path(
        "briefings/hand-on/link/<str:token>/save.<slug:form>",
        hand_on_views.save_hand_by_link,
        name="briefings_save_hand_by_link",
    ),
    path("briefings/copies/<uuid:copy_id>/", views.copy, name="briefings_copy"),
    path("briefings/copies/<uuid:copy_id>/file.<slug:form>", views.download, name="briefings_file"),
    path("briefings/<uuid:briefing_id>/", views.one, name="briefings_one"),
]
