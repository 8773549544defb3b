"""Pages of obstacles for those who sign in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.act.commitments.sources import theme_of
from headwater.rooms.act.models import Obstacle
from headwater.rooms.act.obstacles import forms, queries, services
from headwater.rooms.act.obstacles.clock import set_clock
from headwater.rooms.act.obstacles.matrix import matrix_page, own_service_page
from headwater.rooms.act.obstacles.owners import MANAGE, SEE, clock_days, may_see
from headwater.rooms.act.obstacles.posters import make_poster, poster_of, token_of_poster
from headwater.rooms.act.obstacles.repeats import join_repeats, part_repeat
from headwater.rooms.act.obstacles.services import ObstacleRefusedError, ObstacleReport
from headwater.rooms.act.present_units import may
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.own_notice import notice_own_load
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.viewers import permitted, user_of, viewer

WAYS = ["GET", "HEAD", "POST"]


@permitted("obstacles.raise")
@require_safe
def obstacles(request: HttpRequest) -> HttpResponse:
    """Those that wait for the viewer, those they raised, those of their units."""
    page = queries.obstacles_page(viewer=viewer(request), today=timezone.localdate())
    own = Unit.objects.filter(leader=viewer(request).person_id, is_open=True).order_by("number").first()
    return render(request, "act/obstacles.html", {"page": page, "own": own})


@permitted("obstacles.raise")
@require_http_methods(WAYS)
def new(request: HttpRequest) -> HttpResponse:
    """Raise an obstacle with one's name, perhaps from a theme of released comments."""
    cited, unit = _cited(request)
    person = user_of(request).person
    led = Unit.objects.filter(leader=viewer(request).person_id, is_open=True).order_by("number").first()
    works_in = person.unit if person is not None and person.unit is not None and person.unit.is_open else None
    home = unit or led or works_in
    form = forms.RaiseForm(request.POST or None, initial={"unit": home})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        report = ObstacleReport(
            what=given["what"],
            to_customers=given["to_customers"],
            severity=given["severity"],
            from_unit=given["unit"],
            serving_unit=given["service"],
            study=cited.get("study", ""),
            wave=cited.get("wave", ""),
            theme=cited.get("theme", ""),
            theme_words=cited.get("theme_words", ""),
        )
        raised_on = Obstacle.RaisedOn.COMMENT if cited else Obstacle.RaisedOn.LINK
        try:
            made = services.raise_obstacle(
                key=str(given["key"]), report=report, raised_on=raised_on, actor=user_of(request), now=timezone.now()
            )
            messages.success(request, _("Raised. It closes only when you say that it is gone."))
            return redirect("act:obstacles_one", made.pk)
        except ObstacleRefusedError as error:
            form.add_error(None, str(error))
    context = {"form": form, "cited": cited}
    return render(request, "act/obstacles_new.html", context, status=422 if form.errors else 200)


@permitted("obstacles.raise")
@require_http_methods(WAYS)
def one(request: HttpRequest, obstacle_id: UUID) -> HttpResponse:
    """One obstacle, and what the viewer does about it."""
    try:
        page = queries.obstacle_page(viewer=viewer(request), obstacle_id=obstacle_id)
    except Obstacle.DoesNotExist as error:
        raise Http404 from error
    found, doing = page.obstacle, request.POST.get("doing", "")
    version = {"version": found.version}
    hand = forms.HandForm(request.POST if doing == "hand" else None, initial=version)
    given: dict[str, django_forms.Form] = {
        "answer": forms.AnswerForm(request.POST if doing == "answer" else None, initial=version),
        "hand": hand,
        "word": forms.WordForm(request.POST if doing == "word" else None),
    }
    problem = ""
    if request.method == "POST":
        try:
            if _act(request, found, doing, given.get(doing)):
                # Whoever handed it over may have no further part in it.
                sees = may_see(viewer(request), Obstacle.objects.get(pk=found.pk))
                return redirect("act:obstacles_one", found.pk) if sees else redirect("act:obstacles")
        except OverloadError as full:
            hand.ask_why(full.lines)
        except ObstacleRefusedError as error:
            problem = str(error)
            # What stands now is shown beside what was written, so that nothing typed is lost.
            page = queries.obstacle_page(viewer=viewer(request), obstacle_id=obstacle_id)
    context = {"page": page, "forms": given, "problem": problem, "version": page.obstacle.version}
    is_wrong = bool(problem) or any(one.errors for one in given.values() if one.is_bound)
    return render(request, "act/obstacles_one.html", context, status=422 if is_wrong else 200)


@login_required
@require_http_methods(WAYS)
def matrix(request: HttpRequest) -> HttpResponse:
    """Who blocks whom and where it clears; the clock, to who looks after it."""
    asker = viewer(request)
    page = matrix_page(viewer=asker, today=timezone.localdate())
    manages = can(asker, MANAGE)
    form = forms.ClockForm(request.POST or None, days=dict(clock_days())) if manages else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            set_clock(days=form.cleaned_data, actor=user_of(request), now=timezone.now())
            messages.success(request, _("Kept. What stands keeps its day."))
            return redirect("act:obstacles_matrix")
    context = {"page": page, "form": form}
    is_wrong = form is not None and bool(form.errors)
    return render(request, "act/obstacles_matrix.html", context, status=422 if is_wrong else 200)


@login_required
@require_http_methods(WAYS)
def service(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """What comes to a service and what it cleared; repeats are joined here."""
    try:
        page = own_service_page(viewer=viewer(request), unit_id=unit_id, today=timezone.localdate())
    except Unit.DoesNotExist as error:
        raise Http404 from error
    if request.method == "POST":
        try:
            _join(request)
        except ObstacleRefusedError as error:
            messages.error(request, str(error))
        except (ValueError, Obstacle.DoesNotExist) as error:
            raise Http404 from error
        return redirect("act:obstacles_service", unit_id)
    return render(request, "act/obstacles_service.html", {"page": page})


@login_required
@require_http_methods(WAYS)
def poster(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """A unit's poster, to print; a new one on demand."""
    import segno

    unit = Unit.objects.select_related("leader").filter(pk=unit_id, is_open=True).first()
    if unit is None:
        raise Http404
    if not may(viewer(request), SEE, unit):
        raise PermissionDenied
    if request.method == "POST":
        make_poster(unit=unit, is_new=True, actor=user_of(request), now=timezone.now())
        return redirect("act:obstacles_poster", unit_id)
    made = poster_of(unit=unit)
    if made is None:
        return render(request, "act/obstacles_poster.html", {"unit": unit, "address": "", "drawn": ""})
    address = urljoin(settings.ADDRESS, reverse("front:tell_at", args=[token_of_poster(made)]))
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=6, border=4, light="#FFFFFF", svgclass=None, lineclass=None, omitsize=True)
    context = {"unit": unit, "address": address, "drawn": mark_safe(drawn)}  # noqa: S308 - from our own address
    return render(request, "act/obstacles_poster.html", context)


def _cited(request: HttpRequest) -> tuple[dict[str, str], Unit | None]:
    """Return the released theme that the address names, where the viewer sees results, with its unit."""
    asked = Finding(*(request.GET.get(name, "")[:400] for name in ("study", "wave", "unit", "score")))
    asker = viewer(request)
    unit = Unit.objects.filter(key=asked.unit, is_open=True).first() if asked.unit else None
    if unit is None or not (may_see_results(asker) and can(asker, "results.see", unit.number)):
        return {}, None
    found = theme_of(finding=asked, language=(get_language() or "en")[:2])
    if found is None:
        return {}, None
    theme = asked.score.removeprefix("theme:")
    return {"study": asked.study, "wave": asked.wave, "theme": theme, "theme_words": found.title}, found.unit


def _act(request: HttpRequest, found: Obstacle, doing: str, form: django_forms.Form | None) -> bool:
    """Do what a button says. Returns whether it was done."""
    actor, now = user_of(request), timezone.now()
    if doing == "part":
        part_repeat(obstacle_id=found.pk, actor=actor, now=now)
        return True
    if doing == "close":
        words = request.POST.get("words", "")
        services.close_after_silence(obstacle_id=found.pk, words=words, actor=actor, now=now)
        return True
    if form is None or not form.is_valid():
        return False
    given: dict[str, Any] = dict(form.cleaned_data)
    if doing == "answer":
        services.answer_obstacle(obstacle_id=found.pk, actor=actor, now=now, **given)
        messages.success(request, _("Answered. It closes when whoever raised it says that it is gone."))
    elif doing == "hand":
        person: Person | None = given.pop("person")
        services.hand_over(obstacle_id=found.pk, person=person, actor=actor, now=now, **given)
        messages.success(request, _("Handed over. The clock goes on."))
        notice_own_load(request, source=f"obstacle:{found.pk}:")
    else:
        services.confirm_obstacle(
            obstacle_id=found.pk, is_gone=given["gone"] == "yes", words=given["words"], actor=actor, now=now
        )
        messages.success(request, _("Thank you. It is kept."))
    return True


def _join(request: HttpRequest) -> None:
    join_repeats(
        first=UUID(request.POST.get("first", "")),
        second=UUID(request.POST.get("second", "")),
        title=request.POST.get("title", ""),
        actor=user_of(request),
        now=timezone.now(),
    )
