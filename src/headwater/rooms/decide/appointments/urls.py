"""Addresses of who is appointed, how candidates are rated, and why."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.decide.appointments import meeting_views, views

ONE = "appointments/<uuid:appointment_id>/"

urlpatterns: list[URLPattern] = [
    path("appointments/", views.appointments, name="appointments"),
    path("appointments/new/", views.begin, name="appointment_new"),
    path(ONE, views.appointment, name="appointment"),
    path(f"{ONE}profile/", views.profile, name="appointment_profile"),
    path(f"{ONE}candidates/", views.add_candidate, name="appointment_candidate"),
    path(f"{ONE}assessors/", views.add_assessor, name="appointment_assessor"),
    path(f"{ONE}change/", views.change, name="appointment_change"),
    path(f"{ONE}candidates/<uuid:candidate_id>/", views.score, name="appointment_score"),
    path(f"{ONE}candidates/<uuid:candidate_id>/feedback/", meeting_views.feedback, name="appointment_feedback"),
    path(f"{ONE}hand-in/", views.hand_in, name="appointment_hand_in"),
    path(f"{ONE}conflict/", views.conflict, name="appointment_conflict"),
    path(f"{ONE}meeting/", meeting_views.meeting, name="appointment_meeting"),
    path(f"{ONE}decision/", meeting_views.decision, name="appointment_decision"),
    path(f"{ONE}stop/", meeting_views.stop, name="appointment_stop"),
]
