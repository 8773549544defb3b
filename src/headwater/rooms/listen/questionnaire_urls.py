"""Addresses of questionnaires, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.listen import questionnaire_edit_views as editing
from headwater.rooms.listen import questionnaire_made_views as made
from headwater.rooms.listen import questionnaire_views as views
from headwater.rooms.listen import questionnaire_word_views as words

OWN = "questionnaires/<uuid:questionnaire_id>/"
LIBRARY = "questionnaires/library/<slug:key>/"

urlpatterns: list[URLPattern] = [
    path("questionnaires/", views.shelf, name="questionnaires"),
    path("questionnaires/new/", made.new, name="questionnaire_new"),
    path("questionnaires/move-in/", made.move_in, name="questionnaire_move_in"),
    path("questionnaires/keep/", made.keep, name="questionnaire_keep"),
    path(LIBRARY, views.library_detail, name="library_questionnaire"),
    path(f"{LIBRARY}adapt/", made.adapt, name="questionnaire_adapt"),
    path(f"{LIBRARY}phone/", views.library_preview, name="library_questionnaire_preview"),
    path(f"{LIBRARY}frame/", views.library_frame, name="library_questionnaire_frame"),
    path(f"{LIBRARY}file.yaml", views.library_yaml_file, name="library_questionnaire_yaml"),
    path(f"{LIBRARY}surveyjs/", views.library_surveyjs_file, name="library_questionnaire_surveyjs"),
    path(OWN, views.detail, name="questionnaire"),
    path(f"{OWN}phone/", views.preview, name="questionnaire_preview"),
    path(f"{OWN}frame/", views.frame, name="questionnaire_frame"),
    path(f"{OWN}differences/", views.differences, name="questionnaire_differences"),
    path(f"{OWN}file/<str:version>.yaml", views.yaml_file, name="questionnaire_yaml"),
    path(f"{OWN}file/<str:version>/surveyjs/", views.surveyjs_file, name="questionnaire_surveyjs"),
    path(f"{OWN}archive/", made.archive, name="questionnaire_archive"),
    path(f"{OWN}edit/", editing.edit, name="questionnaire_edit"),
    path(f"{OWN}edit/begin/", editing.begin, name="questionnaire_begin"),
    path(f"{OWN}edit/title/", editing.head, name="questionnaire_head"),
    path(f"{OWN}edit/undo/", editing.undo, name="questionnaire_undo"),
    path(f"{OWN}edit/fix/", editing.fix, name="questionnaire_fix"),
    path(f"{OWN}edit/add/", editing.new_item, name="questionnaire_item_new"),
    path(f"{OWN}edit/question/<slug:key>/", editing.item, name="questionnaire_item"),
    path(f"{OWN}edit/question/<slug:key>/act/", editing.act_on_item, name="questionnaire_item_act"),
    path(f"{OWN}edit/add-scale/", editing.new_scale, name="questionnaire_scale_new"),
    path(f"{OWN}edit/scale/<slug:key>/", editing.scale, name="questionnaire_scale"),
    path(f"{OWN}edit/scale/<slug:key>/drop/", editing.drop_scale, name="questionnaire_scale_drop"),
    path(f"{OWN}words/", words.languages, name="questionnaire_languages"),
    path(f"{OWN}words/<slug:language>/", words.words, name="questionnaire_words"),
    path(f"{OWN}words/<slug:language>/act/", words.act_on_language, name="questionnaire_language_act"),
    path(f"{OWN}words/<slug:language>/read/", words.read_words_file, name="questionnaire_words_read"),
    path(f"{OWN}words/<slug:language>/words.<slug:form>", words.words_file, name="questionnaire_words_file"),
]
