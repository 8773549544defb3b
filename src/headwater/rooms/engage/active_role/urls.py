"""Addresses of what top leaders agreed to do, and those new to it."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.active_role import board_views, mirror_views, views

urlpatterns: list[URLPattern] = [
    path("role/", views.entrance, name="role"),
    path("role/all/", views.everybody, name="role_all"),
    path("role/mirror/", mirror_views.mirrors, name="role_mirrors"),
    path("role/mirror/<uuid:unit_id>/", mirror_views.mirror, name="role_mirror"),
    path("role/mirror/<uuid:unit_id>/exercise/", mirror_views.exercise, name="role_mirror_exercise"),
    path("role/board/", board_views.board, name="role_board"),
    path("role/board/<slug:step>/", board_views.step, name="role_board_step"),
    path("role/acts/<uuid:act_id>/back/", views.take_back, name="role_take_back"),
    path("role/versions/<uuid:version_id>/sign/", views.sign, name="role_sign"),
    path("role/<uuid:leader_id>/", views.one, name="role_one"),
    path("role/<uuid:leader_id>/agree/", views.agree, name="role_agree"),
]
