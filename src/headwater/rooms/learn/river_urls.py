"""Addresses of the pages of learning that begin with river, and of the figures that a River is made of."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import results_views, river_views

urlpatterns: list[URLPattern] = [
    path("river/", river_views.river, name="river"),
    path("river/<slug:key>/", river_views.river, name="river_of"),
    path("river/<slug:key>/table.<slug:form>", river_views.river_table, name="river_table"),
    path("river/<slug:key>/report.<slug:form>", river_views.river_report, name="river_report"),
    path("results/", results_views.chains, name="results"),
    path("results/files/<uuid:import_id>/", results_views.result_file, name="result_file"),
    path("results/files/<uuid:import_id>/decide/", results_views.decide, name="result_decide"),
    path("results/<slug:key>/", results_views.chain, name="result_chain"),
    path("results/<slug:key>/stations/", results_views.station, name="result_station"),
    path("results/<slug:key>/links/", results_views.links, name="result_links"),
]
