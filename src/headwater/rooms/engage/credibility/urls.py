"""Addresses of promises, forecasts and how they turned out."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.credibility import views

urlpatterns: list[URLPattern] = [
    path("credibility/", views.ledger, name="credibility"),
    path("credibility/promises/<uuid:promise_id>/", views.promise, name="credibility_promise"),
    path("credibility/forecasts/<uuid:forecast_id>/", views.forecast, name="credibility_forecast"),
    path("credibility/targets/<uuid:direction_id>/", views.take, name="credibility_take"),
    path("credibility/shown/<uuid:copy_id>/", views.shown, name="credibility_shown"),
    path("credibility/shown/<uuid:copy_id>/end/", views.end_shown, name="credibility_end_shown"),
]
