"""Addresses of value cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.prove.value import views

urlpatterns: list[URLPattern] = [
    path("value/", views.cases, name="value"),
    path("value/new/", views.make, name="value_make"),
    path("value/<uuid:case_id>/", views.case, name="value_one"),
    path("value/<uuid:case_id>/value.<slug:form>", views.case_file, name="value_file"),
    path("value/<uuid:case_id>/costs/", views.costs, name="value_costs"),
    path("value/<uuid:case_id>/horizon/", views.set_horizon, name="value_horizon"),
    path("value/<uuid:case_id>/lines/add/", views.add_line, name="value_add"),
    path("value/<uuid:case_id>/lines/<int:position>/", views.line, name="value_line"),
    path("value/<uuid:case_id>/lines/<int:position>/remove/", views.remove_line, name="value_remove"),
    path("value/<uuid:case_id>/present/", views.present, name="value_present"),
]
