"""Addresses of answers that come in, for the desk, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.listen import respond_desk_views as views

urlpatterns: list[URLPattern] = [
    path("waves/<uuid:wave_id>/set-apart", views.set_apart, name="set_apart"),
    path("waves/<uuid:wave_id>/posters", views.posters, name="posters"),
    path("waves/<uuid:wave_id>/posters/<int:number>", views.poster, name="poster"),
    path("waves/<uuid:wave_id>/customers", views.customers, name="customer_links"),
]
