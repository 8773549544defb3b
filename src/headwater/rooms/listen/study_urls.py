"""Addresses of studies, their waves, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.listen import study_step_views as steps
from headwater.rooms.listen import study_views as views

urlpatterns: list[URLPattern] = [
    path("", views.study_list, name="studies"),
    path("contacts/", views.contact_rules, name="contact_rules"),
    path("studies/new", steps.new_study, name="new_study"),
    path("studies/<uuid:study_id>/", views.study, name="study"),
    path("studies/<uuid:study_id>/launch", views.launch, name="launch"),
    path("studies/<uuid:study_id>/launch/progress", views.launch_progress, name="launch_progress"),
    path("studies/<uuid:study_id>/launch/stop", views.launch_stop, name="launch_stop"),
    path("studies/<uuid:study_id>/next", views.plan_next, name="plan_next"),
    path("studies/<uuid:study_id>/copy", views.copy, name="copy_study"),
    path("studies/<uuid:study_id>/archive", views.archive, name="archive_study"),
    path("studies/<uuid:study_id>/reach", steps.reach, name="reach"),
    path("studies/<uuid:study_id>/<slug:name>/", steps.step, name="study_step"),
    path("waves/<uuid:wave_id>/stricter", views.tighten, name="tighten"),
    path("waves/<uuid:wave_id>/codes", views.codes, name="codes"),
    path("waves/<uuid:wave_id>/end", views.end, name="end_wave"),
    path("waves/<uuid:wave_id>/decide", views.decide, name="decide_release"),
]
