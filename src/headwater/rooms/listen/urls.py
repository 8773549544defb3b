"""Addresses of the room for those who work in it."""

from __future__ import annotations

from headwater.rooms.listen import call_back_urls, moving_urls, questionnaire_urls, respond_desk_urls, study_urls

app_name = "listen"
urlpatterns = [
    *study_urls.urlpatterns,
    *questionnaire_urls.urlpatterns,
    *moving_urls.urlpatterns,
    *respond_desk_urls.urlpatterns,
    *call_back_urls.urlpatterns,
]
