"""Pages by which a questionnaire comes to be: adapted, new, moved in from a file; and put away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from headwater.instruments import library, read_instrument, to_yaml
from headwater.instruments.nodes import MAX_BYTES
from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.listen import questionnaire_queries as queries
from headwater.rooms.listen import questionnaire_services as services
from headwater.rooms.listen.logic import editing
from headwater.rooms.listen.logic.drafts import Draft, free_key
from headwater.rooms.listen.models import Questionnaire
from headwater.rooms.listen.questionnaire_forms import FileForm, NewForm, TitleForm, place_errors
from headwater.rooms.listen.questionnaire_reading import reading_of
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError, Instrument, Item, Lens, Problem

SALT = "headwater.questionnaire.moved"
OLDEST = 24 * 3600
"""Seconds for which a read file can be confirmed."""


@dataclass(frozen=True)
class Moved:
    """A file as read: the questionnaire, what was not carried over, what was assumed. product: where it comes from."""

    instrument: Instrument
    product: str
    losses: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@permitted("studies.manage")
@require_POST
def adapt(request: HttpRequest, key: str) -> HttpResponse:
    """Adapt a questionnaire of the library."""
    if key not in library():
        raise Http404
    form = TitleForm(request.POST)
    if form.is_valid():
        try:
            version = services.fork_library(
                name=key,
                title=form.cleaned_data["title"],
                actor=user_of(request),
                now=timezone.now(),
                once=once_of(request),
            )
        except InputError as error:
            place_errors(form, error)
        else:
            messages.success(request, _("It is yours now. Every question keeps its trend until you say otherwise."))
            return redirect("listen:questionnaire_edit", version.questionnaire_id)
    page = queries.library_page(viewer=viewer(request), key=key, language="en")
    context = {"page": page, "reading": page.reading, "form": form, "once": once_of(request)}
    return render(request, "listen/questionnaires/detail.html", context, status=422)


@permitted("studies.manage")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a questionnaire from nothing."""
    from headwater.rooms.house.context import layout

    form = NewForm(request.POST or None, initial={"source": layout(request)["organisation_name"]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            taken = {*library(), *Questionnaire.objects.values_list("key", flat=True)}
            item_key = free_key(given["text"], ())
            instrument = editing.new_instrument(
                key=free_key(given["title"], taken, "questionnaire"),
                lens=Lens(given["lens"]),
                language=given["language"],
                title=given["title"].strip(),
                purpose=given["purpose"].strip(),
                source=given["source"].strip(),
                licence=given["licence"].strip(),
                first=Item(item_key, {given["language"]: given["text"].strip()}, "scale", "agree5"),
            )
            version = services.make_questionnaire(
                instrument=instrument,
                based_on="",
                what=_("Begun"),
                actor=user_of(request),
                now=timezone.now(),
                once=once_of(request),
            )
        except InputError as error:
            place_errors(form, error)
        else:
            return redirect("listen:questionnaire_edit", version.questionnaire_id)
    context = {"form": form, "once": once_of(request)}
    return render(request, "listen/questionnaires/new.html", context, status=422 if form.errors else 200)


@permitted("studies.manage")
def move_in(request: HttpRequest) -> HttpResponse:
    """Read a file, and show what would come of it before anything is kept."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        problems: tuple[Problem, ...]
        try:
            moved = read_file(file.read(), file.name, Lens(form.cleaned_data["lens"]))
        except InputError as error:
            problems = error.problems
        else:
            known = Questionnaire.objects.filter(key=moved.instrument.key).first()
            content = {
                "yaml": to_yaml(moved.instrument),
                "file": file.name[:120],
                "losses": moved.losses,
                "product": moved.product,
            }
            context = {
                "moved": moved,
                "file_name": file.name,
                "reading": reading_of(Draft(moved.instrument), "en"),
                "known": known,
                "token": signing.dumps(content, salt=SALT, compress=True),
                "is_library": moved.instrument.key in library(),
            }
            return render(request, "listen/questionnaires/moved.html", context)
        context = {"form": form, "problems": problems, "file_name": file.name}
        return render(request, "listen/questionnaires/move_in.html", context, status=422)
    return render(request, "listen/questionnaires/move_in.html", {"form": form}, status=422 if form.errors else 200)


@permitted("studies.manage")
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what was read: as a new questionnaire, or as the draft of the one it belongs to."""
    try:
        content = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=OLDEST)
        instrument = read_instrument(content["yaml"], content["file"])
    except (signing.BadSignature, InputError):
        messages.error(request, _("This page is too old. Choose the file again."))
        return redirect("listen:questionnaire_move_in")
    actor, now = user_of(request), timezone.now()
    lost = len(content["losses"])
    what = _("Moved in from %(file)s") % {"file": content["file"]}
    details: dict[str, Any] = {"product": content["product"], "not_carried_over": lost}
    if request.POST.get("act") == "replace":
        known = Questionnaire.objects.filter(key=instrument.key).first()
        if known is None:
            raise Http404
        version = services.start_draft(questionnaire_id=known.pk, actor=actor, now=now)
        try:
            version = services.edit_draft(
                questionnaire_id=known.pk,
                basis=services.basis_of(version),
                change=lambda draft: services.replaced(draft, instrument),
                what=what,
                actor=actor,
                now=now,
                details=details,
            )
        except InputError as error:
            messages.error(request, told_error(error))
            return redirect("listen:questionnaire_edit", known.pk)
    else:
        version = services.make_questionnaire(
            instrument=instrument,
            based_on="",
            what=what,
            actor=actor,
            now=now,
            once=hashlib.sha256(request.POST["token"].encode()).hexdigest(),
            details=details,
        )
    told = ngettext(
        "It is here. %(n)s thing was not carried over.", "It is here. %(n)s things were not carried over.", lost
    )
    messages.success(request, told % {"n": lost})
    return redirect("listen:questionnaire_edit", version.questionnaire_id)


@permitted("studies.manage")
@require_POST
def archive(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Put a questionnaire away, or bring it back."""
    found = queries.find_questionnaire(questionnaire_id)
    is_archived = request.POST.get("act") == "archive"
    services.archive_questionnaire(
        questionnaire_id=found.pk, is_archived=is_archived, actor=user_of(request), now=timezone.now()
    )
    messages.success(request, _("Put away. Studies that ask it go on.") if is_archived else _("It is offered again."))
    return redirect("listen:questionnaires")


def once_of(request: HttpRequest) -> str:
    """Return the mark of a form that makes something: the one sent, else a new one."""
    return request.POST.get("once", "")[:64] or uuid4().hex


def read_file(data: bytes, name: str, lens: Lens) -> Moved:
    """Read a questionnaire by the ending of its file. Raises InputError with every problem, with line where there is
    one.
    """
    from headwater.formats.limesurvey import read_limesurvey_survey
    from headwater.formats.qualtrics import read_qualtrics_survey
    from headwater.formats.spss import read_spss_survey
    from headwater.formats.surveyjs import read_surveyjs_survey
    from headwater.formats.xlsform import read_xlsform_survey

    ending = PurePath(name).suffix.lower()
    if ending in (".yaml", ".yml"):
        return Moved(_read_yaml(data, name), "Headwater")
    readers: dict[str, tuple[str, Callable[..., Any]]] = {
        ".qsf": ("Qualtrics", read_qualtrics_survey),
        ".lss": ("LimeSurvey", read_limesurvey_survey),
        ".lsa": ("LimeSurvey", read_limesurvey_survey),
        ".json": ("SurveyJS", read_surveyjs_survey),
        ".xlsx": ("XLSForm", read_xlsform_survey),
        ".sav": ("SPSS", read_spss_survey),
        ".zsav": ("SPSS", read_spss_survey),
    }
    if ending not in readers:
        message = f"no questionnaire is read from {ending or 'a file without an ending'}."
        raise InputError(Problem(message, f"Known are .yaml, {', '.join(readers)}.", name))
    product, read = readers[ending]
    found = read(data, name=name, lens=lens)
    losses = tuple((loss.what, loss.where, loss.why) for loss in found.losses)
    return Moved(found.instrument, product, losses, tuple(found.problems))


def _read_yaml(data: bytes, name: str) -> Instrument:
    if len(data) > MAX_BYTES:
        raise InputError(
            Problem(f"the file is larger than {MAX_BYTES:,} bytes.", "A questionnaire is small text.", name)
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(Problem("the file is not UTF-8.", "Save it as UTF-8.", name, line)) from None
    return read_instrument(text, name)
