"""The editor of journeys: stages and moments, one change at a time, each a version that can be gone back to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.rooms.learn.journey_forms import MomentForm, TitleForm
from headwater.rooms.learn.journey_keeping import (
    Change,
    StaleJourneyError,
    change_journey,
    journey_in_force,
    restore_journey,
)
from headwater.rooms.learn.journey_queries import EDIT
from headwater.rooms.learn.logic import journeys as logic
from headwater.rooms.learn.logic.journeys import Journey, JourneyError, free_key, keys_of
from headwater.rooms.learn.models import JourneyVersion
from headwater.rooms.people.viewers import permitted, user_of

MOST_VERSIONS = 20


@permitted(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The stages of a journey, and what can be done with each."""
    journey, number = _found(key)
    form = TitleForm(request.POST if request.POST.get("what") == "stage" else None)
    if request.method == "POST":
        change = _change(request, journey, form)
        if change is not None and _kept(request, key, change, request.POST.get("what", "")):
            return redirect("learn:journey_edit", key)
    versions = JourneyVersion.objects.filter(journey=key).select_related("changed_by").order_by("-number")
    return render(
        request,
        "learn/journey_edit.html",
        {"journey": journey, "number": number, "form": form, "versions": versions[:MOST_VERSIONS]},
        status=400 if form.is_bound and form.errors else 200,
    )


@permitted(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    """The title of one stage."""
    journey, number = _found(key)
    try:
        found = journey.stage(stage)
    except KeyError:
        raise Http404 from None
    form = TitleForm(request.POST or None, initial={f"title_{code}": text for code, text in found.title.items()})
    if request.method == "POST" and form.is_valid():
        title = form.texts()
        if _kept(request, key, lambda one: logic.with_stage_titled(one, stage, title), "stage titled"):
            return redirect("learn:journey_edit", key)
    context = {"journey": journey, "number": number, "form": form, "stage": found}
    return render(request, "learn/journey_part.html", context, status=400 if form.errors else 200)


@permitted(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def moment(request: HttpRequest, key: str, moment: str = "") -> HttpResponse:
    """One moment; a new one where none is named."""
    journey, number = _found(key)
    try:
        standing = journey.moment(moment) if moment else None
    except KeyError:
        raise Http404 from None
    initial = {} if standing is not None else {"initial": {"stage": request.GET.get("stage", "")}}
    form = MomentForm(request.POST or None, journey=journey, moment=standing, **initial)
    if request.method == "POST" and form.is_valid():
        title = next(iter(form.texts().values()))
        made = form.moment(moment or free_key(title, keys_of(journey)))
        chosen = form.cleaned_data["stage"]
        if _kept(request, key, lambda one: logic.with_moment(one, chosen, made), "moment"):
            return redirect("learn:journey_edit", key)
    context = {"journey": journey, "number": number, "form": form, "moment": standing}
    return render(request, "learn/journey_part.html", context, status=400 if form.errors else 200)


def _found(key: str) -> tuple[Journey, int]:
    try:
        return journey_in_force(key)
    except KeyError:
        raise Http404 from None


def _change(request: HttpRequest, journey: Journey, form: TitleForm) -> Change | None:
    """Return what a button asks for; None where the form has faults or the word is unknown."""
    what, part = request.POST.get("what", ""), request.POST.get("part", "")
    if what == "stage":
        if not form.is_valid():
            return None
        title = form.texts()
        return lambda one: logic.with_stage(one, title)
    if what == "restore":
        return lambda one: one  # kept by its own service
    by = {"earlier": -1, "later": 1}.get(request.POST.get("by", ""), 0)
    table: dict[str, Change] = {
        "move-stage": lambda one: logic.with_stage_moved(one, part, by),
        "remove-stage": lambda one: logic.without_stage(one, part),
        "move-moment-earlier": lambda one: logic.with_moment_moved(one, part, -1),
        "remove-moment": lambda one: logic.without_moment(one, part),
    }
    return table.get(what)


def _kept(request: HttpRequest, key: str, change: Change, what: str) -> bool:
    """Keep a change, or say why it cannot be kept."""
    basis = request.POST.get("basis", "")
    number = int(basis) if basis.isdecimal() and len(basis) < 9 else -1
    actor, now = user_of(request), timezone.now()
    try:
        if what == "restore":
            back = request.POST.get("part", "")
            restore_journey(key=key, basis=number, number=int(back) if back.isdecimal() else -1, actor=actor, now=now)
        else:
            change_journey(key=key, basis=number, change=change, what=what, actor=actor, now=now)
    except StaleJourneyError:
        messages.error(request, _("The journey changed since you opened this page. Nothing was overwritten."))
        return False
    except JourneyError as error:
        messages.error(request, _problem(error.problem))
        return False
    except KeyError:
        raise Http404 from None
    messages.success(request, _("Kept."))
    return True


def _problem(problem: str) -> str:
    return {
        "stages": _("A journey has one to %(n)s stages.") % {"n": logic.MOST_STAGES},
        "moments": _("A stage has at most %(n)s moments.") % {"n": logic.MOST_MOMENTS},
        "untitled": _("Write the title in at least one language."),
        "long": _("A title or a note is too long."),
    }.get(problem, _("This cannot be kept."))
