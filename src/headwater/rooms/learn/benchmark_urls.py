"""Addresses of the pages of learning that begin with benchmark."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import benchmark_views

urlpatterns: list[URLPattern] = [
    path("benchmarks/", benchmark_views.benchmarks, name="benchmarks"),
    path("benchmarks/check/<uuid:version_id>/", benchmark_views.check, name="benchmark_check"),
    path("benchmarks/choose/<uuid:study_id>/", benchmark_views.choose, name="benchmark_choose"),
    path("benchmarks/<str:name>/", benchmark_views.benchmark, name="benchmark"),
    path("benchmarks/<str:name>/compare/", benchmark_views.compare, name="benchmark_compare"),
]
