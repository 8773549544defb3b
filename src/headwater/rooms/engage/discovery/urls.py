"""Addresses of leaders find the truth themselves."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.discovery import lead_views, views

urlpatterns: list[URLPattern] = [
    path("discovery/", views.discoveries, name="discovery"),
    path("discovery/foresight/", views.foresight, name="discovery_foresight"),
    path("discovery/own/", views.own, name="discovery_own"),
    path("discovery/prepare/", lead_views.prepare, name="discovery_prepare"),
    path("discovery/join/", views.join, name="discovery_join"),
    path("discovery/join/<slug:code>/", views.join, name="discovery_join_code"),
    path("discovery/<uuid:discovery_id>/", views.take, name="discovery_take"),
    path("discovery/<uuid:discovery_id>/pulse/", views.pulse, name="discovery_pulse"),
    path("discovery/<uuid:discovery_id>/predict/", views.predict, name="discovery_predict"),
    path("discovery/<uuid:discovery_id>/see/", views.see, name="discovery_see"),
    path("discovery/<uuid:discovery_id>/reveal/", views.reveal, name="discovery_reveal"),
    path("discovery/<uuid:discovery_id>/conclude/", views.conclude, name="discovery_conclude"),
    path("discovery/<uuid:discovery_id>/share/", views.share, name="discovery_share"),
    path("discovery/<uuid:discovery_id>/commit/", views.commit, name="discovery_commit"),
    path("discovery/<uuid:discovery_id>/together/", views.together, name="discovery_together"),
    path("discovery/<uuid:discovery_id>/print/", views.print_out, name="discovery_print"),
    path("discovery/<uuid:discovery_id>/lead/", lead_views.lead, name="discovery_lead"),
    path("discovery/<uuid:discovery_id>/lead/pulse/", lead_views.lead_pulse, name="discovery_lead_pulse"),
    path("discovery/<uuid:discovery_id>/lead/act/", lead_views.act, name="discovery_act"),
    path("discovery/<uuid:discovery_id>/wall/", lead_views.wall, name="discovery_wall"),
]
