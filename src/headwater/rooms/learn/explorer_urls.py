"""Addresses of the pages of learning that begin with explorer."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import explorer_giving_views, explorer_views

urlpatterns: list[URLPattern] = [
    path("explorer/", explorer_views.heat, name="explorer_heat"),
    path("explorer/levels/", explorer_views.levels, name="explorer_levels"),
    path("explorer/score/", explorer_views.score, name="explorer_score"),
    path("explorer/compare/", explorer_views.compare, name="explorer_compare"),
    path("explorer/places/", explorer_views.places, name="explorer_places"),
    path("explorer/files/<slug:kind>.<slug:form>", explorer_views.file, name="explorer_file"),
    path("explorer/give/<slug:kind>/", explorer_giving_views.give, name="explorer_give"),
    path("explorer/given/", explorer_giving_views.given_list, name="explorer_given_list"),
    path("explorer/given/<uuid:shared_id>/", explorer_giving_views.given, name="explorer_given"),
    path("explorer/given/<uuid:shared_id>/take-back/", explorer_giving_views.take_back, name="explorer_take_back"),
    path(
        "explorer/given/<uuid:shared_id>/view.<slug:form>", explorer_giving_views.given_file, name="explorer_given_file"
    ),
]
