"""Addresses of decks on a schedule."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.decks import reader_views, views

urlpatterns: list[URLPattern] = [
    path("decks/", views.decks, name="decks"),
    path("decks/new/", views.set_up, name="decks_new"),
    path("decks/read/<uuid:issue_id>/", reader_views.read, name="decks_read"),
    path("decks/read/<uuid:issue_id>/file/", reader_views.own_file, name="decks_file"),
    path("decks/mine/<uuid:receiver_id>/", reader_views.choose, name="decks_choose"),
    path("decks/end/<str:token>/", reader_views.end, name="decks_end"),
    path("decks/preview/<uuid:receiver_id>/", views.preview, name="decks_preview"),
    path("decks/sent/<uuid:issue_id>/file/", views.sent_file, name="decks_sent_file"),
    path("decks/sent/<uuid:issue_id>/retry/", views.retry, name="decks_retry"),
    path("decks/<uuid:schedule_id>/", views.one, name="decks_one"),
    path("decks/<uuid:schedule_id>/change/", views.change, name="decks_change"),
    path("decks/<uuid:schedule_id>/act/", views.act, name="decks_act"),
]
