"""The pages of the privacy desk, and of people's own requests."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.people import privacy
from headwater.rooms.people.erasure import erase_person
from headwater.rooms.people.forms import AnswerForm, EraseForm, RetentionForm
from headwater.rooms.people.models import Person, PrivacyRequest
from headwater.rooms.people.privacy import RequestRefusedError
from headwater.rooms.people.retention import set_retention
from headwater.rooms.people.services import RoleRefusedError
from headwater.rooms.people.subject_access import NothingKeptError, export_person
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted("privacy.desk")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What was released, the audit verdict, retention, requests, and finding a person."""
    return _show_desk(request, RetentionForm())


def _show_desk(request: HttpRequest, form: RetentionForm, status: int = 200) -> HttpResponse:
    page = privacy.privacy_page(request, viewer=viewer(request), question=request.GET.get("q", ""))
    rows = [(line, form[line.key]) for line in page.kept]
    context = {"page": page, "form": form, "kept_rows": rows}
    return render(request, "people/privacy.html", context, status=status)


@permitted("privacy.desk")
@require_POST
def retention(request: HttpRequest) -> HttpResponse:
    """Set how long things are kept."""
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return _show_desk(request, form, 422)
    set_retention(days=form.cleaned_data, actor=user_of(request), now=timezone.now())
    messages.success(request, _("The days are kept. They are applied once a day."))
    return redirect("people:privacy")


@permitted("privacy.desk")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Have the audit trail checked."""
    privacy.ask_for_check(now=timezone.now())
    return redirect("people:privacy")


@permitted("privacy.desk")
@require_safe
def person_data(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What can be done about one person."""
    return _show_person(request, person_id, EraseForm(), AnswerForm())


def _show_person(
    request: HttpRequest, person_id: UUID, form: EraseForm, answer: AnswerForm, status: int = 200
) -> HttpResponse:
    page = privacy.person_data_page(viewer=viewer(request), person_id=person_id)
    open_ones = [asked for asked in page.requests if asked.closed_at is None]
    context = {"page": page, "form": form, "answer": answer, "open_requests": open_ones}
    return render(request, "people/person_data.html", context, status=status)


@permitted("privacy.export")
@require_POST
def export(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything about a person as a ZIP."""
    person = get_object_or_404(Person, pk=person_id)
    try:
        return _as_file(export_person(person_id=person.pk, actor=user_of(request), now=timezone.now()))
    except NothingKeptError as error:
        messages.error(request, str(error))
        return redirect("people:person_data", person.pk)


def _as_file(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="everything.zip"'
    response["Cache-Control"] = "no-store"
    return response


@permitted("privacy.erase")
@require_POST
def erase(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Erase a person, once their id was typed."""
    person = get_object_or_404(Person, pk=person_id)
    form = EraseForm(request.POST, key=person.key)
    if not form.is_valid():
        return _show_person(request, person_id, form, AnswerForm(), 422)
    try:
        receipt = erase_person(person_id=person.pk, actor=user_of(request), now=timezone.now())
    except RoleRefusedError as error:
        form.add_error(None, str(error))
        return _show_person(request, person_id, form, AnswerForm(), 422)
    messages.success(request, _("The person is erased. Give them the receipt."))
    return redirect("people:receipt", receipt.number)


@permitted("privacy.desk")
@require_POST
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Agree to a request or decline it."""
    asked = get_object_or_404(PrivacyRequest, pk=request_id)
    form = AnswerForm(request.POST)
    outcome = request.POST.get("outcome", "")
    if outcome not in PrivacyRequest.Outcome.values or not form.is_valid():
        return _show_person(request, asked.person_id, EraseForm(), form, 422)
    try:
        privacy.close_request(
            request_id=asked.pk,
            outcome=outcome,
            answer=form.cleaned_data["answer"],
            actor=user_of(request),
            now=timezone.now(),
        )
    except RequestRefusedError as error:
        form.add_error("answer", str(error))
        return _show_person(request, asked.person_id, EraseForm(), form, 422)
    messages.success(request, _("The answer is kept. The person finds it on their page."))
    return redirect("people:person_data", asked.person_id)


@permitted("privacy.desk")
@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """One receipt, on a page."""
    page = privacy.receipt_page(viewer=viewer(request), number=number)
    return render(request, "people/receipt.html", {"page": page, "content": json.loads(page.receipt.content)})


@permitted("privacy.desk")
@require_safe
def receipt_file(request: HttpRequest, number: int) -> HttpResponse:
    """One receipt as a text to keep: exactly what is signed, then the signature and the key to check it."""
    page = privacy.receipt_page(viewer=viewer(request), number=number)
    signed = f"{page.receipt.content}\n\nEd25519 signature: {page.receipt.signature}\nPublic key: {page.public_key}\n"
    response = HttpResponse(signed, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="erasure-receipt-{number}.txt"'
    return response


@permitted("privacy.ask")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of one's own data, or for erasure."""
    user = user_of(request)
    kind = request.POST.get("kind", "")
    if user.person is None or kind not in PrivacyRequest.Kind.values:
        raise PermissionDenied
    privacy.ask(person=user.person, kind=kind, actor=user, now=timezone.now())
    messages.success(request, _("The privacy officer has your request. The answer appears on this page."))
    return redirect("people:person", user.person.pk)


@permitted("privacy.ask")
@require_POST
def fetch_copy(request: HttpRequest) -> HttpResponse:
    """One's own data as a ZIP, once a privacy officer agreed."""
    user, now = user_of(request), timezone.now()
    if user.person is None or not privacy.may_fetch_copy(person=user.person, now=now):
        raise PermissionDenied
    return _as_file(export_person(person_id=user.person.pk, actor=user, now=now))
