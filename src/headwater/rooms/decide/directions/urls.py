"""Addresses of vision, goals and directions."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.decide.directions import board_views, goal_views, views

urlpatterns: list[URLPattern] = [
    path("directions/", views.directions, name="directions"),
    path("directions/board/", board_views.board, name="directions_board"),
    path("directions/board/add/", board_views.add_score, name="directions_add"),
    path("directions/board/stop/", board_views.add_stop, name="directions_stop"),
    path("directions/finding/", board_views.finding, name="directions_finding"),
    path("directions/candidates/<uuid:candidate_id>/", board_views.candidate, name="directions_candidate"),
    path("directions/candidates/<uuid:candidate_id>/again/", board_views.reopen, name="directions_again"),
    path("directions/candidates/<uuid:candidate_id>/choose/", views.choose, name="directions_choose"),
    path("directions/goals/", goal_views.goals, name="directions_goals"),
    path("directions/goals/<uuid:goal_id>/", goal_views.goal, name="directions_goal"),
    path("directions/vision/", goal_views.vision, name="directions_vision"),
    path("directions/vision/write/", goal_views.write, name="directions_write"),
    path("directions/vision/<int:number>/", goal_views.vision, name="directions_vision_of"),
    path("directions/vision/vision.<slug:form>", goal_views.vision_file, name="directions_vision_file"),
    path("directions/<uuid:direction_id>/", views.direction, name="directions_one"),
    path("directions/<uuid:direction_id>/aloud/", views.aloud, name="directions_aloud"),
    path("directions/<uuid:direction_id>/review/", views.review, name="directions_review"),
    path("directions/<uuid:direction_id>/change/", views.change, name="directions_change"),
    path("directions/<uuid:direction_id>/direction.<slug:form>", views.direction_file, name="directions_file"),
]
