"""Addresses of leaders as stakeholders, and what is asked of each in minutes."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.engage.stakeholders import ask_views, file_views, own_views, views

urlpatterns: list[URLPattern] = [
    path("stakeholders/", views.stakeholders, name="stakeholders"),
    path("stakeholders/add/", views.add, name="stakeholders_add"),
    path("stakeholders/map/", views.stakeholder_map, name="stakeholders_map"),
    path("stakeholders/files/", file_views.upload, name="stakeholders_upload"),
    path("stakeholders/files/<uuid:file_id>/", file_views.register_file, name="stakeholders_file"),
    path("stakeholders/files/<uuid:file_id>/decide/", file_views.decide, name="stakeholders_decide"),
    path("stakeholders/remarks/<uuid:remark_id>/", views.answer, name="stakeholders_answer"),
    path("stakeholders/me/", own_views.own, name="stakeholders_own"),
    path("stakeholders/me/say/", own_views.say_own, name="stakeholders_say_own"),
    path("stakeholders/me/speak/", own_views.speak, name="stakeholders_speak"),
    path("stakeholders/say/<str:token>/", own_views.say, name="stakeholders_say"),
    path("stakeholders/say/<str:token>/kept/", own_views.kept, name="stakeholders_kept"),
    path("stakeholders/say/<str:token>/speak/", own_views.speak, name="stakeholders_speak_by_link"),
    path("stakeholders/<uuid:stakeholder_id>/", views.one, name="stakeholders_one"),
    path("stakeholders/<uuid:stakeholder_id>/act/", views.act, name="stakeholders_act"),
    path("stakeholders/<uuid:stakeholder_id>/note/<slug:what>/", views.note, name="stakeholders_note"),
    path("asks/", ask_views.own, name="asks"),
    path("asks/all/", ask_views.everybody, name="asks_all"),
    path("asks/mine.ics", ask_views.download, name="asks_file"),
    path("asks/calendar/<str:secret>.ics", ask_views.calendar, name="asks_calendar"),
]
