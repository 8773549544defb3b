"""Addresses of effects."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.prove.effects import views

urlpatterns: list[URLPattern] = [
    path("effects/", views.effects, name="effects"),
    path("effects/learned/", views.learned, name="effects_learned"),
    path("effects/file.<str:form>", views.file, name="effects_file"),
    path("effects/<uuid:plan_id>/", views.one, name="effects_one"),
    path("effects/<uuid:plan_id>/plan.json", views.plan, name="effects_plan"),
]
