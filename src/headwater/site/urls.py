"""Root addresses."""

from __future__ import annotations

from django.urls import include, path

from headwater.rooms.house import views as house

urlpatterns = [
    path("", house.home, name="home"),
    path("health", house.health, name="health"),
    path("language", house.set_language, name="set_language"),
    path("listen/", include("headwater.rooms.listen.urls")),
    path("learn/", include("headwater.rooms.learn.urls")),
    path("", include("headwater.rooms.listen.respond_urls")),
    path("people/", include("headwater.rooms.people.urls")),
    path("account/", include("allauth.urls")),
]

handler400 = "headwater.rooms.house.views.bad_request"
handler403 = "headwater.rooms.house.views.refused"
handler404 = "headwater.rooms.house.views.not_found"
handler500 = "headwater.rooms.house.views.failed"
