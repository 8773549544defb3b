"""The board, its candidates, and what comes onto it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.directions.allowed import may_prepare, whole
from headwater.rooms.decide.directions.board_queries import board_page
from headwater.rooms.decide.directions.candidate_queries import candidate_page, finding_page, get_candidate
from headwater.rooms.decide.directions.candidate_services import (
    estimate_candidate,
    propose_score,
    propose_stop,
    set_aside,
)
from headwater.rooms.decide.directions.forms import AddScoreForm, AsideForm, EstimateForm, StopForm
from headwater.rooms.decide.models import DirectionCandidate
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.driver_asking import read_asked
from headwater.rooms.learn.evidence import evidence_for_unit
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer
from headwater.vocab import speaking

PARTS = ("study", "wave", "unit", "score")


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Candidates of a part, by what can be counted on."""
    page = board_page(viewer=viewer(request), asked=read_asked(request.GET))
    with speaking(get_language() or "en"):
        return render(request, "decide/directions_board.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def candidate(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """One kept candidate: what is known of it, and what people estimate."""
    page = candidate_page(viewer=viewer(request), candidate_id=candidate_id)
    form = EstimateForm(request.POST if request.POST.get("what") == "estimate" else None, mine=page.mine)
    aside = AsideForm(request.POST if request.POST.get("what") == "aside" else None)
    if request.method == "POST":
        if not page.may_prepare or page.kept is None:
            raise PermissionDenied
        if form.is_bound and form.is_valid():
            _estimated(request, page.kept.pk, form)
            return redirect("decide:directions_candidate", candidate_id)
        if aside.is_bound and aside.is_valid():
            why = aside.cleaned_data["aside_why"]
            set_aside(candidate_id=candidate_id, why=why, actor=user_of(request), now=timezone.now())
            messages.success(request, _("Set aside."))
            return redirect(_board_of(page.unit))
    status = 400 if form.errors or aside.errors else 200
    context = {"page": page, "form": form, "aside": aside}
    return render(request, "decide/directions_candidate.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest) -> HttpResponse:
    """Start from a released number: what a direction for it would rest on. Estimating it keeps it as a candidate."""
    asked = Finding(**{name: request.GET.get(name, "")[:400] for name in PARTS})
    page = finding_page(viewer=viewer(request), finding=asked)
    if page.kept is not None:
        return redirect("decide:directions_candidate", page.kept.pk)
    form = EstimateForm(request.POST or None)
    if request.method == "POST":
        if not page.may_prepare or page.evidence is None or page.finding is None:
            raise PermissionDenied
        if form.is_valid():
            kept = propose_score(
                unit=page.unit,
                study=page.finding.study,
                score=page.finding.score,
                title=page.evidence.label[:160],
                why="",
                source=DirectionCandidate.Source.FINDING,
                actor=user_of(request),
                now=timezone.now(),
            )
            _estimated(request, kept.pk, form)
            return redirect("decide:directions_candidate", kept.pk)
    context = {"page": page, "form": form, "aside": None}
    return render(request, "decide/directions_candidate.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_score(request: HttpRequest) -> HttpResponse:
    """Put a released score onto the board by hand."""
    unit = _unit(request)
    scores = evidence_for_unit(viewer=viewer(request), unit=unit.key)
    form = AddScoreForm(request.POST or None, scores=scores)
    if request.method == "POST" and form.is_valid():
        study, _wave, score = form.cleaned_data["score"].split("|")
        label = next(one.label for one in scores if (one.study, one.score) == (study, score))
        kept = propose_score(
            unit=unit,
            study=study,
            score=score,
            title=label[:160],
            why=form.cleaned_data["why"],
            source=DirectionCandidate.Source.HAND,
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("It stands on the board. Say how hard it is and how ready people are."))
        return redirect("decide:directions_candidate", kept.pk)
    context = {"unit": unit, "form": form, "scores": scores, "is_stop": False}
    return render(request, "decide/directions_add.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_stop(request: HttpRequest) -> HttpResponse:
    """Put something to stop onto the board."""
    unit = _unit(request)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kept = propose_stop(
            unit=unit,
            title=data["title"],
            why=data["why"],
            hours_low=data["hours_low"],
            hours_high=data["hours_high"],
            asked_by=data["asked_by"],
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("It stands on the board. Say how hard it is and how ready people are."))
        return redirect("decide:directions_candidate", kept.pk)
    context = {"unit": unit, "form": form, "scores": (), "is_stop": True}
    return render(request, "decide/directions_add.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def reopen(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Take a candidate that was set aside onto the board again, as a new one."""
    kept = get_candidate(viewer=viewer(request), candidate_id=candidate_id)
    if not may_prepare(viewer(request), kept.unit):
        raise PermissionDenied
    if kept.state != DirectionCandidate.State.ASIDE:
        raise Http404
    actor, now = user_of(request), timezone.now()
    if kept.kind == DirectionCandidate.Kind.SCORE:
        made = propose_score(
            unit=kept.unit, study=kept.study, score=kept.score, title=kept.title, why=kept.why, source=kept.source,
            actor=actor, now=now,
        )  # fmt: skip
    else:
        made = propose_stop(
            unit=kept.unit, title=kept.title, why=kept.why, hours_low=kept.hours_low or 0,
            hours_high=kept.hours_high or 0, asked_by=kept.asked_by, actor=actor, now=now,
        )  # fmt: skip
    return redirect("decide:directions_candidate", made.pk)


def _estimated(request: HttpRequest, candidate_id: UUID, form: EstimateForm) -> None:
    data = form.cleaned_data
    estimate_candidate(
        candidate_id=candidate_id,
        effort=int(data["effort"]),
        readiness=int(data["readiness"]),
        note=data["note"],
        actor=user_of(request),
        now=timezone.now(),
    )
    messages.success(request, _("Your estimate is kept."))


def _unit(request: HttpRequest) -> Unit:
    key = request.GET.get("unit", "")[:400]
    found = Unit.objects.filter(key=key, is_open=True).first() if key else whole()
    if not may_prepare(viewer(request), found):
        raise PermissionDenied
    if found is None:
        raise Http404
    return found


def _board_of(unit: Unit) -> str:
    return f"{reverse('decide:directions_board')}?{urlencode({'unit': unit.key})}"
