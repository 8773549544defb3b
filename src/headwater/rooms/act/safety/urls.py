"""Addresses of safety."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from headwater.rooms.act.safety import case_views, keeping_views, meeting_views, views

YEAR = "safety/establishments/<uuid:establishment_id>/<int:year>/"

urlpatterns: list[URLPattern] = [
    path("safety/", views.safety, name="safety"),
    re_path(r"^safety/rates\.(?P<form>csv|xlsx)$", views.rates_file, name="safety_rates_file"),
    path("safety/near-misses/", views.patterns, name="safety_patterns"),
    path("safety/industry/", views.industry, name="safety_industry"),
    path("safety/own/", views.own, name="safety_own"),
    path("safety/check/", views.check, name="safety_check"),
    path("safety/cases/", case_views.listed, name="safety_cases"),
    path("safety/cases/begin/<uuid:incident_id>/", case_views.begin, name="safety_begin"),
    path("safety/cases/<uuid:case_id>/", case_views.one, name="safety_case"),
    path("safety/cases/<uuid:case_id>/health/", case_views.health_page, name="safety_health"),
    path("safety/cases/<uuid:case_id>/form-301.pdf", case_views.report, name="safety_report"),
    path("safety/hours/", keeping_views.hours_of, name="safety_hours"),
    path("safety/hours/files/<uuid:file_id>/", keeping_views.hours_file, name="safety_hours_file"),
    path("safety/establishments/", keeping_views.places, name="safety_places"),
    path("safety/establishments/<uuid:establishment_id>/", keeping_views.place, name="safety_place"),
    path(YEAR, keeping_views.year, name="safety_year"),
    *(
        path(f"{YEAR}{form}", keeping_views.year_file, {"form": form}, name=f"safety_year_{name}")
        for form, name in (
            ("form-300.pdf", "log"),
            ("form-300a.pdf", "summary"),
            ("form-300a.csv", "summary_upload"),
            ("cases.csv", "cases_upload"),
        )
    ),
    path("safety/rules/", keeping_views.rules, name="safety_rules"),
    path("safety/meetings/", meeting_views.listed, name="safety_meetings"),
    path("safety/meetings/<uuid:meeting_id>/", meeting_views.one, name="safety_meeting"),
]
