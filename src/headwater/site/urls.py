"""Root addresses."""

from __future__ import annotations

from django.urls import include, path

from headwater.rooms.house import parts_views
from headwater.rooms.house import views as house
from headwater.rooms.people.viewers import permitted
from headwater.site.api import api

urlpatterns = [
    path("", house.home, name="home"),
    path("health", house.health, name="health"),
    path("language", house.set_language, name="set_language"),
    path("house/parts/", permitted("roles.manage")(parts_views.desk_parts), name="house_parts"),
    path("house/parts/respond", permitted("roles.manage")(parts_views.respond_parts), name="house_parts_respond"),
    path("listen/", include("headwater.rooms.listen.urls")),
    path("learn/", include("headwater.rooms.learn.urls")),
    path("decide/", include("headwater.rooms.decide.urls")),
    path("engage/", include("headwater.rooms.engage.urls")),
    path("act/", include("headwater.rooms.act.urls")),
    path("prove/", include("headwater.rooms.prove.urls")),
    path("", include("headwater.rooms.listen.respond_urls")),
    path("", include("headwater.rooms.act.incidents.respond_urls")),
    path("", include("headwater.rooms.act.front_urls")),
    path("people/", include("headwater.rooms.people.urls")),
    path("api/v1/", api.urls),
    path("account/", include("allauth.urls")),
]

handler400 = "headwater.rooms.house.views.bad_request"
handler403 = "headwater.rooms.house.views.refused"
handler404 = "headwater.rooms.house.views.not_found"
handler500 = "headwater.rooms.house.views.failed"
