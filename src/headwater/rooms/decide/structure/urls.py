"""Addresses of the experience leadership team: structure, responsibilities, competencies, mandate, practices."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.decide.structure import duty_views, member_views, practice_views, views

urlpatterns: list[URLPattern] = [
    path("team/", views.team, name="team"),
    path("team/adviser/", views.adviser, name="team_adviser"),
    path("team/adviser/compare/", views.compare, name="team_compare"),
    path("team/adopt/<slug:structure>/", views.adopt, name="team_adopt"),
    path("team/mandate/", views.mandate, name="team_mandate"),
    path("team/mandate/ask/", views.ask, name="team_mandate_ask"),
    path("team/mandate/<uuid:mandate_id>/sign/", views.sign, name="team_mandate_sign"),
    path("team/mandate.pdf", views.mandate_file, name="team_mandate_file"),
    path("team/duties/", duty_views.duties, name="team_duties"),
    path("team/duties/team/", duty_views.team_duties, name="team_duties_team"),
    path("team/matrix/", duty_views.matrix, name="team_matrix"),
    path("team/matrix.xlsx", duty_views.matrix_file, name="team_matrix_file"),
    path("team/matrix/limit/", duty_views.limit, name="team_limit"),
    path("team/matrix/new/", duty_views.new_activity, name="team_activity_new"),
    path("team/matrix/<uuid:activity_id>/", duty_views.activity, name="team_activity"),
    path("team/matrix/<uuid:activity_id>/end/", duty_views.end, name="team_activity_end"),
    path("team/abilities/", member_views.abilities, name="team_abilities"),
    path("team/members/new/", member_views.new, name="team_member_new"),
    path("team/members/<uuid:member_id>/", member_views.member, name="team_member"),
    path("team/members/<uuid:member_id>/change/", member_views.change, name="team_member_change"),
    path("team/members/<uuid:member_id>/end/", member_views.end, name="team_member_end"),
    path("team/members/<uuid:member_id>/duties/", duty_views.member_duties, name="team_member_duties"),
    path("team/members/<uuid:member_id>/rate/", member_views.rate, name="team_rate"),
    path("team/members/<uuid:member_id>/experience/", member_views.experience, name="team_experience"),
    path("team/practices/", practice_views.library, name="team_practices"),
    path("team/practices/new/", practice_views.new, name="team_practice_new"),
    path("team/practices/<uuid:practice_id>/", practice_views.practice, name="team_practice"),
    path("team/practices/<uuid:practice_id>/adopt/", practice_views.adopt, name="team_practice_adopt"),
    path("team/practices/<uuid:practice_id>/withdraw/", practice_views.withdraw, name="team_practice_withdraw"),
    path("team/practices/uses/<uuid:use_id>/", practice_views.outcome, name="team_practice_outcome"),
]
