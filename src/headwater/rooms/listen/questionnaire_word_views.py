"""Translating side by side, in the browser or by a translator's table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.formats import read_table, write_csv, write_xlsx
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.languages import direction_of
from headwater.rooms.house.templatetags.problems import told_in_place
from headwater.rooms.listen import questionnaire_queries as queries
from headwater.rooms.listen import questionnaire_services as services
from headwater.rooms.listen.logic import translating
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.questionnaire_edit_views import stale_words
from headwater.rooms.listen.questionnaire_forms import LanguageForm, ReviewForm, WordsFileForm, place_errors
from headwater.rooms.listen.questionnaire_services import StaleEditError
from headwater.rooms.listen.questionnaire_words import PLACES
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError, Problem

PAGE = 300
"""Texts on one page: a form has a limit of fields."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@permitted("studies.manage")
def languages(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """The languages of a draft, and a new one. Where the latest version is fixed, the editor says how to go on."""
    is_read = request.method in ("GET", "HEAD")
    if is_read and queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id) is None:
        return redirect("listen:questionnaire_edit", questionnaire_id)
    page = _draft(request, questionnaire_id)
    form = LanguageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["language"]
        what = _("Language begun: %(name)s") % {"name": own_name(code)}
        if _save(request, questionnaire_id, lambda draft: translating.begin_language(draft, code), what, form):
            return redirect("listen:questionnaire_words", questionnaire_id, code)
    page = _draft(request, questionnaire_id)
    context = {"page": page, "form": form}
    return render(request, "listen/questionnaires/languages.html", context, status=422 if form.errors else 200)


@permitted("studies.manage")
def words(request: HttpRequest, questionnaire_id: UUID, language: str) -> HttpResponse:
    """One language beside the one it is translated from."""
    page = _draft(request, questionnaire_id)
    _known(page.draft, language)
    form = Form(request.POST or None)
    given: dict[str, str] = {}
    if request.method == "POST":
        posted = request.POST.dict()
        written = {name[2:]: str(value) for name, value in posted.items() if name.startswith("w:")}
        # Only what this page changed is written, so that words saved by somebody else stay.
        shown = {name[2:]: str(value) for name, value in posted.items() if name.startswith("o:")}
        given = {place: text for place, text in written.items() if _folded(text) != _folded(shown.get(place, ""))}
        what = _("%(name)s: words written") % {"name": own_name(language)}
        form.is_valid()
        if _save(request, questionnaire_id, lambda draft: translating.write_words(draft, language, given), what, form):
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
    return _words_page(request, questionnaire_id, language, form, given)


@permitted("studies.manage")
@require_POST
def act_on_language(request: HttpRequest, questionnaire_id: UUID, language: str) -> HttpResponse:
    """Mark a language as read by a second speaker, or as not; take it away."""
    page = _draft(request, questionnaire_id)
    _known(page.draft, language)
    act, name = request.POST.get("act", ""), own_name(language)
    form = ReviewForm(request.POST) if act == "reviewed" else Form(request.POST)
    if not form.is_valid():
        return _words_page(request, questionnaire_id, language, form, {})
    if act == "reviewed":
        reader = form.cleaned_data["reader"]
        what = _("%(name)s: read by %(reader)s") % {"name": name, "reader": reader}
        done = _save(
            request,
            questionnaire_id,
            lambda draft: translating.mark_reviewed(draft, language, is_reviewed=True),
            what,
            form,
        )
    elif act == "unreviewed":
        what = _("%(name)s: to be read again") % {"name": name}
        done = _save(
            request,
            questionnaire_id,
            lambda draft: translating.mark_reviewed(draft, language, is_reviewed=False),
            what,
            form,
        )
    elif act == "drop":
        what = _("Language taken away: %(name)s") % {"name": name}
        done = _save(request, questionnaire_id, lambda draft: translating.drop_language(draft, language), what, form)
    else:
        raise Http404
    if not done:
        return _words_page(request, questionnaire_id, language, form, {})
    messages.success(request, what)
    if act == "drop":
        return redirect("listen:questionnaire_languages", questionnaire_id)
    return redirect("listen:questionnaire_words", questionnaire_id, language)


@permitted("studies.see")
@require_safe
def words_file(request: HttpRequest, questionnaire_id: UUID, language: str, form: str) -> HttpResponse:
    """The table for a translator, as CSV or XLSX. No cell can become a formula."""
    page = queries.own_page(viewer=viewer(request), questionnaire_id=questionnaire_id, language=language)
    assert page.version is not None
    draft = Draft(page.reading.instrument, page.version.waiting)
    _known(draft, language)
    if form not in ("csv", "xlsx"):
        raise Http404
    rows = translating.translator_rows(draft, language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"words.{form}"
        if form == "csv":
            write_csv(path, translating.COLUMNS, rows)
        else:
            write_xlsx(path, translating.COLUMNS, rows)
        response = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8" if form == "csv" else XLSX)
    name = f"{page.reading.instrument.key}-{language}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@permitted("studies.manage")
@require_POST
def read_words_file(request: HttpRequest, questionnaire_id: UUID, language: str) -> HttpResponse:
    """Read a translator's table back."""
    page = _draft(request, questionnaire_id)
    _known(page.draft, language)
    form = WordsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _words_page(request, questionnaire_id, language, form, {})
    file = form.cleaned_data["file"]
    try:
        table = read_table(file.read(), name=file.name)
        lacking = [column for column in ("place", "translation") if column not in table.header]
        if lacking:
            remedy = "Keep the first row of the table as it was."
            raise InputError(Problem(f"there is no column {lacking[0]!r}.", remedy, file.name, 1))
        rows = [
            {column: table[column].text(row) for column in translating.COLUMNS if column in table.header}
            for row in range(len(table))
        ]
        found, stale = translating.read_translator_rows(rows, page.draft, file.name)
    except InputError as error:
        form.add_error("file", [told_in_place(one) for one in error.problems[:20]])
        return _words_page(request, questionnaire_id, language, form, {})
    what = _("%(name)s: words from %(file)s") % {"name": own_name(language), "file": file.name[:80]}
    if not _save(request, questionnaire_id, lambda draft: translating.write_words(draft, language, found), what, form):
        return _words_page(request, questionnaire_id, language, form, {})
    messages.success(request, _("%(n)s texts were read.") % {"n": len(found)})
    if stale:
        told = _("The words they were translated from changed since: %(places)s. Look at them again.")
        messages.error(request, told % {"places": ", ".join(stale[:10])})
    return redirect("listen:questionnaire_words", questionnaire_id, language)


def _draft(request: HttpRequest, questionnaire_id: UUID) -> queries.EditPage:
    page = queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id)
    if page is None and request.method == "POST":
        services.start_draft(questionnaire_id=questionnaire_id, actor=user_of(request), now=timezone.now())
        page = queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id)
    if page is None:
        raise Http404
    return page


def _known(draft: Draft, language: str) -> None:
    """Raise Http404 unless the language is one to translate into."""
    if language == draft.source or language not in (*draft.instrument.languages, *draft.waiting):
        raise Http404


def _save(
    request: HttpRequest, questionnaire_id: UUID, change: Callable[[Draft], Draft], what: str, form: Form
) -> bool:
    try:
        services.edit_draft(
            questionnaire_id=questionnaire_id,
            basis=request.POST.get("basis", ""),
            change=change,
            what=what,
            actor=user_of(request),
            now=timezone.now(),
        )
    except StaleEditError as error:
        kept = _("What you wrote is kept below. Save again to put it in.")
        form.add_error(None, f"{stale_words(error)} {kept}")
        return False
    except InputError as error:
        place_errors(form, error)
        return False
    return True


def _words_page(
    request: HttpRequest, questionnaire_id: UUID, language: str, form: Form, given: dict[str, str]
) -> HttpResponse:
    page = _draft(request, questionnaire_id)
    if language not in (*page.draft.instrument.languages, *page.draft.waiting):
        raise Http404
    tongue = next(one for one in page.tongues if one.code == language)
    needed = set(translating.needed_places(page.draft.places, {**page.draft.words(language), **given}))
    phrases = Paginator(translating.phrases(page.draft, language), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "phrase": phrase,
            "kind": PLACES[phrase.kind],
            "was": phrase.words,
            "words": given.get(phrase.place, phrase.words),
            "is_missing": phrase.place in needed and not given.get(phrase.place, phrase.words).strip(),
            "is_long": len(phrase.source) > 60,
        }
        for phrase in phrases
    ]
    context = {
        "page": page,
        "language": language,
        "tongue": tongue,
        "source_name": own_name(page.draft.source),
        "source_direction": direction_of(page.draft.source),
        "rows": rows,
        "pages": phrases,
        "form": form,
        "review_form": form if isinstance(form, ReviewForm) else ReviewForm(),
        "file_form": form if isinstance(form, WordsFileForm) else WordsFileForm(),
        "is_asked": not isinstance(form, (ReviewForm, WordsFileForm)),
    }
    return render(request, "listen/questionnaires/words.html", context, status=422 if form.errors else 200)


def _folded(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
