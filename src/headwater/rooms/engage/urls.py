"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage import views
from headwater.rooms.engage.active_role.urls import urlpatterns as active_role_urls
from headwater.rooms.engage.briefings.urls import urlpatterns as briefings_urls
from headwater.rooms.engage.challenges.urls import urlpatterns as challenges_urls
from headwater.rooms.engage.credibility.urls import urlpatterns as credibility_urls
from headwater.rooms.engage.decks.urls import urlpatterns as decks_urls
from headwater.rooms.engage.discovery.urls import urlpatterns as discovery_urls
from headwater.rooms.engage.risks.urls import urlpatterns as risks_urls
from headwater.rooms.engage.stakeholders.urls import urlpatterns as stakeholders_urls

app_name = "engage"
urlpatterns: list[URLPattern] = [
    path("", views.entrance, name="entrance"),
    *stakeholders_urls,
    *briefings_urls,
    *decks_urls,
    *discovery_urls,
    *challenges_urls,
    *credibility_urls,
    *active_role_urls,
    *risks_urls,
]
