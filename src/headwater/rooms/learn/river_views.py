"""The River page, and the River as slides, PDF, page, sheet and table."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from headwater.reports import RENDERERS, REPORTS
from headwater.rooms.learn.reports import FORMS
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.learn.river_queries import Asked, river_page, river_sheet, shown_river
from headwater.rooms.learn.sheets import MEDIA, sheet_response
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.viewers import viewer
from headwater.vocab import River, speaking


@login_required
@require_safe
def river(request: HttpRequest, key: str = OWN) -> HttpResponse:
    """The River of a chain."""
    page = river_page(viewer=viewer(request), key=key, asked=_asked(request))
    return render(request, "learn/river.html", {"page": page})


@login_required
@require_safe
def river_table(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The streams as a table to take along."""
    if form not in MEDIA:
        raise Http404
    chain, found = shown_river(viewer=viewer(request), key=key, asked=_asked(request))
    return sheet_response(river_sheet(chain, found), form)


@login_required
@require_safe
def river_report(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The executive report of the River: the same picture in slides and on paper."""
    if form not in FORMS:
        raise Http404
    _chain, found = shown_river(viewer=viewer(request), key=key, asked=_asked(request))
    path = report_of(found, form, (get_language() or "en")[:2])
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"river-{key}.{form}", content_type=FORMS[form])
    answer["Cache-Control"] = "private, no-store"
    return answer


def report_of(found: River, form: str, language: str) -> Path:
    """Return the file of a River's report, made now unless it was made before."""
    brand = brand_of()
    seed = "\n".join((found.inputs_hash, found.organisation, found.period, found.title, language, repr(brand)))
    folder = Path(settings.DIR) / "reports" / "rivers"
    path = folder / f"{hashlib.sha256(seed.encode()).hexdigest()[:32]}.{form}"
    if not path.is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as aside, speaking(language):
            made = Path(aside) / f"report.{form}"
            RENDERERS[form](REPORTS["river"](found, brand), made)
            os.replace(made, path)
    return path


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        **{name: request.GET.get(name, "")[:400] for name in ("unit", "period", "stream", "station", "change")}
    )
