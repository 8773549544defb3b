"""The pages of preparing an appointment and of scoring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide import acting
from headwater.rooms.decide.appointments import forgetting, preparing, queries, scoring
from headwater.rooms.decide.appointments.access import lead_of
from headwater.rooms.decide.appointments.forms import AssessorForm, CandidateForm, ConflictForm, ProfileForm, ScoreForm
from headwater.rooms.decide.models import Candidate
from headwater.rooms.people.viewers import permitted, user_of, viewer


@login_required
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """Appointments that I run or score in."""
    page = queries.appointments_page(viewer=viewer(request))
    return render(request, "decide/appointments.html", {"page": page})


@permitted("appointments.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an appointment with the profile of its role."""
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = preparing.begin_appointment(**form.cleaned_data, actor=user_of(request), now=timezone.now())
        return redirect("decide:appointment", made.pk)
    context = {"form": form, "appointment": None}
    return render(request, "decide/appointment_profile.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Change the profile while nobody scores."""
    access, needs = queries.draft_page(viewer=viewer(request), appointment_id=appointment_id)
    found = access.appointment
    initial = {
        "title": found.title,
        "purpose": found.purpose,
        "responsibilities": found.responsibilities,
        "unit": found.unit,
        "due_date": found.due_date,
    }
    standing: dict[str, tuple[int, int]] = {need.key: (need.level, need.weight) for need in needs}
    form = ProfileForm(request.POST or None, needs=standing, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if is_done(request, appointment_id, form, lambda **named: preparing.change_profile(**data, **named)):
            messages.success(request, _("The profile is kept."))
            return redirect("decide:appointment", appointment_id)
    context = {"form": form, "appointment": found}
    return render(request, "decide/appointment_profile.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One appointment."""
    page = queries.appointment_page(viewer=viewer(request), appointment_id=appointment_id)
    context = {"page": page, "candidate_form": CandidateForm(), "assessor_form": AssessorForm()}
    if page.access.assessor is not None:
        context["conflict_form"] = ConflictForm(initial={"words": page.access.assessor.own_conflict})
    return render(request, "decide/appointment.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_candidate(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Add somebody who stands for it."""
    access = lead_of(viewer=viewer(request), appointment_id=appointment_id)
    form = CandidateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if is_done(request, appointment_id, form, lambda **named: preparing.add_candidate(**data, **named)):
            return redirect("decide:appointment", appointment_id)
    context = {"form": form, "appointment": access.appointment, "what": _("Add a candidate"), "go": _("Add them")}
    return render(request, "decide/appointment_add.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_assessor(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Name somebody who scores."""
    access = lead_of(viewer=viewer(request), appointment_id=appointment_id)
    form = AssessorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if is_done(request, appointment_id, form, lambda **named: preparing.name_assessor(**data, **named)):
            return redirect("decide:appointment", appointment_id)
    context = {"form": form, "appointment": access.appointment, "what": _("Name an assessor"), "go": _("Name them")}
    return render(request, "decide/appointment_add.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One step of the lead: take out, excuse, open, withdraw, forget."""
    lead_of(viewer=viewer(request), appointment_id=appointment_id)
    what = request.POST.get("what", "")
    about = _uuid(request.POST.get("about", ""))
    if what == "open":
        return act(request, appointment_id, preparing.open_scoring, _("The assessors see what waits for them."))
    if about is None:
        raise Http404
    steps: dict[str, Callable[..., Any]] = {
        "remove-candidate": lambda **named: preparing.remove_candidate(candidate_id=about, **named),
        "remove-assessor": lambda **named: preparing.remove_assessor(user_id=about, **named),
        "excuse": lambda **named: scoring.excuse_assessor(user_id=about, **named),
        "withdraw": lambda **named: scoring.withdraw_candidate(candidate_id=about, **named),
        "forget": lambda appointment_id, **named: _forget(appointment_id, about, **named),
    }
    if what not in steps:
        raise Http404
    return act(request, appointment_id, steps[what])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, appointment_id: UUID, candidate_id: UUID) -> HttpResponse:
    """My own sheet for one candidate."""
    page = queries.score_page(viewer=viewer(request), appointment_id=appointment_id, candidate_id=candidate_id)
    form = ScoreForm(request.POST or None, needs=page.needs, own=page.own)
    if request.method == "POST" and form.is_valid():
        scores = form.scores()
        if is_done(
            request,
            appointment_id,
            form,
            lambda **named: scoring.save_scores(candidate_id=candidate_id, scores=scores, **named),
        ):
            messages.success(request, _("Kept. Nobody else sees it before all scores are in."))
            return redirect("decide:appointment", appointment_id)
    context = {"page": page, "form": form}
    return render(request, "decide/appointment_score.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def hand_in(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Hand my scores in."""
    queries.appointment_page(viewer=viewer(request), appointment_id=appointment_id)
    return act(request, appointment_id, scoring.hand_in, _("Your scores are in."))


@login_required
@require_POST
def conflict(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Say how I am tied to a candidate."""
    queries.appointment_page(viewer=viewer(request), appointment_id=appointment_id)
    words = request.POST.get("words", "")[:500]
    return act(request, appointment_id, lambda **named: scoring.say_conflict(words=words, **named), _("It is noted."))


def act(
    request: HttpRequest, appointment_id: UUID, service: Callable[..., Any], said: str = "", to: str = "appointment"
) -> HttpResponse:
    """Call a service and go back to a page of the appointment; say why where it is refused."""
    back = redirect(f"decide:{to}", appointment_id)
    return acting.act(request, partial(service, appointment_id=appointment_id), back=back, said=said)


def is_done(request: HttpRequest, appointment_id: UUID, form: Form, service: Callable[..., Any]) -> bool:
    """Call a service with what a form holds; where it is refused, the form says why and keeps what was typed."""
    return acting.is_done(request, form, partial(service, appointment_id=appointment_id))


def _forget(appointment_id: UUID, candidate_id: UUID, **named: Any) -> None:
    candidate = Candidate.objects.get(pk=candidate_id, appointment=appointment_id)
    forgetting.forget_candidate(candidate_id=candidate.pk, **named)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
