"""Addresses of saying no with reasons, and asks for support."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.challenges import views

urlpatterns: list[URLPattern] = [
    path("challenges/", views.own, name="challenges"),
    path("challenges/new/", views.write, name="challenges_new"),
    path("challenges/support/new/", views.ask, name="challenges_ask"),
    path("challenges/support/<uuid:support_id>/", views.support_one, name="challenges_support"),
    path("challenges/shares/<uuid:share_id>/end/", views.unshare, name="challenges_unshare"),
    path("challenges/<uuid:challenge_id>/", views.one, name="challenges_one"),
    path("challenges/<uuid:challenge_id>/write/", views.write, name="challenges_write"),
    path("challenges/<uuid:challenge_id>/letter/", views.letter, name="challenges_letter"),
]
