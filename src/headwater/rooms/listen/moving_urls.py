"""Addresses of answers moved in and out, under /listen/."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from headwater.rooms.listen import moving_export_views as out
from headwater.rooms.listen import moving_views as views


class ReportConverter:
    """The two reports of a file."""

    regex = "losses|problems"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(ReportConverter, "moving_report")

urlpatterns: list[URLPattern] = [
    path("moving/", views.moving, name="moving"),
    path("moving/<uuid:import_id>/", views.moving_import, name="moving_import"),
    path("moving/<uuid:import_id>/map", views.moving_map, name="moving_map"),
    path("moving/<uuid:import_id>/use/<uuid:mapping_id>", views.moving_use, name="moving_use"),
    path("moving/<uuid:import_id>/decide", views.moving_decide, name="moving_decide"),
    path("moving/<uuid:import_id>/<moving_report:what>.csv", views.moving_report, name="moving_report"),
    path("out/", out.export_list, name="exports"),
    path("out/<uuid:wave_id>/", out.export_wave, name="export_wave"),
    path("out/<uuid:wave_id>/released", out.export_released, name="export_released"),
    path("out/<uuid:wave_id>/rows", out.export_rows, name="export_rows"),
    path("out/<uuid:wave_id>/ask", out.export_ask, name="export_ask"),
    path("out/requests/<uuid:request_id>/", out.export_request, name="export_request"),
    path("out/requests/<uuid:request_id>/decide", out.export_decide, name="export_decide"),
    path("out/requests/<uuid:request_id>/fetch", out.export_fetch, name="export_fetch"),
]
