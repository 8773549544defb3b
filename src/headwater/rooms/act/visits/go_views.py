"""The page a leader has in their hand: notes, obstacles, moments, people met; kept on the phone while there is no way
to send them, and the plain form where there is no script.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.act.models import Obstacle, Visit, VisitPhoto
from headwater.rooms.act.obstacles.forms import offered_units
from headwater.rooms.act.visits import forms, queries, services
from headwater.rooms.act.visits.allowed import may_work
from headwater.rooms.act.visits.photos import add_photo, drop_photo, opened
from headwater.rooms.act.visits.services import VisitRefusedError
from headwater.rooms.act.visits.syncing import MOST_AT_ONCE, Entry, sync_visit
from headwater.rooms.house.security import PERMISSIONS_TO_SPEAK
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import user_of, viewer

WAYS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(WAYS)
def go(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The phone page; its forms also work without script."""
    visit = _worked_on(request, visit_id)
    note = forms.NoteForm(request.POST if request.POST.get("doing") == "note" else None)
    done = forms.DoneForm(
        request.POST if request.POST.get("doing") == "done" else None,
        initial={
            "done_date": visit.done_date or timezone.localdate(),
            "minutes_spent": visit.minutes_spent or visit.minutes,
            "met": visit.met,
        },
    )
    used = note if note.is_bound else done
    problem = ""
    if request.method == "POST" and used.is_valid():
        try:
            _keep(visit, note, done, user_of(request))
            return redirect("act:visits_go", visit.pk)
        except VisitRefusedError as error:
            problem = str(error)
    page = queries.visit_page(viewer=viewer(request), visit_id=visit_id, today=timezone.localdate())
    context = {
        "page": page,
        "note": note,
        "done": done,
        "problem": problem or (_("Say in words what you noted.") if note.errors else ""),
        "keys": {name: uuid4() for name in ("note", "moment", "obstacle", "photo")},
        "severities": Obstacle.Severity.choices,
        "units": offered_units(),
    }
    answer = render(request, "act/visits_go.html", context, status=422 if used.errors or problem else 200)
    answer["Permissions-Policy"] = PERMISSIONS_TO_SPEAK
    return answer


@login_required
@require_http_methods(WAYS)
def sync(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """For the phone: a fresh token to send with; then what it noted, each thing kept once."""
    visit = _worked_on(request, visit_id)
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    try:
        told = json.loads(request.body)
        listed = [_entry(one) for one in told.get("entries", [])[:MOST_AT_ONCE]]
        finish = _finish(told["finish"]) if told.get("finish") else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"refused": [], "kept": [], "why": _("This could not be read.")}, status=400)
    actor, now = user_of(request), timezone.now()
    kept, refused = [], []
    for entry in listed:
        try:
            kept += [str(one) for one in sync_visit(visit_id=visit.pk, entries=[entry], actor=actor, now=now).kept]
        except VisitRefusedError as error:
            refused.append({"id": str(entry.id), "why": str(error)})
    answer: dict[str, object] = {"kept": kept, "refused": refused, "finished": False}
    if finish is not None:
        try:
            services.finish_visit(visit_id=visit.pk, actor=actor, now=now, **finish)
            answer["finished"] = True
        except VisitRefusedError as error:
            answer["why"] = str(error)
    return JsonResponse(answer)


@login_required
@require_POST
def photo_add(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Keep a photo: from the phone's script as JSON, from the plain form by going back to the page."""
    visit = _worked_on(request, visit_id)
    by_script = request.headers.get("Accept", "").startswith("application/json")
    form = forms.PhotoForm(request.POST, request.FILES)
    why = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            add_photo(
                photo_id=given["key"],
                visit_id=visit.pk,
                content=given["photo"],
                caption=given["caption"],
                has_consent=given["consent"],
                actor=user_of(request),
                now=timezone.now(),
            )
        except VisitRefusedError as error:
            why = str(error)
    else:
        why = _("Choose a photo first.")
    if by_script:
        return JsonResponse({"kept": not why, "why": why}, status=422 if why else 200)
    if not why:
        return redirect("act:visits_go", visit.pk)
    from django.contrib import messages

    messages.error(request, why)
    return redirect("act:visits_go", visit.pk)


@login_required
@require_safe
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """A photo, to who works on its visit alone."""
    try:
        found = queries.photo_of(viewer=viewer(request), photo_id=photo_id)
    except VisitPhoto.DoesNotExist as error:
        raise Http404 from error
    return HttpResponse(opened(found), content_type="image/jpeg")


@login_required
@require_POST
def photo_drop(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Take a photo away."""
    try:
        found = queries.photo_of(viewer=viewer(request), photo_id=photo_id)
    except VisitPhoto.DoesNotExist as error:
        raise Http404 from error
    drop_photo(photo_id=photo_id, actor=user_of(request), now=timezone.now())
    return redirect("act:visits_one", found.visit_id)


def worker(request: HttpRequest) -> HttpResponse:
    """The script that gives the phone page back while there is no connection. Its scope is this part of the site."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker() -> str:
    return files("headwater.rooms.act").joinpath("static/act/visit-worker.js").read_text(encoding="utf-8")


def _worked_on(request: HttpRequest, visit_id: UUID) -> Visit:
    found = Visit.objects.select_related("unit__leader", "leader").filter(pk=visit_id).first()
    if found is None:
        raise Http404
    if not may_work(viewer(request), found):
        raise PermissionDenied
    return found


def _keep(visit: Visit, note: forms.NoteForm, done: forms.DoneForm, actor: User) -> None:
    now = timezone.now()
    if done.is_bound:
        services.finish_visit(visit_id=visit.pk, actor=actor, now=now, **done.cleaned_data)
        return
    given = note.cleaned_data
    entry = Entry(
        id=given["key"],
        kind=given["kind"],
        words=given["words"],
        to_customers=given["to_customers"],
        severity=given["severity"] or Obstacle.Severity.SLOWS,
        service=note.service_key(),
    )
    sync_visit(visit_id=visit.pk, entries=[entry], actor=actor, now=now)


def _entry(one: Mapping[str, Any]) -> Entry:
    """Read one entry of a phone. Raises ValueError, TypeError, KeyError for what is none."""
    at = parse_datetime(str(one["at"])) if one.get("at") else None
    named = str(one.get("service", ""))[:400].strip()
    return Entry(
        id=UUID(str(one["id"])),
        kind=str(one["kind"]),
        words=str(one["words"])[:1000],
        noted_at=at if at is not None and timezone.is_aware(at) else None,
        to_customers=str(one.get("to_customers", ""))[:500],
        severity=str(one.get("severity", "")),
        service=_key_of(named),
    )


def _key_of(named: str) -> str:
    """Return the key of the unit that a phone named; one of several of the same name is left for a person to say."""
    if not named:
        return ""
    found = list(Unit.objects.filter(key=named)[:1]) or list(Unit.objects.filter(name__iexact=named, is_open=True)[:2])
    return found[0].key if len(found) == 1 else ""


def _finish(told: Mapping[str, Any]) -> dict[str, Any]:
    day: date | datetime = date.fromisoformat(str(told["done_date"]))
    return {"done_date": day, "minutes_spent": int(told["minutes_spent"]), "met": int(told["met"])}
