"""Addresses of how mature the practice of experience is."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.decide.maturity import result_views, views

ONE = "maturity/<uuid:assessment_id>/"

urlpatterns: list[URLPattern] = [
    path("maturity/", views.assessments, name="maturity"),
    path("maturity/new/", views.begin, name="maturity_new"),
    path(ONE, views.assessment, name="maturity_one"),
    path(f"{ONE}assessors/", views.add_assessor, name="maturity_assessor"),
    path(f"{ONE}validator/", views.add_validator, name="maturity_validator"),
    path(f"{ONE}change/", views.change, name="maturity_change"),
    path(f"{ONE}declare/", views.declare, name="maturity_declare"),
    path(f"{ONE}scores/<slug:dimension>/", views.sheet, name="maturity_sheet"),
    path(f"{ONE}hand-in/", views.hand_in, name="maturity_hand_in"),
    path(f"{ONE}practices/<slug:practice>/", views.practice, name="maturity_practice"),
    path(f"{ONE}evidence/<uuid:evidence_id>/", views.file, name="maturity_file"),
    path(f"{ONE}evidence/<uuid:evidence_id>/out/", views.detach, name="maturity_detach"),
    path(f"{ONE}meeting/", result_views.meeting, name="maturity_meeting"),
    path(f"{ONE}result/", result_views.result, name="maturity_result"),
    path(f"{ONE}result/<slug:practice>/direction/", result_views.gap, name="maturity_gap"),
    path(f"{ONE}report.<slug:form>", result_views.report, name="maturity_report"),
]
