"""Pages of those who receive briefings: signed in, or by a signed link from outside the organisation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.engage.briefings import answering
from headwater.rooms.engage.briefings.files import copy_response
from headwater.rooms.engage.briefings.forms import AnswerForm, OpenForm, OwnForm
from headwater.rooms.engage.briefings.links import copy_of_token
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError
from headwater.rooms.engage.briefings.queries import received_copy
from headwater.rooms.engage.briefings.reader_pages import read_page
from headwater.rooms.engage.briefings.words import USEFUL_WORDS
from headwater.rooms.engage.models import BriefingCopy
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A briefing for its receiver, signed in."""
    copy = received_copy(viewer=viewer(request), copy_id=copy_id)
    return _read(request, copy, actor=user_of(request), token="")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A briefing for a receiver outside the organisation."""
    return _read(request, _of_token(token), actor=None, token=token)


@login_required
@require_safe
def save(request: HttpRequest, copy_id: UUID, form: str) -> HttpResponse:
    """The file of a copy for its receiver."""
    return _file(received_copy(viewer=viewer(request), copy_id=copy_id), form, upward="own" in request.GET)


@never_cache
@require_safe
def save_by_link(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The file of a copy for a receiver outside the organisation."""
    return _file(_of_token(token), form, upward="own" in request.GET)


def _of_token(token: str) -> BriefingCopy:
    copy = copy_of_token(token)
    if copy is None:
        raise Http404
    return copy


def _file(copy: BriefingCopy, form: str, *, upward: bool) -> HttpResponse:
    if copy.opened_at is None or (upward and not copy.upward_name):
        raise Http404
    return copy_response(copy, form, upward=upward)


def _read(request: HttpRequest, copy: BriefingCopy, *, actor: User | None, token: str) -> HttpResponse:
    """A door with a button, so that only a person's press counts as opened; then the page itself."""
    doing, now = request.POST.get("doing", ""), timezone.now()
    here = redirect("engage:briefings_by_link", token) if token else redirect("engage:briefings_read", copy.pk)
    forms = {
        "open_form": OpenForm(request.POST if doing == "open" else None, prefix="open"),
        "answer_form": AnswerForm(request.POST if doing == "answer" else None, prefix="answer", copy=copy),
        "own_form": OwnForm(request.POST if doing == "own" else None, prefix="own", initial=_own(copy)),
    }
    form = forms.get(f"{doing}_form")
    try:
        if isinstance(form, OpenForm) and form.is_valid():
            answering.open_copy(copy_id=copy.pk, actor=actor, now=now, **form.stand())
            return here
        if isinstance(form, AnswerForm) and form.is_valid():
            answering.answer_copy(copy_id=copy.pk, answer=form.answer(), actor=actor, now=now)
            messages.success(request, _("Thank you. Your answer is kept."))
            return here
        if isinstance(form, OwnForm) and form.is_valid():
            answering.make_own(copy_id=copy.pk, actor=actor, now=now, **form.cleaned_data)
            messages.success(request, _("Kept. Your version is ready to save."))
            return here
        if doing == "rate" and request.POST.get("usefulness", "") in {str(value) for value, _word in USEFUL_WORDS}:
            answering.rate_copy(copy_id=copy.pk, usefulness=int(request.POST["usefulness"]), actor=actor, now=now)
            messages.success(request, _("Thank you. Your answer is kept."))
            return here
    except BriefingRefusedError as refusal:
        messages.error(request, str(refusal))
        return here
    context = {**forms, "copy": copy, "token": token, "useful": USEFUL_WORDS}
    status = 422 if form is not None and form.errors else 200
    if copy.opened_at is None:
        return render(request, "engage/briefings_door.html", context, status=status)
    context["page"] = read_page(copy=copy, now=now)
    return render(request, "engage/briefings_read.html", context, status=status)


def _own(copy: BriefingCopy) -> dict[str, str]:
    return {
        "name": copy.upward_name or str(copy.stakeholder),
        "message": copy.upward_message or copy.briefing.message,
        "words": copy.upward_words,
    }
