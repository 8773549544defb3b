"""The pages of maps and plans: made, filled from files or by hand, and deleted."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from headwater.formats.places import Surface
from headwater.rooms.learn import place_queries as queries
from headwater.rooms.learn import place_services as services
from headwater.rooms.learn.models import PlaceMap
from headwater.rooms.learn.place_forms import PlaceForm, PlaceMapForm, PlacesForm, PlanForm
from headwater.rooms.learn.place_services import PlacesRefusedError
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError, Problem

Done = tuple[bool, tuple[Problem, ...]]
"""Whether a form was carried out, and what was wrong with its file."""
MOST_LETTERS = 120


@permitted(queries.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def maps(request: HttpRequest) -> HttpResponse:
    """All maps; make one."""
    form = PlaceMapForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        surface: Surface = "earth" if form.cleaned_data["surface"] == "earth" else "plan"
        try:
            made = services.create_place_map(
                title=form.cleaned_data["title"], surface=surface, actor=user_of(request), now=timezone.now()
            )
        except PlacesRefusedError as error:
            form.add_error("title", str(error))
        else:
            return redirect("learn:place_map", made.pk)
    context = {"lines": queries.map_lines(viewer=viewer(request)), "form": form}
    return render(request, "learn/place_maps.html", context, status=422 if form.errors else 200)


@permitted(queries.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def place_map(request: HttpRequest, map_id: UUID) -> HttpResponse:
    """One map: bring places or a plan, place a unit by hand, take things away."""
    kept = queries.get_map(viewer=viewer(request), map_id=map_id)
    surface: Surface = "earth" if kept.surface == "earth" else "plan"
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    places = PlacesForm(*_given(request, asked == "places"), surface=surface, prefix="places")
    plan = PlanForm(*_given(request, asked == "plan"), surface=surface, prefix="plan")
    place = PlaceForm(*_given(request, asked == "place"), surface=surface, prefix="place")
    problems: tuple[Problem, ...] = ()
    steps: dict[str, Callable[[], Done]] = {
        "places": lambda: _bring_places(request, kept, places),
        "plan": lambda: _bring_plan(request, kept, plan),
        "place": lambda: _set_place(request, kept, place),
        "remove-place": lambda: _remove(request, kept, asked),
        "remove-plan": lambda: _remove(request, kept, asked),
        "remove-map": lambda: _remove(request, kept, asked),
    }
    if asked in steps:
        is_done, problems = steps[asked]()
        if is_done:
            return redirect("learn:place_maps") if asked == "remove-map" else redirect("learn:place_map", map_id)
    picture = ""
    if kept.image_sha256:
        picture = reverse("learn:place_plan", args=[kept.pk, kept.image_sha256[:16]])
    page = queries.map_page(
        viewer=viewer(request),
        map_id=map_id,
        picture=picture,
        q=request.GET.get("q", "")[:MOST_LETTERS].replace("\x00", "").strip(),
        start=_whole(request.GET.get("start", "")),
    )
    wrong = bool(problems or places.errors or plan.errors or place.errors)
    context = {
        "page": page, "places": places, "plan": plan, "place": place, "problems": problems,
        "of_plan": asked == "plan", "is_removing": "remove" in request.GET,
    }  # fmt: skip
    return render(request, "learn/place_map.html", context, status=422 if wrong else 200)


@login_required
@require_safe
def plan_image(request: HttpRequest, map_id: UUID, mark: str) -> HttpResponse:
    """The picture of a plan, made anew from the pixels of what was brought."""
    answer = HttpResponse(
        queries.plan_image(viewer=viewer(request), map_id=map_id, mark=mark), content_type="image/png"
    )
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def _given(request: HttpRequest, is_meant: bool) -> tuple[object, object]:
    return (request.POST, request.FILES) if is_meant else (None, None)


def _bring_places(request: HttpRequest, kept: PlaceMap, form: PlacesForm) -> Done:
    if not form.is_valid():
        return False, ()
    file = form.cleaned_data["file"]
    try:
        changed = services.bring_places(
            map_id=kept.pk, content=file.read(), file_name=file.name, actor=user_of(request), now=timezone.now()
        )
    except InputError as error:
        return False, error.problems
    said = ngettext("%(n)s place changed.", "%(n)s places changed.", changed) % {"n": changed}
    messages.success(request, said if changed else _("These places are there already. Nothing changed."))
    return True, ()


def _bring_plan(request: HttpRequest, kept: PlaceMap, form: PlanForm) -> Done:
    if not form.is_valid():
        return False, ()
    file = form.cleaned_data["plan"]
    try:
        left_out = services.bring_plan(
            map_id=kept.pk, content=file.read(), file_name=file.name, actor=user_of(request), now=timezone.now()
        )
    except InputError as error:
        return False, error.problems
    said = _("Kept.")
    if left_out:
        said = _("Kept. What is no shape was left out: %(names)s.") % {"names": ", ".join(left_out[:8])}
    messages.success(request, said)
    return True, ()


def _set_place(request: HttpRequest, kept: PlaceMap, form: PlaceForm) -> Done:
    if not form.is_valid():
        return False, ()
    given = form.cleaned_data
    unit = queries.unit_named(given["unit"])
    if not unit:
        form.add_error("unit", _("No unit has this id or, by itself, this name."))
        return False, ()
    try:
        services.set_place(
            map_id=kept.pk, unit=unit, x=given["across"], y=given["down"], actor=user_of(request), now=timezone.now()
        )
    except PlacesRefusedError as error:
        form.add_error(None, str(error))
        return False, ()
    messages.success(request, _("Kept."))
    return True, ()


def _remove(request: HttpRequest, kept: PlaceMap, what: str) -> Done:
    actor, now = user_of(request), timezone.now()
    if what == "remove-place":
        unit = request.POST.get("unit", "").replace("\x00", "")
        services.remove_place(map_id=kept.pk, unit=unit, actor=actor, now=now)
        messages.success(request, _("The unit was taken off this map."))
    elif what == "remove-plan":
        services.remove_plan(map_id=kept.pk, actor=actor, now=now)
        messages.success(request, _("Taken away. The places stay."))
    else:
        services.remove_place_map(map_id=kept.pk, actor=actor, now=now)
        messages.success(request, _("The map was deleted."))
    return True, ()


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
