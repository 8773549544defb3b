"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.people import import_views, role_views, views

app_name = "people"
urlpatterns = [
    path("", views.organisation, name="organisation"),
    path("units/<uuid:unit_id>/", views.unit, name="unit"),
    path("units/<uuid:unit_id>/children", views.children, name="children"),
    path("units/<uuid:unit_id>/deputies", views.add_deputy, name="add_deputy"),
    path("deputies/<int:deputy_id>/end", views.remove_deputy, name="end_deputy"),
    path("persons/<uuid:person_id>/", views.person, name="person"),
    path("roles/", role_views.roles, name="roles"),
    path("roles/invite", role_views.invite, name="invite"),
    path("roles/<uuid:user_id>/", role_views.account, name="account"),
    path("roles/<uuid:user_id>/close", role_views.close, name="close_account"),
    path("roles/grants/<int:grant_id>/end", role_views.end, name="end_role"),
    path("imports/", import_views.import_list, name="imports"),
    path("imports/<uuid:import_id>/", import_views.import_detail, name="import"),
    path("imports/<uuid:import_id>/decide", import_views.decide, name="decide"),
    path("imports/<uuid:import_id>/again", import_views.run_again, name="again"),
]
