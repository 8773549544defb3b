"""Pages to look at questionnaires: the list, one of them, how it looks on a phone, and two versions side by side."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from headwater.instruments import library, to_yaml
from headwater.rooms.house.languages import direction_of
from headwater.rooms.house.security import POLICY
from headwater.rooms.listen import questionnaire_queries as queries
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.logic.versions import compare
from headwater.rooms.listen.questionnaire_forms import FileForm, TitleForm
from headwater.rooms.listen.questionnaire_words import changes_in_words, trend_in_words
from headwater.rooms.listen.respond_pages import render_questionnaire
from headwater.rooms.people.viewers import permitted, viewer
from headwater.vocab import Instrument, say

FRAMED = POLICY.format(form_action="") + "; frame-src 'self'"
"""The policy of a page that shows a preview in a frame."""
IN_FRAME = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The policy of a preview: no script runs, nothing can be sent, only our own pages may frame it."""


def wished(request: HttpRequest) -> str:
    """Return the language to read in: the one asked for, else the page's."""
    return request.GET.get("language", "")[:20] or get_language() or "en"


@permitted("studies.see")
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """All questionnaires."""
    page = queries.shelf_page(
        viewer=viewer(request), language=get_language() or "en", with_archived=request.GET.get("archived") == "1"
    )
    return render(request, "listen/questionnaires/shelf.html", {"page": page, "file_form": FileForm()})


@permitted("studies.see")
@require_safe
def library_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One questionnaire of the library."""
    page = queries.library_page(viewer=viewer(request), key=key, language=wished(request))
    form = TitleForm(initial={"title": page.reading.title})
    context = {"page": page, "reading": page.reading, "form": form, "once": uuid4().hex}
    return render(request, "listen/questionnaires/detail.html", context)


@permitted("studies.see")
@require_safe
def detail(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """One of the organisation's questionnaires."""
    page = queries.own_page(
        viewer=viewer(request),
        questionnaire_id=questionnaire_id,
        language=wished(request),
        version=request.GET.get("version", ""),
    )
    return render(request, "listen/questionnaires/detail.html", {"page": page, "reading": page.reading})


@permitted("studies.see")
@require_safe
def preview(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """How respondents see it on a phone, in any language it has."""
    page = queries.own_page(
        viewer=viewer(request),
        questionnaire_id=questionnaire_id,
        language=wished(request),
        version=request.GET.get("version", ""),
    )
    frame = reverse("listen:questionnaire_frame", args=[questionnaire_id])
    return _preview(request, page, frame)


@permitted("studies.see")
@require_safe
def library_preview(request: HttpRequest, key: str) -> HttpResponse:
    """How respondents see a questionnaire of the library on a phone."""
    page = queries.library_page(viewer=viewer(request), key=key, language=wished(request))
    return _preview(request, page, reverse("listen:library_questionnaire_frame", args=[key]))


@permitted("studies.see")
@xframe_options_sameorigin
@require_safe
def frame(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """The respondent's page itself, for the frame of the preview."""
    page = queries.own_page(
        viewer=viewer(request),
        questionnaire_id=questionnaire_id,
        language=wished(request),
        version=request.GET.get("version", ""),
    )
    return _frame(page.reading.instrument, page.reading.language)


@permitted("studies.see")
@xframe_options_sameorigin
@require_safe
def library_frame(request: HttpRequest, key: str) -> HttpResponse:
    """The respondent's page itself, of a questionnaire of the library."""
    page = queries.library_page(viewer=viewer(request), key=key, language=wished(request))
    return _frame(page.reading.instrument, page.reading.language)


@permitted("studies.see")
@require_safe
def differences(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Two versions side by side, and what becomes of the trends."""
    page = queries.own_page(viewer=viewer(request), questionnaire_id=questionnaire_id, language=wished(request))
    before, after = _chosen(page, request.GET.get("before", ""), request.GET.get("after", ""))
    sides = [(name, queries.compared(viewer=viewer(request), page=page, name=name)) for name in (before, after)]
    (_, old), (_, new) = sides
    language = next(
        (code for code in (wished(request), Draft(new).source) if code in new.languages and code in old.languages),
        Draft(new).source,
    )
    found = compare(old, new, language)
    options = dict(queries.comparable_versions(page))
    context = {
        "page": page,
        "found": found,
        "summary": changes_in_words(found),
        "scales": [
            {
                "name": pair.name_after or pair.name_before,
                "words": trend_in_words(pair),
                "keys": ", ".join(pair.shared) if pair.trend == "part" else "",
            }
            for pair in found.scales
        ],
        "direction": direction_of(language),
        "before_words": options[before],
        "after_words": options[after],
        "before": before,
        "after": after,
        "options": options.items(),
        "language": language,
    }
    return render(request, "listen/questionnaires/differences.html", context)


@permitted("studies.see")
@require_safe
def yaml_file(request: HttpRequest, questionnaire_id: UUID, version: str) -> HttpResponse:
    """A version as our own YAML."""
    instrument = queries.instrument_named(viewer=viewer(request), questionnaire_id=questionnaire_id, version=version)
    return _yaml(instrument)


@permitted("studies.see")
@require_safe
def library_yaml_file(request: HttpRequest, key: str) -> HttpResponse:
    """A questionnaire of the library as YAML, its response scales written out."""
    if key not in library():
        raise Http404
    return _yaml(library()[key])


@permitted("studies.see")
@require_safe
def surveyjs_file(request: HttpRequest, questionnaire_id: UUID, version: str) -> HttpResponse:
    """A version as a SurveyJS survey, after what that product has no place for."""
    instrument = queries.instrument_named(viewer=viewer(request), questionnaire_id=questionnaire_id, version=version)
    return _surveyjs(request, instrument, reverse("listen:questionnaire", args=[questionnaire_id]))


@permitted("studies.see")
@require_safe
def library_surveyjs_file(request: HttpRequest, key: str) -> HttpResponse:
    """A questionnaire of the library as a SurveyJS survey."""
    if key not in library():
        raise Http404
    return _surveyjs(request, library()[key], reverse("listen:library_questionnaire", args=[key]))


def _surveyjs(request: HttpRequest, instrument: Instrument, back: str) -> HttpResponse:
    from headwater.formats.surveyjs import write_surveyjs_survey

    written = write_surveyjs_survey(instrument)
    if request.GET.get("file") == "1":
        response = HttpResponse(written.text, content_type="application/json; charset=utf-8")
        name = f"{instrument.key}-{instrument.version}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    title = say(instrument.title, get_language() or "en")
    context = {"losses": written.losses, "title": title, "back": back, "questions": len(instrument.items)}
    return render(request, "listen/questionnaires/surveyjs.html", context)


def _yaml(instrument: Instrument) -> HttpResponse:
    name = f"{instrument.key}-{instrument.version}.yaml"
    response = HttpResponse(to_yaml(instrument), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _chosen(page: queries.DetailPage, before: str, after: str) -> tuple[str, str]:
    """The two versions asked for; else the latest and the one before it, or what it is adapted from."""
    names = [name for name, _ in queries.comparable_versions(page)]
    after = after if after in names else names[0]
    others = [name for name in names if name != after]
    if not others:
        raise Http404
    return (before if before in names else others[0]), after


def _preview(request: HttpRequest, page: queries.DetailPage, address: str) -> HttpResponse:
    context = {"page": page, "reading": page.reading, "frame": address}
    response = render(request, "listen/questionnaires/preview.html", context)
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _frame(instrument: Instrument, language: str) -> HttpResponse:
    response = HttpResponse(render_questionnaire([instrument], language, preview=True))
    response.headers["Content-Security-Policy"] = IN_FRAME
    response.headers["Content-Language"] = language
    return response
