"""Directions as pages: the list, one direction, choosing, looking at it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.decide.directions import wording
from headwater.rooms.decide.directions.allowed import CHOOSE
from headwater.rooms.decide.directions.board import expected_of
from headwater.rooms.decide.directions.candidate_queries import CandidatePage, candidate_page
from headwater.rooms.decide.directions.documents import FORMS, direction_document, file_response
from headwater.rooms.decide.directions.evidence import larger_units
from headwater.rooms.decide.directions.forms import ChooseForm, ReviewForm
from headwater.rooms.decide.directions.queries import (
    direction_page,
    directions_page,
    get_direction,
    standing_goals,
)
from headwater.rooms.decide.directions.services import (
    Choice,
    DirectionRefusedError,
    choose_direction,
    due_of,
    hold_review,
    own_notice,
)
from headwater.rooms.decide.logic.directions import needs_reason_for_more
from headwater.rooms.decide.models import Direction, DirectionCandidate, DirectionReview
from headwater.rooms.people.viewers import require, user_of, viewer
from headwater.vocab import speaking


@login_required
@require_safe
def directions(request: HttpRequest) -> HttpResponse:
    """What was chosen, by unit."""
    page = directions_page(viewer=viewer(request), today=timezone.localdate())
    return render(request, "decide/directions.html", {"page": page})


@login_required
@require_safe
def direction(request: HttpRequest, direction_id: UUID) -> HttpResponse:
    """One direction."""
    page = direction_page(viewer=viewer(request), direction_id=direction_id, today=timezone.localdate())
    return render(request, "decide/directions_one.html", {"page": page, "forms": FORMS})


@login_required
@require_safe
def aloud(request: HttpRequest, direction_id: UUID) -> HttpResponse:
    """One direction as sentences alone, to be read aloud."""
    page = direction_page(viewer=viewer(request), direction_id=direction_id, today=timezone.localdate())
    return render(request, "decide/directions_aloud.html", {"page": page})


@login_required
@require_safe
def direction_file(request: HttpRequest, direction_id: UUID, form: str) -> HttpResponse:
    """One direction as PDF or slides."""
    if form not in FORMS:
        raise Http404
    today = timezone.localdate()
    page = direction_page(viewer=viewer(request), direction_id=direction_id, today=today)
    with speaking(get_language() or "en"):
        return file_response(direction_document(page, today=today), page.direction.title, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Choose a candidate: goal, why, owner, target, date."""
    page = candidate_page(viewer=viewer(request), candidate_id=candidate_id)
    assert page.kept is not None
    require(viewer(request), CHOOSE, page.unit)
    if page.direction is not None and page.direction.state == Direction.State.GOING:
        return redirect("decide:directions_one", page.direction.pk)
    return _chosen(request, page, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, direction_id: UUID) -> HttpResponse:
    """Choose anew in place of a standing direction."""
    standing = get_direction(viewer=viewer(request), direction_id=direction_id)
    require(viewer(request), CHOOSE, standing.unit)
    if standing.state != Direction.State.GOING:
        messages.error(request, wording.fault_text("over", None, None, ()))
        return redirect("decide:directions_one", standing.pk)
    return _chosen(request, candidate_page(viewer=viewer(request), candidate_id=standing.candidate_id), standing)


def _chosen(request: HttpRequest, page: CandidatePage, standing: Direction | None) -> HttpResponse:
    kept = page.kept
    assert kept is not None
    is_score = kept.kind == DirectionCandidate.Kind.SCORE
    others = Direction.objects.filter(unit=page.unit, state=Direction.State.GOING).count()
    initial = {"title": kept.title, "why": "" if standing is not None else kept.why}
    form = ChooseForm(
        request.POST or None,
        is_score=is_score,
        needs_more=standing is None and needs_reason_for_more(others),
        standing=standing,
        initial=initial if standing is None else {},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        choice = Choice(
            goal=data["goal"].pk,
            title=data["title"],
            why=data["why"],
            owner=data["owner"],
            target_date=data["target_date"],
            target=data.get("target"),
            more_why=data.get("more_why", ""),
            over_reason=data["over_reason"],
        )
        try:
            made = choose_direction(
                candidate_id=kept.pk,
                choice=choice,
                expected=expected_of(page.unit, kept.study, kept.score) if is_score else None,
                actor=user_of(request),
                now=timezone.now(),
                supersedes=None if standing is None else standing.pk,
            )
        except DirectionRefusedError as refused:
            if refused.fault == "full":
                form.ask_why(refused.lines)
                return _choose_page(request, page, form, standing, status=422)
            field = {"past": "target_date", "more": None, "retired": "goal"}.get(refused.fault, "target")
            form.add_error(field if field in form.fields else None, _fault(request, page, refused.fault, choice.target))
        else:
            messages.success(request, _("Chosen. The evidence of today is frozen with it."))
            if words := own_notice(direction=made, actor=user_of(request)):
                messages.info(request, words)
            return redirect("decide:directions_one", made.pk)
    return _choose_page(request, page, form, standing, status=400 if form.errors else 200)


def _choose_page(
    request: HttpRequest, page: CandidatePage, form: ChooseForm, standing: Direction | None, *, status: int
) -> HttpResponse:
    context = {"page": page, "form": form, "standing": standing, "has_goals": standing_goals().exists()}
    return render(request, "decide/directions_choose.html", context, status=status)


def _fault(request: HttpRequest, page: CandidatePage, fault: str, target: float | None) -> str:
    larger = () if page.evidence is None else larger_units(viewer=viewer(request), evidence=page.evidence)
    words = [_("%(unit)s, which shows %(smallest)s") % {"unit": one.unit.name, "smallest": one.text} for one in larger]
    with speaking(get_language() or "en"):
        return wording.fault_text(fault, page.evidence, target, words)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, direction_id: UUID) -> HttpResponse:
    """Look at a direction again."""
    today = timezone.localdate()
    page = direction_page(viewer=viewer(request), direction_id=direction_id, today=today)
    require(viewer(request), CHOOSE, page.direction.unit)
    if request.method != "POST" and not page.may_review:
        return redirect("decide:directions_one", direction_id)
    form = ReviewForm(
        request.POST or None, is_score=page.direction.is_score, initial={"due_date": due_of(page.direction)}
    )
    if request.method == "POST" and form.is_valid():
        return _reviewed(request, page.direction, form.cleaned_data)
    status = 400 if form.errors else 200
    return render(request, "decide/directions_review.html", {"page": page, "form": form}, status=status)


def _reviewed(request: HttpRequest, found: Direction, data: dict[str, Any]) -> HttpResponse:
    try:
        held = hold_review(
            direction_id=found.pk,
            due_date=data["due_date"],
            decision=data["decision"],
            why=data["why"],
            hours=data.get("hours"),
            actor=user_of(request),
            now=timezone.now(),
        )
    except DirectionRefusedError as refused:
        messages.error(request, wording.fault_text(refused.fault, None, None, ()))
        return redirect("decide:directions_one", found.pk)
    messages.success(request, _("Kept."))
    if held.decision == DirectionReview.Decision.CHANGE:
        return redirect("decide:directions_change", found.pk)
    return redirect("decide:directions_one", found.pk)
