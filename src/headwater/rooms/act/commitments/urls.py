"""Addresses of commitments, and of what is told to those who were heard."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.act.commitments import mail_views, told_public, told_views, views

urlpatterns: list[URLPattern] = [
    path("commitments/", views.commitments, name="commitments"),
    path("commitments/make/", views.make, name="commitments_make"),
    path("commitments/discovered/<uuid:discovered>/", views.take_over, name="commitments_take_over"),
    path("commitments/help/<uuid:help_id>/", views.help_one, name="commitments_help"),
    path("commitments/how/<str:token>", mail_views.check_by_mail, name="commitments_by_mail"),
    path("commitments/told/", told_views.told_list, name="commitments_told"),
    path("commitments/told/<uuid:told_id>/", told_views.told_one, name="commitments_told_one"),
    path("commitments/told/<uuid:told_id>/add/", told_views.told_add, name="commitments_told_add"),
    path("commitments/heard/<str:link>", told_public.heard, name="commitments_heard"),
    path("commitments/<uuid:commitment_id>/", views.one, name="commitments_one"),
]
