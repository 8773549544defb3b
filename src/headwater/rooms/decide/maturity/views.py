"""The pages of preparing an assessment, of evidence and of scoring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide import acting
from headwater.rooms.decide.maturity import evidence, preparing, queries, scoring
from headwater.rooms.decide.maturity.access import access_to, involved_in, lead_of
from headwater.rooms.decide.maturity.forms import (
    AssessorForm,
    BeginForm,
    DeclareForm,
    FileForm,
    FindingForm,
    LinkForm,
    SheetForm,
    ValidatorForm,
)
from headwater.rooms.decide.maturity.words import ATTRIBUTION
from headwater.rooms.people.viewers import permitted, user_of, viewer


@login_required
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Assessments that I work on or may read."""
    page = queries.assessments_page(viewer=viewer(request))
    return render(request, "decide/maturity.html", {"page": page, "attribution": ATTRIBUTION})


@permitted("maturity.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an assessment."""
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = preparing.begin_assessment(**form.cleaned_data, actor=user_of(request), now=timezone.now())
        return redirect("decide:maturity_one", made.pk)
    context = {"form": form, "what": _("Begin an assessment"), "go": _("Begin"), "assessment": None}
    return render(request, "decide/maturity_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def assessment(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """One assessment for who works on it; readers go to its result."""
    access = access_to(viewer=viewer(request), assessment_id=assessment_id)
    if not access.is_involved:
        return redirect("decide:maturity_result", assessment_id)
    page = queries.assessment_page(viewer=viewer(request), assessment_id=assessment_id)
    context = {"page": page, "declare_form": DeclareForm() if page.must_declare else None}
    return render(request, "decide/maturity_one.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_assessor(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Name somebody who scores."""
    form = AssessorForm(request.POST or None)
    return _lead_form(request, assessment_id, form, preparing.name_assessor, _("Name an assessor"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_validator(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Name the senior who validates."""
    form = ValidatorForm(request.POST or None)
    return _lead_form(request, assessment_id, form, preparing.name_validator, _("Name who validates"))


@login_required
@require_POST
def change(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """One step of the lead: let an assessor go, ask for scores, ask for validation, stop."""
    lead_of(viewer=viewer(request), assessment_id=assessment_id)
    what = request.POST.get("what", "")
    steps: dict[str, Callable[..., Any]] = {
        "open": preparing.open_scoring,
        "ask-validation": scoring.ask_validation,
        "stop": preparing.stop_assessment,
    }
    if what == "release":
        about = _uuid(request.POST.get("about", ""))
        if about is None:
            raise Http404
        return act(request, assessment_id, lambda **named: preparing.release_assessor(user_id=about, **named))
    if what not in steps:
        raise Http404
    return act(request, assessment_id, steps[what])


@login_required
@require_POST
def declare(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Declare since when I have not been engaged here."""
    involved_in(viewer=viewer(request), assessment_id=assessment_id)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick that it is so, and check the day."))
        return redirect("decide:maturity_one", assessment_id)
    day = form.cleaned_data["engaged_until_date"]
    return act(
        request,
        assessment_id,
        lambda **named: scoring.declare_independence(engaged_until_date=day, **named),
        _("Your declaration is kept with today's date."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, assessment_id: UUID, dimension: str) -> HttpResponse:
    """My own scores of one dimension."""
    access, rows, following = queries.sheet_page(
        viewer=viewer(request), assessment_id=assessment_id, dimension=dimension
    )
    form = SheetForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        scores = form.scores()
        if is_done(request, assessment_id, form, lambda **named: scoring.save_scores(scores=scores, **named)):
            if following and len(scores) == len(rows.rows):
                return redirect("decide:maturity_sheet", assessment_id, following)
            messages.success(request, _("Kept. Nobody else sees it before all scores are in."))
            return redirect("decide:maturity_one", assessment_id)
    context = {"access": access, "rows": rows, "form": form, "following": following}
    return render(request, "decide/maturity_sheet.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def hand_in(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Hand my scores in."""
    involved_in(viewer=viewer(request), assessment_id=assessment_id)
    return act(request, assessment_id, scoring.hand_in, _("Your scores are in."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, assessment_id: UUID, practice: str) -> HttpResponse:
    """One practice with its evidence; attach a file, a link or a released score."""
    page = queries.practice_page(viewer=viewer(request), assessment_id=assessment_id, practice=practice)
    sent = request.POST.get("kind", "") if request.method == "POST" else ""
    is_file = sent == "file"
    forms: dict[str, Form] = {
        "file": FileForm(request.POST if is_file else None, request.FILES if is_file else None, auto_id="file_%s"),
        "link": LinkForm(request.POST if sent == "link" else None, auto_id="link_%s"),
        "finding": FindingForm(
            request.POST if sent == "finding" else None, findings=page.findings, auto_id="finding_%s"
        ),
    }
    if request.method == "POST":
        if not page.may_attach or sent not in forms:
            raise PermissionDenied
        form = forms[sent]
        if form.is_valid() and is_done(request, assessment_id, form, _attach(sent, form, practice)):
            messages.success(request, _("It is attached, with your name and today's date."))
            return redirect("decide:maturity_practice", assessment_id, practice)
    context = {"page": page, "forms": forms}
    wrong = any(form.errors for form in forms.values())
    return render(request, "decide/maturity_practice.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def detach(request: HttpRequest, assessment_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Take out what I attached."""
    involved_in(viewer=viewer(request), assessment_id=assessment_id)
    return act(request, assessment_id, lambda **named: evidence.remove_evidence(evidence_id=evidence_id, **named))


@login_required
@require_safe
def file(request: HttpRequest, assessment_id: UUID, evidence_id: UUID) -> HttpResponse:
    """A file attached as evidence, to save: never shown inside the page."""
    found = queries.evidence_file(viewer=viewer(request), assessment_id=assessment_id, evidence_id=evidence_id)
    answer = HttpResponse(bytes(found.content or b""), content_type=found.media_type)
    name = found.file_name.encode("ascii", "replace").decode().replace("?", "-").replace('"', "")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def act(request: HttpRequest, assessment_id: UUID, service: Callable[..., Any], said: str = "") -> HttpResponse:
    """Call a service and go back to the page of it; say why where it is refused."""
    back = redirect("decide:maturity_one", assessment_id)
    return acting.act(request, partial(service, assessment_id=assessment_id), back=back, said=said)


def is_done(request: HttpRequest, assessment_id: UUID, form: Form, service: Callable[..., Any]) -> bool:
    """Call a service with what a form holds; where it is refused, the form says why and keeps what was typed."""
    return acting.is_done(request, form, partial(service, assessment_id=assessment_id))


def _lead_form(
    request: HttpRequest, assessment_id: UUID, form: Form, service: Callable[..., Any], what: str
) -> HttpResponse:
    access = lead_of(viewer=viewer(request), assessment_id=assessment_id)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if is_done(request, assessment_id, form, lambda **named: service(**data, **named)):
            return redirect("decide:maturity_one", assessment_id)
    context = {"form": form, "what": what, "go": _("Keep it"), "assessment": access.assessment}
    return render(request, "decide/maturity_form.html", context, status=422 if form.errors else 200)


def _attach(kind: str, form: Form, practice: str) -> Callable[..., Any]:
    data = form.cleaned_data
    if isinstance(form, FindingForm):
        found = form.chosen()
        return lambda **named: evidence.add_finding(practice=practice, evidence=found, **named)
    if kind == "file":
        sent = data["file"]
        return lambda **named: evidence.add_file(
            practice=practice, title=data["title"], file_name=sent.name, content=sent.read(), **named
        )
    return lambda **named: evidence.add_link(practice=practice, title=data["title"], link=data["link"], **named)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
