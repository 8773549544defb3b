"""Goals and the vision as pages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.decide.directions.allowed import may_prepare, whole
from headwater.rooms.decide.directions.documents import FORMS, file_response, vision_document
from headwater.rooms.decide.directions.forms import GoalForm, VisionForm
from headwater.rooms.decide.directions.goal_services import (
    GoalRefusedError,
    StaleVisionError,
    add_goal,
    change_goal,
    is_served,
    move_goal,
    retire_goal,
    write_vision,
)
from headwater.rooms.decide.directions.queries import goals_page, vision_page
from headwater.rooms.decide.models import Goal
from headwater.rooms.people.viewers import user_of, viewer
from headwater.vocab import speaking


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest) -> HttpResponse:
    """The organisation's goals, in their order."""
    page = goals_page(viewer=viewer(request))
    form = GoalForm(request.POST if request.POST.get("what") == "add" else None)
    if request.method == "POST":
        _require_preparing(request)
        if form.is_bound:
            if form.is_valid() and _kept(request, form, None):
                return redirect("decide:directions_goals")
        else:
            _moved(request)
            return redirect("decide:directions_goals")
    context = {"page": page, "form": form}
    return render(request, "decide/directions_goals.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """One goal, to be written anew while nothing serves it."""
    _require_preparing(request)
    found = Goal.objects.filter(pk=goal_id, retired_at=None).first()
    if found is None:
        raise Http404
    initial = {"title": found.title, "why": found.why, "by_date": found.by_date}
    form = GoalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(request, form, goal_id):
        return redirect("decide:directions_goals")
    context = {"goal": found, "form": form, "is_served": is_served(found)}
    return render(request, "decide/directions_goal.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def vision(request: HttpRequest, number: int = 0) -> HttpResponse:
    """The vision in force, or an earlier version."""
    page = vision_page(viewer=viewer(request), number=number)
    return render(request, "decide/directions_vision.html", {"page": page, "forms": FORMS})


@login_required
@require_safe
def vision_file(request: HttpRequest, form: str) -> HttpResponse:
    """The vision in force as PDF or slides."""
    page = vision_page(viewer=viewer(request))
    if page.vision is None or form not in FORMS:
        raise Http404
    with speaking(get_language() or "en"):
        return file_response(vision_document(page), page.vision.title, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write the vision anew: a version of its own."""
    page = vision_page(viewer=viewer(request))
    _require_preparing(request)
    standing = page.vision
    initial = (
        {"basis": 0} if standing is None else {"basis": standing.number, "title": standing.title, **standing.sections}
    )
    form = VisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            write_vision(
                title=data["title"], sections=form.sections(), basis=data["basis"], actor=user_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except StaleVisionError:
            form.add_error(
                None, _("Somebody wrote a newer version since you opened this page. Nothing was overwritten.")
            )
        else:
            messages.success(request, _("Kept."))
            return redirect("decide:directions_vision")
    context = {"page": page, "form": form}
    return render(request, "decide/directions_write.html", context, status=400 if form.errors else 200)


def _kept(request: HttpRequest, form: GoalForm, goal_id: UUID | None) -> bool:
    data, actor, now = form.cleaned_data, user_of(request), timezone.now()
    values = {"title": data["title"], "why": data["why"], "by_date": data["by_date"]}
    try:
        if goal_id is None:
            add_goal(**values, actor=actor, now=now)
        else:
            change_goal(goal_id=goal_id, **values, actor=actor, now=now)
    except GoalRefusedError as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Kept."))
    return True


def _moved(request: HttpRequest) -> None:
    what, actor, now = request.POST.get("what", ""), user_of(request), timezone.now()
    try:
        goal_id = UUID(request.POST.get("goal", ""))
    except ValueError:
        raise Http404 from None
    by = {"earlier": -1, "later": 1}.get(what)
    if by is not None:
        move_goal(goal_id=goal_id, by=by, actor=actor, now=now)
    elif what == "retire":
        try:
            retire_goal(goal_id=goal_id, actor=actor, now=now)
        except GoalRefusedError as refused:
            messages.error(request, str(refused))


def _require_preparing(request: HttpRequest) -> None:
    if not may_prepare(viewer(request), whole()):
        raise PermissionDenied
