"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from headwater.rooms.people import import_views, interface_views, look_views, privacy_views, role_views, views

app_name = "people"
urlpatterns = [
    path("", views.organisation, name="organisation"),
    path("units/<uuid:unit_id>/", views.unit, name="unit"),
    path("units/<uuid:unit_id>/children", views.children, name="children"),
    path("units/<uuid:unit_id>/deputies", views.add_deputy, name="add_deputy"),
    path("deputies/<int:deputy_id>/end", views.remove_deputy, name="end_deputy"),
    path("persons/<uuid:person_id>/", views.person, name="person"),
    path("roles/", role_views.roles, name="roles"),
    path("roles/invite", role_views.invite, name="invite"),
    path("roles/<uuid:user_id>/", role_views.account, name="account"),
    path("roles/<uuid:user_id>/close", role_views.close, name="close_account"),
    path("roles/grants/<int:grant_id>/end", role_views.end, name="end_role"),
    path("imports/", import_views.import_list, name="imports"),
    path("imports/<uuid:import_id>/", import_views.import_detail, name="import"),
    path("imports/<uuid:import_id>/decide", import_views.decide, name="decide"),
    path("imports/<uuid:import_id>/units", import_views.unit_map, name="unit_map"),
    path("imports/<uuid:import_id>/again", import_views.run_again, name="again"),
    path("interfaces/", interface_views.interfaces, name="interfaces"),
    path("interfaces/tokens", interface_views.add_token, name="add_token"),
    path("interfaces/tokens/<uuid:token_id>/end", interface_views.remove_token, name="end_token"),
    path("interfaces/webhooks", interface_views.add_webhook, name="add_webhook"),
    path("interfaces/webhooks/<uuid:webhook_id>", interface_views.change_webhook, name="change_webhook"),
    path("interfaces/deliveries/<int:delivery_id>/replay", interface_views.replay, name="replay_webhook"),
    path("words/", look_views.look, name="look"),
    path("privacy/", privacy_views.desk, name="privacy"),
    path("privacy/retention", privacy_views.retention, name="retention"),
    path("privacy/check", privacy_views.check, name="check_audit"),
    path("privacy/ask", privacy_views.ask, name="ask_privacy"),
    path("privacy/copy", privacy_views.fetch_copy, name="fetch_copy"),
    path("privacy/persons/<uuid:person_id>/", privacy_views.person_data, name="person_data"),
    path("privacy/persons/<uuid:person_id>/export", privacy_views.export, name="export_person"),
    path("privacy/persons/<uuid:person_id>/erase", privacy_views.erase, name="erase_person"),
    path("privacy/requests/<uuid:request_id>", privacy_views.answer, name="answer_request"),
    path("privacy/receipts/<int:number>/", privacy_views.receipt, name="receipt"),
    path("privacy/receipts/<int:number>/download", privacy_views.receipt_file, name="receipt_file"),
]
